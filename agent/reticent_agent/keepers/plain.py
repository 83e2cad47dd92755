"""How a plain secret leaves the disk after it was sealed.

    1. NAME.plain   a second name of the plain file
    2. NAME         replaced by the sealed one, in one rename
    3. NAME.plain   overwritten with zeros, then deleted

Killed between any two steps, NAME is whole, plain or sealed, and the next start goes on from there.
Overwriting reaches the old blocks of file systems that write in place; flash, snapshots and
copy-on-write keep older copies out of any program's reach.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from reticent_agent import atomic

_BINARY = getattr(os, "O_BINARY", 0)


def replace(path: Path, sealed: bytes) -> None:
    """Puts `sealed` in the place of the plain file `path`. Raises OSError."""
    overwrite_leftovers(path, replaced=False)
    before = _beside(path, ".plain")
    with suppress(OSError):  # a file system without second names: the old file is only deleted
        before.hardlink_to(path)
        atomic.sync_folder(path.parent)
    atomic.write_file(path, sealed)
    _overwrite(before)


def overwrite_leftovers(path: Path, *, replaced: bool) -> None:
    """What a crash left beside `path`. `replaced`: the second name is another file than `path`."""
    _overwrite(_beside(path, ".tmp"))
    before = _beside(path, ".plain")
    if replaced:
        _overwrite(before)
    else:  # the second name is of the very file that is in use
        before.unlink(missing_ok=True)


def destroy(path: Path) -> dict[str, int]:
    """Overwrites and deletes the file, and what a crash left beside it; one that cannot keeps no
    other from it, and what cannot be overwritten is deleted all the same.

    Names of what stayed, with the error's number.
    """
    stayed: dict[str, int] = {}
    for one in (path, _beside(path, ".tmp"), _beside(path, ".plain")):
        try:
            _overwrite(one)
        except OSError:
            stayed |= delete(one)
    return stayed


def delete(path: Path) -> dict[str, int]:
    """Deletes the file, not its bytes. Its name where it stayed, with the error's number."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return {path.name: error.errno or 0}
    return {}


def _overwrite(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | _BINARY | atomic.AT_ONCE)
    except FileNotFoundError:
        return
    try:
        left = os.fstat(descriptor).st_size
        while left > 0:
            left -= os.write(descriptor, bytes(min(left, 65_536)))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.unlink()
    atomic.sync_folder(path.parent)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
