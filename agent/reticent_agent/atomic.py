"""Files that are there whole or not at all, also after a power loss."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)  # on Windows a file is text unless it is said
AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # a FIFO in a file's place is not waited for
OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700


def write_file(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replaces `path` by `data`, readable by the owner only. Raises OSError.

    `durable` waits until file and folder entry are on disk; what is written every second and may
    be lost (a status) does without.
    """
    beside = path.with_name(path.name + ".tmp")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, OWNER_ONLY)
    try:
        if hasattr(os, "fchmod"):  # on Windows the folder's access list protects what is in it
            os.fchmod(descriptor, OWNER_ONLY)
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
    beside.replace(path)
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes renames in `folder` survive a power loss. Windows opens no folder: NTFS logs them."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """The folder, with its parents; its own mode becomes 0700."""
    path.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    path.chmod(OWNER_ONLY_FOLDER)


def read_file(path: Path, *, bytes_max: int) -> bytes | None:
    """The file's bytes, None where it does not exist. OSError where it is above `bytes_max`."""
    try:
        with open(path, "rb", opener=_opened) as file:
            data = file.read(bytes_max + 1)
    except FileNotFoundError:
        return None
    if len(data) > bytes_max:
        raise OSError(f"{path.name} is larger than {bytes_max} bytes")
    return data


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | AT_ONCE)
