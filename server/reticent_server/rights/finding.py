"""Who is meant by what somebody gave, and what of them nobody here can find.

Enters: identifiers and laptops of a request. Leaves: a `Person`, and sentences about what stays
unseen, for the answer. Calls block on both stores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from reticent_contract.policy import Policy

from reticent_server.epochs.files import EpochFiles
from reticent_server.limits import RIGHTS_DEVICES_MAX, RIGHTS_POLICIES_MAX, SEARCH_ROWS_MAX
from reticent_server.policies.service import PolicyService
from reticent_server.query.expr import And, DeviceIs, TableIs
from reticent_server.query.people import PERSON_FIELDS, People
from reticent_server.query.reach import ALL
from reticent_server.rights.case import Known
from reticent_server.rights.person import NAMING, RECORD_TABLE, Person
from reticent_server.store.events import EventStore

_ALWAYS = (
    "Inside the text of a log line or an address you are found where a detector recognised your "
    "e-mail address, phone number or user name and put a pseudonym in its place. What no detector "
    "recognised there is not found by your name.",
    "A spelling that is no form of what you gave is not found: alice is not alice@example.com.",
)
_HIDING = {
    "device": "a pseudonym stands for you whose key is on the laptop alone: {}.",
    "seal": "your value is sealed for the privacy officer, and nobody here can compare it: {}.",
    "mask": "only a part of your value is kept: {}.",
    "truncate": "only a part of your value is kept: {}.",
}


class Finder:
    """`data_dir`: where the keys lie. Thread-safe."""

    def __init__(self, policies: PolicyService, events: EventStore, data_dir: Path) -> None:
        self._policies = policies
        self._events = events
        self._epochs = EpochFiles(data_dir)

    def find(self, known: Known, *, before_us: int) -> tuple[Person, list[str]]:
        """Whoever is meant, and what of them cannot be found. Raises ServerError."""
        policies, unread = self._policies.read_all(most=RIGHTS_POLICIES_MAX)
        keys = self._epochs.load()
        people = People(fleet=keys.fleet, server=keys.server, policies=policies, reach=ALL)
        given = {one.bytes: 0 for one in known.devices}
        person = Person(people, known.identifiers, devices=given)
        found = self._own(person, before_us)
        unseen = [*_ALWAYS, *_hidden(policies)]
        if unread:
            unseen.append(
                f"{unread} old versions of policies were not read, so what only they linked is not."
            )
        if destroyed := sorted(self._epochs.destroyed()):
            told = ", ".join(map(str, destroyed))
            unseen.append(
                f"Pseudonyms of epochs whose keys were destroyed stand for nobody: {told}."
            )
        if len(found) > RIGHTS_DEVICES_MAX:
            unseen.append(
                f"More than {RIGHTS_DEVICES_MAX} laptops are written down as yours; whole rows are "
                "given of those alone that were named with the request."
            )
            found = {}
        return Person(people, known.identifiers, devices={**found, **given}), unseen

    def count(self, person: Person, before_us: int) -> Mapping[tuple[bytes, str], int]:
        """Rows of an access, by device and table. Raises StoreError."""
        return self._events.count_where(person.held, before_us=before_us)

    def _own(self, person: Person, before_us: int) -> dict[bytes, int]:
        """Laptops whose record names the person now, and since when."""
        named = self._events.count_where(person.records, before_us=before_us)
        found = {device_id: self._since(person, device_id) for device_id, _ in named}
        return {device_id: at_us for device_id, at_us in found.items() if at_us is not None}

    def _since(self, person: Person, device_id: bytes) -> int | None:
        """The oldest word of the record that names them with nobody else's after it."""
        written = And((TableIs(RECORD_TABLE), DeviceIs(device_id)))
        since_us = None
        for row in self._events.search(written, limit=SEARCH_ROWS_MAX).rows:
            if person.says_theirs(row.fields):
                since_us = row.ts_us
            elif row.event == "removed" or NAMING[RECORD_TABLE] & row.fields.keys():
                break
        return since_us


def _hidden(policies: Sequence[Policy]) -> Iterator[str]:
    """Columns that name people in a way that cannot be compared, by some policy."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for policy in policies:
        for member in PERSON_FIELDS:
            table, _, name = member.partition(".")
            rules = policy.tables.get(table)
            rule = None if rules is None else rules.rules.get(name)
            if rule is not None:
                scope = getattr(rule.action, "scope", "")
                found[scope if scope == "device" else rule.action.name].add(member)
    for action, sentence in _HIDING.items():
        if action in found:
            told = sentence.format(", ".join(sorted(found[action])))
            yield f"By some policy of now or before, {told}"
