"""A database of SQLite, a piece of which is written over: damaged, and still SQLite."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

_PIECES = 400


class DamagedDatabase:
    """`write` makes the whole one, with the first use. All files are gone when the process ends."""

    def __init__(self, write: Callable[[Path], None]) -> None:
        self._write = write

    @cached_property
    def _folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="fuzz-database-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder

    @cached_property
    def _whole(self) -> bytes:
        self._write(self._folder / "whole")
        return (self._folder / "whole").read_bytes()

    def laid(self, data: bytes) -> Path:
        """Three bytes say where the others are laid over the whole one."""
        content = bytearray(self._whole)
        at = int.from_bytes(data[:3], "big") % len(content)
        content[at : at + len(data[3:])] = data[3:]
        path = self._folder / "damaged"
        path.write_bytes(content)
        return path

    def pieces(self) -> list[bytes]:
        """Its own bytes with their place: what damages them meets what counts."""
        whole = self._whole
        step = max(1, len(whole) // _PIECES)
        found = ((at, whole[at : at + 48]) for at in range(0, len(whole), step))
        return [at.to_bytes(3, "big") + piece for at, piece in found if any(piece)]
