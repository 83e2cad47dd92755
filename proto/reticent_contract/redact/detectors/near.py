"""Finders for values of a fixed shape: alone, or near a word that says what they are.

Enters: a pattern of the shape, and what accepts a match. Leaves: finders.
Must hold: a match is never the middle of something longer (a date, an address, a hash, a version);
linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from reticent_contract.redact.detectors.beside import (
    joined_before,
    joined_behind,
    letter_before,
    letter_behind,
)
from reticent_contract.redact.detectors.model import (
    Finder,
    Found,
    Pattern,
    Tier,
    finder_at,
)

# The value to find, given the match; None where it is none. It may be spelled otherwise.
Accept = Callable[[bytes], bytes | None]
# The value that stands from start to end, None where none does.
ValueOf = Callable[[int, int], bytes | None]
# What is found in the match from start to end.
Take = Callable[[bytes, int, int, ValueOf], Iterable[Found]]
# Whether the match from start to end is whole.
Bounded = Callable[[bytes, int, int], bool]

# Before a shape that begins with a letter or a digit. Without it every digit of a long number would
# begin a match of its own, and the gate's automaton would have a state for each combination.
WORD_EDGE = r"\b"
# The same for what `is_underscored` bounds: the underscore itself is no part of the value.
UNDERSCORED = r"(?:\b|_)"
BEFORE_BYTES = 40  # from the end of the word to the value, on one line
_BEHIND_BYTES = 16  # from the value to the beginning of the word, without a digit in between
_NAMES_NEXT = re.compile(rb"[a-zA-Z_ ]{0,12}[\"']?\s?[:=]|\s?[0-9]")
# "newValue": "N6216133", "field": "passport_no": what the value was, then what it is of.
_FIELD_NEXT = re.compile(
    rb"(?i)\\?[\"']\s?,\s?\\?[\"'](?:field|key|name|label|type|column|attribute|property)\\?[\"']\s?:"
    rb"\s?\\?[\"']\Z"
)
_ENDS_BETWEEN = frozenset(b"0123456789\n,;")
_UNDERSCORE = ord("_")
_WORDY = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DELETED = b" -./()_+\t"


def compact(value: bytes) -> str:
    """Without joints, upper case: what a checksum is calculated over."""
    return value.translate(None, _DELETED).decode("ascii", "replace").upper()


def _bounded_by(wordy: frozenset[int], *, is_told: bool = False) -> Bounded:
    def is_whole(text: bytes, start: int, end: int) -> bool:
        if not _is_word(text, start, end, wordy):
            return False
        if joined_before(text, start, end, is_told=is_told):
            return False
        return not joined_behind(text, start, end, is_told=is_told)

    return is_whole


def _is_word(text: bytes, start: int, end: int, wordy: frozenset[int]) -> bool:
    if start and (text[start - 1] in wordy or letter_before(text, start)):
        return False
    return not (end < len(text) and (text[end] in wordy or letter_behind(text, end)))


_ALPHANUMERIC = _WORDY - {_UNDERSCORE}
# Whether the match is not a part of something longer.
stands_alone = _bounded_by(_WORDY)
# The same within a name whose words underscores join: aadhaar_653331478935_front.jpg.
is_underscored = _bounded_by(_ALPHANUMERIC)
# The same where a word says what it is, and its check digit holds.
is_told = _bounded_by(_ALPHANUMERIC, is_told=True)


def is_proved(text: bytes, start: int, end: int) -> bool:
    """The same where its letters, its length and its check leave no doubt, whatever is joined."""
    return _is_word(text, start, end, _ALPHANUMERIC)


# How many bytes before and behind a value each of them tells digits apart in.
BESIDE = (12, 16)
_READS = {
    stands_alone: BESIDE,
    is_underscored: BESIDE,
    is_told: BESIDE,
    is_proved: (0, 0),
}


def _whole(_text: bytes, start: int, end: int, value_of: ValueOf) -> Iterable[Found]:
    value = value_of(start, end)
    return () if value is None else ((start, end, value),)


def alone(
    shape: str,
    tier: Tier,
    accept: Accept,
    *,
    gate: str | None = None,
    bounded: Bounded = is_underscored,
    edge: str = UNDERSCORED,
    made: type[Pattern] = Pattern,
    take: Take = _whole,
    reads: tuple[int, int] | None = None,
) -> Finder:
    """A finder that needs no word: the shape and `accept` are proof enough. `reads`: see `near`."""
    shape = rf"{edge}(?:{shape})"
    underscored = edge == UNDERSCORED

    def find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
        def value_of(start: int, end: int) -> bytes | None:
            return accept(text[start:end]) if bounded(text, start, end) else None

        for first, end in spans:
            start = first + (underscored and text[first] == _UNDERSCORE)
            yield from take(text, start, end, value_of)

    if reads is None and take is _whole:
        reads = _READS.get(bounded)
    return finder_at(gate or shape, made(shape), find, tier, reads=reads)


def near(
    context: str,
    shape: str,
    tier: Tier,
    accept: Accept,
    *,
    bounded: Bounded = is_underscored,
    edge: str = UNDERSCORED,
    behind: bool = True,
    within: int = BEFORE_BYTES,
    gate: str | None = None,
    made: type[Pattern] = Pattern,
    take: Take = _whole,
    beyond: int = 0,
    reads: tuple[int, int] | None = None,
) -> Finder:
    """A finder that asks for a word before the value or, with `behind`, directly behind it.

    `context`: a pattern, upper and lower case alike; the gate of the finder where it has no other.
    `beyond`: how far behind a match `take` looks. `reads`: where else than in the match digits are
    told apart, as a finder says it; known of what bounds a value by itself.
    """
    context = rf"(?i){context}"
    told = WithWord(
        made(context), made(rf"{edge}(?:{shape})"), within, behind=behind, beyond=beyond
    )
    underscored = edge == UNDERSCORED

    def find(text: bytes, spans: Sequence[_WordedSpan]) -> Iterable[Found]:
        def value_of(start: int, end: int) -> bytes | None:
            is_one = bounded(text, start, end) and _is_near(text, start, end, starts, ends, within)
            return accept(text[start:end]) if is_one else None

        if not spans:
            return
        _, _, _, starts, ends = spans[0]
        for first, last, *_ in spans:
            start = first + (underscored and text[first] == _UNDERSCORE)
            end = last - (underscored and text[last - 1] == _UNDERSCORE)
            yield from take(text, start, end, value_of)

    if reads is None and take is _whole:
        reads = _READS.get(bounded)
    return finder_at(gate or context, told, find, tier, reads=reads)


# Where it begins and ends, that digits are told apart there, where all words of the text stand.
_WordedSpan = tuple[int, int, bool, list[int], list[int]]


class WithWord(Pattern):
    """Where a value's pattern matches and a word's does near it: so close, or so far behind."""

    __slots__ = ("_before", "_behind", "_beyond", "value", "word")

    def __init__(
        self, word: Pattern, value: Pattern, within: int, *, behind: bool, beyond: int
    ) -> None:
        super().__init__(f"(?:{word.source})|(?:{value.source})")
        self.word, self.value = word, value
        self._before, self._behind, self._beyond = within, behind, beyond

    def _spans(self, text: bytes) -> list[Any]:
        values = self.value.spans(text)
        return self._near(values, self.word.spans(text)) if values else []

    def _of_shape(self, text: bytes) -> list[Any] | None:
        values = self.value.of_shape(text)
        if values == []:
            return []
        words = self.word.of_shape(text)
        if words == []:
            return []
        return None if values is None or words is None else self._near(values, words)

    def _near(
        self, values: Sequence[tuple[int, int]], words: Sequence[tuple[int, int]]
    ) -> list[_WordedSpan]:
        if not words:
            return []
        starts, ends = [span[0] for span in words], [span[1] for span in words]
        told: list[_WordedSpan] = []
        for first, last in values:
            limit = last + self._beyond
            before = bisect_left(ends, first - self._before)
            is_told = before < len(ends) and ends[before] <= limit
            if not is_told and self._behind:
                after = bisect_left(starts, first)
                is_told = after < len(starts) and starts[after] <= limit + _BEHIND_BYTES
            if is_told:
                told.append((first, last, True, starts if self._behind else [], ends))
        return told


def _is_near(
    text: bytes, start: int, end: int, starts: list[int], ends: list[int], within: int
) -> bool:
    before = bisect_right(ends, start) - 1
    if before >= 0 and start - ends[before] <= within:
        return b"\n" not in text[ends[before] : start]
    after = bisect_left(starts, end)
    if after < len(starts) and starts[after] - end <= _BEHIND_BYTES:
        if _NAMES_NEXT.match(text, ends[after]) is not None:
            return False  # `4111 …, Aadhaar: 1234 …`: the word is the next value's
        between = text[end : starts[after]]
        return not _ENDS_BETWEEN.intersection(between) or _FIELD_NEXT.match(between) is not None
    return False
