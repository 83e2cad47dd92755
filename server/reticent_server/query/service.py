"""Searches the event store for what a person typed.

Enters: a query's text. Leaves: a page of events, and events as JSON objects. Must hold: one shape
of an event for CLI, API and console.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from reticent_contract.catalog.model import Type

from reticent_server.query.parser import parse_query
from reticent_server.store.events.fields import FIELD_TYPES
from reticent_server.store.events.interface import EventStore
from reticent_server.store.events.model import Event, FieldValue, Page

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EventJson(TypedDict):
    """An event as CLI and API show it. Times are RFC 3339 with microseconds.

    `delivered_from`: "country" is what a query calls `delivered_from_country`, and so on.
    """

    id: str
    received_at: str
    ts: str
    device_id: str
    table: str
    event: str
    kind: str
    fields: dict[str, FieldValue]
    delivered_from: dict[str, str | int]
    stream_id: str
    seq: int
    row: int


def run_query(
    store: EventStore,
    text: str,
    *,
    limit: int = 100,
    cursor: str | None = None,
    now_us: int | None = None,
) -> Page:
    """The newest rows that match, by `ts`. Raises QueryError, CursorInvalidError, StoreError."""
    return store.search(parse_query(text, now_us=now_us), limit=limit, cursor=cursor)


def event_json(event: Event) -> EventJson:
    """One event as a JSON object."""
    return EventJson(
        id=event.id,
        received_at=rfc3339(event.received_at_us),
        ts=rfc3339(event.ts_us),
        device_id=str(uuid.UUID(bytes=event.device_id)),
        table=event.table,
        event=event.event,
        kind=event.kind,
        fields={name: _value(name, value) for name, value in sorted(event.fields.items())},
        delivered_from={
            name.removeprefix("delivered_from_"): value
            for name, value in event.delivered_from.items()
        },
        stream_id=str(uuid.UUID(bytes=event.stream_id)),
        seq=event.seq,
        row=event.row,
    )


def rfc3339(us: int) -> str:
    """Microseconds since 1970 UTC as `2026-11-22T10:00:00.000000Z`."""
    moment = _EPOCH + timedelta(microseconds=us)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _value(name: str, value: FieldValue) -> FieldValue:
    if FIELD_TYPES.get(name) is Type.TIMESTAMP and isinstance(value, int):
        return rfc3339(value)
    return value
