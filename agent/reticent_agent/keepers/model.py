"""What a keeper is: something of this machine that seals 32 bytes to it."""

from __future__ import annotations

from typing import Protocol

from reticent_contract.kept import Kept

from reticent_agent.errors import AgentError

WRAPPING_KEY_BYTES = 32


class StoreError(Exception):
    """A key store did not do what was asked. Its text is a reason: no secret, no advice."""


class KeeperError(AgentError):
    """Keys on this laptop cannot be opened or kept."""


class Keeper(Protocol):
    """Both calls raise StoreError."""

    kept: Kept

    def seal(self, secret: bytes) -> bytes:
        """What to write down so that this machine, and no other, can `open` it again.

        `secret` has WRAPPING_KEY_BYTES bytes.
        """

    def open(self, blob: bytes) -> bytes:
        """The secret of a blob that `seal` gave."""
