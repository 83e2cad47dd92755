"""Where the socket lies, also where its path is longer than the kernel takes (108 bytes)."""

from __future__ import annotations

import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reticent_agent.config import DEFAULT_DATA_DIR, Config

NAME = "agent.sock"
_SERVICE_FOLDER = Path("/run/reticent-agent")  # made by the service manager
_FOLDER_MODE, _SOCKET_MODE = 0o755, 0o666  # everybody may ask; who asks decides what is done


def folder(config: Config) -> Path:
    """`runtime_dir`, else the service's; beside the data where that is not in its usual place."""
    if config.runtime_dir is not None:
        return config.runtime_dir
    return _SERVICE_FOLDER if config.data_dir == DEFAULT_DATA_DIR else config.data_dir / "run"


def listening(place: Path) -> socket.socket:
    """The socket, in the place of one that an agent before left. Raises OSError.

    The caller holds the lock of the data directory, so nobody else listens there.
    """
    place.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK((place / NAME).lstat().st_mode):
            (place / NAME).unlink()
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(place) as address:
            made.bind(address)
        # Whatever the umask was; connecting asks for the right to write.
        (place / NAME).chmod(_SOCKET_MODE)
        if place.stat().st_uid == os.geteuid():
            place.chmod(_FOLDER_MODE)
        made.listen(16)
    except BaseException:
        made.close()
        raise
    return made


def connected(place: Path, *, seconds_max: float) -> socket.socket:
    """Raises OSError where no agent listens."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds_max)
        with _short(place) as address:
            made.connect(address)
    except BaseException:
        made.close()
        raise
    return made


@contextmanager
def _short(place: Path) -> Iterator[str]:
    if sys.platform != "linux":
        yield str(place / NAME)
        return
    descriptor = os.open(place, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)
