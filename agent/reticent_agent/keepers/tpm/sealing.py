"""The `Keeper` of a machine with a TPM."""

from __future__ import annotations

from reticent_contract.kept import Kept

from reticent_agent.keepers.tpm.commands import Tpm


class TpmKeeper:
    kept = Kept.TPM_SEALED

    def __init__(self, tpm: Tpm) -> None:
        self._tpm = tpm

    def seal(self, secret: bytes) -> bytes:
        return self._tpm.seal(secret)

    def open(self, blob: bytes) -> bytes:
        return self._tpm.unseal(blob)

    def forget(self, blob: bytes) -> None:
        """The TPM keeps nothing of a blob: it goes with its file."""
