"""Where in which file a follower stands, so that a restart finds the very place again.

Enters: what was read. Leaves: a cursor, JSON with short keys, append-only:
    {"v": 1, "i": inode, "d": device, "o": offset, "s": salt (hex),
     "m": the file's time of modification then (nanoseconds); at offset 0, where nothing of this
          file was read, that of the last old file that was read to its end,
     "p": the inode of that old file, 0 where there is none,
     "h": [bytes, fingerprint] of the file's beginning, "t": the same of what precedes the offset}
Must hold: no byte of the file is in it. A fingerprint is 6 bytes of BLAKE2b keyed with the salt:
enough to tell files apart beside an inode, too short to prove a guessed line.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass, field

HEAD_BYTES = 256
BEFORE_BYTES = 64
FINGERPRINT_BYTES = 6

# A FIFO opened for reading would hang, and a link in a folder that others write to could lead the
# agent's rights anywhere.
_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | os.O_NOFOLLOW


@dataclass(slots=True)
class Mark:
    """A place in a file: what lies before `offset` is done."""

    inode: int = 0  # 0: there was no file yet
    device: int = 0  # a hint only: numbers change from boot to boot
    offset: int = 0
    mtime_ns: int = 0  # old files that are younger hold what was never read
    past_inode: int = 0  # of the old file that ended then: times are equal within a clock tick
    salt: bytes = field(default_factory=lambda: os.urandom(8))
    head_bytes: int = 0
    head: str = ""
    before_bytes: int = 0
    before: str = ""

    def encode(self) -> str:
        return json.dumps(
            {
                "v": 1,
                "i": self.inode,
                "d": self.device,
                "o": self.offset,
                "m": self.mtime_ns,
                "p": self.past_inode,
                "s": self.salt.hex(),
                "h": [self.head_bytes, self.head],
                "t": [self.before_bytes, self.before],
            },
            separators=(",", ":"),
        )

    def fingerprint(self, data: bytes) -> str:
        return hashlib.blake2b(data, digest_size=FINGERPRINT_BYTES, key=self.salt).hexdigest()

    def is_in(self, fd: int) -> bool:
        """Whether the file behind `fd` is this mark's file, or a copy of it, at least that long."""
        found = os.fstat(fd)
        if self.offset == 0:
            return found.st_ino == self.inode
        if found.st_size < self.offset:
            return False
        head = os.pread(fd, self.head_bytes, 0)
        before = os.pread(fd, self.before_bytes, self.offset - self.before_bytes)
        return self.fingerprint(head) == self.head and self.fingerprint(before) == self.before


def decode_mark(text: str) -> Mark | None:
    """None where the cursor is not one of ours."""
    try:
        found = json.loads(text)
        mark = Mark(
            inode=int(found["i"]),
            device=int(found["d"]),
            offset=int(found["o"]),
            mtime_ns=int(found["m"]),
            past_inode=int(found.get("p", 0)),
            salt=bytes.fromhex(found["s"]),
            head_bytes=int(found["h"][0]),
            head=str(found["h"][1]),
            before_bytes=int(found["t"][0]),
            before=str(found["t"][1]),
        )
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError):
        return None
    sane = (
        mark.offset >= 0
        and 0 <= mark.head_bytes <= HEAD_BYTES
        and 0 <= mark.before_bytes <= min(BEFORE_BYTES, mark.offset)
        and len(mark.salt) <= 64
    )
    return mark if sane else None


def open_regular(path: str) -> int | None:
    """A descriptor of a regular file; None where there is none that may be read."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        fd = os.open(path, _OPEN)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return fd
    os.close(fd)
    return None
