"""The spool keeps what it was given, in order, once, and counts what it could not keep."""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from reticent_agent.spool import Spool, StateSnapshot
from reticent_contract import limits
from reticent_contract.batch import BatchCount, SpooledRow, decode_batch, rows_of
from reticent_contract.rows import Pseudonym, RedactedRow
from support.batch_rows import START_US, redacted

SHA = b"\x07" * 32
Open = Callable[..., Spool]


@pytest.fixture
def open_spool(tmp_path: Path) -> Open:
    def make(**bounds: Any) -> Spool:
        return Spool(tmp_path / "data" / "spool.db", now_us=lambda: START_US, **bounds)

    return make


def put(spool: Spool, *rows: RedactedRow, version: int = 1, **more: Any) -> None:
    spool.append(rows, policy_version=version, policy_sha256=SHA, **more)


def lines(*messages: str, priority: int = 50) -> list[RedactedRow]:
    return [redacted(message=message, priority=priority) for message in messages]


def sealed_rows(spool: Spool) -> list[dict[str, Any]]:
    """Everything that waits, sealed and acked batch by batch."""
    rows: list[dict[str, Any]] = []
    while (batch := spool.seal()) is not None:
        decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
        rows += rows_of(decoded)
        spool.acknowledge(batch.seq)
    return rows


def messages(rows: Sequence[dict[str, Any]]) -> list[Any]:
    return [row["values"]["message"] for row in rows]


def test_rows_come_out_as_they_went_in_after_a_restart(open_spool: Open) -> None:
    token = Pseudonym("person", 1, bytes(range(16)))
    values: dict[str, Any] = {
        "user_name": token,
        "remote": True,
        "user_id": 3,
        "share": 0.5,
        "names": ("a", "ü"),
    }
    spool = open_spool()
    put(spool, redacted("session", "logon", **values))
    spool.close()
    (row,) = sealed_rows(open_spool())
    assert row == {"table": "session", "event": "logon", "ts_us": START_US, "values": values}


def test_only_redacted_rows_are_taken(open_spool: Open) -> None:
    row = SpooledRow("os", "snapshot", START_US, {"name": "x"})
    with pytest.raises(TypeError):
        put(open_spool(), cast("RedactedRow", row))


def test_files_are_for_their_owner_only(open_spool: Open, tmp_path: Path) -> None:
    put(open_spool(), *lines("a"))
    folder = tmp_path / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_numbers_go_up_by_one_and_survive_a_restart(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, *lines("a"))
    first = spool.seal()
    put(spool, *lines("b"))
    spool.close()
    spool = open_spool()
    second = spool.seal()
    assert first is not None
    assert second is not None
    assert (first.seq, second.seq) == (1, 2)
    assert spool.waiting() == [first, second]


def test_a_sealed_batch_keeps_its_bytes_until_it_is_acked(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, *lines("a"))
    first = spool.seal()
    put(spool, *lines("b"))
    assert spool.waiting()[0] == first
    assert spool.acknowledge(1) == 1
    assert spool.waiting() == []
    assert spool.stats().acked_seq == 1


def test_the_window_holds_four_batches(open_spool: Open) -> None:
    spool = open_spool()
    for number in range(6):
        put(spool, *lines(str(number)), version=number + 1)
    sealed = [spool.seal() for _ in range(6)]
    assert [batch is not None for batch in sealed] == [True] * 4 + [False] * 2
    spool.acknowledge(2)
    assert spool.seal() is not None


def test_a_batch_holds_rows_of_one_policy_and_names_it(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, *lines("a", "b"), version=1)
    put(spool, *lines("c"), version=2)
    put(spool, *lines("d"), version=1)
    sealed = [spool.seal() for _ in range(3)]
    assert [(b.policy.version, b.rows) for b in sealed if b is not None] == [(1, 2), (2, 1), (1, 1)]


def test_a_batch_has_at_most_a_thousand_rows(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, *lines(*(str(n) for n in range(2_500))))
    sizes = [batch.rows for batch in iter(spool.seal, None)]
    assert sizes == [1_000, 1_000, 500]


