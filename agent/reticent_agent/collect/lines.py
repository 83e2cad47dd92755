"""Cuts a stream of bytes into lines, in bounded memory.

Enters: chunks as they are read. Leaves: complete lines, with how many bytes they stand for. Must
hold: an incomplete line is kept, a too long one keeps its beginning only, and says so in its text.
Bytes that are no UTF-8 are read as Windows-1252, of which Latin-1 is a part: a name in them is
then found like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from reticent_contract import limits

LINES_AT_ONCE = limits.EMIT_ROWS_MAX
LAST_BYTES = 64
# By what `surrogateescape` makes of a byte that is no UTF-8. Five of its bytes mean nothing.
_WESTERN = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(128, 256)}


class Lines(NamedTuple):
    texts: tuple[str, ...]
    size_bytes: int  # of the stream that are dealt with by these lines, ends included
    last: bytes  # the last of them, up to LAST_BYTES


class Splitter(Protocol):
    """Of one encoding. All that it holds back is read again after `forget`."""

    def feed(self, data: bytes) -> Iterator[Lines]:
        """Complete lines, LINES_AT_ONCE at a time, or one by one where that was asked for."""

    def flush(self) -> str | None:
        """The line without an end, when nothing more can come; None when there is none."""

    def forget(self) -> None: ...


class LineSplitter:
    """Keeps what has no end yet: at most LOG_LINE_BYTES_MAX bytes of it, and its length."""

    def __init__(
        self, bytes_max: int = limits.LOG_LINE_BYTES_MAX, *, one_by_one: bool = False
    ) -> None:
        self._bytes_max = bytes_max
        self._at_once = 1 if one_by_one else LINES_AT_ONCE
        self._kept = b""
        self._skipped = 0  # bytes of this line beyond what is kept
        self._recent = b""  # the last of a line that is being skipped
        self._holes = 0  # NULs before it: what a truncation leaves under a writer that seeks

    def feed(self, data: bytes) -> Iterator[Lines]:
        while data:
            if not self._kept and not self._skipped and data[0] == 0:
                stripped = data.lstrip(b"\0")
                self._holes += len(data) - len(stripped)
                data = stripped
                continue
            if self._skipped:
                data, lines = self._skip(data)
            else:
                data, lines = self._split(data)
            yield from lines

    def flush(self) -> str | None:
        total = len(self._kept) + self._skipped
        text = bounded_text(self._kept, total, self._bytes_max) if total else None
        self.forget()
        return text

    def forget(self) -> None:
        self._kept, self._recent, self._skipped, self._holes = b"", b"", 0, 0

    def _split(self, data: bytes) -> tuple[bytes, list[Lines]]:
        data = self._kept + data
        parts = data.split(b"\n", LINES_AT_ONCE)
        rest = parts.pop()
        self._kept = b""
        if self._at_once == 1:
            lines = [self._line(part) for part in parts]
        else:
            lines = [self._lines(parts)] if parts else []
        if len(parts) == LINES_AT_ONCE:
            return rest, lines
        if parts:
            self._holes = len(rest)
            rest = rest.lstrip(b"\0")
            self._holes -= len(rest)
        self._kept = rest[: self._bytes_max]
        self._skipped = len(rest) - len(self._kept)
        self._recent = rest[-LAST_BYTES:] if self._skipped else b""
        return b"", lines

    def _line(self, part: bytes) -> Lines:
        if self._holes or part.startswith(b"\0"):
            return self._lines([part])
        text = bounded_text(part, len(part), self._bytes_max)
        texts = (text,) if text else ()
        return Lines(texts, len(part) + 1, part[1 - LAST_BYTES :] + b"\n")

    def _lines(self, parts: list[bytes]) -> Lines:
        before = bytes(min(self._holes, LAST_BYTES))
        count = sum(map(len, parts)) + len(parts) + self._holes
        self._holes = 0
        last = before + b"\n".join(parts[-LAST_BYTES:])[-LAST_BYTES:] + b"\n"
        # At a line's beginning only: what a hole leaves, wherever the chunks are cut.
        parts = [part.lstrip(b"\0") for part in parts]
        texts = [bounded_text(part, len(part), self._bytes_max) for part in parts]
        return Lines(tuple(text for text in texts if text), count, last[-LAST_BYTES:])

    def _skip(self, data: bytes) -> tuple[bytes, list[Lines]]:
        end = data.find(b"\n")
        if end < 0:
            self._skipped += len(data)
            self._recent = (self._recent + data[-LAST_BYTES:])[-LAST_BYTES:]
            return b"", []
        total = len(self._kept) + self._skipped + end
        text = bounded_text(self._kept, total, self._bytes_max)
        last = (self._recent + data[max(0, end + 1 - LAST_BYTES) : end + 1])[-LAST_BYTES:]
        lines = Lines((text,), total + 1 + self._holes, last)
        self.forget()
        return data[end + 1 :], [lines]


def bounded_text(kept: bytes, total: int, bytes_max: int = limits.LOG_LINE_BYTES_MAX) -> str:
    """Text of at most `bytes_max` bytes in UTF-8, without a CR at its end.

    `total` is the length of what `kept` is the beginning of. Where something is cut the text ends
    in " [cut: <total> bytes]".
    """
    if total == len(kept):
        kept = kept.rstrip(b"\r")
    text = _decoded(kept[: bytes_max + 1])
    if total <= bytes_max and (total * 3 <= bytes_max or len(text.encode()) <= bytes_max):
        return text
    sign = f" [cut: {total} bytes]"
    beginning = text.encode()[: bytes_max - len(sign)].decode("utf-8", "ignore")
    return beginning + sign


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape").translate(_WESTERN)
