"""Cuts UTF-16 into lines, as programs from Windows write it.

Enters: chunks as they are read, which may end within a character. Leaves: what
`lines.LineSplitter` leaves: complete lines, with how many bytes they stand for. Must hold: the
same; a half of a pair of surrogates becomes U+FFFD.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from reticent_contract import limits

from reticent_agent.collect.lines import (
    LAST_BYTES,
    LINES_AT_ONCE,
    Lines,
    LineSplitter,
    Splitter,
    bounded_text,
)

UNIT_BYTES = 2
_AHEAD_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Wide:
    mark: bytes  # the first two bytes of a file in it (Unicode Standard, section 23.8)
    encoding: str
    end: bytes  # of a line


_WIDE = (
    Wide(b"\xff\xfe", "utf-16-le", b"\n\0"),
    Wide(b"\xfe\xff", "utf-16-be", b"\0\n"),
)


def wide_of(beginning: bytes) -> Wide | None:
    """By a file's first bytes; None: its units are bytes."""
    return next((wide for wide in _WIDE if beginning.startswith(wide.mark)), None)


def splitter_of(beginning: bytes, *, one_by_one: bool) -> Splitter:
    """For the file that begins so."""
    wide = wide_of(beginning)
    if wide is None:
        return LineSplitter(one_by_one=one_by_one)
    return WideLineSplitter(wide, one_by_one=one_by_one)


def next_line(fd: int, at: int) -> int:
    """Where the first line begins at `at` or later; `at` itself where none is near."""
    wide = wide_of(os.pread(fd, UNIT_BYTES, 0))
    end, unit = (b"\n", 1) if wide is None else (wide.end, UNIT_BYTES)
    at -= at % unit
    if at < unit:
        return 0
    found = _find(os.pread(fd, _AHEAD_BYTES, at - unit), end, unit, 0)
    return at if found < 0 else at + found


class WideLineSplitter:
    """Keeps what has no end yet: at most LOG_LINE_BYTES_MAX bytes of it, and its length."""

    def __init__(
        self,
        wide: Wide,
        *,
        one_by_one: bool = False,
        bytes_max: int = limits.LOG_LINE_BYTES_MAX,
    ) -> None:
        self._wide = wide
        self._at_once = 1 if one_by_one else LINES_AT_ONCE
        self._bytes_max = bytes_max & ~1
        self._half = b""  # of a unit
        self._kept, self._total = b"", 0  # of the line that has no end yet
        self._recent = b""  # the last bytes of the stream
        self._texts: list[str] = []
        self._lines = self._count = 0

    def feed(self, data: bytes) -> Iterator[Lines]:
        data = self._half + data
        whole = len(data) & ~1
        self._half, data = data[whole:], data[:whole]
        start = 0
        while (end := _find(data, self._wide.end, UNIT_BYTES, start)) >= 0:
            self._keep(data[start:end])
            text = self._text()
            self._texts += [text] if text else []
            self._lines += 1
            self._count += self._total + UNIT_BYTES
            self._recent = (self._recent + self._wide.end)[-LAST_BYTES:]
            self._kept, self._total = b"", 0
            start = end + UNIT_BYTES
            if self._lines == self._at_once:
                yield self._take()
        if self._lines:
            yield self._take()
        self._keep(data[start:])

    def flush(self) -> str | None:
        text = self._text() if self._total else None
        self.forget()
        return text or None

    def forget(self) -> None:
        self._half, self._kept, self._recent = b"", b"", b""
        self._total = self._lines = self._count = 0
        self._texts = []

    def _keep(self, piece: bytes) -> None:
        self._kept += piece[: self._bytes_max - len(self._kept)]
        self._total += len(piece)
        self._recent = (self._recent + piece[-LAST_BYTES:])[-LAST_BYTES:]

    def _text(self) -> str:
        kept = self._kept.decode(self._wide.encoding, "replace").lstrip("\0").rstrip("\r").encode()
        total = len(kept) if self._total == len(self._kept) else self._total
        return bounded_text(kept, total, self._bytes_max)

    def _take(self) -> Lines:
        count = self._count
        lines = Lines(tuple(self._texts), count, self._recent[-min(count, LAST_BYTES) :])
        self._texts, self._lines, self._count = [], 0, 0
        return lines


def _find(data: bytes, end: bytes, unit: int, start: int) -> int:
    """The next end of a line that begins at a whole unit; -1 where there is none."""
    found = data.find(end, start)
    while found >= 0 and found % unit:
        found = data.find(end, found + 1)
    return found
