"""What a detector is: a name, the form of what it finds, and one or more finders.

Enters: text as UTF-8 bytes. Leaves: where something was found, and its value.
Must hold: every pattern is RE2's, hence linear in the length of the text; `gate` matches wherever
`find` could find something, so a text whose gates are all silent needs no finder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import re2

from reticent_contract.catalog.model import Form

Found = tuple[int, int, bytes]  # start and end in bytes, and the value in between
Find = Callable[[bytes], Iterable[Found]]
# A: proved, because it parses, its checksum holds or nothing else has its form.
# B: likely, because of its shape and a word or a place that goes with it.
Tier = Literal["A", "B"]

# RE2 takes 8 MiB a pattern where it is not told; the agent has 60 MB for everything.
PATTERN_BYTES_MAX = 1 << 20


class Pattern:
    """An RE2 pattern over UTF-8 bytes that takes little memory and writes nothing to stderr.

    It must match nothing empty. Groups are not looked at, so write them as `(?:…)`: without any,
    RE2 needs its automaton only.
    """

    __slots__ = ("_compiled", "_match", "source")

    def __init__(self, source: str) -> None:
        options = re2.Options()
        options.max_mem = PATTERN_BYTES_MAX
        options.log_errors = False
        self.source = source
        self._compiled = re2.compile(source, options)
        # The public iterator costs three times what the match itself does (see DECISIONS.md).
        self._match = self._compiled._regexp.Match

    def spans(self, text: bytes) -> list[tuple[int, int]]:
        """Start and end of every match, from left to right."""
        match, length, position = self._match, len(text), 0
        found: list[tuple[int, int]] = []
        while position < length:
            span = match(_UNANCHORED, text, position, length)[0]
            position = span[1]
            if position < 0:
                break
            if span[0] == position:  # nothing: a policy's pattern may, where no probe saw it
                position += 1
                continue
            found.append(span)
        return found

    def starts(self, text: bytes) -> bool:
        """Whether `text` begins with a match."""
        return bool(self._match(_ANCHOR_START, text, 0, len(text))[0][1] >= 0)


_UNANCHORED = re2._Anchor.UNANCHORED
_ANCHOR_START = re2._Anchor.ANCHOR_START


def matcher(patterns: re2.Set) -> Callable[[bytes], list[int] | None]:
    """The set's match on bytes, below the public method that costs as much again for a short line.

    Nothing at all, where index 0 matches always, means that RE2 ran out of memory.
    """
    match: Callable[[bytes], list[int] | None] = patterns._set.Match
    return match


def words(text: str) -> frozenset[str]:
    """The words of `text`, for lists that a person reads and corrects."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Finder:
    """One pattern of a detector. `gate` is a pattern as well; it may match too much, never less."""

    gate: str
    find: Find
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """`always_removed`: a policy may choose between replace and drop_value only."""

    name: str
    sentence: str
    form: Form
    finders: tuple[Finder, ...]
    always_removed: bool = False
    is_ip: bool = False


def whole_match(
    pattern: str,
    tier: Tier,
    *,
    unless: Callable[[bytes, int, int], bool] | None = None,
    gate: str | None = None,
) -> Finder:
    """A finder whose value is what `pattern` matches, except where `unless(text, start, end)`.

    `gate`: a shorter pattern that matches wherever `pattern` does. Long counted repetitions cost
    the automaton of all gates many states.
    """
    compiled = Pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        return [
            (start, end, text[start:end])
            for start, end in compiled.spans(text)
            if unless is None or not unless(text, start, end)
        ]

    return Finder(gate or pattern, find, tier)
