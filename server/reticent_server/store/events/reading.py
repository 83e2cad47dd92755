"""Turns rows of the engine back into events.

Enters: dictionaries as Arrow gives them. Leaves: `Event`s. Must hold: what was stored comes back,
with booleans as booleans; a field that was absent stays absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from reticent_contract.catalog.model import Type

from reticent_server.store.events.fields import DELIVERED, FIELD_TYPES, HOT, Column
from reticent_server.store.events.model import Event, FieldValue

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

STRUCTURE = ("received_at", "ts", "device_id", "stream_id", "seq", "row_no", "table", "event")
MAPS = ("texts", "integers", "reals", "lists")
EVENT_COLUMNS = ", ".join(f"`{name}`" for name in (*STRUCTURE, *HOT, *MAPS, *DELIVERED))


def microseconds(time: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (time - _EPOCH) // _MICROSECOND


def event_of(row: Mapping[str, Any]) -> Event:
    """One row of `SELECT EVENT_COLUMNS`."""
    return Event(
        received_at_us=microseconds(row["received_at"]),
        ts_us=microseconds(row["ts"]),
        device_id=row["device_id"].bytes,
        stream_id=row["stream_id"].bytes,
        seq=row["seq"],
        row=row["row_no"],
        table=row["table"],
        event=row["event"],
        fields=fields_of(row),
        delivered_from={name: row[name] for name in DELIVERED if row[name] not in (None, "")},
    )


def fields_of(row: Mapping[str, Any]) -> dict[str, FieldValue]:
    """The fields that the row has, by name."""
    fields: dict[str, FieldValue] = {}
    for name, column in HOT.items():
        value = row[name]
        if value is not None and (column is Column.HOT_INTEGER or value != ""):
            fields[name] = value
    fields.update(row["texts"])
    fields.update(row["reals"])
    fields.update(row["lists"])
    for name, value in row["integers"]:
        fields[name] = bool(value) if FIELD_TYPES.get(name) is Type.BOOLEAN else value
    return fields
