"""Which texts of a batch may hold what must not leave: one search over all of them, joined.

Enters: the distinct texts of a batch, by field. Leaves: those that need a look of their own. Must
hold: too many perhaps, never too few; what cannot be joined or searched is among them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, repeat
from typing import Protocol

from reticent_contract.redact.automaton import Gate
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.own_matcher import OwnFound
from reticent_contract.redact.sealed import parse_sealed

from reticent_agent.last_mile.places import BEHIND_BYTES, Places, Where

Owner = tuple[Where, str]  # and the text


class Matcher(Protocol):
    """The laptop's own identifiers in a text, as `OwnMatcher` finds them."""

    def find(self, text: bytes, /) -> list[OwnFound]: ...


class _Joined:
    """Texts as one, each on lines of its own; finds out again which text a place belongs to."""

    def __init__(self) -> None:
        self.owners: list[Owner] = []
        self._starts: list[int] = []
        self._parts: list[bytes] = []
        self._at = 0

    def add(self, where: Where, texts: Iterable[str]) -> list[Owner]:
        """Returns those that cannot be joined: they are encoded deeper than anyone needs."""
        texts = list(texts)
        together = "".join(texts)
        if together.isascii() and together.isprintable() and not _may_be_coded(together):
            lengths = accumulate((len(text) + 1 for text in texts), initial=self._at)
            self._starts += lengths
            self._at = self._starts.pop()
            self._parts.append("\n".join(texts).encode())
            self.owners += zip(repeat(where), texts)
            return []
        return [(where, text) for text in texts if not self._add(where, text)]

    def _add(self, where: Where, text: str) -> bool:
        try:
            views = decoded(text.encode("utf-8", "replace"))
        except Exception:  # noqa: BLE001 - it is looked at alone, where it fails again
            return False
        for view in views or ():
            self.owners.append((where, text))
            self._starts.append(self._at)
            self._parts.append(view)
            self._at += len(view) + 1
        return views is not None

    def text(self) -> bytes:
        return b"\n".join(self._parts)

    def at(self, start: int, end: int) -> list[Owner]:
        """Whose text stands between these bytes."""
        behind = bisect_right(self._starts, start)
        first = behind - 1
        while behind < len(self._starts) and self._starts[behind] < end:
            behind += 1
        return self.owners[first:behind]


def suspects(
    texts: Mapping[Where, Iterable[str]], places: Places, matcher: Matcher | None
) -> Iterable[Owner]:
    """Those that may hold something: too many perhaps, never too few.

    A policy's own patterns see each text alone: they may begin with ^ or reach over lines, and
    joined they would find less. What redaction wrote is searched along here: taking it out of every
    text costs more than all the rest.
    """
    together = _Joined()
    found: dict[Owner, None] = {}
    for where, distinct in texts.items():
        if places.at(where).sealed:
            distinct = [text for text in distinct if parse_sealed(text) is None]
        if distinct:
            found.update(dict.fromkeys(together.add(where, distinct)))
        if places.own_patterns:
            found.update(((where, t), None) for t in distinct if _matches_alone(t, places, where))
    joined = together.text()
    known: dict[tuple[Where, str, int, bytes], bool] = {}  # networks stand in every other line
    try:
        for start, end, detector, tier in _search(joined, places.gate(), matcher):
            for owner in together.at(start, end):
                where = owner[0]
                finding = (where, detector + tier, end - start, joined[start : end + BEHIND_BYTES])
                stops = known.get(finding)
                if stops is None:
                    place = places.at(where)
                    stops = detector == "own" or place.stops(detector, tier, joined, start, end)
                    known[finding] = stops
                if stops:
                    found[owner] = None
    except Exception:  # noqa: BLE001 - each is looked at alone, and may fail by itself
        found.update(dict.fromkeys(together.owners))
    return found


def _matches_alone(text: str, places: Places, where: Where) -> bool:
    place = places.at(where)
    try:
        return any(
            place.stops(detector, finder.tier, view, start, end)
            for view in decoded(text.encode("utf-8", "replace")) or ()
            for detector, finder in places.own_patterns
            for start, end, _ in finder.find(view)
        )
    except Exception:  # noqa: BLE001 - it is looked at alone, where it fails again
        return True


def _search(
    text: bytes, with_gate: Gate, matcher: Matcher | None
) -> Iterator[tuple[int, int, str, str]]:
    """Start and end in bytes, detector and tier."""
    if matcher is not None:
        for start, end, _ in matcher.find(text):
            yield start, end, "own", "A"
    yield from proved(text, with_gate)


def proved(text: bytes, with_gate: Gate) -> Iterator[tuple[int, int, str, str]]:
    """Start and end in bytes, detector and tier of each that may stop a text, overlapping or not.

    RuntimeError where the detectors could not look.
    """
    hits = with_gate.match(text)
    if not hits:
        raise RuntimeError("the gate could not look: RE2 is out of memory")
    for hit in hits:
        if hit < 2:  # the pattern that matches always, and the one for coded text: see `decoded`
            continue
        for detector, finder in with_gate.finders[hit - 2]:
            if finder.tier == "A" or detector == "secret":
                for start, end, _ in finder.find(text):
                    yield start, end, detector, finder.tier


def _may_be_coded(text: str) -> bool:
    return "%" in text or "\\" in text or "&" in text


def decoded(data: bytes) -> tuple[bytes, ...] | None:
    """A text in UTF-8, and its plain view where it is coded; None where it is coded too deep."""
    plain = data.decode()
    if plain.isascii() and plain.isprintable() and not _may_be_coded(plain):
        return (data,)
    other = normalised(plain)
    if other is None:
        return None
    return (data,) if other == plain else (data, other.encode())
