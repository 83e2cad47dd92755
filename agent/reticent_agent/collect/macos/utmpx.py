"""The records of /var/run/utmpx: who is logged on since the Mac was started.

Enters: the file's bytes. Leaves: records. Must hold: no error for any input; what is no whole
record is left out. Layout: struct utmpx32 of Apple's Libc (gen/utmpx-darwin.h), little-endian, 628
bytes: user 256, id 4, line 32, pid 4, type 2, gap 2, seconds 4, microseconds 4, host 256, rest 64.
The first record is a signature.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

LAYOUT = struct.Struct("<256s4s32sihHII256s64x")
BOOT_TIME, USER_PROCESS, DEAD_PROCESS, SHUTDOWN_TIME = 2, 7, 8, 11
_KNOWN = frozenset({BOOT_TIME, USER_PROCESS, DEAD_PROCESS, SHUTDOWN_TIME})
_TYPE_BITS = 0x00FF  # above are flags of the entry, such as UTMPX_AUTOFILL_MASK


@dataclass(frozen=True, slots=True)
class Record:
    kind: int
    user: str
    line: str
    pid: int
    ts_us: int
    host: str


def records(content: bytes) -> Iterator[Record]:
    """Those of the four kinds above, in the order of the file."""
    whole = len(content) - len(content) % LAYOUT.size
    for user, _, line, pid, kind, _, seconds, microseconds, host in LAYOUT.iter_unpack(
        content[:whole]
    ):
        if kind & _TYPE_BITS in _KNOWN:
            yield Record(
                kind=kind & _TYPE_BITS,
                user=_text(user),
                line=_text(line),
                pid=pid,
                ts_us=seconds * 1_000_000 + microseconds % 1_000_000,
                host=_text(host),
            )


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace").strip()
