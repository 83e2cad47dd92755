"""The chain of receipts on the laptop's disk: made once, kept, begun anew with a new stream."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from reticent_agent.spool import SealedBatch, Spool
from reticent_agent.spool.database import MIGRATIONS
from reticent_contract.batch import (
    CHAIN_BEGINS,
    BatchCount,
    count_tuples,
    decode_batch,
    receipt_of,
)
from support.batch_rows import START_US, redacted

from .test_damage import _filled, _has_dbstat, _overwrite_pages

SHA = b"\x07" * 32


def opened(folder: Path) -> Spool:
    return Spool(folder / "spool.db", now_us=lambda: START_US)


def put(spool: Spool, message: str, version: int = 1) -> None:
    count = BatchCount(field="log_line.message", rule="r", outcome="kept", count=2)
    spool.append(
        [redacted(message=message)], counts=[count], policy_version=version, policy_sha256=SHA
    )


def sealed(spool: Spool, message: str, version: int = 1) -> SealedBatch:
    put(spool, message, version)
    batch = spool.seal()
    assert batch is not None
    return batch


def expect_chain(spool: Spool, batches: list[SealedBatch], previous: bytes = CHAIN_BEGINS) -> None:
    """Each receipt is what another implementation would compute from the frame."""
    for batch in batches:
        decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
        expected = receipt_of(
            stream_id=spool.stream_id,
            seq=batch.seq,
            policy_version=batch.policy.version,
            policy_sha256=batch.policy.sha256,
            rows=batch.rows,
            payload=batch.payload,
            counts=count_tuples(decoded.counts),
            previous=previous,
        )
        assert batch.receipt == expected
        previous = expected.sha256


def test_every_batch_is_bound_to_the_one_before_it(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    batches = [sealed(spool, f"m{n}", version=n + 1) for n in range(3)]
    expect_chain(spool, batches)


def test_a_receipt_survives_a_restart_and_is_sent_again_unchanged(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    batches = [sealed(spool, "a"), sealed(spool, "b", version=2)]
    spool.close()
    spool = opened(tmp_path)
    assert spool.waiting() == batches
    batches.append(sealed(spool, "c"))
    expect_chain(spool, batches)


def test_acks_and_refusals_do_not_break_the_chain(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    batches = [sealed(spool, "a")]
    spool.acknowledge(1)
    batches.append(sealed(spool, "b"))
    spool.refuse(2, reason="receipt-chain")
    batches.append(sealed(spool, "c"))
    expect_chain(spool, batches)


def test_a_new_stream_begins_a_new_chain(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    sealed(spool, "a")
    spool.acknowledge(1)
    before = [sealed(spool, "b"), sealed(spool, "c")]
    assert spool.new_stream() == 2
    waiting = spool.waiting()
    assert [batch.seq for batch in waiting] == [1, 2]
    assert [batch.payload for batch in waiting] == [batch.payload for batch in before]
    expect_chain(spool, [*waiting, sealed(spool, "d")])


@pytest.mark.skipif(not _has_dbstat(), reason="this SQLite was built without dbstat")
def test_a_damaged_spool_goes_on_with_a_chain_of_its_own(tmp_path: Path) -> None:
    _filled(tmp_path, rows=2_000)
    _overwrite_pages(tmp_path / "spool.db", root_of="rows")
    spool = opened(tmp_path)
    assert spool.opened.batches_salvaged == 1
    expect_chain(spool, [*spool.waiting(), sealed(spool, "later")])


def test_what_was_sealed_before_receipts_has_none_and_the_chain_begins_behind_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "spool.db"
    connection = sqlite3.connect(path)
    for statement in MIGRATIONS[0]:
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO meta (key, value) VALUES (?, ?)", [("stream_id", b"s" * 16), ("last_seq", 1)]
    )
    connection.execute("INSERT INTO policies VALUES (1, 1, ?)", (SHA,))
    connection.execute(
        "INSERT INTO batches (stream_id, seq, policy, rows, plain_bytes, payload, sealed_us)"
        " VALUES (?, 1, 1, 0, 0, x'00', 0)",
        (b"s" * 16,),
    )
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    spool = opened(tmp_path)
    (old,) = spool.waiting()
    assert old.receipt is None
    new = sealed(spool, "a")
    assert new.seq == 2
    expect_chain(spool, [new])
