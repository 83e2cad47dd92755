"""A lock on an open file that Windows lets go of however its process ends (LockFile).

Enters: a file opened for writing. Leaves: nothing. Must hold: a byte far behind any content is
locked, so that the file can still be read by others.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import msvcrt
from typing import IO

LOCKED_BYTE = 0x7FFF_0000


def lock(file: IO[bytes]) -> None:
    """Held until the file is closed. Raises OSError where another process has it."""
    file.seek(LOCKED_BYTE)
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    finally:
        file.seek(0)
