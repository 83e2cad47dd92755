"""Standard input in blocks of whole lines, as fast as it comes.

Enters: bytes as they arrive. Leaves: blocks, each one or more lines joined by line feeds, without
the last one's. Must hold: nothing waits for more input than a line needs; memory is bounded,
whatever the length of a line; the number of lines is that of the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

BLOCK_BYTES = 1 << 20
LINE_BYTES_MAX = 1 << 20  # a longer line is cut; the longest field has a bound far below that


def blocks(read: Callable[[], bytes]) -> Iterator[bytes]:
    """`read()` gives what there is, and nothing at the end."""
    begun: list[bytes] = []  # a line whose end has not come yet
    size = 0
    while chunk := read():
        end = chunk.rfind(b"\n")
        if end >= 0:
            first = chunk.find(b"\n") if size >= LINE_BYTES_MAX else 0
            yield b"".join((*begun, chunk[first:end]))
            begun, size = [], 0
        rest = chunk[end + 1 :][: LINE_BYTES_MAX - size]
        if rest:
            begun.append(rest)
            size += len(rest)
    if begun:
        yield b"".join(begun)
