"""Cuts a stream of bytes into lines, in bounded memory.

Enters: chunks as they are read. Leaves: complete lines, with how many bytes they stand for. Must
hold: an incomplete line is kept, a too long one keeps its beginning only, and says so in its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reticent_contract import limits

LINES_AT_ONCE = limits.EMIT_ROWS_MAX
LAST_BYTES = 64


@dataclass(frozen=True, slots=True)
class Lines:
    texts: tuple[str, ...]
    count: int  # bytes of the stream that are dealt with by these lines, ends included
    last: bytes  # the last of them, up to LAST_BYTES


class LineSplitter:
    """Keeps what has no end yet: at most LOG_LINE_BYTES_MAX bytes of it, and its length."""

    def __init__(self, bytes_max: int = limits.LOG_LINE_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._kept = b""
        self._skipped = 0  # bytes of this line beyond what is kept
        self._recent = b""  # the last of a line that is being skipped
        self._holes = 0  # NULs before it: what a truncation leaves under a writer that seeks

    def feed(self, data: bytes) -> Iterator[Lines]:
        """Complete lines, LINES_AT_ONCE at a time."""
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
            if lines is not None:
                yield lines

    def flush(self) -> str | None:
        """The line without an end, when nothing more can come; None when there is none."""
        total = len(self._kept) + self._skipped
        text = bounded_text(self._kept, total, self._bytes_max) if total else None
        self.forget()
        return text

    def forget(self) -> None:
        self._kept, self._recent, self._skipped, self._holes = b"", b"", 0, 0

    def _split(self, data: bytes) -> tuple[bytes, Lines | None]:
        data = self._kept + data
        parts = data.split(b"\n", LINES_AT_ONCE)
        rest = parts.pop()
        more = len(parts) == LINES_AT_ONCE
        self._kept = b""
        lines = None
        if parts:
            done = len(data) - len(rest)
            before = bytes(min(self._holes, LAST_BYTES))
            # At a line's beginning only: what a hole leaves, wherever the chunks are cut.
            parts = [part.lstrip(b"\0") for part in parts]
            texts = [bounded_text(part, len(part), self._bytes_max) for part in parts]
            lines = Lines(
                tuple(text for text in texts if text),
                done + self._holes,
                (before + data[max(0, done - LAST_BYTES) : done])[-LAST_BYTES:],
            )
            self._holes = 0
        if more:
            return rest, lines
        if parts:
            self._holes = len(rest)
            rest = rest.lstrip(b"\0")
            self._holes -= len(rest)
        self._kept = rest[: self._bytes_max]
        self._skipped = len(rest) - len(self._kept)
        self._recent = rest[-LAST_BYTES:] if self._skipped else b""
        return b"", lines

    def _skip(self, data: bytes) -> tuple[bytes, Lines | None]:
        end = data.find(b"\n")
        if end < 0:
            self._skipped += len(data)
            self._recent = (self._recent + data[-LAST_BYTES:])[-LAST_BYTES:]
            return b"", None
        total = len(self._kept) + self._skipped + end
        text = bounded_text(self._kept, total, self._bytes_max)
        last = (self._recent + data[max(0, end + 1 - LAST_BYTES) : end + 1])[-LAST_BYTES:]
        lines = Lines((text,), total + 1 + self._holes, last)
        self.forget()
        return data[end + 1 :], lines


def bounded_text(kept: bytes, total: int, bytes_max: int = limits.LOG_LINE_BYTES_MAX) -> str:
    """Text of at most `bytes_max` bytes in UTF-8, U+FFFD for what is no UTF-8, no CR at its end.

    `total` is the length of what `kept` is the beginning of. Where something is cut the text ends
    in " [cut: <total> bytes]".
    """
    if total == len(kept):
        kept = kept.rstrip(b"\r")
    text = kept[: bytes_max + 1].decode("utf-8", "replace")
    if total <= bytes_max and (total * 3 <= bytes_max or len(text.encode()) <= bytes_max):
        return text
    sign = f" [cut: {total} bytes]"
    beginning = text.encode()[: bytes_max - len(sign)].decode("utf-8", "ignore")
    return beginning + sign
