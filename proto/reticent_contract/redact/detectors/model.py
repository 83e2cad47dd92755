"""What a detector is: a name, the form of what it finds, and one or more finders.

Enters: text as UTF-8 bytes. Leaves: where something was found, and its value.
Must hold: every pattern is RE2's, hence linear in the length of the text; `gate` matches wherever
`find` could find something, so a text whose gates are all silent needs no finder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import re2

from reticent_contract.catalog.model import Form
from reticent_contract.limits import CUSTOM_MATCHES_MAX
from reticent_contract.redact.digits import any_digit
from reticent_contract.redact.necessary import NotUnderstoodError
from reticent_contract.redact.shapes import Line

Found = tuple[int, int, bytes]  # start and end in bytes, and the value in between
Find = Callable[[bytes], Iterable[Found]]
FindAt = Callable[[bytes, Sequence[Any]], Iterable[Found]]  # given where its pattern matches
# A: proved, because it parses, its checksum holds or nothing else has its form.
# B: likely, because of its shape and a word or a place that goes with it.
Tier = Literal["A", "B"]

_WIDER_CHARS_MAX = 256  # a longer pattern takes milliseconds to compile, and seldom looks in vain
_UNSEEN: list[tuple[int, int]] = []
# RE2 takes 8 MiB a pattern where it is not told; the agent has 60 MB for everything.
PATTERN_BYTES_MAX = 1 << 20
# Of a pattern that is asked in many lines and has room for its automaton in no less. Where twenty
# of its largest states have none, RE2 does without, in a hundred times the time.
WIDE_BYTES_MAX = 2 << 20


First = Callable[[bytes], object]  # of a text, something else than None where it may match
Sift = Callable[[bytes, int, int], tuple[int, int, bool] | None]


class Pattern:
    """An RE2 pattern over UTF-8 bytes that takes little memory and writes nothing to stderr.

    Compiled when it is first asked: many never are, and to compile all of them is half of what a
    command takes to start. It must match nothing empty. Groups are not looked at, so write them as
    `(?:…)`: without any, RE2 needs its automaton only. `holds`: in every match there are `times` of
    these together; where less are left behind the first match, RE2 is not asked again. `first`:
    searches for what stands in every text with a match and takes all digits alike; without it,
    nothing is compiled and RE2 is not asked. `bytes_max`: for RE2's automaton.
    """

    __slots__ = (
        "_holds",
        "_match",
        "_match_wider",
        "_times",
        "_wider",
        "bytes_max",
        "first",
        "source",
    )

    def __init__(
        self,
        source: str,
        *,
        holds: tuple[bytes, ...] = (),
        times: int = 1,
        first: First | None = None,
        bytes_max: int = PATTERN_BYTES_MAX,
    ) -> None:
        self.source = source
        self.first = first
        self.bytes_max = bytes_max
        self._holds, self._times = holds, times
        self._match = self._match_first
        self._wider: str | None = None
        self._match_wider: Callable[..., list[tuple[int, int]]] | None = None

    def _match_first(self, *asked: Any) -> Any:
        # The public iterator costs three times what the match itself does (see DECISIONS.md).
        self._match = _compiled(self.source, self.bytes_max)._regexp.Match
        return self._match(*asked)

    def spans(self, text: bytes) -> Sequence[Any]:
        """Start and end of every match, from left to right. Of a `Line`, what its shape tells."""
        if text.__class__ is not Line:
            first = self.first
            return [] if first is not None and first(text) is None else self._spans(text)
        known = self.of_shape(text)
        return self._spans(text) if known is None else known

    def of_shape(self, text: bytes) -> list[Any] | None:
        """The same of every line of the shape of `text`; None where each has to be asked."""
        if text.__class__ is not Line:
            return self._of_shape(text)
        shape = text.shape
        known: list[Any] | None = shape.spans.get(self, _UNSEEN)
        if known is _UNSEEN:
            known = self._of_shape(text)
            shape.keep(self, known)
        return known

    def may_match(self, text: bytes) -> bool:
        """Whether it may in a text of the shape of `text`."""
        return self._of_shape(text) != []

    def _of_shape(self, text: bytes) -> list[Any] | None:
        if self.first is not None and self.first(text) is None:
            return []
        if self._wider is None:
            self._wider = _taking_any_digit(self.source)
        if self._wider == self.source:
            return self._spans(text)
        if len(self._wider) > _WIDER_CHARS_MAX:
            return None
        if self._match_wider is None:
            self._match_wider = _compiled(self._wider, PATTERN_BYTES_MAX)._regexp.Match
        is_met = self._match_wider(UNANCHORED, text, 0, len(text))[0][1] >= 0
        return None if is_met else []

    def _spans(self, text: bytes) -> list[Any]:
        length = len(text)
        match = self._match
        span = match(UNANCHORED, text, 0, length)[0]
        start, position = span
        if position < 0:  # as mostly
            return []
        holds, times = self._holds, self._times
        found: list[tuple[int, int]] = []
        while position >= 0:
            if start == position:  # nothing: a policy's pattern may, where no probe saw it
                position += 1
            else:
                found.append(span)
            if holds and found:  # asked once: behind every match it would be quadratic
                left = 0
                for sign in holds:
                    left += text.count(sign, position)
                if left < times:
                    return found
                holds = ()
            if position >= length:
                return found
            span = match(UNANCHORED, text, position, length)[0]
            start, position = span
        return found

    def each(self, text: bytes) -> Iterator[tuple[int, int]]:
        """The same one by one, for a caller who may not want them all."""
        position = 0
        while position < len(text):
            start, end = self._match(UNANCHORED, text, position, len(text))[0]
            if end < 0:
                break
            if start < end:
                yield start, end
            position = max(end, position + (start == end))

    def starts(self, text: bytes) -> bool:
        """Whether `text` begins with a match."""
        return bool(self._match(_ANCHOR_START, text, 0, len(text))[0][1] >= 0)


def _taking_any_digit(source: str) -> str:
    """What matches wherever `source` does, and tells no digit from another."""
    try:
        return any_digit(source)
    except NotUnderstoodError:
        return ""  # matches everywhere


@lru_cache(maxsize=4)
def _options(bytes_max: int) -> re2.Options:
    options = re2.Options()
    options.max_mem = bytes_max
    options.log_errors = False
    return options


@lru_cache(maxsize=512)
def _compiled(source: str, bytes_max: int) -> re2._Regexp:
    """Once for all finders that have it. Below `compile`, which looks at every option first."""
    return re2._Regexp(source, _options(bytes_max))


class Sifted(Pattern):
    """A pattern whose matches are looked at once for all lines of a shape.

    `sift`, of the text and where a match begins and ends: None where it is nothing, else where the
    value stands, and whether the text has to be asked in each line. It must tell no digit from
    another.
    """

    __slots__ = ("_sift",)

    def __init__(
        self, source: str, sift: Sift, *, holds: tuple[bytes, ...] = (), times: int = 1
    ) -> None:
        super().__init__(source, holds=holds, times=times)
        self._sift = sift

    def _spans(self, text: bytes) -> list[tuple[int, int, bool]]:
        sifted = [self._sift(text, start, end) for start, end in super()._spans(text)]
        return [each for each in sifted if each is not None]


class BoundedPattern(Pattern):
    """A pattern of a policy, compiled with it, as RE2 may not take it. RuntimeError where it
    matches more often than any text needs."""

    __slots__ = ()

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._match_first(UNANCHORED, b"", 0, 0)

    def spans(self, text: bytes) -> list[tuple[int, int]]:
        found = []
        for span in self.each(text):
            found.append(span)
            if len(found) > CUSTOM_MATCHES_MAX:
                raise RuntimeError("a detector of the policy matches too often in one text")
        return found


UNANCHORED = re2._Anchor.UNANCHORED
_ANCHOR_START = re2._Anchor.ANCHOR_START


def words(text: str) -> frozenset[str]:
    """The words of `text`, for lists that a person reads and corrects.

    ValueError for a word that stands there twice: taken away once, it would still be there.
    """
    each = text.split()
    found = frozenset(each)
    if len(found) < len(each):
        twice = sorted(word for word in found if each.count(word) > 1)
        raise ValueError(f"twice in one list of words: {' '.join(twice)}")
    return found


@dataclass(frozen=True, slots=True)
class Finder:
    """One pattern of a detector. `gate` is a pattern as well; it may match too much, never less.

    `size`: of a policy's own pattern, the instructions of its program. `needs`: where this matches
    nothing, `find` finds nothing. `reads`: that `find` tells one digit from another only in the
    matches of `needs` and so many bytes before and behind each, of a `Sifted` match that need not
    be asked in it alone; None where it may anywhere. `find_at`: `find` of whoever knows already
    where `needs` matches.
    """

    gate: str
    find: Find
    tier: Tier
    size: int = 0
    needs: Pattern | None = None
    reads: tuple[int, int] | None = None
    find_at: FindAt | None = None

    def reading(self, spans: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
        """Where `find` tells digits apart, if `needs` matches there and it says so."""
        before, behind = self.reads or (0, 0)
        return [
            (max(0, start - before), end + behind) if is_asked else (start, end)
            for start, end, is_asked in ((*span, True)[:3] for span in spans)
        ]


def finder_at(
    gate: str, needs: Pattern, find_at: FindAt, tier: Tier, *, reads: tuple[int, int] | None = None
) -> Finder:
    """A finder that looks only where `needs` matches."""

    def find(text: bytes) -> Iterable[Found]:
        return find_at(text, needs.spans(text))

    return Finder(gate, find, tier, needs=needs, reads=reads, find_at=find_at)


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
    reads: tuple[int, int] | None = None,
    gate: str | None = None,
) -> Finder:
    """A finder whose value is what `pattern` matches, except where `unless(text, start, end)`.

    `reads`: of `unless`, as a finder says it. `gate`: a shorter pattern that matches wherever
    `pattern` does. Long counted repetitions cost
    the automaton of all gates many states.
    """

    def find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
        return [
            (start, end, text[start:end])
            for start, end in spans
            if unless is None or not unless(text, start, end)
        ]

    if unless is None:
        reads = (0, 0)
    return finder_at(gate or pattern, Pattern(pattern), find, tier, reads=reads)
