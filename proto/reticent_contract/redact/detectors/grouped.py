"""Finders whose value is what a group of their pattern holds.

Enters: a pattern with groups, and what accepts a value. Leaves: a finder.
Must hold: linear; of a pattern's alternatives only the one that matched has its group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from reticent_contract.redact.detectors.model import (
    UNANCHORED,
    Finder,
    First,
    Found,
    Pattern,
    finder_at,
)

# The finding, of where the value begins and what it is; None where it is none.
Take = Callable[[int, bytes], Found | None]


class Grouped(Pattern):
    """A pattern whose spans are those of its groups that took part, with their numbers from 0."""

    __slots__ = ()

    def _spans(self, text: bytes) -> list[tuple[int, int, int]]:
        return list(self._each_name(text))

    def _each_name(self, text: bytes) -> Iterator[tuple[int, int, int]]:
        position = 0
        while position < len(text):
            (_, end), *groups = self._match(UNANCHORED, text, position, len(text))
            if end < 0:
                return
            for number, (start, stop) in enumerate(groups):
                if start >= 0:
                    yield start, stop, number
            position = max(end, position + 1)


def grouped(pattern: str, gate: str, *takes: Take, first: First | None = None) -> Finder:
    """In a pattern of several lines, ^ and $ are those of a line. One `take` for each group, or
    one for all of them. `first`: see `Pattern`."""

    def find(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
        for start, end, group in spans:
            if text[end : end + 2] == b"]\\":
                continue  # [DOMAIN]\[user]
            found = takes[min(group, len(takes) - 1)](start, text[start:end])
            if found is not None:
                yield found

    needs = Grouped(f"(?m){pattern}", first=first)
    return finder_at(gate, needs, find, "B", reads=(0, 0))
