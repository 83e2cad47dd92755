"""What was changed in the store behind the server's back is found, and named by batch.

The tampering goes straight to the engine, as somebody with the store's key would do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from reticent_contract.batch import receipt_sha256
from reticent_server import receipt_chain
from reticent_server.query import parse_query
from reticent_server.receipt_chain import verify
from reticent_server.store.events import EventStore, StoredBatch, open_chdb
from reticent_server.store.events.chdb_store import ChdbEventStore
from reticent_server.store.events.engine import Engine
from reticent_server.store.events.model import BatchRecord
from reticent_server.store.events.settings import EngineSettings
from support.event_groups import DEVICE, NOON_US, OTHER, STREAM, batch, group, lines, table
from support.receipts import SHA, chained

from .conftest import KEY

OLD_TABLE = Path(__file__).parents[1] / "vectors" / "store" / "events-1.sql"


def problems(store: EventStore) -> list[tuple[int, str]]:
    return [(p.seq, p.sentence) for p in verify(store).problems]


def stored(store: EventStore, batches: Sequence[StoredBatch]) -> None:
    store.append(group(*batches))


def with_receipt(one: StoredBatch, **facts: object) -> StoredBatch:
    return replace(one, receipt={**one.receipt, **facts})


def forged(one: StoredBatch) -> StoredBatch:
    """With a receipt that is the hash of what it says."""
    facts = one.receipt
    sha256 = receipt_sha256(
        stream_id=one.stream_id,
        seq=one.seq,
        policy_version=1,
        policy_sha256=SHA,
        rows=int(str(facts["sent_rows"])),
        counts_sha256=bytes.fromhex(str(facts["counts_sha256"])),
        payload_sha256=bytes.fromhex(str(facts["payload_sha256"])),
        previous=bytes.fromhex(str(facts["previous_receipt"])),
    )
    return with_receipt(one, receipt=sha256.hex())


# On both stores.


def test_whole_chains_have_nothing_wrong(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_chain, "RECEIPT_PAGE_BATCHES", 2)  # links reach over pages
    stored(store, chained([1, 2, 3, 4, 5], refused=[3]))
    stored(store, chained([1, 2], device=OTHER))
    stored(store, chained([1], stream=b"t" * 16))  # a new stream begins a new chain
    verdict = verify(store)
    assert verdict.problems == []
    assert (verdict.streams, verdict.batches, verdict.broken) == (3, 8, 0)
    assert (verdict.unchained, verdict.not_comparable) == (0, 0)


def test_a_stream_whose_beginning_has_expired_is_anchored_at_its_first_batch(
    store: EventStore,
) -> None:
    stored(store, chained([1, 2, 3, 4])[2:])
    assert problems(store) == []


def test_agents_without_receipts_have_no_chain_and_one_may_begin_behind_them(
    store: EventStore,
) -> None:
    stored(store, [batch(1, [lines(2)]), batch(2, [lines(2)]), *chained([3, 4])])
    verdict = verify(store)
    assert (verdict.problems, verdict.unchained) == ([], 2)


def test_a_batch_without_a_receipt_inside_a_chain_is_found(store: EventStore) -> None:
    first, _, third = chained([1, 2, 3])
    stored(store, [first, batch(2, [lines(3)]), third])
    assert problems(store) == [
        (2, "its receipt is not in the chain that the batches before it form"),
        (3, "its receipt does not follow that of batch 2"),
    ]


def test_a_chain_that_was_made_anew_from_one_batch_on_does_not_meet_the_next(
    store: EventStore,
) -> None:
    first, second, third = chained([1, 2, 3])
    other = forged(with_receipt(second, payload_sha256="cd" * 32))
    stored(store, [first, other, third])
    assert problems(store) == [(3, "its receipt does not follow that of batch 2")]


def test_a_first_batch_that_names_one_before_it_is_found(store: EventStore) -> None:
    stored(store, chained([1], previous=b"\x01" * 32))
    assert problems(store) == [
        (1, "it is the first of its stream, and its receipt names one before it")
    ]


def test_rows_that_the_servers_catalog_lacks_are_accounted_for(store: EventStore) -> None:
    (one,) = chained([1], rows=5)
    left_out = ("dream.*", "unknown-to-server", "dropped", 2)
    counts = [*one.receipt["counts"], left_out]  # type: ignore[misc]
    stored(store, [replace(with_receipt(one, counts=counts), tables=[lines(3)])])
    assert problems(store) == []


def test_values_that_the_second_lock_left_out_are_accounted_for(store: EventStore) -> None:
    (one,) = chained([1], rows=5)
    gone = ("user_account.shell", "second-lock", "dropped", 2)
    counts = [*one.receipt["counts"], gone]  # type: ignore[misc]
    nothing_left = replace(lines(5), columns=[])
    stored(store, [replace(with_receipt(one, counts=counts), tables=[nothing_left])])
    assert problems(store) == []


def test_counts_that_the_server_did_not_know_are_told_as_not_comparable(store: EventStore) -> None:
    (one,) = chained([1])
    stored(store, [with_receipt(one, counts=[("log_line.message", "unknown", "dropped", 4)])])
    verdict = verify(store)
    assert (verdict.problems, verdict.not_comparable) == ([], 1)


def test_a_stream_that_ends_before_what_is_known_to_be_stored_is_found(store: EventStore) -> None:
    stored(store, chained([1, 2, 3]))
    stored(store, chained([1, 2], device=OTHER))
    gone = b"g" * 16
    known = {(DEVICE, STREAM): 5, (OTHER, STREAM): 2, (OTHER, gone): 7}
    verdict = verify(store, reached=known)
    assert [(p.stream_id, p.seq, p.sentence) for p in verdict.problems] == [
        (STREAM.hex(), 3, "batches after it were stored, and are missing at the end of its stream"),
        (gone.hex(), 7, "it was stored, and nothing of its stream is there"),
    ]
    assert verify(store, reached=known, erased=lambda: [OTHER]).broken == 1
    assert verify(store, reached={(DEVICE, STREAM): 3, (OTHER, STREAM): 1}).broken == 0


class Erased:
    """A store of which a device is erased after the first batches of another were read."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.ids: list[bytes] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def batches(self, device_id: bytes, stream_id: bytes, **more: int) -> Sequence[BatchRecord]:
        page = self._store.batches(device_id, stream_id, **more)
        if not self.ids:
            self.ids.append(OTHER if device_id == DEVICE else DEVICE)
            self._store.erase(self.ids)
        return page


