"""A log file and its old ones, seen while somebody renames them.

Enters: the path of a log. Leaves: open files. Must hold: an answer is only given when the names
meant the same files before and after it was found; a rotation that renames ten files in a row
would otherwise hide one of them, or hand out its neighbour.
"""

from __future__ import annotations

import heapq
import os
import re
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from reticent_contract import limits

from reticent_agent.collect.logs.position import Mark, open_regular

LOOKS_MAX = 50  # at names that keep changing; the next event of the folder leads to another try
NAMES_MAX = 4_096


@dataclass(frozen=True, slots=True)
class OldFile:
    path: str
    inode: int
    device: int
    mtime_ns: int
    size_bytes: int

    def age(self) -> tuple[int, int]:
        """Orders old files, oldest first; log.2 is older than log.1 where the times are equal."""
        number = re.search(r"\.([0-9]{1,3})$", self.path)
        return self.mtime_ns, -int(number.group(1)) if number else 0


class UnsettledError(Exception):
    """The names kept changing, so nothing is known: look again later."""


class LogFiles:
    """The log at `path`, and log.1, log-20261122, log.2026-11-22 beside it; not log.1.gz."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder, base = os.path.split(path)
        self._is_old = re.compile(re.escape(base) + r"[.\-_][0-9][0-9._\-T]*")

    def with_mark(self, mark: Mark) -> int | None:
        """The open file that has the mark: the path's own, else the same inode's, else a copy."""

        def find(old: Sequence[OldFile]) -> int | None:
            by_inode = sorted(old, key=lambda file: file.inode != mark.inode)
            for path in (self._path, *(file.path for file in by_inode)):
                fd = open_regular(path)
                if fd is None:
                    continue
                if mark.is_in(fd):
                    return fd
                os.close(fd)
            return None

        return self._consistent(find)

    def since(self, mark: Mark) -> int | None:
        """The oldest of the old files that are younger than what the mark says was read, open.

        An empty one is a copy that is still being made: its log is not cut yet.
        """

        def find(old: Sequence[OldFile]) -> int | None:
            past = [f for f in old if (f.inode, f.mtime_ns) == (mark.past_inode, mark.mtime_ns)]
            age = past[0].age() if past else (mark.mtime_ns, 0)
            younger = (file for file in old if file.size_bytes and file.age() > age)
            opened = (open_regular(file.path) for file in sorted(younger, key=OldFile.age))
            return next((fd for fd in opened if fd is not None), None)

        return self._consistent(find)

    def begin(self) -> tuple[int | None, OldFile | None]:
        """The log itself, open, and the youngest old file from before it was opened."""
        youngest: list[OldFile] = []

        def find(old: Sequence[OldFile]) -> int | None:
            youngest[:] = sorted(old, key=OldFile.age)[-1:]
            return open_regular(self._path)

        return self._consistent(find), youngest[0] if youngest else None

    def uncut(self, fd: int, mark: Mark) -> int | None:
        """The log itself, open, where `fd` is a copy of it and it has not been cut yet.

        A new log that happens to begin like the old one is told from it by its age.
        """
        found = open_regular(self._path)
        if found is None:
            return None
        copy_ns, log_ns = os.fstat(fd).st_mtime_ns, os.fstat(found).st_mtime_ns
        if mark.offset > 0 and log_ns <= copy_ns and mark.is_in(found):
            return found
        os.close(found)
        return None

    def after(self, fd: int) -> int | None:
        """The open file that was begun after the one behind `fd`; None while there is none."""

        def find(old: Sequence[OldFile]) -> int | None:
            here = os.fstat(fd)
            same = [f for f in old if (f.inode, f.device) == (here.st_ino, here.st_dev)]
            name = same[0].path if same else ""
            age = OldFile(name, here.st_ino, here.st_dev, here.st_mtime_ns, here.st_size).age()
            others = (file for file in old if file.size_bytes and file not in same)
            for file in sorted(others, key=OldFile.age):
                if file.age() > age and (found := open_regular(file.path)) is not None:
                    return found
            found = open_regular(self._path)
            # An empty new file: its writer may still have the old one open (logrotate's create).
            if found is not None and os.fstat(found).st_size == 0:
                os.close(found)
                return None
            return found

        return self._consistent(find)

    def is_current(self, fd: int) -> bool:
        """Whether the path names the file behind `fd`."""
        try:
            return os.path.samestat(os.lstat(self._path), os.fstat(fd))
        except OSError:
            return False

    def _consistent(self, find: Callable[[Sequence[OldFile]], int | None]) -> int | None:
        for _ in range(LOOKS_MAX):
            current, old = self._current(), self._old()
            fd = find(old)
            names = {file.path: file.inode for file in old}
            if current == self._current() and names == {f.path: f.inode for f in self._old()}:
                return fd
            if fd is not None:
                os.close(fd)
        raise UnsettledError

    def _current(self) -> int:
        try:
            return os.lstat(self._path).st_ino
        except OSError:
            return 0

    def _old(self) -> list[OldFile]:
        """The youngest ROTATED_FILES_MAX of them."""
        found = []
        try:
            with os.scandir(self._folder) as entries:
                fitting = (entry for entry in entries if self._is_old.fullmatch(entry.name))
                names = [entry.name for entry in islice(fitting, NAMES_MAX)]
        except OSError:
            return []
        for name in names:
            path = Path(self._folder, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode):
                found.append(
                    OldFile(
                        path=str(path),
                        inode=status.st_ino,
                        device=status.st_dev,
                        mtime_ns=status.st_mtime_ns,
                        size_bytes=status.st_size,
                    )
                )
        return heapq.nlargest(limits.ROTATED_FILES_MAX, found, key=OldFile.age)
