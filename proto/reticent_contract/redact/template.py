"""What lines have in common that differ in their numbers only, in how long these are too.

    Accepted for ann from 198.51.100.7 port 4711 -> Accepted for ann from N.N.N.N port N

Enters: what was proved of one line and of the same with numbers of other lengths (`proof`). Leaves:
for a line of a shape never met, what its gates and patterns would tell, or what becomes of it.
Must hold: only lines are taken whose numbers are as long as it was proved for. Of a line nothing is
kept but hashes, places, and what stands in the place of a finding, which leaves the laptop.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any

from reticent_contract.redact.free_numbers import (
    Lengths,
    NotAlikeError,
    Numbers,
    Place,
    Places,
    Stretch,
)
from reticent_contract.redact.hits import Hit
from reticent_contract.redact.shapes import ANY_DIGIT, Known, Piece, Shape
from reticent_contract.redact.stencil import set_apart

Outcomes = dict[int, tuple[tuple[Stretch, str], ...]]  # of all templates
PlacedLook = tuple[Any, list[tuple[Any, ...]] | None]  # a look, where its pattern matches
PlacedSettled = tuple[Place, Place, tuple[int, int], str, str]
_DIGIT = re.compile(rb"[0-9]")
_OUTCOMES_MAX = 4_096
_TRIED = 32  # lines until it is known whether what decides comes again


class Template:
    """Of one scanner, for some lengths. Thread-safe: two threads that learn at once learn alike.

    `windows`: what decides over a line; None where that is not known. `held`: looks that are asked
    only where something stands in a line.
    """

    __slots__ = (
        "_apart",
        "_asked",
        "_free",
        "_held",
        "_lengths",
        "_looks",
        "_met",
        "_missed",
        "_outcomes",
        "_secrets",
        "_settled",
        "_windows",
    )

    def __init__(
        self,
        secrets: list[int],
        looks: list[PlacedLook],
        settled: list[PlacedSettled],
        lengths: Lengths,
        free: frozenset[int],
        windows: Sequence[Stretch] | None,
        held: Sequence[Any],
        outcomes: Outcomes,
    ) -> None:
        self._secrets, self._looks, self._settled, self._asked = secrets, looks, settled, held
        self._lengths = [
            (number, sum(1 << length for length in lengths[number])) for number in sorted(free)
        ]
        self._free = free
        self._windows = windows
        self._held = tuple((each[0].run.decode(), each[0].search) for each in held)
        self._outcomes = outcomes
        self._met = self._missed = 0
        self._apart = set_apart()

    def takes(self, numbers: Numbers) -> bool:
        """Whether it was proved for numbers so long."""
        lengths = numbers.lengths
        for number, known in self._lengths:  # noqa: SIM110  # a generator takes twice as long
            if not known >> lengths[number] & 1:
                return False
        return True

    def shape(self, of: object, numbers: Numbers) -> Shape:
        """What is known of the shape of a line that it takes. It is not kept. `of`: whose it is."""
        base = numbers.base()
        spans: dict[Hashable, list[Any] | None] = {}
        looks = list(self._asked)
        for look, known in self._looks:
            if known is not None:
                spans[look[-1].needs] = at = [_positions(span, base) for span in known]
                if look[2] is not None:
                    look = (*look[:2], at, *look[3:])  # the same, placed
            looks.append(look)
        settled = []
        for (number, behind), (last, past), (protection, order), name, tier in self._settled:
            start, end = base[number] + behind, base[last] + past
            settled.append((start, end, (protection, end - start, order), name, tier))
        return Shape.told(self._secrets, spans, (of, looks, settled))

    def outcome(self, text: str, data: bytes, numbers: Numbers) -> Known | None:
        """The pieces of a line that it takes; None where they are not known. `data`: its bytes."""
        base = numbers.base()
        windows = self._stretches(text, data, base)
        if windows is None:
            return None
        pieces = self._outcomes.get(_read(data, windows) ^ self._apart)
        if pieces is None:
            self._missed += 1
            return None
        self._met += 1
        return tuple([(base[i] + a, base[j] + b, piece) for (i, a, j, b), piece in pieces])

    def learn(
        self, text: str, data: bytes, numbers: Numbers, hits: list[Hit], pieces: Sequence[Piece]
    ) -> None:
        """Keeps what became of a line that it takes. `hits`: also what is allowed."""
        windows = self._stretches(text, data, numbers.base())
        if windows is None or self._missed > _TRIED + 4 * self._met:
            return
        for start, end, *_ in hits:
            if _DIGIT.search(data, start, end) is not None and not any(
                first <= start and end <= last for first, last in windows
            ):
                return
        try:
            placed = placed_pieces(
                pieces, Places.of(data.translate(ANY_DIGIT), numbers, self._free)
            )
        except NotAlikeError:
            return
        if len(self._outcomes) >= _OUTCOMES_MAX:
            self._outcomes.clear()
        self._outcomes[_read(data, windows) ^ self._apart] = placed

    def _stretches(
        self, text: str, data: bytes, base: tuple[int, ...]
    ) -> list[tuple[int, int]] | None:
        if self._windows is None:
            return None
        for run, search in self._held:
            if run in text and search(data) is not None:
                return None
        return [(max(0, base[i] + a), base[j] + b) for i, a, j, b in self._windows]


def stretch_of(span: Sequence[Any], places: Places) -> Stretch:
    """NotAlikeError where it begins or ends within a free number."""
    return *places.place(span[0]), *places.place(span[1])


def placed_pieces(pieces: Sequence[Piece], places: Places) -> tuple[tuple[Stretch, str], ...]:
    """The same of each piece, with what stands there as text."""
    return tuple((stretch_of(piece, places), piece[2].decode()) for piece in pieces)


def _read(data: bytes, windows: list[tuple[int, int]]) -> int:
    return hash(tuple([data[start:end] for start, end in windows]))


def _positions(span: tuple[Any, ...], base: tuple[int, ...]) -> tuple[Any, ...]:
    (number, behind), (last, past), *more = span
    start, end = base[number] + behind, base[last] + past
    if not more:
        return start, end
    return (
        start,
        end,
        *([base[i] + a for i, a in each] if type(each) is list else each for each in more),
    )
