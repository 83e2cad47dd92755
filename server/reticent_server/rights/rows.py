"""The rows of an answer as a file: one JSON object a line (GDPR, articles 15(3) and 20).

    {"kind": "request", "reference": ..., "right": ..., "until": RFC 3339, "unseen": [sentences]}
    {"kind": "looked_for", "by": [...]}                what was given, and what a directory adds
    {"kind": "row", "laptop": "yours" or "another", "ts", "table", "event", "fields": {...}}
    {"kind": "end", "rows": N}                         the file is whole

Of a row of one's own laptop there are "id", "device_id", "received_at" and "delivered_from" too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from reticent_server.query.expr import And, Expr, Not, TableIs
from reticent_server.query.sealed import event_withheld
from reticent_server.query.service import event_json, rfc3339
from reticent_server.rights.case import Case
from reticent_server.rights.person import Person
from reticent_server.store.events.model import RECEIPT_TABLE, Event


def head(case: Case, identifiers: Iterable[str]) -> str:
    first = {
        "kind": "request",
        "reference": case.reference,
        "right": case.right.value,
        "until": rfc3339(case.before_us or 0),
        "unseen": list(case.unseen),
    }
    return _line(first) + _line({"kind": "looked_for", "by": sorted(identifiers)})


def wanted(person: Person) -> Expr:
    return And((person.held, Not(TableIs(RECEIPT_TABLE))))


def lines(case: Case, person: Person, events: Iterable[Event]) -> tuple[str, int]:
    """Those that were received before the request was run, and how many they are."""
    found = [
        _line(row_of(person, event))
        for event in events
        if event.received_at_us < (case.before_us or 0)
    ]
    return "".join(found), len(found)


def row_of(person: Person, event: Event) -> Mapping[str, object]:
    whole = event_json(replace(event_withheld(event), fields=person.shown(event)))
    row: dict[str, object] = {
        "kind": "row",
        "ts": whole["ts"],
        "table": whole["table"],
        "event": whole["event"],
        "fields": whole["fields"],
    }
    if not person.is_of_theirs(event):
        return {**row, "laptop": "another"}
    return {
        **row,
        "laptop": "yours",
        "id": whole["id"],
        "device_id": whole["device_id"],
        "received_at": whole["received_at"],
        "delivered_from": whole["delivered_from"],
    }


def end(rows: int) -> str:
    return _line({"kind": "end", "rows": rows})


def _line(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