def test_a_payload_that_would_be_too_large_is_split(open_spool: Open) -> None:
    import random

    chance = random.Random(1)
    rows = lines(
        *(
            "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=30_000))
            for _ in range(60)
        )
    )
    spool = open_spool()
    put(spool, *rows)
    out = []
    while (batch := spool.seal()) is not None:
        assert len(batch.payload) <= limits.BATCH_BYTES_MAX
        out.append(batch.rows)
        spool.acknowledge(batch.seq)
    assert sum(out) == 60
    assert len(out) > 1


def test_counts_leave_with_the_next_batch_of_their_policy(open_spool: Open) -> None:
    spool = open_spool()
    count = BatchCount(field="os.name", rule="os.*", outcome="kept", count=2)
    put(spool, *lines("a"), counts=[count])
    put(spool, *lines("b"), counts=[count])
    batch = spool.seal()
    assert batch is not None
    decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
    assert [(c.field, c.count) for c in decoded.counts] == [("os.name", 4)]
    assert not spool.has_counts()


def test_counts_without_rows_wait_until_they_are_asked_for(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, counts=[BatchCount(field="os.name", rule="r", outcome="dropped", count=1)])
    assert spool.seal() is None
    batch = spool.seal(also_counts_alone=True)
    assert batch is not None
    assert batch.rows == 0


def test_counts_of_a_policy_that_is_over_do_not_wait_for_ever(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, counts=[BatchCount(field="os.name", rule="r", outcome="dropped", count=1)])
    put(spool, *lines("a"), version=2)
    sealed = [spool.seal(), spool.seal()]
    assert [(b.policy.version, b.rows) for b in sealed if b is not None] == [(1, 0), (2, 1)]


def test_cursors_are_kept_with_the_rows(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, *lines("a"), cursors={"journal": "s=1", "file:/x": "7"})
    put(spool, *lines("b"), cursors={"journal": "s=2"})
    spool.close()
    assert open_spool().cursors() == {"journal": "s=2", "file:/x": "7"}


def test_a_full_spool_drops_the_least_important_then_the_oldest_and_counts(
    open_spool: Open,
) -> None:
    spool = open_spool(rows_max=6)
    put(spool, *lines("old low", "older"[:3], priority=10), *lines("high", priority=90))
    put(spool, *lines("new low", priority=10), *lines(*"abc", priority=50))
    appended = spool.append(lines("d", "e", priority=50), policy_version=1, policy_sha256=SHA)
    assert appended.dropped == {"log_line": 2}
    batch = spool.seal()
    assert batch is not None
    decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
    assert messages(list(rows_of(decoded))) == ["high", "a", "b", "c", "d", "e"]
    assert [(c.field, c.rule, c.count) for c in decoded.counts] == [("log_line.*", "spool-full", 3)]


def test_the_bound_in_bytes_holds_too(open_spool: Open) -> None:
    spool = open_spool(bytes_max=10_000)
    for _ in range(30):
        put(spool, *lines("x" * 1_000))
    assert spool.stats().bytes <= 10_000
    assert spool.stats().rows == 9


def test_a_row_that_cannot_be_sent_is_counted_and_does_not_stop_the_others(
    open_spool: Open,
) -> None:
    spool = open_spool()
    appended = spool.append(
        [redacted(message="x" * (limits.ROW_BYTES_MAX + 1)), *lines("a")],
        policy_version=1,
        policy_sha256=SHA,
    )
    assert appended.failed == {"log_line": 1}
    assert messages(sealed_rows(spool)) == ["a"]


def test_a_lone_surrogate_becomes_a_question_mark(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, *lines("a\udcffb"))
    assert messages(sealed_rows(spool)) == ["a?b"]


