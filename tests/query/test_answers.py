"""Each form of the language finds what it says, in chDB and in the fake alike."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reticent_contract.limits import EPOCHS_MAX
from reticent_server.query import Expr, QueryError, event_json, parse_query, run_query
from reticent_server.query.people import People
from reticent_server.query.reach import ALL
from reticent_server.query.terms import RESERVED
from reticent_server.store.events import EventStore
from reticent_server.store.events.fields import FIELD_TYPES
from support.event_groups import DEVICE, NOON_US

Stores = tuple[EventStore, EventStore]

# Query, and how many of the 13 rows (without receipts) it finds.
ANSWERS = [
    ("*", 13),
    ("kind:session.logon", 3),
    ("kind:session", 6),
    ("kind:session.*", 6),
    ("table:log_line", 5),
    ("event:logoff", 3),
    ("event:logon OR event:logoff", 6),
    (f"device:{uuid.UUID(bytes=DEVICE)}", 8),
    (f"device:{DEVICE.hex()} -table:session", 5),
    ("since:30m", 8),
    ("since:2h", 11),
    ("until:2026-11-22T11:30Z", 5),
    ("since:2026-11-20 until:2026-11-20", 2),
    ("since:2026-11-22 until:2026-11-22", 11),
    ("since:2026-11-22T12:00:00.000001", 6),
    ("since:2026-11-22T13:00+01:00", 8),
    ("password", 1),
    ("PASSWORD", 1),
    ("ärger", 1),
    ('"straße"', 1),
    ("10.1.2", 1),
    ('"for <pn:user:1:alice> from"', 1),
    ("%", 1),
    ("_", 1),
    ('"100% of /var_log"', 1),
    ("100 password", 0),
    ("100 OR password", 2),
    ("password -failed", 0),
    ("-password", 12),
    ("table:log_line -(password OR 100%)", 3),
    ("user_name:pn:user:1:alice", 2),
    ("user_name:pn*", 4),
    ("user_name:*bob", 2),
    ("user_name:*user*a*", 2),
    ('user_name:"pn*"', 0),
    ('user_name:""', 2),
    ("user_name:*", 6),
    ("-user_name:*", 7),
    ("user_name:>pn:user:1:alice", 2),
    ("user_name:<=pn:user:1:alice", 4),
    ('unit:"a*b"', 1),
    ("unit:a*b", 1),
    ("program:*", 4),
    ('program:""', 1),
    ('message:""', 1),
    ("message:*", 4),
    ("message:*used*", 1),
    ("session_id:7", 2),
    ("session_id:*", 2),
    ('session_id:""', 0),
    ("session_id:<8", 2),
    ("severity:4", 1),
    ("severity:<4", 1),
    ("severity:>=4", 2),
    ("severity:*", 3),
    ("-severity:4", 12),
    ("pid:0", 1),
    ("pid:>0", 1),
    ("user_id:0", 2),
    ("user_id:>=0", 4),
    ("user_id:<-5", 0),
    ("-user_id:0", 11),
    ("mtu:1500", 1),
    ("remote:true", 2),
    ("remote:FALSE", 2),
    ("physical:false", 1),
    ("ip_addresses:fe80::/64", 1),
    ("ip_addresses:10.*", 1),
    ("ip_addresses:*", 2),
    ("remote_address:10.1.2.0/24", 2),
    ("kind:batch.receipt", 2),
    ("table:batch policy_version:1", 2),
    ("policy_version:>0", 2),
    ("(((severity:4)))", 1),
    ("--password", 1),
    ("delivered_from_country:IN", 8),
    ("delivered_from_country:IN table:log_line", 5),
    ("-delivered_from_country:IN", 5),
    ("-delivered_from_country:*", 5),
    ("delivered_from_country:<IO", 8),
    ("delivered_from_country:I*", 8),
    ("delivered_from_address:203.0.113.0/24", 8),
    ("delivered_from_city:*", 0),
    ('delivered_from_city:""', 0),
    ("delivered_from_network_number:64500", 8),
    ("delivered_from_network_number:<64500", 0),
    ("country:IN", 0),
    ("kind:batch.receipt delivered_from_country:IN", 1),
]


@pytest.mark.parametrize(("text", "rows"), ANSWERS)
def test_a_query_finds_what_it_says(stores: Stores, text: str, rows: int) -> None:
    found = [[event_json(e) for e in run_query(s, text, now_us=NOON_US).rows] for s in stores]
    assert len(found[0]) == rows
    assert found[0] == found[1]


@pytest.mark.parametrize("field", sorted(FIELD_TYPES))
def test_every_field_of_the_catalog_can_be_asked_for(stores: Stores, field: str) -> None:
    values = {"boolean": "true", "integer": "5", "real": "5.5", "timestamp": "7d"}
    value = values.get(FIELD_TYPES[field].value, "x")
    for text in (f"{field}:{value}", f"{field}:*", f"-{field}:>{value}", f"{field}:{value} -x"):
        if value == "true" and ">" in text:
            continue
        found = [len(run_query(s, text, now_us=NOON_US).rows) for s in stores]
        assert found[0] == found[1]


def test_no_field_has_the_name_of_a_key_of_the_language() -> None:
    assert not set(RESERVED) & set(FIELD_TYPES)


_WORDS = st.sampled_from(
    [text for text, _ in ANSWERS]
    + [
        "(",
        ")",
        "-",
        "OR",
        '"',
        "\\",
        "'",
        "`",
        "{p0:String}",
        ":",
        "kind:",
        "x:y",
        "severity:x",
        "\t",
        "\n",
        "\0",
        "--",
        "');",
        "user_name:'",
        'unit:"\t\\\\"',
        "message:\\",
        "*",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(_WORDS, st.text(max_size=12)), max_size=8).map(" ".join))
def test_whatever_is_typed_both_stores_agree_or_it_is_refused(stores: Stores, text: str) -> None:
    expr = understood(text)
    if isinstance(expr, QueryError):
        assert 1 <= expr.column <= len(text) + 1
        assert expr.picture.endswith("^")
        return
    found = [[e.id for e in store.search(expr, limit=50).rows] for store in stores]
    assert found[0] == found[1]


def understood(text: str) -> Expr | QueryError:
    try:
        return parse_query(text, now_us=NOON_US)
    except QueryError as error:
        return error


def test_pages_of_a_query_follow_one_another(stores: Stores) -> None:
    first = run_query(stores[0], "*", limit=7, now_us=NOON_US)
    second = run_query(stores[0], "*", limit=7, cursor=first.next_cursor, now_us=NOON_US)
    assert len({e.id for e in (*first.rows, *second.rows)}) == 13
    assert second.next_cursor is None


def test_an_event_as_json_has_one_shape(stores: Stores) -> None:
    [event] = run_query(stores[0], "kind:session.logon session_id:7", now_us=NOON_US).rows
    shown = event_json(event)
    assert shown == {
        "id": f"{DEVICE.hex()}.{b's'.hex() * 16}.1.0",
        "received_at": "2026-11-22T12:00:00.000000Z",
        "ts": "2026-11-22T11:00:00.000000Z",
        "device_id": str(uuid.UUID(bytes=DEVICE)),
        "table": "session",
        "event": "logon",
        "kind": "session.logon",
        "fields": {
            "remote": True,
            "remote_address": "10.1.2.0/24",
            "service": "sshd",
            "session_id": "7",
            "user_id": 1000,
            "user_name": "pn:user:1:alice",
        },
        "delivered_from": {"address": "203.0.113.0/24", "country": "IN", "network_number": 64500},
        "stream_id": str(uuid.UUID(bytes=b"s" * 16)),
        "seq": 1,
        "row": 0,
    }


def test_a_person_under_as_many_epochs_as_there_can_be_is_found(stores: Stores) -> None:
    keys = {epoch: bytes([epoch]) * 32 for epoch in range(1, EPOCHS_MAX + 1)}
    people = People(fleet=keys, server=keys, policies=[], reach=ALL)
    for name, rows in (("pn:user:1:alice", 2), ("alice@example.com", 0)):  # kept in the clear
        for store in stores:
            found = parse_query(f"person:{name} table:session", person=people.condition)
            assert len(store.search(found, limit=10).rows) == rows
