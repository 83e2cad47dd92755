"""Contract of every event store: how it answers."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest
from reticent_server.query import parse_query
from reticent_server.query.expr import And, Everything, Not, Since, TableIs, Until
from reticent_server.store.events import RECEIPT_TABLE, EventStore, HourCount
from reticent_server.store.events.errors import CursorInvalidError
from support.event_groups import DEVICE, NOON_US, OTHER, STREAM, batch, group, lines, table

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
ROWS = Not(TableIs(RECEIPT_TABLE))


def test_pages_follow_one_another_newest_first_without_gap_or_repetition(
    store: EventStore,
) -> None:
    days = (0, 2, 3, 10, 40, -3)  # the last is a clock that is ahead
    tables = [lines(5, ts_us=NOON_US - day * DAY_US) for day in days]
    same_time = [table("software", "snapshot", [{"name": f"n{n}"} for n in range(7)])]
    store.append(group(batch(1, tables), batch(1, same_time, device=OTHER)))
    seen: list[Any] = []
    cursor = None
    while True:
        page = store.search(ROWS, limit=4, cursor=cursor)
        seen += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page.rows) == 4
    assert len({event.id for event in seen}) == len(seen) == 37
    assert [e.ts_us for e in seen] == sorted((e.ts_us for e in seen), reverse=True)
    assert seen == list(store.search(ROWS, limit=1_000).rows)


def test_a_cursor_stays_where_it_is_while_rows_arrive(store: EventStore) -> None:
    store.append(group(batch(1, [lines(6)])))
    first = store.search(ROWS, limit=3)
    store.append(group(batch(2, [lines(6, ts_us=NOON_US + HOUR_US)])))
    second = store.search(ROWS, limit=3, cursor=first.next_cursor)
    assert [e.row for e in (*first.rows, *second.rows)] == [5, 4, 3, 2, 1, 0]
    assert {e.seq for e in second.rows} == {1}


@pytest.mark.parametrize("cursor", ["", "x", "A" * 80, "A" * 5_000, "✓", "AQ==", "'; DROP--"])
def test_a_foreign_cursor_is_refused(store: EventStore, cursor: str) -> None:
    with pytest.raises(CursorInvalidError, match="without a cursor"):
        store.search(ROWS, limit=3, cursor=cursor)


def test_a_changed_cursor_is_refused(store: EventStore) -> None:
    store.append(group(batch(1, [lines(3)])))
    cursor = store.search(ROWS, limit=1).next_cursor
    assert cursor is not None
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[5] ^= 1
    with pytest.raises(CursorInvalidError):
        store.search(ROWS, limit=1, cursor=base64.urlsafe_b64encode(raw).decode())


def test_a_page_has_a_bound_whatever_is_asked(store: EventStore) -> None:
    store.append(group(batch(1, [lines(1_200)])))
    assert len(store.search(ROWS, limit=10**9).rows) == 1_000
    assert len(store.search(ROWS, limit=-5).rows) == 1


def test_state_is_the_newest_snapshot_and_what_followed(store: EventStore) -> None:
    old = [{"source": "dpkg", "name": "gone", "version": "1", "architecture": "amd64"}]
    new = [
        {"source": "dpkg", "name": name, "version": "1", "architecture": "amd64"}
        for name in ("bash", "curl", "vim")
    ]
    changed = [{**new[1], "version": "2"}]
    added = [{**new[0], "name": "zsh"}]
    removed = [new[2]]
    store.append(
        group(
            batch(
                1,
                [
                    table("software", "snapshot", old, ts_us=NOON_US - DAY_US),
                    table("software", "removed", new[:1], ts_us=NOON_US - HOUR_US),
                ],
            )
        )
    )
    store.append(
        group(
            batch(2, [table("software", "snapshot", new[:2])]),
            batch(3, [table("software", "snapshot", new[2:])]),
            batch(
                4,
                [
                    table("software", "changed", changed, ts_us=NOON_US + 1),
                    table("software", "added", added, ts_us=NOON_US + 2),
                    table("software", "removed", removed, ts_us=NOON_US + 3),
                    table("os", "snapshot", [{"name": "Debian", "version": "12"}]),
                ],
            ),
            batch(1, [table("os", "snapshot", [{"name": "other"}])], device=OTHER),
        )
    )
    state = store.current_state(DEVICE)
    assert [dict(row) for row in state["software"]] == [new[0], *changed, *added]
    assert [dict(row) for row in state["os"]] == [{"name": "Debian", "version": "12"}]
    assert set(state) == {"software", "os"}
    assert store.current_state(bytes(16)) == {}


def test_rows_whose_key_the_policy_removed_are_told_apart_by_all_fields(
    store: EventStore,
) -> None:
    twins = [
        {"vendor": "v", "product": "mouse"},
        {"vendor": "v", "product": "mouse"},
        {"vendor": "v", "product": "disk"},
    ]
    store.append(group(batch(1, [table("usb", "snapshot", twins)])))
    store.append(group(batch(2, [table("usb", "removed", twins[:1], ts_us=NOON_US + 1)])))
    assert [dict(row) for row in store.current_state(DEVICE)["usb"]] == twins[1:]


def test_a_change_of_what_people_entered_leaves_the_fields_it_does_not_name(
    store: EventStore,
) -> None:
    def entered(seq: int, event: str, **fields: str) -> None:
        rows = table("device_record", event, [fields], ts_us=NOON_US + seq)
        store.append(group(batch(seq, [rows])))

    entered(1, "snapshot", company="a", email="b")
    entered(2, "changed", email="c", entered_by="api")
    assert store.current_state(DEVICE)["device_record"] == [
        {"company": "a", "email": "c", "entered_by": "api"}
    ]
    entered(3, "removed", entered_by="api")
    assert not store.current_state(DEVICE).get("device_record")
    entered(4, "snapshot", phone="d")
    assert store.current_state(DEVICE)["device_record"] == [{"phone": "d"}]


def test_rows_are_found_by_where_a_laptop_came_from(store: EventStore) -> None:
    places: list[dict[str, Any]] = [{"country": "IN", "network_number": 64_500}, {"country": "DE"}]
    store.append(group(batch(1, [table("connection", "connected", places)])))
    for query in ("country:IN", "kind:connection.connected network_number:64500"):
        (found,) = store.search(parse_query(query), limit=10).rows
        assert found.fields == places[0]


def test_summaries_say_when_how_many_and_what(store: EventStore) -> None:
    store.append(
        group(
            batch(
                1,
                [
                    lines(3),
                    table("host", "snapshot", [{"host_name": "pn:host:1:a"}]),
                    table("os", "snapshot", [{"name": "Debian", "version": "12"}]),
                ],
            )
        )
    )
    store.append(
        group(
            batch(
                2,
                [table("os", "snapshot", [{"name": "Debian", "version": "13"}], ts_us=NOON_US + 1)],
            ),
            received_at_us=NOON_US + 5,
        )
    )
    store.append(group(batch(1, device=OTHER)))
    summaries = store.device_summaries()
    assert set(summaries) == {DEVICE, OTHER}
    one = summaries[DEVICE]
    assert (one.rows, one.last_received_at_us) == (6, NOON_US + 5)
    assert (one.host_name, one.os_name, one.os_version) == ("pn:host:1:a", "Debian", "13")
    assert (summaries[OTHER].rows, summaries[OTHER].host_name) == (0, None)
    assert set(store.device_summaries([OTHER, bytes(16)])) == {OTHER}
    assert store.device_summaries([]) == {}


def test_counts_by_table_and_by_hour_leave_receipts_out(store: EventStore) -> None:
    store.append(
        group(
            batch(1, [lines(3), lines(2, ts_us=NOON_US + HOUR_US)]),
            batch(1, [table("session", "logon", [{"user_name": "u"}])], device=OTHER),
        )
    )
    assert store.count_by_table() == {"log_line": 5, "session": 1}
    assert store.count_by_table(OTHER) == {"session": 1}
    assert store.count_by_table(bytes(16)) == {}
    counts = store.counts_by_hour(since_us=NOON_US + 5, until_us=NOON_US + HOUR_US)
    assert list(counts) == [
        HourCount(hour_us=NOON_US, table="log_line", event="line", rows=3),
        HourCount(hour_us=NOON_US, table="session", event="logon", rows=1),
    ]
    later = store.counts_by_hour(since_us=0, until_us=NOON_US + 2 * HOUR_US, device_id=DEVICE)
    assert [count.rows for count in later] == [3, 2]


def test_receipts_add_up_what_each_rule_did(store: EventStore) -> None:
    one = {
        "policy_version": 1,
        "counts": [
            ("os.name", "keep", "kept", 4),
            ("host.host_name", "deny-by-default", "dropped", 2),
        ],
    }
    two = {
        "policy_version": 1,
        "counts": [
            ("host.host_name", "deny-by-default", "dropped", 3),
            ("log_line.message", "scan", "failed", 1),
        ],
    }
    store.append(group(batch(1, receipt=one), batch(2, receipt=two)))
    store.append(group(batch(1, receipt=one, device=OTHER)))
    assert list(store.rule_counts(DEVICE)) == [
        ("host.host_name", "deny-by-default", "dropped", 5),
        ("log_line.message", "scan", "failed", 1),
        ("os.name", "keep", "kept", 4),
    ]
    assert store.dropped_by_field(OTHER) == {"host.host_name": 2}
    assert store.dropped_by_field() == {"host.host_name": 7, "log_line.message": 1}


def test_top_values_and_users_are_counted_exactly_across_day_bounds(store: EventStore) -> None:
    for day in range(4):
        rows = [{"program": "a"}] * (day + 1) + [{"program": "b", "user_name": "u"}]
        store.append(
            group(batch(day + 1, [table("log_line", "line", rows, ts_us=NOON_US - day * DAY_US)]))
        )
    store.append(group(batch(1, [table("session", "logon", [{"user_name": "u"}])], device=OTHER)))
    since, until = NOON_US - 3 * DAY_US + 2, NOON_US + 1
    assert store.top_values("program", since_us=since, until_us=until) == [("a", 8), ("b", 3)]
    assert store.top_values("program", since_us=since, until_us=until, limit=1) == [("a", 8)]
    assert store.devices_by_user() == [("u", 2)]
    assert store.count_users([DEVICE, OTHER]) == store.count_users([OTHER]) == 1
    assert store.count_users([]) == store.count_users([bytes(16)]) == 0
    more = [{"user_name": "v"}, {"user_name": "w"}, {"user_name": "v"}, {"program": "a"}]
    store.append(group(batch(2, [table("session", "logon", more)], device=OTHER)))
    assert store.count_users([DEVICE, OTHER]) == 3
    assert store.count_users([DEVICE]) == 1
    tokens = [f"pn:person:{epoch}:{who}" for epoch in (1, 2) for who in "abcde"[: 3 + epoch]]
    rotated = [{"user_name": token} for token in (*tokens, "pn:session.user_name:2:a")]
    store.append(group(batch(3, [table("session", "logon", rotated)], device=OTHER)))
    assert store.count_users([DEVICE, OTHER]) == 5  # of epoch 2; each was somebody in epoch 1 too
    with pytest.raises(ValueError, match="column of its own"):
        store.top_values("session_id", since_us=0, until_us=1)


def test_count_agrees_with_the_rows(store: EventStore) -> None:
    store.append(group(batch(1, [lines(9)])))
    assert store.count(ROWS) == 9
    assert store.count(And((Since(NOON_US + 2), Until(NOON_US + 5), ROWS))) == 3
    assert store.count(Everything()) == 10
    assert store.last_seq(DEVICE, STREAM) == 1


INDIA: dict[str, str | int] = {
    "delivered_from_address": "203.0.113.0/24",
    "delivered_from_country": "IN",
    "delivered_from_city": "",
    "delivered_from_network_number": 64_500,
}


def test_every_row_has_from_where_its_batch_was_delivered(store: EventStore) -> None:
    """Rows of every table, the first of a device and the receipt too; else nothing."""
    tables = [lines(2), table("os", "snapshot", [{"name": "Debian"}])]
    store.append(
        group(
            batch(1, tables, delivered_from=INDIA),
            batch(2, tables),
            batch(1, tables, device=OTHER, delivered_from={"delivered_from_country": "DE"}),
        )
    )
    known = {name: value for name, value in INDIA.items() if value != ""}
    found = store.search(Everything(), limit=50).rows
    assert [dict(e.delivered_from) for e in found if e.device_id == DEVICE and e.seq == 1] == (
        4 * [known]
    )
    assert [dict(e.delivered_from) for e in found if e.seq == 2] == 4 * [{}]
    assert not any(name in e.fields for e in found for name in INDIA)
    india = parse_query("delivered_from_country:IN")
    assert {(e.table, e.row) for e in store.search(india, limit=50).rows} == {
        ("log_line", 0),
        ("log_line", 1),
        ("os", 2),
    }
    assert store.count(parse_query("-delivered_from_country:*")) == 3
    assert store.current_state(DEVICE)["os"][0] == {"name": "Debian"}


def test_rows_are_counted_by_the_values_of_a_field(store: EventStore) -> None:
    sessions = table(
        "session",
        "logon",
        [{"user_id": 0, "remote": True, "terminal": "tty1"}, {"user_name": ""}, {"remote": False}],
    )
    store.append(
        group(
            batch(1, [lines(3), sessions], delivered_from=INDIA),
            batch(2, [lines(1)], delivered_from={"delivered_from_country": "DE"}),
            batch(3, [lines(4)]),
        )
    )

    def counts(field: str, *, text: str = "*", limit: int = 20) -> list[tuple[object, int]]:
        return list(store.count_by(parse_query(text), field, limit=limit))

    assert counts("delivered_from_country") == [("IN", 6), ("DE", 1)]
    assert counts("delivered_from_country", limit=1) == [("IN", 6)]
    assert counts("delivered_from_country", text="table:session OR severity:1") == [("IN", 3)]
    assert counts("delivered_from_network_number") == [(64_500, 6)]
    assert counts("delivered_from_city") == []
    assert counts("program", text="-delivered_from_country:IN") == [("cron", 5)]
    assert counts("terminal") == [("tty1", 1)]
    assert counts("user_id") == [(0, 1)]
    assert counts("user_name") == [("", 1)]
    assert [(type(v), n) for v, n in counts("remote")] == [(bool, 1), (bool, 1)]
    assert counts("remote") == [(False, 1), (True, 1)]


def test_rows_are_counted_by_what_each_of_them_has(store: EventStore) -> None:
    sessions = table("session", "logon", [{"user_name": "ann"}, {"user_name": "bo"}])
    store.append(group(batch(1, [lines(3), sessions]), batch(2, [lines(1)])))

    def counts(by: str, *, text: str = "*", limit: int = 20) -> list[tuple[object, int]]:
        return list(store.count_by(And((ROWS, parse_query(text))), by, limit=limit))

    assert counts("kind") == [("log_line.line", 4), ("session.logon", 2)]
    assert counts("table", text="kind:session.*") == [("session", 2)]
    assert counts("event", limit=1) == [("line", 4)]
    assert counts("device") == [(str(uuid.UUID(bytes=DEVICE)), 6)]
    assert counts("device", text="table:software") == []
