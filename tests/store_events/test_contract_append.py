"""Contract of every event store: what goes in comes out, once."""

from __future__ import annotations

from typing import Any

import pytest
from reticent_contract.catalog.model import Type
from reticent_server.query.expr import Everything, Not, TableIs
from reticent_server.store.events import (
    RECEIPT_TABLE,
    EventGroup,
    EventStore,
    StoredColumn,
    StoredTable,
)
from reticent_server.store.events.errors import GroupInvalidError, StoreClosedError
from support.event_groups import DEVICE, NOON_US, OTHER, STREAM, batch, group, lines, table

ROWS = Not(TableIs(RECEIPT_TABLE))


def fields_of(store: EventStore) -> list[dict[str, object]]:
    page = store.search(ROWS, limit=100)
    return [dict(event.fields) for event in sorted(page.rows, key=lambda e: (e.seq, e.row))]


def test_every_type_of_field_comes_back_as_it_went_in(store: EventStore) -> None:
    rows: list[dict[str, Any]] = [
        {"user_name": "pn:user:1:x", "user_id": 0, "remote": False, "session_id": "7"},
        {"user_name": "pn:user:1:x", "user_id": -(2**63), "remote": True, "terminal": "tty1"},
        {"remote_address": "10.1.2.0/24"},
    ]
    addresses = [
        {"name": "eth0", "ip_addresses": ["10.1.0.0/16", "fe80::/64"], "physical": True},
        {"name": "lo", "ip_addresses": [], "mtu": 65_536},
    ]
    store.append(
        group(
            batch(
                1,
                [
                    table("session", "logon", rows),
                    table("network_interface", "snapshot", addresses),
                ],
            )
        )
    )
    assert fields_of(store) == [*rows, *addresses]


def test_an_empty_text_and_a_zero_are_not_the_same_as_no_value(store: EventStore) -> None:
    rows: list[dict[str, Any]] = [
        {"message": "", "program": "", "severity": 0, "unit": "a"},
        {"program": "x"},
        {"message": "m", "architecture": ""},
    ]
    store.append(group(batch(1, [table("log_line", "line", rows)])))
    assert fields_of(store) == rows


def test_text_that_means_something_to_sql_tsv_or_arrow_comes_back_unchanged(
    store: EventStore,
) -> None:
    texts = [
        "'; DROP TABLE events; --",
        "\\",
        "tab\there",
        "line\nbreak\r",
        "\0nul",
        "{p0:String}",
        "%_like\\%",
        '"quotes"',
        "naïve ✓ 日本",
        "\u202e",
        "a" * 32_768,
    ]
    rows = [{"message": text, "unit": text, "session_id": text} for text in texts]
    store.append(group(batch(1, [table("log_line", "line", rows)])))
    assert fields_of(store) == rows


def test_several_batches_and_devices_of_a_group_keep_their_rows(store: EventStore) -> None:
    store.append(
        group(
            batch(1, [lines(3)]),
            batch(2, [lines(2, unit="u")]),
            batch(7, [lines(4)], device=OTHER, stream=b"t" * 16),
        )
    )
    page = store.search(ROWS, limit=100)
    assert len(page.rows) == 9
    ids = {(e.device_id, e.stream_id, e.seq, e.row) for e in page.rows}
    assert {(DEVICE, STREAM, 2, 1), (OTHER, b"t" * 16, 7, 3)} <= ids
    assert len({e.id for e in page.rows}) == 9
    assert all(e.received_at_us == NOON_US for e in page.rows)


def test_each_batch_leaves_a_receipt_even_without_rows(store: EventStore) -> None:
    refusal = {"reason": "malformed", "detail": "the batch is cut off"}
    store.append(group(batch(1), batch(2, receipt=refusal), batch(3, [lines(2)])))
    receipts = {e.seq: e for e in store.search(TableIs(RECEIPT_TABLE), limit=10).rows}
    assert {seq: e.event for seq, e in receipts.items()} == {
        1: "receipt",
        2: "refused",
        3: "receipt",
    }
    assert dict(receipts[2].fields) == refusal
    assert receipts[1].fields["policy_version"] == 1
    assert receipts[3].row == 2
    assert store.last_seq(DEVICE, STREAM) == 3


def test_last_seq_knows_each_stream_and_zero_for_others(store: EventStore) -> None:
    store.append(group(batch(4), batch(5), batch(9, stream=b"t" * 16)))
    store.append(group(batch(6), batch(2, device=OTHER)))
    assert store.last_seq(DEVICE, STREAM) == 6
    asked = [(DEVICE, STREAM), (DEVICE, b"t" * 16), (OTHER, STREAM), (OTHER, b"t" * 16)]
    assert store.last_seqs(asked) == dict(zip(asked, [6, 9, 2, 0], strict=True))
    assert store.last_seqs([]) == {}


def test_a_clock_beyond_reason_is_stored_at_the_bound(store: EventStore) -> None:
    rows = StoredTable("log_line", "line", [-5, 2**62, NOON_US], [])
    store.append(group(batch(1, [rows])))
    times = {e.row: e.ts_us for e in store.search(ROWS, limit=10).rows}
    assert times == {0: 0, 1: 7_258_118_400_000_000, 2: NOON_US}


def test_an_empty_group_stores_nothing(store: EventStore) -> None:
    store.append(EventGroup(received_at_us=NOON_US, batches=[]))
    assert store.search(Everything(), limit=5).rows == []


@pytest.mark.parametrize(
    "column",
    [
        StoredColumn(field="unit", type=Type.TEXT, dictionary=["a"], index=[0, 1]),
        StoredColumn(field="unit", type=Type.TEXT, dictionary=["a"], index=[0]),
        StoredColumn(field="pid", type=Type.INTEGER, values=[1, 2, 3]),
        StoredColumn(field="user_id", type=Type.INTEGER, values=[1]),
        StoredColumn(
            field="session_id", type=Type.TEXT, present=[0], dictionary=["a"], index=[0, 0]
        ),
        StoredColumn(
            field="ip_addresses", type=Type.TEXTS, lengths=[2, 1], dictionary=["a"], index=[0]
        ),
    ],
    ids=[
        "index out of range",
        "one short",
        "one too many",
        "map one short",
        "gaps disagree",
        "lengths disagree",
    ],
)
def test_a_malformed_group_is_refused_whole(store: EventStore, column: StoredColumn) -> None:
    bad = StoredTable("log_line", "line", [NOON_US, NOON_US], [column])
    with pytest.raises(GroupInvalidError, match="nothing of it was stored") as caught:
        store.append(group(batch(1, [lines(3)]), batch(2, [bad])))
    assert caught.value.permanent
    assert store.search(Everything(), limit=5).rows == []
    assert store.last_seq(DEVICE, STREAM) == 0


def test_after_closing_nothing_is_accepted(store: EventStore) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreClosedError):
        store.append(group(batch(1)))
    with pytest.raises(StoreClosedError):
        store.last_seq(DEVICE, STREAM)