def test_a_device_that_is_erased_while_it_is_compared_lacks_nothing(store: EventStore) -> None:
    stored(store, chained([1, 2, 4]))
    stored(store, chained([1, 2, 4], device=OTHER))
    known = {(DEVICE, STREAM): 5, (OTHER, STREAM): 5}
    erased = Erased(store)
    verdict = verify(cast("EventStore", erased), reached=known, erased=lambda: tuple(erased.ids))
    (left,) = {DEVICE, OTHER} - set(erased.ids)
    assert [(p.device_id, p.seq) for p in verdict.problems] == [(left.hex(), 4)] * 2
    assert (verdict.broken, verdict.erased) == (2, 1)


def test_a_stream_that_vanishes_while_it_is_compared_is_named_with_its_last_number(
    store: EventStore,
) -> None:
    stored(store, chained([1, 2]))
    stored(store, chained([1, 2], device=OTHER))
    known = {(DEVICE, STREAM): 2, (OTHER, STREAM): 2}
    verdict = verify(cast("EventStore", Erased(store)), reached=known)
    assert [(p.seq, p.sentence) for p in verdict.problems] == [
        (2, "it was stored, and nothing of its stream is there")
    ]


def test_problems_are_bounded_and_counted(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_chain, "RECEIPT_PROBLEMS_MAX", 3)
    stored(store, [with_receipt(one, sent_rows=9) for one in chained(range(1, 6))])
    verdict = verify(store)
    assert (len(verdict.problems), verdict.broken) == (3, 10)


# Behind the engine's back.

_RECEIPT = "`table` = 'batch'"


def tamper(store: ChdbEventStore, statement: str) -> None:
    store._engine.execute(f"ALTER TABLE events {statement} SETTINGS mutations_sync = 2")


