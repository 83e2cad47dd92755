"""The numbers of a line that may be longer or shorter in another line that is else the same.

    Accepted for ann from 198.51.100.7 port 4711   198, 51, 100, 7 and 4711
    10:11:09 build v2.1 took 12 s                  10 and 12: no letter stands between 10 and 11

Enters: a line. Leaves: how long its numbers are, a key that lines share which differ in these only,
and lines in which they have other lengths. Must hold: two lines with one key have the same between
their numbers. No position within a free number has a place. Linear.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, combinations, pairwise, product
from typing import Any

from reticent_contract.redact.shapes import ANY_DIGIT

# How many of a line's numbers end before it, and how many bytes that are no digit of these do.
Place = tuple[int, int]
Stretch = tuple[int, int, int, int]  # from place to place
Lengths = Sequence[Sequence[int]]  # of each number, in order
_RUN = re.compile(rb"0+")
_ONLY_DIGITS = bytes(code if code == ord("0") else ord(" ") for code in range(256))
_LETTER = re.compile(rb"[A-Za-z]")
_BEFORE, _BEHIND = frozenset(b" \t=[({:,;\"'#</@"), frozenset(b" \t])}:,;\"'>/%.")
_DIGITS_MAX, _OF_ADDRESS_MAX = 6, 3
_NUMBERS_MAX, _LINE_BYTES_MAX = 32, 512
_FREE_MAX = 12


class NotAlikeError(Exception):
    """Lines that differ in their free numbers only, and of which something else is told."""


@dataclass(slots=True)
class Numbers:
    """Those of one line: how long each is, and what it shares with lines that are else the same."""

    lengths: tuple[int, ...]
    key: int

    def base(self) -> tuple[int, ...]:
        """How many digits stand in the first so many of them."""
        return 0, *accumulate(self.lengths)


def numbers_of(text: bytes) -> Numbers | None:
    """Those of a line, given with every digit as 0; None where it has none, too many, or is long:
    a proof takes some dozen looks at it."""
    if len(text) > _LINE_BYTES_MAX:
        return None
    lengths = tuple(map(len, text.translate(_ONLY_DIGITS).split()))
    if not 0 < len(lengths) <= _NUMBERS_MAX:
        return None
    # A run of up to 27 becomes one 0.
    alike = text.replace(b"000", b"0").replace(b"000", b"0").replace(b"000", b"0")
    alike = alike.replace(b"00", b"0")
    return Numbers(lengths, hash(alike)) if alike.count(b"0") == len(lengths) else None


@dataclass(slots=True)
class Places:
    """Where the numbers of one line stand. `free`: which of them may be longer or shorter."""

    numbers: Numbers
    free: frozenset[int]
    starts: list[int]
    ends: list[int]
    base: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.base = self.numbers.base()

    @classmethod
    def of(cls, text: bytes, numbers: Numbers, free: frozenset[int]) -> Places:
        spans = [run.span() for run in _RUN.finditer(text)]
        return cls(numbers, free, [start for start, _ in spans], [end for _, end in spans])

    def place(self, position: int) -> Place:
        """NotAlikeError within a free number."""
        number = bisect_right(self.ends, position)
        if number in self.free and self.starts[number] < position:
            raise NotAlikeError
        return number, position - self.base[number]

    def positions(self, stretch: Stretch) -> tuple[int, int]:
        """The other way."""
        number, behind, last, past = stretch
        return self.base[number] + behind, self.base[last] + past

    def span(self, span: Sequence[Any]) -> tuple[Any, ...]:
        """Of a pattern: the first two of it are positions, and what stands in lists."""
        start, end, *more = span
        placed = [list(map(self.place, each)) if type(each) is list else each for each in more]
        return self.place(start), self.place(end), *placed


def free_numbers(text: bytes) -> frozenset[int]:
    """Which numbers of a line are free: those that blanks or signs bound and that a letter stands
    before, behind the last free one; the four of an address. `text`: with every digit as 0."""
    spans = [run.span() for run in _RUN.finditer(text)]
    free: list[int] = []
    number = 0
    while number < len(spans) and len(free) <= _FREE_MAX - 4:
        start, end = spans[number]
        count = 4 if _is_address(text, spans[number : number + 4]) else 1
        last = spans[number + count - 1][1]
        if (
            (start == 0 or text[start - 1] in _BEFORE)
            and (last == len(text) or text[last] in _BEHIND)
            and (count == 4 or end - start <= _DIGITS_MAX)
            and (not free or _LETTER.search(text, spans[free[-1]][1], start) is not None)
        ):
            free += range(number, number + count)
            number += count
        else:
            number += 1
    return frozenset(free)


def _is_address(text: bytes, spans: Sequence[tuple[int, int]]) -> bool:
    if len(spans) < 4 or any(end - start > _OF_ADDRESS_MAX for start, end in spans):
        return False
    if any(text[end:start] != b"." for (_, end), (start, _) in pairwise(spans)):
        return False
    last = spans[-1][1]
    return text[last : last + 1] != b"." or not text[last + 1 : last + 2].isdigit()


def trials(data: bytes, places: Places, lengths: Lengths) -> Iterator[tuple[bytes, Places]]:
    """The line with numbers of these lengths: all as equal as can be, for each length, and each
    pair of lengths of each two numbers. None where no number has more than one.

    NotAlikeError where one of them is no line like it.
    """
    varied = [number for number, each in enumerate(lengths) if len(each) > 1]
    if not varied:
        return
    drawn = [lengths[number] for number in varied]
    rows = [
        tuple(min((abs(one - length), one) for one in each)[1] for each in drawn)
        for length in range(1, _DIGITS_MAX + 1)
    ]
    for row in dict.fromkeys((*rows, *_of_each_pair(drawn, rows))):
        trial = _with_lengths(data, places, dict(zip(varied, row, strict=True)))
        text = trial.translate(ANY_DIGIT)
        numbers = numbers_of(text)
        if numbers is None or numbers.key != places.numbers.key:
            raise NotAlikeError
        yield trial, Places.of(text, numbers, places.free)


def _of_each_pair(
    lengths: Sequence[Sequence[int]], rows: Sequence[tuple[int, ...]]
) -> Iterator[tuple[int, ...]]:
    """Rows that together with `rows` hold each length of each number beside each of each other."""
    columns = range(len(lengths))
    missing = {
        (one, first, other, second)
        for one, other in combinations(columns, 2)
        for first, second in product(lengths[one], lengths[other])
    }
    for row in rows:
        missing -= _pairs(row)
    while missing:
        one, first, other, second = min(missing)
        made = {one: first, other: second}
        for column in columns:
            if column not in made:
                _, made[column] = max(
                    (len(missing & _pairs_with(column, length, made)), length)
                    for length in lengths[column]
                )
        row = tuple(made[column] for column in columns)
        missing -= _pairs(row)
        yield row


def _pairs(row: Sequence[int]) -> set[tuple[int, int, int, int]]:
    return {
        (one, first, other, second)
        for (one, first), (other, second) in combinations(enumerate(row), 2)
    }


def _pairs_with(column: int, length: int, made: dict[int, int]) -> set[tuple[int, int, int, int]]:
    return {
        (at, known, column, length) if at < column else (column, length, at, known)
        for at, known in made.items()
    }


def _with_lengths(data: bytes, places: Places, lengths: dict[int, int]) -> bytes:
    """A number that is to be as long as it is stays."""
    parts: list[bytes] = []
    done = 0
    for number, length in lengths.items():
        start, end = places.starts[number], places.ends[number]
        parts += data[done:start], data[start:end] if length == end - start else b"1" * length
        done = end
    return b"".join((*parts, data[done:]))
