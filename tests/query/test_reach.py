"""What a query finds for somebody who may see a part: the same in chDB and in the fake, and never
anything that depends on a hidden value."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from reticent_server.query import parse_query
from reticent_server.query.matching import counted_by, matches
from reticent_server.query.reach import ALL, MARKER, Area, Masked, Reach
from reticent_server.query.scoped import ScopedEvents
from reticent_server.store.events import EventStore
from reticent_server.store.events.fields import DELIVERED_FROM
from reticent_server.store.events.model import OF_EVERY_ROW, RECEIPT_TABLE, Event
from support.event_groups import DEVICE, NOON_US, OTHER

Stores = tuple[EventStore, EventStore]
HOUR_US = 3_600_000_000
CONNECTION_FIELD = {column: field for field, column in DELIVERED_FROM.items()}
REACHES = {
    "one device": Reach((Area(devices=frozenset({OTHER})),)),
    "no device": Reach((Area(devices=frozenset()),)),
    "nothing": Reach(()),
    "a table": Reach((Area(columns=frozenset({"session"})),)),
    "columns": Reach((Area(columns=frozenset({"session.service", "log_line.program"})),)),
    "delivered": Reach((Area(columns=frozenset({"session", "connection.country"})),)),
    "two areas": Reach(
        (
            Area(devices=frozenset({OTHER}), columns=frozenset({"session"})),
            Area(devices=frozenset({DEVICE}), columns=frozenset({"session.service", "connection"})),
        )
    ),
    "all": ALL,
}
QUERIES = (
    *("*", "kind:session", "table:batch", "event:logoff OR password", "-kind:session"),
    *("user_name:*", "-user_name:*", "user_name:pn*", '-user_name:"pn:user:1:bob"'),
    *("-(-user_name:* remote:true)", "user_name:*bob OR service:gdm", "password", "-password"),
    *("delivered_from_country:IN", "-delivered_from_country:*", "delivered_from_network_number:>1"),
    *("user_id:>0", "-user_id:0", "ip_addresses:*", "program:cron", "name:lo OR user_name:<z"),
)


@pytest.mark.parametrize("name", REACHES)
def test_the_engine_and_the_fake_find_the_same_within_a_reach(stores: Stores, name: str) -> None:
    reach = REACHES[name]
    for query in QUERIES:
        expr = reach.narrowed(parse_query(query, now_us=NOON_US))
        chdb, fake = (sorted(r.id for r in s.search(expr, limit=100).rows) for s in stores)
        assert chdb == fake, query
    assert stores[0].count(expr) == len(fake)  # the last one: it is compiled the same way


@pytest.mark.parametrize("name", REACHES)
def test_counts_and_summaries_are_of_what_can_be_seen(stores: Stores, name: str) -> None:
    reach = REACHES[name]
    for store in stores:
        seen = ScopedEvents(store, reach)
        rows = seen.search(parse_query("*", now_us=NOON_US), limit=100).rows
        hours = seen.counts_by_hour(since_us=0, until_us=NOON_US + HOUR_US)
        assert sum(hour.rows for hour in hours) == len(rows)
        summaries = seen.device_summaries([DEVICE, OTHER])
        assert sum(summary.rows for summary in summaries.values()) == len(rows)
        assert {row.device_id for row in rows} <= set(summaries)


@pytest.mark.parametrize("name", REACHES)
def test_no_answer_depends_on_a_value_that_is_hidden(stores: Stores, name: str) -> None:
    """Any two rows that only differ in what is hidden are found alike and shown alike."""
    reach = REACHES[name]
    rows = stores[1].search(parse_query("* OR table:batch", now_us=NOON_US), limit=100).rows
    assert any(row.table == RECEIPT_TABLE for row in rows)
    for row in rows:
        shown = {f: v for f, v in row.fields.items() if reach.shows(row.device_id, row.table, f)}
        place = {
            column: value
            for column, value in row.delivered_from.items()
            if reach.shows(row.device_id, "connection", CONNECTION_FIELD[column])
        }
        other = replace(row, fields=shown, delivered_from=place)
        for query in QUERIES:
            expr = reach.narrowed(parse_query(query, now_us=NOON_US))
            assert matches(expr, row) == matches(expr, other), query
        one, two = (list(reach.masked_event(r).fields.items()) for r in (row, other))
        assert one == two  # in the same order, too
        three, four = (list(reach.masked_event(r).delivered_from.items()) for r in (row, other))
        assert three == four


@pytest.mark.parametrize("name", REACHES)
@pytest.mark.parametrize("field", ["user_name", "program", "delivered_from_country", *OF_EVERY_ROW])
def test_counts_are_of_the_values_that_are_shown(stores: Stores, name: str, field: str) -> None:
    for store in stores:
        seen = ScopedEvents(store, REACHES[name])
        rows = seen.search(parse_query("*", now_us=NOON_US), limit=100).rows
        values = [counted_by(row, field) for row in rows]
        shown = Counter(v for v in values if v is not None and not isinstance(v, Masked))
        counted = seen.count_by(parse_query("*", now_us=NOON_US), field, limit=100)
        assert dict(counted) == shown


def test_what_is_stored_is_never_taken_for_the_marker() -> None:
    event = Event(
        received_at_us=1,
        ts_us=1,
        device_id=DEVICE,
        stream_id=bytes(16),
        seq=1,
        row=0,
        table="session",
        event="logon",
        fields={"user_name": "[masked]", "service": "x"},
    )
    seen = Reach((Area(columns=frozenset({"session.user_name"})),)).masked_event(event).fields
    assert seen["user_name"] == MARKER  # the same text
    assert type(seen["user_name"]) is str  # and another type, which is what marks
    assert type(seen["service"]) is type(MARKER)


def test_only_a_field_that_is_hidden_everywhere_is_named() -> None:
    reach = REACHES["two areas"]
    assert reach.hidden_field(parse_query("-(a OR remote:true)")) == "message"
    assert reach.hidden_field(parse_query("user_name:a kind:session since:1d")) is None
    assert reach.hidden_field(parse_query("service:a program:b")) == "program"
    assert reach.hidden_field(parse_query("delivered_from_country:IN")) is None
    hidden = REACHES["delivered"].hidden_field(parse_query("-delivered_from_city:x"))
    assert hidden == "delivered_from_city"
    assert ALL.hidden_field(parse_query("a program:b delivered_from_city:x")) is None