def test_a_refused_batch_is_counted_and_kept_for_its_owner(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, *lines("a", "b"))
    spool.seal()
    assert spool.refuse(1, reason="field-not-allowed") == 2
    assert spool.waiting() == []
    (sent,) = spool.sent()
    assert (sent.state, sent.reason) == ("refused", "field-not-allowed")
    put(spool, *lines("c"))
    batch = spool.seal()
    assert batch is not None
    assert batch.seq == 2
    decoded = decode_batch(batch.payload, rows=1, plain_bytes=batch.plain_bytes)
    assert [(c.field, c.rule, c.count) for c in decoded.counts] == [
        ("batch.*", "refused-field-not-allowed", 2)
    ]


def test_the_last_twenty_batches_stay_readable(open_spool: Open) -> None:
    spool = open_spool()
    for number in range(30):
        put(spool, *lines(str(number)))
        spool.seal()
        spool.acknowledge(number + 1)
    assert [sent.batch.seq for sent in spool.sent(limit=100)] == list(range(30, 10, -1))


def test_a_new_stream_renumbers_what_waits(open_spool: Open) -> None:
    spool = open_spool()
    for number in range(3):
        put(spool, *lines(str(number)), version=number + 1)
        spool.seal()
    spool.acknowledge(1)
    before = spool.stream_id
    payloads = [batch.payload for batch in spool.waiting()]
    assert spool.new_stream() == 2
    assert spool.stream_id != before
    assert [(b.seq, b.payload) for b in spool.waiting()] == list(zip((1, 2), payloads, strict=True))
    put(spool, *lines("next"))
    following = spool.seal()
    assert following is not None
    assert following.seq == 3


def snapshot(*rows: tuple[str, int], day: int = 0) -> StateSnapshot:
    return StateSnapshot(
        table="disk",
        key=("name",),
        ts_us=START_US + day * 86_400_000_000,
        rows=[
            redacted("disk", "snapshot", name=name, size_bytes=size, ts_us=START_US)
            for name, size in rows
        ],
    )


def test_a_state_table_goes_out_whole_once_and_then_as_changes(open_spool: Open) -> None:
    spool = open_spool()
    seen = []
    for state in (
        snapshot(("a", 1), ("b", 2)),
        snapshot(("b", 2), ("a", 1)),
        snapshot(("a", 1), ("b", 3), ("c", 4)),
        snapshot(("c", 4), ("c", 4)),
        snapshot(("c", 4), ("c", 4), day=1),
    ):
        put(spool, snapshots=[state])
        seen.append(sorted((r["event"], r["values"]["name"]) for r in sealed_rows(spool)))
    assert seen == [
        [("snapshot", "a"), ("snapshot", "b")],
        [],
        [("added", "c"), ("changed", "b")],
        [("added", "c"), ("removed", "a"), ("removed", "b")],
        [("snapshot", "c"), ("snapshot", "c")],
    ]


def test_what_the_server_has_already_is_counted_as_unchanged(open_spool: Open) -> None:
    spool = open_spool()
    counted = []
    for state in (
        snapshot(("a", 1), ("b", 2)),
        snapshot(("b", 2), ("a", 1)),
        snapshot(("a", 1), ("b", 3), ("c", 4)),
        snapshot(("a", 1)),
    ):
        appended = spool.append([], policy_version=1, policy_sha256=SHA, snapshots=[state])
        counted.append((appended.rows, appended.unchanged))
    assert counted == [(2, 0), (0, 2), (2, 1), (2, 1)]


def test_a_new_policy_sends_the_state_whole(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, snapshots=[snapshot(("a", 1))])
    sealed_rows(spool)
    put(spool, snapshots=[snapshot(("a", 1))], version=2)
    assert [row["event"] for row in sealed_rows(spool)] == ["snapshot"]


def test_a_state_table_whose_change_was_lost_goes_out_whole_again(open_spool: Open) -> None:
    spool = open_spool()
    put(spool, snapshots=[snapshot(("a", 1))])
    batch = spool.seal()
    assert batch is not None
    spool.refuse(batch.seq, reason="malformed")
    put(spool, snapshots=[snapshot(("a", 1))])
    assert [row["event"] for row in sealed_rows(spool)] == ["snapshot"]
