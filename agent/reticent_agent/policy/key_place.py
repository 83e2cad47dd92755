"""Where the pseudonym keys lie on this laptop.

Enters and leaves: the bytes that `keys` draws. Must hold: whole or not at all, for the agent's own
user only, and `sentence` tells the laptop's owner and the operator honestly which protection that
is. There is one place today, a file: see DECISIONS.md, "Keys lie in a file".
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from reticent_agent import atomic

_BYTES_MAX = 64 << 10
_NAME = "keys"


class KeyPlace(Protocol):
    """`where`: for messages. Both calls raise OSError."""

    sentence: str
    where: str

    def read(self) -> bytes | None:
        """None where nothing was ever written."""

    def write(self, data: bytes) -> None:
        """Replaces all of it, durably."""


class KeyFile:
    """The file `keys` in `folder` (the data directory), 0600."""

    sentence = (
        "in a file of the agent's own user (0600); this agent uses no key store of the system"
    )

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self.where = str(self._path)

    def read(self) -> bytes | None:
        return atomic.read_file(self._path, bytes_max=_BYTES_MAX)

    def write(self, data: bytes) -> None:
        atomic.make_folder(self._path.parent)
        atomic.write_file(self._path, data)


def key_place(folder: Path) -> KeyPlace:
    """The best place that there is on this laptop."""
    return KeyFile(folder)
