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
from reticent_contract.redact.own_matcher import OwnMatcher
from reticent_contract.redact.recent import Recent
from reticent_contract.redact.shapes import ANY_DIGIT, Known, Piece, Shape
from reticent_contract.redact.stencil import set_apart

Outcomes = Recent[tuple[tuple[Stretch, str], ...]]  # of all templates
PlacedLook = tuple[Any, list[tuple[Any, ...]] | None]  # a look, where its pattern matches
PlacedSettled = tuple[Place, Place, tuple[int, int], str, str]
_DIGIT = re.compile(rb"[0-9]")
_TRIED = 32  # lines until it is known whether what decides comes again


class Template:
    """Of one scanner and matcher, for some lengths. Thread-safe: two learn at once alike.

    `windows`: what decides over a line; None where that is not known. `held`: looks that are asked
    only where something stands in a line. `apart` sets its outcomes apart from those of others;
    `met`, `missed`: how often one was known.
    """

    __slots__ = (
        "_asked",
        "_free",
        "_held",
        "_lengths",
        "_looks",
        "_secrets",
        "_settled",
        "_windows",
        "apart",
        "matcher",
        "met",
        "missed",
        "outcomes",
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
        matcher: OwnMatcher,
        outcomes: Outcomes,
    ) -> None:
        self._secrets, self._looks, self._settled, self._asked = secrets, looks, settled, held
        self._lengths = [
            (number, sum(1 << length for length in lengths[number])) for number in sorted(free)
        ]
        self._free = free
        self._windows = windows
        self._held = tuple((each[0].run.decode(), each[0].search) for each in held)
        self.matcher, self.outcomes = matcher, outcomes
        self.met = self.missed = 0
        self.apart = set_apart()

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

    def learn(
        self, text: str, data: bytes, numbers: Numbers, hits: list[Hit], pieces: Sequence[Piece]
    ) -> None:
        """Keeps what became of a line that it takes. `hits`: also what is allowed."""
        windows = self.stretches(numbers.base())
        if windows is None or self.missed > _TRIED + 4 * self.met or self.is_asked(text, data):
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
        read = hash(tuple([data[start:end] for start, end in windows]))
        self.outcomes.keep(read ^ self.apart, placed)

    def stretches(self, base: tuple[int, ...]) -> list[tuple[int, int]] | None:
        """What decides over a line; None where that is not known. `base`: see `Numbers`."""
        if self._windows is None:
            return None
        return [(max(0, base[i] + a), base[j] + b) for i, a, j, b in self._windows]

    def is_asked(self, text: str, data: bytes) -> bool:
        """Whether something stands in a line that finders look for who may read all of it."""
        for run, search in self._held:  # noqa: SIM110  # a generator takes twice as long
            if run in text and search(data) is not None:
                return True
        return False


class Placed:
    """A template for all lines of one shape that it takes: the same, with its places reckoned."""

    __slots__ = ("_base", "_read", "numbers", "template")

    def __init__(self, template: Template, numbers: Numbers) -> None:
        self.numbers = numbers
        self.template = template
        self._base = numbers.base()
        windows = template.stretches(self._base)
        self._read = None if windows is None else [slice(*each) for each in windows]

    def outcome(self, text: str, data: bytes) -> Known | None:
        """The pieces of a line; None where they are not known. `data`: its bytes."""
        read, template = self._read, self.template
        if read is None or template.is_asked(text, data):
            return None
        pieces = template.outcomes.get(hash(tuple([data[each] for each in read])) ^ template.apart)
        if pieces is None:
            template.missed += 1
            return None
        template.met += 1
        base = self._base
        return tuple([(base[i] + a, base[j] + b, piece) for (i, a, j, b), piece in pieces])


def stretch_of(span: Sequence[Any], places: Places) -> Stretch:
    """NotAlikeError where it begins or ends within a free number."""
    return *places.place(span[0]), *places.place(span[1])


def placed_pieces(pieces: Sequence[Piece], places: Places) -> tuple[tuple[Stretch, str], ...]:
    """The same of each piece, with what stands there as text."""
    return tuple((stretch_of(piece, places), piece[2].decode()) for piece in pieces)


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
