"""The bytes of a growing file, in order, over rotation and over restarts of the agent.

Enters: a path and the mark where reading ended last time. Leaves: steps. Must hold: every byte
that was in the file while it could be found is given once, whatever rotates it:

    rename      log -> log.1, a new log        the old file is read to its end, then the next one
    copy        log copied to log.1, then cut  the rest is read from the copy, then log from 0
    truncation  log cut, no copy               log from 0

An old file is found by its inode or, as a copy, by the fingerprints of its beginning and of what
precedes the offset (logrotate(8); compressed old files are not opened: their rest is lost, and
said so). One writer at a time is assumed: when a new file has content the old one has got its last.
"""

from __future__ import annotations

import os
from enum import Enum

from reticent_agent.collect.logs.position import (
    BEFORE_BYTES,
    HEAD_BYTES,
    Mark,
    open_regular,
)
from reticent_agent.collect.logs.rotated import LogFiles, UnsettledError
from reticent_agent.collect.logs.wide_lines import next_line

CHUNK_BYTES = 64 << 10


class Step(Enum):
    IDLE = "nothing to read now"
    MOVED = "reading goes on at the mark: forget what was read beyond it"
    ENDED = "this file is complete: finish what is pending, then call go_on()"
    LOST = "the marked place is gone: what followed it there was never read"


