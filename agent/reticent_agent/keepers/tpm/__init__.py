"""A TPM 2.0, spoken to in its own language: five commands over the kernel's resource manager.

Enters: bytes to seal, digests to sign. Leaves: blobs that this very TPM alone can use, signatures.
Must hold: no secret but the one asked for is in an answer; every object that was loaded is flushed;
nothing is written into the TPM for good, so that removing the agent leaves nothing in it.

    wire.py      the bytes of TPM 2.0 commands and answers (TCG TPM 2.0 Library, parts 2 and 3)
    device.py    /dev/tpmrm0, or the Unix socket of a TPM in software
    commands.py  CreatePrimary, Create, Load, Unseal, Sign, FlushContext
    sealing.py   the `Keeper`: seals 32 bytes
    signing.py   P-256 keys that are made in the TPM and never leave it
"""
