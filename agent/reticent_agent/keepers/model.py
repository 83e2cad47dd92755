"""What a keeper is: something of this machine that seals 32 bytes to it."""

from __future__ import annotations

from typing import Protocol

from reticent_contract.kept import Kept

from reticent_agent.errors import AgentError

WRAPPING_KEY_BYTES = 32


class StoreError(Exception):
    """A key store did not do what was asked. Its text is a reason: no secret, no advice.

    `code` is what the system's own program ended with, 0 where there is none.
    """

    def __init__(self, reason: str, *, code: int = 0) -> None:
        super().__init__(reason)
        self.code = code


class KeeperError(AgentError):
    """Keys on this laptop cannot be opened or kept."""


class Keeper(Protocol):
    """The calls raise StoreError."""

    kept: Kept

    def seal(self, secret: bytes) -> bytes:
        """What to write down so that this machine, and no other, can `open` it again.

        `secret` has WRAPPING_KEY_BYTES bytes.
        """

    def open(self, blob: bytes) -> bytes:
        """The secret of a blob that `seal` gave."""

    def forget(self, blob: bytes) -> None:
        """Deletes what `seal` left outside the blob. Fine where there is nothing."""
