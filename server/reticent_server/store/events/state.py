"""What a device's state tables say now, from snapshots and the changes after them.

Enters: state rows of one device, oldest first. Leaves: for each table the rows that hold. Must
hold: the newest snapshot is the rows that share its `ts`; rows added, changed and removed later are
applied by the table's key in the catalog (of a table that the server makes, a change names only the
fields that changed). Where the policy removed the key, rows are told apart by
all their fields, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Kind

from reticent_server.store.events.model import Event, FieldValue

Fields = dict[str, FieldValue]

SERVER_TABLES = frozenset(table.name for table in CATALOG if table.from_server)
STATE_TABLES = tuple(table.name for table in CATALOG if table.kind is Kind.STATE)


def current(events: Iterable[Event]) -> dict[str, list[Fields]]:
    """`events` from the newest snapshot of each table on, in the order in which they occurred."""
    tables: dict[str, list[Fields]] = {}
    rounds: dict[str, int] = {}
    for event in sorted(events, key=lambda e: (e.ts_us, e.seq, e.row)):
        if event.table not in STATE_TABLES:
            continue
        rows = tables.setdefault(event.table, [])
        fields = dict(event.fields)
        if event.event == "snapshot":
            if rounds.get(event.table) != event.ts_us:
                rounds[event.table] = event.ts_us
                rows.clear()
            rows.append(fields)
        else:
            if event.event == "changed" and event.table in SERVER_TABLES:
                # Whoever enters a field of a record says nothing about the others.
                fields = {**(rows[0] if rows else {}), **fields}
            _apply(rows, fields, event.event, _key(event.table))
    return tables


def _apply(rows: list[Fields], fields: Fields, event: str, key: Sequence[str]) -> None:
    if event == "added":
        rows.append(fields)
        return
    at = _place(rows, fields, key, exact=event == "removed")
    if event == "removed":
        if at is not None:
            del rows[at]
    elif at is None:
        rows.append(fields)
    else:
        rows[at] = fields


def _place(rows: list[Fields], fields: Fields, key: Sequence[str], *, exact: bool) -> int | None:
    """Which row is meant: for a removal the same one where there is one, else one with its key."""
    if exact and fields in rows:
        return rows.index(fields)
    if any(name not in fields for name in key):
        return None
    for at, row in enumerate(rows):
        if all(row.get(name) == fields[name] for name in key):
            return at
    return None


def _key(table: str) -> Sequence[str]:
    found = CATALOG.get(table)
    return found.key if found is not None else ()
