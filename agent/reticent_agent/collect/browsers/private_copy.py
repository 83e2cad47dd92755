"""A copy of a database that a browser has open, for as long as it is read.

Enters: the path of a database and the number of the account that must own it. Leaves: a folder
with a copy of the database and of its journal or log. Must hold: nothing but regular files of that
account is copied; no copy names another file; on Linux the copies are in memory (tmpfs) or not made
at all, on other systems they lie where temporary files do; the folder is gone when the block ends,
and what a killed agent left is swept at the next start.

Browsers lock their databases for as long as they run, so they are read as copies, beside which
SQLite finds the log and applies it. An anonymous file (memfd) cannot be used: SQLite resolves
/proc/self/fd/N to a name that does not exist.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reticent_contract import limits

from reticent_agent.errors import CollectError

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be removed there, which protects as well
    fcntl = None  # type: ignore[assignment]  # a module elsewhere

BUSY = "history_busy"
COMPANIONS = ("-wal", "-journal")
# How a journal ends that names another file: SQLite would delete that one, whatever it is, after it
# applied the journal (sqlite.org/fileformat2.html, section 3; pager.c, readSuperJournal).
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")
_MEMORY = "/dev/shm"  # noqa: S108 - a folder of its own is made in it, for the agent's user alone
_HAS_MEMORY = sys.platform == "linux"
_PREFIX = "reticent-history-"
_TRIES = 3
_TRY_AGAIN_S = 0.25
_CHUNK_BYTES = 1 << 20
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OPEN |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

Stamp = tuple[tuple[int, int, int], ...]


def stamp(database: Path) -> Stamp:
    """Differs when the database, its journal or its log was written. OSError: it is not there."""
    return tuple(_stamp(Path(f"{database}{suffix}")) for suffix in ("", *COMPANIONS))


@contextmanager
def private_copy(database: Path, *, user_id: int | None) -> Iterator[Path]:
    """The copied database. Raises CollectError where it cannot be had, OSError on the disk's."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place()))  # 0700
    held = _hold(folder)
    try:
        yield _copied(database, folder, user_id=user_id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def sweep() -> int:
    """Removes the folders that no running agent holds; says how many there were."""
    found = 0
    try:
        where = Path(place())
    except CollectError:
        return 0
    for folder in where.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if folder.is_symlink() or not _is_ours(folder):
                continue
            held = _hold(folder)
            shutil.rmtree(folder, ignore_errors=True)
            found += 1
            if held is not None:
                os.close(held)
    return found


def place() -> str:
    """Where copies lie: on Linux in memory. Raises CollectError where there is no such place."""
    if not _HAS_MEMORY:
        return tempfile.gettempdir()
    if not os.access(_MEMORY, os.W_OK):
        raise CollectError(
            "history_no_memory", f"is not read: {_MEMORY} is missing, and no disk gets a copy of it"
        )
    return _MEMORY


def _is_ours(folder: Path) -> bool:
    return fcntl is None or folder.stat().st_uid == os.geteuid()


def _hold(folder: Path) -> int | None:
    """A lock that ends with this process. Raises BlockingIOError where another has it."""
    if fcntl is None:
        return None
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _copied(database: Path, folder: Path, *, user_id: int | None) -> Path:
    """All files of one moment: none of them was written while they were copied."""
    for _ in range(_TRIES):
        before = stamp(database)
        room = limits.HISTORY_BYTES_MAX
        for suffix in ("", *COMPANIONS):
            room -= _copy(Path(f"{database}{suffix}"), folder / f"copy{suffix}", user_id, room)
        if stamp(database) == before:
            _require_alone(folder / "copy-journal")
            return folder / "copy"
        for suffix in ("", *COMPANIONS):
            (folder / f"copy{suffix}").unlink(missing_ok=True)
        time.sleep(_TRY_AGAIN_S)
    raise CollectError(BUSY, "was written all the time; it is read later")


def _require_alone(journal: Path) -> None:
    """No browser writes to two databases at once: whoever names another file is up to something."""
    if not journal.exists():
        return
    with journal.open("rb") as file:
        file.seek(max(0, journal.stat().st_size - len(_NAMES_ANOTHER)))
        if file.read() == _NAMES_ANOTHER:
            raise CollectError("history_foreign", "has a journal that names another file")


def _copy(source: Path, target: Path, user_id: int | None, room: int) -> int:
    try:
        descriptor = os.open(source, _OPEN)
    except FileNotFoundError:
        if target.name == "copy":
            raise
        return 0
    try:
        found = os.fstat(descriptor)
        # A link or another person's file would be told as this person's.
        if not stat.S_ISREG(found.st_mode) or user_id not in (None, found.st_uid):
            raise CollectError("history_foreign", "is no regular file of the home's owner")
        if found.st_size > room:  # said before a byte of it is copied
            raise _too_large()
        copied = 0
        with os.fdopen(os.open(target, _MAKE, 0o600), "wb") as into:
            while chunk := os.read(descriptor, _CHUNK_BYTES):
                copied += len(chunk)
                if copied > room:
                    raise _too_large()
                into.write(chunk)
        return copied
    finally:
        os.close(descriptor)


def _too_large() -> CollectError:
    return CollectError(
        "history_too_large", f"has more than {limits.HISTORY_BYTES_MAX >> 20} MiB; it is not read"
    )


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except FileNotFoundError:
        if file.name.endswith(COMPANIONS):
            return (0, 0, 0)
        raise
    return (found.st_ino, found.st_size, found.st_mtime_ns)
