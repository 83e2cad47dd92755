"""Whether lines that differ in the lengths of their numbers are told alike.

Enters: a line, where its numbers stand, the lengths that each was met in, and a look at a line of
which nothing is known. Leaves: their template.
Must hold: the line is looked at with each of these lengths, and with each pair of lengths of each
two free numbers. In all of these looks the same finders have to look, their patterns match in the
same places, and, where the digits that finders read are the same, the same becomes of the line. So
what one number's length decides is seen, and what two decide together; what is not alike, and what
is not understood, has no template. What would take three numbers of certain lengths to be found
stands in no line with a letter between each two of them, but addresses; tests hold that of all
detectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from reticent_contract.redact.free_numbers import Lengths, NotAlikeError, Places, Stretch, trials
from reticent_contract.redact.hits import Hit
from reticent_contract.redact.own_matcher import OwnMatcher
from reticent_contract.redact.shapes import Piece, Shape
from reticent_contract.redact.template import (
    Outcomes,
    PlacedLook,
    PlacedSettled,
    Template,
    placed_pieces,
    stretch_of,
)


class Seen(NamedTuple):
    """What a look at a line seen, of which nothing was known.

    `shape`: prepared, and not kept. `pieces`: what stands in the place of what was found; None
    where more became of the line than that. `is_decided`: whether it is known where digits decide.
    """

    shape: Shape
    hits: list[Hit]
    pieces: Sequence[Piece] | None
    is_decided: bool


class _InPlaces(NamedTuple):
    """What was told of a line's shape, in places.

    `looks`: each with where its pattern matches; `held`: those that are asked only where something
    stands in a line, whatever its shape.
    """

    secrets: list[int]
    looks: list[PlacedLook]
    settled: list[PlacedSettled]
    held: list[Any]

    @classmethod
    def of(cls, shape: Shape, places: Places) -> _InPlaces:
        """NotAlikeError where there is more to a line than its shape."""
        if shape.has_other_view or shape.has_breaks or shape.has_written:
            raise NotAlikeError
        _, looks, settled = shape.looks
        placed: list[PlacedLook] = []
        held: list[Any] = []
        for look in looks:
            if look[0] is not None:
                held.append((look[0], look[-1].find, None, *look[3:]))
                continue
            spans = shape.spans.get(look[-1].needs)
            placed.append((look, None if spans is None else list(map(places.span, spans))))
        return cls(
            shape.secrets,
            placed,
            [
                (places.place(start), places.place(end), (rank[0], rank[2]), name, tier)
                for start, end, rank, name, tier in settled
            ],
            held,
        )

    def is_as(self, other: _InPlaces) -> bool:
        return (
            self.secrets == other.secrets
            and self.settled == other.settled
            and len(self.looks) == len(other.looks)
            and all(
                one[-1] is two[-1] and (one[2] is None) is (two[2] is None) and at == also
                for (one, at), (two, also) in zip(self.looks, other.looks, strict=True)
            )
        )

    def windows(self) -> list[Stretch]:
        """Where finders tell digits apart, as in `Stencil`."""
        windows = [(*start, *end) for start, end, *_ in self.settled]
        for look, spans in self.looks:
            before, behind = look[-1].reads or (0, 0)
            for (number, start), (last, end), *more in spans or ():
                is_asked = (*more, True)[0]
                first, past = (start - before, end + behind) if is_asked else (start, end)
                windows.append((number, first, last, past))
        return windows


def proved(
    data: bytes,
    places: Places,
    lengths: Lengths,
    look: Callable[[bytes], Seen],
    matcher: OwnMatcher,
    outcomes: Outcomes,
) -> Template:
    """The template of a line, for these lengths of its numbers.

    NotAlikeError where of lines with other lengths something else is seen. Where they become
    something else though what finders read is the same, it knows no outcomes.
    """
    seen = look(data)
    placed = _InPlaces.of(seen.shape, places)
    held = {id(each[-1]): each for each in placed.held}
    looked = [(look(trial), at) for trial, at in trials(data, places, lengths)]
    for each, at in looked:
        also = _InPlaces.of(each.shape, at)
        if not also.is_as(placed):
            raise NotAlikeError
        held |= {id(asked[-1]): asked for asked in also.held}
    windows: list[Stretch] | None = None
    if seen.is_decided and seen.pieces is not None:
        lines = [places, *(at for _, at in looked)]
        windows = [*placed.windows(), *(stretch_of(hit, places) for hit in seen.hits)]
        are_read = {number for at in lines for number in _read_in(windows, at)}
        windows += [
            stretch_of((places.starts[number], places.ends[number]), places) for number in are_read
        ]
        windows = _widest(windows, lines)
        if are_read:
            unread = [
                (length,) if number in are_read else lengths[number]
                for number, length in enumerate(places.numbers.lengths)
            ]
            looked = [(look(trial), at) for trial, at in trials(data, places, unread)]
        becomes = _becomes(seen, places)
        if any(_becomes(each, at) != becomes for each, at in looked):
            windows = None
    return Template(
        placed.secrets,
        placed.looks,
        placed.settled,
        lengths,
        places.free,
        windows,
        list(held.values()),
        matcher,
        outcomes,
    )


def _widest(windows: list[Stretch], lines: Sequence[Places]) -> list[Stretch]:
    """Those of them that are within no other in each of the lines."""
    at = {window: [line.positions(window) for line in lines] for window in windows}
    widest: list[Stretch] = []
    for window in sorted(at, key=lambda each: at[each][0][0] - at[each][0][1]):
        if not any(_is_within(at[window], at[other]) for other in widest):
            widest.append(window)
    return widest


def _is_within(each: list[tuple[int, int]], others: list[tuple[int, int]]) -> bool:
    return all(
        first <= start and end <= last
        for (start, end), (first, last) in zip(each, others, strict=True)
    )


def _read_in(windows: Sequence[Stretch], places: Places) -> Iterator[int]:
    """The free numbers of a line that stand in a window, or reach into one."""
    stretches = [places.positions(window) for window in windows]
    for number in places.free:
        start, end = places.starts[number], places.ends[number]
        if any(first < end and start < last for first, last in stretches):
            yield number


def _becomes(seen: Seen, places: Places) -> object:
    found = sorted((stretch_of(hit, places), hit[3], hit[4], hit[5]) for hit in seen.hits)
    return found, None if seen.pieces is None else placed_pieces(seen.pieces, places)
