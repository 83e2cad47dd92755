"""How the laptop's secrets lie on its disk: sealed by the best that the machine has.

Enters: the device's private key, the pseudonym keys. Leaves: the same, on this machine alone.
Must hold: whole or not at all, also after kill -9; what a key store sealed and does not open again
is an error for people, never a reason to make new keys or to write without it.

    vault.py     the secret files, and the key that seals them
    model.py     what a keeper has to do
    machine.py   which keepers this machine has
    tpm/         TPM 2.0 (Linux)
    dpapi.py     DPAPI (Windows)
    keychain.py  the System keychain (macOS)

Without a keeper a secret is a 0600 file. `reticent_contract.kept` names them all.
"""

from reticent_agent.keepers.model import Keeper, KeeperError, StoreError
from reticent_agent.keepers.vault import Vault

__all__ = ["Keeper", "KeeperError", "StoreError", "Vault"]
