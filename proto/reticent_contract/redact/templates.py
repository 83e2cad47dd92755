"""Which templates of lines were proved, for one scanner.

Enters: lines, as they come. Leaves: the template of one. Memory is bounded: what was not met
lately goes, and of lines with one key all when they are too many.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from operator import itemgetter

from reticent_contract.redact.free_numbers import (
    Lengths,
    NotAlikeError,
    Numbers,
    Places,
    free_numbers,
)
from reticent_contract.redact.own_matcher import OwnMatcher
from reticent_contract.redact.proof import Seen, proved
from reticent_contract.redact.recent import Recent
from reticent_contract.redact.shapes import ANY_DIGIT
from reticent_contract.redact.template import Outcomes, Placed, Template

Looking = Callable[[bytes, OwnMatcher], Seen]  # at a line, anew
_LOOKS, _LOOKS_A_PAIR = 8, 2  # before a template is proved
_PROOFS_MAX = 5
_FIRST_MAX = 4_096
_MET_MAX, _MET_ALIKE_MAX, _PLACED_MAX = 2_048, 256, 1_024
_OUTCOMES_MAX = 4_096


@dataclass(slots=True)
class _Met:
    """Of lines that may share a template: how many were looked at, how long each of their numbers
    was (a bit for each length), how often a proof was tried, how long it waits."""

    lengths: list[int]
    template: Template | None = None
    count: int = 0
    proofs: int = 0
    patience: int = 1


@dataclass(slots=True)
class _Alike:
    """Of lines with one key: which numbers are free; by how long the others are, what was met; how
    long all were in the last line."""

    free: frozenset[int]
    fixed: Callable[[tuple[int, ...]], Hashable]
    met: dict[Hashable, _Met]
    last: tuple[int, ...]

    def size(self) -> int:
        return 1 + len(self.met)


class Templates:
    """Those of one scanner, under one matcher. Thread-safe, as a template is."""

    __slots__ = ("_alike", "_first", "_outcomes", "matcher", "placed")

    def __init__(self, matcher: OwnMatcher) -> None:
        self.matcher = matcher
        # By the hash of a line with every digit as 0.
        self.placed: Recent[Placed] = Recent(_PLACED_MAX)
        self._outcomes: Outcomes = Recent(_OUTCOMES_MAX)
        # By key, how long the numbers were first.
        self._first: Recent[tuple[int, ...]] = Recent(_FIRST_MAX)
        self._alike: Recent[_Alike] = Recent(_MET_MAX, _Alike.size)

    def of(self, shape: int, numbers: Numbers) -> Placed | None:
        """The one that was proved for a line. `shape`: its hash, with every digit as 0."""
        alike = self._alike.get(numbers.key)
        if alike is None:
            return None
        met = alike.met.get(alike.fixed(numbers.lengths))
        if met is None:
            return None
        template = met.template
        if template is None or not template.takes(numbers):
            return None
        placed = Placed(template, numbers)
        self.placed.keep(shape, placed)
        return placed

    def meet(self, data: bytes, numbers: Numbers, look: Looking) -> None:
        """Counts a line that had to be looked at, and proves a template when it is time."""
        alike = self._alike.get(numbers.key)
        if alike is None:
            first = self._first.get(numbers.key)
            if first is None:
                self._first.keep(numbers.key, numbers.lengths)
            if first in (None, numbers.lengths):
                return  # no number of it was longer or shorter yet
        elif alike.last == numbers.lengths:
            return
        text = data.translate(ANY_DIGIT)
        free = free_numbers(text)
        if alike is None:
            if not free:
                return
            others = [each for each in range(len(numbers.lengths)) if each not in free]
            fixed: Callable[[tuple[int, ...]], Hashable] = itemgetter(*others) if others else len
            alike = _Alike(free, fixed, {}, numbers.lengths)
            self._alike.keep(numbers.key, alike)
        elif alike.free != free:
            return  # a number is too long that is free in other lines
        alike.last = numbers.lengths
        of = alike.fixed(numbers.lengths)
        met = alike.met.get(of)
        if met is None:
            if len(alike.met) >= _MET_ALIKE_MAX:
                self._alike.give_back(len(alike.met))
                alike.met.clear()
            alike.met[of] = met = _Met([0] * len(numbers.lengths))
            self._alike.room -= 1
            if self._alike.room <= 0:
                self._alike.keep(numbers.key, alike)
        met.count += 1
        met.lengths = [
            known | 1 << length for known, length in zip(met.lengths, numbers.lengths, strict=True)
        ]
        is_varied = any(known & known - 1 for known in met.lengths)
        if is_varied and met.proofs < _PROOFS_MAX and met.count >= met.patience * _LOOKS:
            lengths = [_between(known) for known in met.lengths]
            # A proof takes as many looks as the two that vary most have pairs, or twice as many.
            *_, less, most = sorted(map(len, ((), *lengths)))
            if met.count >= _LOOKS_A_PAIR * most * less:
                self._prove(data, Places.of(text, numbers, free), lengths, met, look)

    def _prove(
        self, data: bytes, places: Places, lengths: Lengths, met: _Met, look: Looking
    ) -> None:
        met.count, met.proofs = 0, met.proofs + 1
        try:
            met.template = proved(
                data,
                places,
                lengths,
                lambda each: look(each, self.matcher),
                self.matcher,
                self._outcomes,
            )
        except NotAlikeError:
            met.patience *= 4


def _between(lengths: int) -> list[int]:
    """Those that were met and what is between, of a bit for each."""
    shortest = (lengths & -lengths).bit_length() - 1
    return list(range(shortest, lengths.bit_length()))
