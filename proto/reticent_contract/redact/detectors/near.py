"""Finders for values of a fixed shape: alone, or near a word that says what they are.

Enters: a pattern of the shape, and what accepts a match. Leaves: finders.
Must hold: a match is never the middle of something longer (a date, an address, a hash, a version);
linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from reticent_contract.redact.detectors.model import Finder, Found, Pattern, Tier

# The value to find, given the match; None where it is none. It may be spelled otherwise.
Accept = Callable[[bytes], bytes | None]
# Whether the match from start to end is whole.
Bounded = Callable[[bytes, int, int], bool]

# Before a shape that begins with a letter or a digit. Without it every digit of a long number would
# begin a match of its own, and the gate's automaton would have a state for each combination.
WORD_EDGE = r"\b"
# The same for what `is_underscored` bounds: the underscore itself is no part of the value.
UNDERSCORED = r"(?:\b|_)"
_BEFORE_BYTES = 40  # from the end of the word to the value, on one line
_BEHIND_BYTES = 16  # from the value to the beginning of the word, without a digit in between
_NAMES_NEXT = re.compile(rb"[a-zA-Z_ ]{0,12}[\"']?\s?[:=]|\s?[0-9]")
_ENDS_BETWEEN = frozenset(b"0123456789\n,;")
_JOINTS = frozenset(b"+-./:_,")
_UNDERSCORE = ord("_")
_DIGITS = frozenset(b"0123456789")
_WORDY = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DELETED = b" -./()_\t"


def compact(value: bytes) -> str:
    """Without joints, upper case: what a checksum is calculated over."""
    return value.translate(None, _DELETED).decode("ascii", "replace").upper()


def _bounded_by(wordy: frozenset[int]) -> Bounded:
    def is_whole(text: bytes, start: int, end: int) -> bool:
        if start:
            before = text[start - 1]
            if before in wordy or before >= 0x80:
                return False
            if before in _JOINTS and start > 1 and text[start - 2] in _DIGITS:
                return False
        if end < len(text):
            behind = text[end]
            if behind in wordy or behind >= 0x80:
                return False
            if behind in _JOINTS and end + 1 < len(text) and text[end + 1] in _DIGITS:
                return False
        return True

    return is_whole


# Whether the match is not a part of something longer.
stands_alone = _bounded_by(_WORDY)
# The same within a name whose words underscores join: aadhaar_653331478935_front.jpg.
is_underscored = _bounded_by(_WORDY - {_UNDERSCORE})


def alone(
    shape: str,
    tier: Tier,
    accept: Accept,
    *,
    gate: str | None = None,
    bounded: Bounded = stands_alone,
    edge: str = WORD_EDGE,
    made: type[Pattern] = Pattern,
) -> Finder:
    """A finder that needs no word: the shape and `accept` are proof enough."""
    shape = rf"{edge}(?:{shape})"
    compiled = made(shape)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            if bounded(text, start, end):
                value = accept(text[start:end])
                if value is not None:
                    yield start, end, value

    return Finder(gate or shape, find, tier, needs=compiled)


def near(
    context: str,
    shape: str,
    tier: Tier,
    accept: Accept,
    *,
    bounded: Bounded = stands_alone,
    edge: str = WORD_EDGE,
    behind: bool = True,
    within: int = _BEFORE_BYTES,
    gate: str | None = None,
    made: type[Pattern] = Pattern,
) -> Finder:
    """A finder that asks for a word before the value or, with `behind`, directly behind it.

    `context`: a pattern, upper and lower case alike; the gate of the finder where it has no other.
    """
    context = rf"(?i){context}"
    word, compiled = made(context), made(rf"{edge}(?:{shape})")
    underscored = edge == UNDERSCORED

    def find(text: bytes) -> Iterable[Found]:
        values = compiled.spans(text)
        if not values:
            return
        spans = word.spans(text)
        starts, ends = [span[0] for span in spans], [span[1] for span in spans]
        for first, end in values:
            start = first + (underscored and text[first] == _UNDERSCORE)
            if bounded(text, start, end) and _is_near(
                text, start, end, starts if behind else [], ends, within
            ):
                value = accept(text[start:end])
                if value is not None:
                    yield start, end, value

    return Finder(gate or context, find, tier, needs=compiled)


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
        return not _ENDS_BETWEEN.intersection(text[end : starts[after]])
    return False
