"""What lines have in common that differ in their digits only: their shape.

Enters: lines. Leaves: what was said of the first line of a shape, and holds for the others.
Must hold: kept is only what patterns say that take all digits alike (`redact.digits`), so that it
is the same for every line of the shape. No line and no shape is kept: each is known by a hash under
a key that the process drew (SipHash, as Python hashes bytes); where somebody else chose that key
(PYTHONHASHSEED), nothing is kept. Memory is bounded.

    Accepted for ann from 198.51.100.7 -> Accepted for ann from 000.00.000.0 -> its hash
                                       -> which gates are hit, where which pattern matches
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from reticent_contract.redact.recent import Recent

Piece = tuple[int, int, bytes]  # where it stands in the place of a finding, and what
Known = tuple[tuple[int, int, str], ...]  # the same of a whole line, as text
Span = tuple[int, ...]  # where it begins and ends, and what else the pattern says of it

LINE_BYTES_MAX = 2_048  # of what is longer, nothing is kept
# Whoever knows the key can write two lines that are taken for one shape.
_KEY_IS_OURS = os.environ.get("PYTHONHASHSEED") in (None, "", "random")
ANY_DIGIT = bytes.maketrans(b"123456789", b"0" * 9)
_OUTCOMES_MAX = 4_096  # of all stencils together
_LEFT_MAX = 4_096
_NOTHING = [0]  # is hit but what always is; one list for most shapes
# For shapes, each as much as four spans; and one for each pattern that was looked for.
_SPANS_MAX = 16_384
_OF_SHAPE = 4
_COUNTED = 2_048  # shapes, until those before count half


@dataclass(slots=True)
class _NoRoom:
    room: int = 0

    def give_back(self, room: int) -> None:
        """Nothing was taken."""


@dataclass(slots=True, eq=False)
class Shape:
    """What is known of all lines of one shape.

    `others`, `secrets`: which gates are hit. `looks`: what a search made of them, and which one:
    what it has to look for in each line, and what is found in all of them. `prepared_by`: which one
    made them when it met the first line; then no other line was met yet. `has_other_view`: see
    `normalise`. `has_breaks`, `has_written`: see `breaks`, `written`.
    `stencil`: what a scanner made of them, and which one.
    `spans`: where a pattern matches; None where each line has to be asked.
    """

    others: list[int]
    secrets: list[int]
    has_other_view: bool
    has_breaks: bool
    has_written: bool
    _room: Recent[Shape] | _NoRoom
    looks: tuple[object, list[Any], list[Any]] = (None, [], [])
    prepared_by: object = None
    stencil: tuple[object, Any] = (None, None)
    spans: dict[Hashable, list[Span] | None] = field(default_factory=dict)

    def keep(self, pattern: Hashable, spans: list[Span] | None) -> None:
        if self._room.room > 0:
            self._room.room -= 1 + len(spans or ())
            self.spans[pattern] = spans

    def keep_only(self, patterns: Iterable[Hashable]) -> None:
        """Where else a pattern matches is not asked again."""
        before = self.spans
        self.spans = {each: before[each] for each in patterns if each in before}
        for pattern, spans in before.items():
            if pattern not in self.spans:
                self._room.give_back(1 + len(spans or ()))

    @classmethod
    def told(
        cls,
        secrets: list[int],
        spans: dict[Hashable, list[Span] | None],
        looks: tuple[object, list[Any], list[Any]],
    ) -> Shape:
        """One that is not asked for gates any more; no more is kept of it."""
        shape = cls([], secrets, False, False, False, _NoRoom(), looks)
        shape.spans = spans
        return shape

    def has_room(self, count: int) -> bool:
        """For so many findings more; they are counted as kept."""
        self._room.room -= count
        return self._room.room >= 0

    def size(self) -> int:
        """How much room it takes."""
        _, _, settled = self.looks
        kept = sum(1 + len(spans or ()) for spans in self.spans.values())
        return _OF_SHAPE + kept + len(settled)


def may_be_kept(text: bytes) -> bool:
    """Whether anything may be kept of a text's shape, and by its hash."""
    return _KEY_IS_OURS and len(text) <= LINE_BYTES_MAX


class Line(bytes):
    """A text of a known shape. A part of it is bytes again."""

    shape: Shape

    @classmethod
    def of(cls, text: bytes, shape: Shape) -> Line:
        line = cls(text)
        line.shape = shape
        return line


class Outcomes:
    """Those of all stencils, by a hash of what decides."""

    __slots__ = ("again", "known")

    def __init__(self) -> None:
        self.known: Recent[Known] = Recent(_OUTCOMES_MAX)
        self.again = 0  # how many shapes were met a second time by their stencils


class Shapes:
    """Those met under one set of gates. Thread-safe: of what two threads learn at once, one stays.

    `known`: by hash; `again`: how many of them were met a second time by a search; `outcomes`: of
    stencils.
    `left`: by hash of a text that a replacement left, with digits as 0 and tokens shortened, the
    gates of secrets that are hit in it; many lines leave the same.
    """

    __slots__ = ("_new", "again", "known", "left", "outcomes")

    def __init__(self) -> None:
        self.known: Recent[Shape] = Recent(_SPANS_MAX, Shape.size)
        self.left: Recent[list[int]] = Recent(_LEFT_MAX)
        self.outcomes = Outcomes()
        self._new = self.again = 0

    def come_again(self) -> bool:
        """Whether a shape that is new will probably be met a second time, as most others were."""
        return 2 * (self.again + self.outcomes.again) >= self._new

    def shape(
        self,
        others: list[int],
        secrets: list[int],
        *,
        has_other_view: bool,
        has_breaks: bool = False,
        has_written: bool = False,
        is_kept: bool = True,
    ) -> Shape:
        """One that is not kept takes no room from those that are."""
        room = self.known if is_kept else _NoRoom()
        return Shape(others, secrets, has_other_view, has_breaks, has_written, room)

    def keep_left(self, key: int, named: list[int]) -> None:
        self.left.keep(key, _NOTHING if len(named) == 1 else named)

    def add(self, key: int, shape: Shape) -> None:
        self.known.keep(key, shape)
        self._new += 1
        if self._new > _COUNTED:
            self._new, self.again = self._new // 2, self.again // 2
            self.outcomes.again //= 2
