"""Events and their counts by hour."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from reticent_server.http import settings
from reticent_server.http.schemas.base import Time, shape, time_of_us
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX, EXPORT_ROWS_MAX
from reticent_server.query import event_json
from reticent_server.query.export_lines import Form
from reticent_server.query.reach import masked_in
from reticent_server.store.events.model import Event, HourCount, Page

EVENT = {
    "id": "6f9619ff8b864d01b42d00cf4fc964ff.0b5a6c1d2e3f40718293a4b5c6d7e8f9.12.3",
    "received_at": "2026-11-22T06:32:06.120453Z",
    "ts": "2026-11-22T06:32:05.001200Z",
    "device_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "table": "session",
    "event": "logon",
    "kind": "session.logon",
    "fields": {"user_name": "pn:session.user_name:1:q83vEjRWeJCrze8SNFZ4kA", "remote": False},
    "delivered_from": {"address": "203.0.113.0/24", "country": "IN"},
    "stream_id": "0b5a6c1d-2e3f-4071-8293-a4b5c6d7e8f9",
    "seq": 12,
    "row": 3,
    "masked": {},
}
_COUNT = {"value": "IN", "rows": 4_120}
_HOUR = {"hour": "2026-11-22T06:00:00.000000Z", "kind": "session.logon", "rows": 4}


class EventOut(BaseModel):
    """One stored row. Values are as the policy left them; `pn:...` is a pseudonym."""

    model_config = shape(EVENT)

    id: str = Field(description="Unique for ever.")
    received_at: Time = Field(description="By the server's clock.")
    ts: Time = Field(description="By the laptop's clock.")
    device_id: str
    table: str
    event: str
    kind: str = Field(description="`table.event`.")
    fields: dict[str, str | int | float | bool | list[str]]
    delivered_from: dict[str, str | int] = Field(
        description="Address, country, region, city, network_number and network_owner of the "
        "connection that delivered the row, as the policy left them; a query calls them "
        "`delivered_from_country` and so on. Not where the event happened: a row that waited on "
        "the laptop has the place of its delivery."
    )
    stream_id: str
    seq: int
    row: int
    masked: dict[str, str] = Field(
        description="Columns that are hidden, with or without a value, and why; those of "
        "`delivered_from` as a query calls them."
    )

    @classmethod
    def of(cls, event: Event) -> EventOut:
        return cls(**event_json(event), masked=masked_in({**event.fields, **event.delivered_from}))


class EventsOut(BaseModel):
    model_config = shape({"events": [EVENT], "next_cursor": "eyJ0cyI6MTc2..."})

    events: list[EventOut] = Field(description="Newest first.")
    next_cursor: str | None = Field(description="For the next older page; null at the end.")

    @classmethod
    def of(cls, page: Page) -> EventsOut:
        return cls(events=[EventOut.of(e) for e in page.rows], next_cursor=page.next_cursor)


class ExportIn(BaseModel):
    """What to export. A body, because an address is kept by proxies and browsers."""

    model_config = shape(
        {"query": "kind:session.logon since:7d", "format": "csv", "rows": 10_000, "reason": "audit"}
    )

    query: Annotated[str, Field(max_length=settings.QUERY_CHARS_MAX)] = "*"
    format: Form = "jsonl"
    rows: Annotated[int, Field(ge=1, le=EXPORT_ROWS_MAX)] = Field(
        default=EXPORT_ROWS_MAX, description="The newest, at most."
    )
    reason: Annotated[str, Field(max_length=APPROVAL_REASON_CHARS_MAX)] = Field(
        default="", description="Why; an export in bulk needs one."
    )


class CountOut(BaseModel):
    model_config = shape(_COUNT)

    value: str | int | bool = Field(description="As the policy left it.")
    rows: int


class CountsOut(BaseModel):
    """The commonest values, most rows first."""

    model_config = shape({"by": "delivered_from_country", "counts": [_COUNT]})

    by: str
    counts: list[CountOut]


class HourOut(BaseModel):
    model_config = shape(_HOUR)

    hour: Time = Field(description="The hour's start.")
    kind: str
    rows: int


class HistogramOut(BaseModel):
    """Hours without rows are left out."""

    model_config = shape(
        {"since": "2026-11-15T06:00:00Z", "until": "2026-11-22T07:00:00Z", "hours": [_HOUR]}
    )

    since: Time
    until: Time
    hours: list[HourOut]

    @staticmethod
    def hour(count: HourCount) -> HourOut:
        return HourOut(
            hour=time_of_us(count.hour_us), kind=f"{count.table}.{count.event}", rows=count.rows
        )
