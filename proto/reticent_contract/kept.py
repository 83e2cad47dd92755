"""How a secret of a laptop lies on it: the fixed words that agents say and servers store.

Enters: nothing. Leaves: `Kept`. Must hold: a word never gets another meaning.
"""

from __future__ import annotations

from enum import StrEnum


class Kept(StrEnum):
    TPM = "tpm"
    TPM_SEALED = "tpm-sealed"
    DPAPI = "dpapi"
    KEYCHAIN = "keychain"
    FILE = "file"

    @property
    def sentence(self) -> str:
        """For people. Says no more than holds: see the agent's DECISIONS.md."""
        return _SENTENCES[self]


_SENTENCES = {
    Kept.TPM: "made in the laptop's TPM, which never lets it out",
    Kept.TPM_SEALED: "sealed by the laptop's TPM: its disk alone opens nothing",
    Kept.DPAPI: "sealed by Windows for this machine (DPAPI)",
    Kept.KEYCHAIN: "sealed under a key in macOS's System keychain",
    Kept.FILE: "in a file of the agent's own user (0600), sealed by nothing",
}
