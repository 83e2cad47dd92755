"""The last-mile gate: the second look at what leaves, far from the first one.

Enters: spooled rows just before they are sealed, and the policy under which they were redacted.
Leaves: the same rows without the values that must not go, and what was stopped by which detector.
Must hold: shares no code with the plan; uses the laptop's own identifiers as they are known now, so
it finds what was learned after a row was spooled; a value that it could not look at does not leave;
no value is in what it tells.

    distinct texts of a batch (of lists each element; numbers of seven digits and more in decimal)
    -> one search over all of them, joined: which may hold something
    -> those alone, one by one, by what the field's rule lets through (`last_mile_places`)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, repeat

from reticent_contract.batch import SpooledRow
from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import GATE_POLICIES_MAX
from reticent_contract.policy import Policy
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.findings import UNREADABLE, findings
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.own_matcher import OwnMatcher
from reticent_contract.redact.sealed import parse_sealed
from reticent_contract.redact.search import gate
from reticent_contract.redact.text import CUT_MARK
from reticent_contract.redact.tokens import without_tokens
from reticent_contract.rows import RedactedValue

from reticent_agent.last_mile_places import BEHIND_BYTES, STRICT, Place, places_of
from reticent_agent.spool.model import Gated, Stop

_INTEGER_MIN = 1_000_000  # shorter numbers are ports and process ids, and identify nobody
# What redaction itself writes in place of a finding is no text of the laptop's: <mac>, <cut>.
_MARKS = re.compile("|".join(["<pn>", *(f"<{name}>" for name in DETECTORS), CUT_MARK]).encode())
Where = tuple[str, str]  # table, field
Owner = tuple[Where, str]  # and the text
_NO_PLACES: Mapping[Where, Place] = {}


class LastMileGate:
    """Of one laptop. `knows` may be called from any thread, `look` from one at a time."""

    def __init__(self, catalog: Catalog, own: OwnIdentifiers) -> None:
        self._catalog = catalog
        self._own = own
        self._policies: OrderedDict[bytes, Mapping[Where, Place]] = OrderedDict()

    def knows(self, policy: Policy) -> None:
        """From now on rows that were redacted under `policy` are judged by what it lets through.

        Rows of a policy that the gate does not know are judged as if it let nothing through.
        """
        self._policies[policy.sha256] = places_of(policy, self._catalog)
        while len(self._policies) > GATE_POLICIES_MAX:
            self._policies.popitem(last=False)

    def look(self, rows: Sequence[SpooledRow], *, policy_sha256: bytes) -> dict[int, Gated]:
        """By their place, the rows of which something must not leave."""
        places = self._policies.get(policy_sha256, _NO_PLACES)
        matcher = self._own.matcher()
        stopped: dict[Where, dict[str, str]] = {}
        for where, text in _suspects(_distinct(rows), places, matcher):
            detector = _detector(text, places.get(where, STRICT), matcher)
            if detector is not None:
                stopped.setdefault(where, {})[text] = detector
        if not stopped:
            return {}
        looked = {place: _without(row, stopped) for place, row in enumerate(rows)}
        return {place: gated for place, gated in looked.items() if gated.stops}


def _distinct(rows: Sequence[SpooledRow]) -> dict[Where, dict[str, None]]:
    """The texts as they leave, each once a field; pseudonyms are none."""
    texts: dict[Where, dict[str, None]] = {}
    for row in rows:
        table = row.table
        for field, value in row.values.items():
            if isinstance(value, str):
                texts.setdefault((table, field), {})[value] = None
            elif isinstance(value, tuple):
                found = texts.setdefault((table, field), {})
                found.update((element, None) for element in value if isinstance(element, str))
            elif type(value) is int and not -_INTEGER_MIN < value < _INTEGER_MIN:
                texts.setdefault((table, field), {})[str(value)] = None
    return texts


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
        views = _decoded(text.encode("utf-8", "replace"))
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


def _suspects(
    texts: Mapping[Where, Iterable[str]], places: Mapping[Where, Place], matcher: OwnMatcher | None
) -> Iterable[Owner]:
    """Those that may hold something: too many perhaps, never too few.

    What redaction wrote is searched along here: taking it out of every text costs more than all
    the rest.
    """
    together = _Joined()
    suspects: dict[Owner, None] = {}
    for where, distinct in texts.items():
        sealed = places.get(where, STRICT).sealed
        distinct = {t: None for t in distinct if not (sealed and parse_sealed(t) is not None)}
        if distinct:
            suspects.update(dict.fromkeys(together.add(where, distinct)))
    joined = together.text()
    known: dict[tuple[Where, str, int, bytes], bool] = {}  # networks stand in every other line
    try:
        for start, end, detector, tier in _search(joined, matcher):
            for owner in together.at(start, end):
                where = owner[0]
                finding = (where, detector + tier, end - start, joined[start : end + BEHIND_BYTES])
                stops = known.get(finding)
                if stops is None:
                    place = places.get(where, STRICT)
                    stops = detector == "own" or place.stops(detector, tier, joined, start, end)
                    known[finding] = stops
                if stops:
                    suspects[owner] = None
    except Exception:  # noqa: BLE001 - each is looked at alone, and may fail by itself
        suspects.update(dict.fromkeys(together.owners))
    return suspects


def _search(text: bytes, matcher: OwnMatcher | None) -> Iterator[tuple[int, int, str, str]]:
    """Start and end in bytes, detector and tier."""
    if matcher is not None:
        for start, end, _ in matcher.find(text):
            yield start, end, "own", "A"
    hits = gate().match(text)
    if not hits:
        raise RuntimeError("the gate could not look: RE2 is out of memory")
    for hit in hits:
        if hit < 2:  # the pattern that matches always, and the one for coded text: see `_decoded`
            continue
        for detector, finder in gate().finders[hit - 2]:
            if finder.tier == "A" or detector == "secret":
                for start, end, _ in finder.find(text):
                    yield start, end, detector, finder.tier


def _may_be_coded(text: str) -> bool:
    return "%" in text or "\\" in text or "&" in text


def _decoded(data: bytes) -> tuple[bytes, ...] | None:
    """A text in UTF-8, and its plain view where it is coded; None where it is coded too deep."""
    plain = data.decode()
    if plain.isascii() and plain.isprintable() and not _may_be_coded(plain):
        return (data,)
    other = normalised(plain)
    if other is None:
        return None
    return (data,) if other == plain else (data, other.encode())


def _detector(text: str, place: Place, matcher: OwnMatcher | None) -> str | None:
    """Which detector says that `text` must not leave from here; None where it may."""
    try:
        found = _found(text, place)
        # A pseudonym before an @ looks like a password in a URL, hence the look without them.
        shortened = without_tokens(text.encode("utf-8", "replace"))
        if found is not None and _found(shortened.decode(), place) is not None:
            return found
        if matcher is None or text == place.constant:
            return None
        for view in _decoded(_MARKS.sub(b"<>", shortened)) or ():
            if not all(place.passes(identity) for _, _, identity in matcher.find(view)):
                return "own"
    except Exception:  # noqa: BLE001 - what could not be looked at must not leave
        return UNREADABLE
    return None


def _found(text: str, place: Place) -> str | None:
    for finding in findings(text):
        if finding.detector == UNREADABLE:
            return UNREADABLE
        before, after = text[: finding.start].encode(), text[: finding.end].encode()
        if place.stops(finding.detector, finding.tier, text.encode(), len(before), len(after)):
            return finding.detector
    return None


def _without(row: SpooledRow, stopped: Mapping[Where, Mapping[str, str]]) -> Gated:
    stops: list[Stop] = []
    values: dict[str, RedactedValue] = {}
    for field, value in row.values.items():
        found = stopped.get((row.table, field), {})
        if isinstance(value, tuple):
            gone = [found[e] for e in value if isinstance(e, str) and e in found]
            stops += [Stop(row.table, field, detector) for detector in gone]
            left = tuple(e for e in value if not (isinstance(e, str) and e in found))
            if left or not gone:
                values[field] = left
        elif isinstance(value, str | int) and (detector := found.get(str(value))) is not None:
            stops.append(Stop(row.table, field, detector))
        else:
            values[field] = value
    return Gated(SpooledRow(row.table, row.event, row.ts_us, values), tuple(stops))
