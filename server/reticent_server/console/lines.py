"""Events as lines of a page: when, which device, what, and all fields behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup, escape
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.connection import CONNECTION

from reticent_server.console.values import html_of
from reticent_server.query.reach import MARKER, Masked
from reticent_server.query.sealed import key_of_withheld
from reticent_server.store.events.fields import DELIVERED_FROM
from reticent_server.store.events.model import DeviceSummary, Event, FieldValue

FIELDS_IN_SUMMARY = 4
MESSAGE_CHARS_SHOWN = 400
_CONNECTION_FIELD = {column: field for field, column in DELIVERED_FROM.items()}
# What tells one row of a table from another at a glance, before the catalog's own order.
_FIRST = {
    "session": ("user_name", "remote_address", "terminal", "service"),
    "agent_health": ("component", "reason", "detail", "count"),
    "connection": ("country", "network_owner", "wan_address"),
    "software": ("name", "version", "architecture"),
    "host": ("host_name", "vendor", "model"),
    "os": ("name", "version", "build"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    name: str
    sentence: str
    html: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    ts_us: int
    received_at_us: int
    device_id: UUID
    device: Markup
    kind: str
    table: str
    summary: list[FieldLine]
    message: Markup | None
    fields: list[FieldLine]
    delivered_from: list[FieldLine]
    id: str


def lines_of(
    events: Sequence[Event], summaries: Mapping[bytes, DeviceSummary] | None = None
) -> list[EventLine]:
    return [_line(event, (summaries or {}).get(event.device_id)) for event in events]


def device_label(device_id: UUID, summary: DeviceSummary | None) -> Markup:
    """A short name that is no link of its own."""
    name = summary.host_name if summary else None
    if not name or key_of_withheld(name) is not None:
        return Markup("{}").format(str(device_id)[:8])
    if name.startswith("pn:"):
        return Markup('<span class="pn-what">host</span> {}').format(name.rpartition(":")[2][:6])
    return Markup("{}").format(name)


def _line(event: Event, summary: DeviceSummary | None) -> EventLine:
    fields = dict(event.fields)
    message = fields.get("message")
    names = [n for n in (*_FIRST.get(event.table, ()), *fields) if n in fields and n != "message"]
    shown = [n for n in dict.fromkeys(names) if fields[n] not in ("", [], MARKER)]
    return EventLine(
        ts_us=event.ts_us,
        received_at_us=event.received_at_us,
        device_id=UUID(bytes=event.device_id),
        device=device_label(UUID(bytes=event.device_id), summary),
        kind=event.kind,
        table=event.table,
        summary=[_field(event.table, n, fields[n]) for n in shown[:FIELDS_IN_SUMMARY]],
        message=_message(message) if isinstance(message, str) else None,
        fields=[_field(event.table, name, value) for name, value in fields.items()],
        delivered_from=[_delivered(name, value) for name, value in event.delivered_from.items()],
        id=event.id,
    )


def delivered_html(column: str, value: str | int) -> Markup:
    """The number of a network is a name and not grouped."""
    return escape(str(value)) if isinstance(value, int) else html_of(column, value)


def _delivered(column: str, value: str | int) -> FieldLine:
    """Only its own sentence tells it from where the event happened."""
    field = CONNECTION.by_name[_CONNECTION_FIELD[column]]
    return FieldLine(
        name=column.replace("_", " "),
        sentence=f"Of the connection that brought this event, now or later: {field.sentence}",
        html=delivered_html(column, value),
    )


def _message(text: str) -> Markup:
    if isinstance(text, Masked):
        return html_of("message", text)
    cut = text[:MESSAGE_CHARS_SHOWN] + ("…" if len(text) > MESSAGE_CHARS_SHOWN else "")
    return html_of("message", cut)


def _field(table: str, name: str, value: FieldValue) -> FieldLine:
    known = CATALOG.get(table)
    field = known.by_name.get(name) if known else None
    return FieldLine(
        name=name, sentence=field.sentence if field else "", html=html_of(name, value, field)
    )
