"""Pseudonym keys: the fleet's, by epoch, and one that only this laptop has.

    {"device": hex of 32 bytes, "epochs": {"1": hex of 32 bytes}}     the vault's file `keys`

They are kept so that collecting goes on while the server is away. An epoch that the server no
longer names is deleted here too: its keys were destroyed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reticent_contract.kept import Kept
from reticent_contract.limits import EPOCHS_MAX
from reticent_contract.v1 import policy_pb2

from reticent_agent.errors import IdentityError
from reticent_agent.keepers.vault import Vault

KEY_BYTES = 32
_NAME = "keys"


@dataclass(frozen=True, slots=True)
class Keys:
    device: bytes = field(repr=False)
    epochs: Mapping[int, bytes] = field(repr=False)


class KeyStore:
    """Of the agent whose data directory is `folder`; without its `vault`, a plain file there."""

    def __init__(
        self,
        folder: Path,
        *,
        vault: Vault | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._vault = vault or Vault(folder)
        self._where = folder / _NAME
        self._random_bytes = random_bytes

    @property
    def kept(self) -> Kept | None:
        """How the keys lie here, None where there are none yet. Raises OSError, KeeperError."""
        return self._vault.kept(_NAME)

    def load(self) -> Keys:
        """The keys; the device's own is made where there is none.

        Raises IdentityError, KeeperError where a key store does not open them.
        """
        try:
            data = self._vault.read(_NAME)
            if data is None:
                made = Keys(self._random_bytes(KEY_BYTES), {})
                self._save(made)
                return made
            document = json.loads(data)
            keys = Keys(
                bytes.fromhex(document["device"]),
                {int(epoch): bytes.fromhex(key) for epoch, key in document["epochs"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            keys = None
        if keys is None or any(len(k) != KEY_BYTES for k in (keys.device, *keys.epochs.values())):
            raise IdentityError(
                f"the pseudonym keys in {self._where} cannot be read; nothing is collected, "
                "because pseudonyms would change; restore them, or delete them and accept new ones",
                permanent=True,
            )
        return keys

    def update(self, received: Sequence[policy_pb2.PseudonymKey]) -> Keys:
        """The keys after the server's list replaced the epochs; an empty list changes nothing."""
        known = self.load()
        usable = {key.epoch: bytes(key.key) for key in received if len(key.key) == KEY_BYTES}
        if not usable or len(usable) > EPOCHS_MAX or usable == dict(known.epochs):
            return known
        changed = Keys(known.device, usable)
        self._save(changed)
        return changed

    def forget_epochs(self) -> None:
        """After an enrolment: until the server names its keys, there are none."""
        self._save(Keys(self.load().device, {}))

    def _save(self, keys: Keys) -> None:
        document = {
            "device": keys.device.hex(),
            "epochs": {str(epoch): key.hex() for epoch, key in sorted(keys.epochs.items())},
        }
        self._vault.write(_NAME, json.dumps(document).encode())
