"""Which keepers this machine has, and the vault of the agent's data directory."""

from __future__ import annotations

from pathlib import Path

from reticent_agent.config import NO_TPM, Config
from reticent_agent.keepers import dpapi, keychain
from reticent_agent.keepers.model import Keeper
from reticent_agent.keepers.tpm.commands import Tpm
from reticent_agent.keepers.tpm.device import TpmDevice
from reticent_agent.keepers.tpm.sealing import TpmKeeper
from reticent_agent.keepers.vault import Vault


def vault(config: Config) -> Vault:
    """The vault of `config.data_dir`, with every keeper that is there. Touches none of them."""
    path = tpm_path(config)
    tpm = None if path is None or not path.exists() else Tpm(TpmDevice(path))
    keepers: list[Keeper] = [] if tpm is None else [TpmKeeper(tpm)]
    keepers += [found for found in (dpapi.of_this_system(), keychain.of_this_system()) if found]
    return Vault(config.data_dir, keepers=keepers, tpm=tpm)


def tpm_path(config: Config) -> Path | None:
    """None: the operator wants none."""
    if config.tpm is None:
        return config.file_root / "dev" / "tpmrm0"
    return None if config.tpm == NO_TPM else Path(config.tpm)
