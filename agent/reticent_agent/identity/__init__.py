"""Who this laptop is to its server.

Enters: an enrolment token. Leaves: an `Identity` (key, certificate, pinned CA, addresses).
Must hold: private keys are made here, kept in the `Vault` before they are used, and never leave;
the CA of the token, later of the server's own answers over TLS under that CA, is the only trust
anchor.

Files in the data directory:

    device.key       P-256 private key, a TPM's or PKCS #8 PEM; written before the first call: an
                     enrolment whose answer was lost is repeated with the same key
    device.crt       certificate, PEM; subject CN = device UUID, URI SAN urn:uuid:<the same>
    ca.crt           pinned CA certificates, PEM
    device.json      device_id, telemetry_address, policy_public_key, group; written last:
                     its presence means enrolled
    device.key.new, device.crt.new   the next pair, until a stream was accepted under it
    stopped.json     the server retired this device, and why
"""

from reticent_agent.identity.store import Identity, IdentityStore, Stopped

__all__ = ["Identity", "IdentityStore", "Stopped"]