def fact(name: str, value: str) -> str:
    return f"UPDATE texts = mapUpdate(texts, map('{name}', '{value}')) WHERE {_RECEIPT} AND seq = 2"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            f"DELETE WHERE seq = 2 AND row_no = 1 AND NOT {_RECEIPT}",
            [
                (2, "2 rows are stored, 3 were when its receipt was written"),
                (2, "2 rows are stored and 0 left out, the laptop sent 3"),
            ],
        ),
        (
            f"UPDATE row_no = 0 WHERE seq = 2 AND row_no = 1 AND NOT {_RECEIPT}",
            [(2, "rows were exchanged: two stand at one place, or beyond the last one")],
        ),
        ("DELETE WHERE seq = 2", [(3, "batch 2 is missing before it")]),
        ("DELETE WHERE seq IN (2, 3)", [(4, "batches 2 to 3 are missing before it")]),
        (f"DELETE WHERE seq = 2 AND {_RECEIPT}", [
            (2, "it has rows but no receipt"),
            (3, "its receipt does not follow that of batch 2"),
        ]),
        (
            "UPDATE seq = if(seq = 2, 3, 2) WHERE seq IN (2, 3)",
            [
                (2, "its receipt is not the hash of what it says"),
                (2, "its receipt does not follow that of batch 1"),
                (3, "its receipt is not the hash of what it says"),
                (3, "its receipt does not follow that of batch 2"),
                (4, "its receipt does not follow that of batch 3"),
            ],
        ),
        (
            fact("payload_sha256", "cd" * 32),
            [(2, "its receipt is not the hash of what it says")],
        ),
        (fact("policy_sha256", "x"), [(2, "its receipt is not the hash of what it says")]),
        (
            fact("receipt", "cd" * 32),
            [
                (2, "its receipt is not the hash of what it says"),
                (3, "its receipt does not follow that of batch 2"),
            ],
        ),
        (
            f"UPDATE texts = mapFilter((k, v) -> k != 'receipt', texts) "
            f"WHERE {_RECEIPT} AND seq = 2",
            [
                (2, "parts of its receipt are missing"),
                (3, "its receipt does not follow that of batch 2"),
            ],
        ),
        (
            f"UPDATE `counts.count` = arrayMap(n -> n + 1, `counts.count`) "
            f"WHERE {_RECEIPT} AND seq = 2",
            [(2, "its counts are not those of its receipt")],
        ),
        (
            f"UPDATE event = 'refused' WHERE {_RECEIPT} AND seq = 2",
            [(2, "it was refused, and has rows")],
        ),
    ],
)  # fmt: skip
def test_tampering_is_found(
    chdb: ChdbEventStore, statement: str, found: list[tuple[int, str]]
) -> None:
    stored(chdb, chained([1, 2, 3, 4]))
    stored(chdb, chained([1, 2], device=OTHER, stream=b"t" * 16, rows=0))
    assert problems(chdb) == []
    tamper(chdb, f"{statement} AND device_id = '{DEVICE.hex()}'".replace(
        DEVICE.hex(), "00010203-0405-0607-0809-0a0b0c0d0e0f"
    ))  # fmt: skip
    assert problems(chdb) == found
    assert {p.device_id for p in verify(chdb).problems} == {DEVICE.hex()}
    assert {p.stream_id for p in verify(chdb).problems} == {STREAM.hex()}


def test_rows_stored_twice_are_found(chdb: ChdbEventStore) -> None:
    batches = chained([1, 2])
    stored(chdb, batches)
    stored(chdb, batches[1:])
    assert problems(chdb) == [(2, "its receipt stands 2 times")]


def test_a_store_that_was_made_before_receipts_opens_and_takes_them(tmp_path: Path) -> None:
    folder = tmp_path / "events"
    engine = Engine(folder, key=KEY, settings=EngineSettings())
    engine.execute(OLD_TABLE.read_text())
    engine.close()
    store = open_chdb(folder, key=KEY, clock=lambda: NOON_US)
    try:
        stored(store, [batch(1, [lines(2)]), *chained([2, 3])])
        verdict = verify(store)
    finally:
        store.close()
    assert (verdict.problems, verdict.batches, verdict.unchained) == ([], 3, 1)


def test_rows_of_an_older_store_stay_and_say_nothing_of_their_delivery(tmp_path: Path) -> None:
    """The columns of this version are added at opening, once, without touching a part."""
    folder = tmp_path / "events"
    engine = Engine(folder, key=KEY, settings=EngineSettings())
    engine.execute(OLD_TABLE.read_text())
    engine.execute(
        "INSERT INTO events (received_at, ts, device_id, stream_id, seq, row_no, `table`, event, "
        "host_name) VALUES (now64(6), now64(6), "
        f"'{UUID(bytes=DEVICE)}', '{UUID(bytes=STREAM)}', 1, 0, 'host', 'snapshot', 'old')"
    )
    engine.close()
    for seq in (2, 3):
        store = open_chdb(folder, key=KEY, clock=lambda: NOON_US)
        try:
            place: dict[str, str | int] = {
                "delivered_from_country": "IN",
                "delivered_from_network_number": 64_500,
            }
            rows = [table("host", "snapshot", [{"host_name": "new"}])]
            store.append(group(batch(seq, rows, delivered_from=place)))
            found = store.search(parse_query("table:host"), limit=9).rows
            assert sorted((e.seq, *e.delivered_from.values()) for e in found) == [
                (1,),
                *((n, "IN", 64_500) for n in range(2, seq + 1)),
            ]
            assert store.count(parse_query("-delivered_from_network_number:*")) == 1
        finally:
            store.close()
