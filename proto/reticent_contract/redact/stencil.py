"""What becomes of the lines of one shape, by the few of their digits that decide it.

    failed from 198.51.100.7 port 4711 -> 198.51.100.7 -> what stands in its place

Enters: which stretches of a line finders read, and what became of one line. Leaves: the same for a
line in which the same stands there.
Must hold: what a finder tells digits apart in, and what it finds, is among those stretches; where
that is not known of a finder, its lines have no stencil. Of a line nothing is kept but a hash of
them (see `shapes`), and what stands in their place, which leaves the laptop. Memory is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import count
from operator import itemgetter

from reticent_contract.redact.digits import Held
from reticent_contract.redact.shapes import ANY_DIGIT, Known, Outcomes

Window = tuple[int, int]

_TRIED = 32  # lines until it is known whether what decides comes again
_NUMBERS = count(1)
_APART = 0x9E37_79B9_7F4A_7C15  # odd, so that no two numbers times this agree in 62 bits
_POSITIVE = (1 << 62) - 1


class Stencil:
    """Of one shape, for one scanner. Thread-safe: two threads that learn at once learn the same.

    `windows`: the stretches that decide. `held`: where one of these finds anything in a line,
    finders look that may read all of it. `is_met`: whether a second line of the shape was met.
    """

    __slots__ = ("_deciding", "_held", "_known", "_met", "_missed", "_outcomes")

    def __init__(
        self,
        windows: Iterable[Window],
        held: Iterable[Held],
        outcomes: Outcomes,
        *,
        is_met: bool = True,
    ) -> None:
        # To see a run in a text takes a fifth of what a pattern takes over its bytes.
        self._held = tuple((each.run.decode(), each.search) for each in held)
        self._outcomes = outcomes
        self._known = outcomes.known
        self._met, self._missed = int(is_met), 0
        self._deciding = _deciding(windows)

    def outcome(self, text: str, data: bytes) -> Known | None:
        """The pieces of a line of the shape; None where they are not known. `data`: its bytes."""
        for run, search in self._held:
            if run in text and search(data) is not None:
                return None
        apart, read, _ = self._deciding
        key = apart if read is None else hash(read(data)) ^ apart
        known = self._known
        pieces = known.newer.get(key)
        if pieces is None and (pieces := known.get(key)) is None:
            self._missed += 1
        else:
            if not self._met:
                self._outcomes.again += 1
            self._met += 1
        return pieces

    def is_met_now(self) -> bool:
        """A second line of the shape was met elsewhere: whether that is new."""
        is_new = not self._met
        self._met += is_new
        return is_new

    def learn(self, data: bytes, found: Iterable[Window], pieces: Known) -> None:
        """Keeps what became of a line. `found`: where anything was found, also what is allowed."""
        if self._missed > _TRIED + 4 * self._met:
            return
        for _, search in self._held:
            if search(data) is not None:
                return
        apart, read, windows = self._deciding
        beyond = [each for each in found if each not in windows and not _is_within(each, windows)]
        if beyond:
            beyond = with_digits(data.translate(ANY_DIGIT), beyond)
        if beyond:
            apart, read, _ = self._deciding = _deciding((*windows, *beyond))
        self._known.keep(apart if read is None else hash(read(data)) ^ apart, pieces)


def with_digits(text: bytes, windows: Iterable[Window]) -> list[Window]:
    """Those in which a digit stands; the others are the same in all lines of a shape.

    `text`: a line of it, with every digit as 0.
    """
    return [each for each in windows if text.find(b"0", *each) >= 0]


def _deciding(
    windows: Iterable[Window],
) -> tuple[int, Callable[[bytes], Hashable] | None, tuple[Window, ...]]:
    """What sets outcomes apart from all others, what reads the windows out of a line (None where
    there are none), and those, in order, none over another."""
    apart: list[Window] = []
    for start, end in sorted(windows):
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(apart[-1][1], end)
        else:
            apart.append((start, end))
    read = itemgetter(*(slice(*each) for each in apart)) if apart else None
    return set_apart(), read, tuple(apart)


def set_apart() -> int:
    """What sets outcomes apart from all others, as one number."""
    return next(_NUMBERS) * _APART & _POSITIVE


def _is_within(each: Window, windows: Sequence[Window]) -> bool:
    first, last = each
    for start, end in windows:  # noqa: SIM110  # a generator takes twice as long
        if start <= first and last <= end:
            return True
    return False