class Tail:
    """Not thread-safe. `first_bytes` of an existing file are read when there is no mark yet."""

    def __init__(
        self, path: str, mark: Mark | None, *, first_bytes: int, record_bytes: int
    ) -> None:
        self._path = path
        self._files = LogFiles(path)
        self._first_bytes = first_bytes
        self._record_bytes = record_bytes  # 1: lines
        self._is_first = mark is None
        self._fd: int | None = None
        self._next_fd: int | None = None
        self._read_at = 0
        self._mtime_ns = 0  # of the file, before its last bytes were read
        self._recent = b""  # the bytes before _read_at: the file still has them, or it was cut
        self._head = b""
        self._before = b""  # the bytes before the mark
        self.mark = mark or Mark()

    @property
    def fd(self) -> int | None:
        """The file that is being read: watch this one for changes."""
        return self._fd

    @property
    def head(self) -> bytes:
        """The first bytes of the file that is being read, as far as they were read."""
        return self._head

    def close(self) -> None:
        for fd in (self._fd, self._next_fd):
            if fd is not None:
                os.close(fd)
        self._fd = self._next_fd = None

    def step(self) -> bytes | Step:
        """The next bytes, or what else there is to know."""
        try:
            return self._step()
        except UnsettledError:
            return Step.IDLE

    def _step(self) -> bytes | Step:
        if self._fd is None:
            return self._find()
        at_start = self._read_at == 0
        data = self._read()
        # Only after reading: the log may be copied and cut at any moment before, and there is
        # nothing of it yet by which the read could tell.
        if at_start and self._files.is_current(self._fd):
            try:
                if self._skipped_copy():
                    return Step.MOVED
            except UnsettledError:
                self._seat(self._fd, 0)
                raise
        if data is None:
            return self._cut()
        if data or self._files.is_current(self._fd):
            return data or Step.IDLE
        uncut = self._files.uncut(self._fd, self.mark)
        if uncut is not None:
            os.close(self._fd)
            self._resume(uncut)
            return Step.MOVED
        following = self._files.after(self._fd)
        if following is None:
            return Step.IDLE
        data = self._read()  # its writer may have written once more before it changed over
        if data:
            os.close(following)
            return data
        self._next_fd = following
        return Step.ENDED

    def done(self, count: int, last: bytes) -> None:
        """`count` further bytes are dealt with; `last` are the last of them, up to 64."""
        self._before = (self._before + last)[-BEFORE_BYTES:]
        mark = self.mark
        mark.offset += count
        if count:
            mark.mtime_ns, mark.past_inode = self._mtime_ns, 0
        mark.head_bytes, mark.head = len(self._head), mark.fingerprint(self._head)
        mark.before_bytes, mark.before = len(self._before), mark.fingerprint(self._before)

    def go_on(self) -> None:
        """To the file after the one that ended."""
        fd, self._next_fd = self._next_fd, None
        if fd is None:
            fd = open_regular(self._path)
        elif self._fd is not None:  # else it was cut: its time is that of what came after
            ended = os.fstat(self._fd)
            self.mark.mtime_ns, self.mark.past_inode = ended.st_mtime_ns, ended.st_ino
        if self._fd is not None:
            os.close(self._fd)
        self._fd = None
        self._begin(fd, 0)

    def _begin(self, fd: int | None, offset: int) -> None:
        """What is known of old files stays true: nothing of this one is dealt with yet."""
        past = self.mark
        self.mark = Mark(mtime_ns=past.mtime_ns, past_inode=past.past_inode)
        if fd is None:
            return
        found = os.fstat(fd)
        self.mark.inode, self.mark.device = found.st_ino, found.st_dev
        self._seat(fd, offset)
        self.done(offset, self._recent)

    def _resume(self, fd: int) -> None:
        """Goes on at the mark, in the file or in the copy of it that was found."""
        found = os.fstat(fd)
        self.mark.inode, self.mark.device = found.st_ino, found.st_dev
        self._seat(fd, self.mark.offset)
        self._before = self._recent[len(self._recent) - self.mark.before_bytes :]
        if self.mark.offset and self.mark.fingerprint(self._before) != self.mark.before:
            os.close(fd)  # cut since the mark was found in it: look again
            self._fd = None

    def _seat(self, fd: int, offset: int) -> None:
        self._fd = fd
        self._read_at = offset
        self._mtime_ns = os.fstat(fd).st_mtime_ns
        self._head = os.pread(fd, min(HEAD_BYTES, offset), 0)
        start = max(0, offset - BEFORE_BYTES)
        self._recent = os.pread(fd, offset - start, start)
        self._before = b""

    def _read(self) -> bytes | None:
        """None: the file no longer has what was read from it."""
        if self._fd is None or not self._has_recent():
            return None
        mtime_ns = os.fstat(self._fd).st_mtime_ns
        data = os.pread(self._fd, CHUNK_BYTES, self._read_at)
        if not self._has_recent():  # cut while we read: these bytes may be of another time
            return None
        if len(self._head) < HEAD_BYTES and self._read_at == len(self._head):
            self._head = (self._head + data)[:HEAD_BYTES]
        self._read_at += len(data)
        self._mtime_ns = mtime_ns
        self._recent = (self._recent + data[-BEFORE_BYTES:])[-BEFORE_BYTES:]
        return data

    def _has_recent(self) -> bool:
        if self._fd is None:
            return False
        count = len(self._recent)
        return os.pread(self._fd, count, self._read_at - count) == self._recent

    def _find(self) -> Step:
        """Opens the file of the mark, wherever it is now; else the path's file."""
        if self._is_first:
            return self._begin_first()
        fd = self._files.with_mark(self.mark)
        if fd is not None:
            self._resume(fd)
            return Step.MOVED
        if self.mark.inode or self.mark.mtime_ns:
            fd = self._files.since(self.mark)
            if fd is None:
                fd = open_regular(self._path)
        else:
            fd = self._open_first()
        if fd is None:
            return Step.IDLE
        lost = self.mark.offset > 0
        self._begin(fd, 0)
        return Step.LOST if lost else Step.MOVED

    def _begin_first(self) -> Step:
        fd = self._open_first()
        self._is_first = False
        if fd is None:
            return Step.IDLE
        size = os.fstat(fd).st_size
        start = max(0, size - self._first_bytes)
        if start and self._record_bytes == 1:
            start = next_line(fd, start)
        self._begin(fd, start - start % self._record_bytes)
        return Step.MOVED

    def _open_first(self) -> int | None:
        """The log; the old files that are there before it are none of ours."""
        fd, youngest = self._files.begin()
        if youngest is not None:
            self.mark.mtime_ns, self.mark.past_inode = youngest.mtime_ns, youngest.inode
        return fd

    def _skipped_copy(self) -> bool:
        """Goes back to a copy that was made and cut off before anything of the log was read."""
        fd = self._files.since(self.mark)
        if fd is None:
            return False
        if self._fd is not None:
            os.close(self._fd)
        self._begin(fd, 0)
        return True

    def _cut(self) -> Step:
        """The file was truncated under us: its rest may be in a copy."""
        fd = self._files.with_mark(self.mark)
        if fd is None:
            return Step.ENDED
        if self._fd is not None:
            os.close(self._fd)
        self._resume(fd)
        return Step.MOVED
