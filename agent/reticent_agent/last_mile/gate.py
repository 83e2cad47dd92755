"""The gate itself: rows in, what must not leave of them out."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence

from reticent_contract.batch import SpooledRow
from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import GATE_POLICIES_MAX
from reticent_contract.policy import Policy
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.findings import UNREADABLE
from reticent_contract.redact.own_matcher import OwnFound
from reticent_contract.redact.tokens import without_tokens
from reticent_contract.rows import RedactedValue

from reticent_agent.last_mile.places import UNKNOWN, Places, Where, places_of
from reticent_agent.last_mile.suspects import Matcher, decoded, proved, suspects
from reticent_agent.spool.model import Gated, Stop

_INTEGER_MIN = 1_000_000  # shorter numbers are ports and process ids, and identify nobody


class LastMileGate:
    """Of one laptop. `knows` may be called from any thread, `look` from one at a time."""

    def __init__(self, catalog: Catalog, own: OwnIdentifiers) -> None:
        self._catalog = catalog
        self._own = own
        self._policies: OrderedDict[bytes, Places] = OrderedDict()

    def knows(self, policy: Policy) -> None:
        """From now on rows that were redacted under `policy` are judged by what it lets through.

        Of rows of a policy that the gate does not know, the laptop's own identifiers and proved
        secrets are stopped, by the built-in detectors; the rest passes.
        """
        self._policies[policy.sha256] = places_of(policy, self._catalog)
        while len(self._policies) > GATE_POLICIES_MAX:
            self._policies.popitem(last=False)

    def look(self, rows: Sequence[SpooledRow], *, policy_sha256: bytes) -> dict[int, Gated]:
        """By their place, the rows of which something must not leave."""
        places = self._policies.get(policy_sha256, UNKNOWN)
        matcher = self._matcher()
        stopped: dict[Where, dict[str, str]] = {}
        for where, text in suspects(_distinct(rows), places, matcher):
            detector = _detector(text, where, places, matcher)
            if detector is not None:
                stopped.setdefault(where, {})[text] = detector
        if not stopped:
            return {}
        looked = {place: _without(row, stopped) for place, row in enumerate(rows)}
        return {place: gated for place, gated in looked.items() if gated.stops}

    def _matcher(self) -> Matcher | None:
        try:
            return self._own.matcher()
        except Exception:  # noqa: BLE001 - then no text can be looked at, and none leaves
            return _Blind()


class _Blind:
    def find(self, _text: bytes, /) -> list[OwnFound]:
        raise RuntimeError("the laptop's own identifiers cannot be looked for")


def _distinct(rows: Sequence[SpooledRow]) -> dict[Where, dict[str, None]]:
    """The texts as they leave, each once a field; pseudonyms are none."""
    tables: dict[str, defaultdict[str, dict[str, None]]] = {}
    for row in rows:
        fields = tables.get(row.table)
        if fields is None:
            fields = tables[row.table] = defaultdict(dict)
        for field, value in row.values.items():
            if value.__class__ is str:
                fields[field][value] = None
            elif isinstance(value, tuple):
                texts = (element for element in value if isinstance(element, str))
                fields[field].update(dict.fromkeys(texts))
            elif type(value) is int and not -_INTEGER_MIN < value < _INTEGER_MIN:
                fields[field][str(value)] = None
    return {(table, field): fields[field] for table, fields in tables.items() for field in fields}


def _detector(text: str, where: Where, places: Places, matcher: Matcher | None) -> str | None:
    """Which detector says that `text` must not leave from here; None where it may."""
    place = places.at(where)
    try:
        found = _found(text.encode("utf-8", "replace"), where, places)
        # A pseudonym before an @ looks like a password in a URL, hence the look without them.
        shortened = without_tokens(text.encode("utf-8", "replace"))
        if found is not None and _found(shortened, where, places) is not None:
            return found
        if matcher is None or text == place.constant:
            return None
        for view in decoded(places.marks.sub(b"<>", shortened)) or ():
            if not all(place.passes(identity) for _, _, identity in matcher.find(view)):
                return "own"
    except Exception:  # noqa: BLE001 - what could not be looked at must not leave
        return UNREADABLE
    return None


def _found(text: bytes, where: Where, places: Places) -> str | None:
    """Each finding is judged by itself, in the view that shows it: one that may pass hides none."""
    views = decoded(text)
    if views is None:
        return UNREADABLE
    place, with_gate = places.at(where), places.gate()
    for view in views:
        for start, end, detector, tier in proved(view, with_gate):
            if place.stops(detector, tier, view, start, end):
                return detector
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
