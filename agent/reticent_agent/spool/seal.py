"""Turns waiting rows into a numbered batch.

The gate stands here: what is sealed is what is sent, and sent again.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from reticent_contract import limits
from reticent_contract.batch import (
    BatchCount,
    BatchError,
    EncodedBatch,
    SpooledRow,
    decode_batch,
    encode_batch,
    row_problem,
)

from reticent_agent.spool import append, meta, receipts, state
from reticent_agent.spool.append import Totals
from reticent_agent.spool.body import decode_body
from reticent_agent.spool.model import Gate, PolicyRef, SealedBatch, Stop

# Bodies are at least as large as what protobuf makes of them, counts come on top: half of the
# bound leaves room for both.
_BODY_BYTES_MAX = limits.BATCH_PLAIN_BYTES_MAX // 2
_DAMAGED_RULE = "damaged-on-disk"
GATE_RULE = "last-mile-gate"
_GATE_COUNTS_MAX = 1_024  # more fields than the catalog has

WAITING, ACKED, REFUSED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Taken:
    """One row out of the `rows` table; `row` is None where its body cannot be read any more."""

    identifier: int
    table: str
    bytes: int
    row: SpooledRow | None
    stops: tuple[Stop, ...] = ()


class Sealed(NamedTuple):
    """What one sealing did. `stops`: what the gate took out of the batch."""

    batch: SealedBatch | None
    totals: Totals
    stops: tuple[Stop, ...] = ()


def seal_batch(
    connection: sqlite3.Connection,
    *,
    totals: Totals,
    now_us: int,
    also_counts_alone: bool,
    gate: Gate | None,
) -> Sealed:
    """The next batch, in the caller's transaction; without one where there is nothing to send."""
    policy = _next_policy(connection, also_counts_alone=also_counts_alone)
    if policy is None:
        return Sealed(None, totals)
    version, sha256 = connection.execute(
        "SELECT version, sha256 FROM policies WHERE id = ?", (policy,)
    ).fetchone()
    taken = _take(connection, policy)
    if gate is not None:
        taken = _gated(taken, gate, policy_sha256=bytes(sha256))
    _count_damaged(connection, taken, policy)
    counts = _counts(connection, policy)
    batch, used = _encode(taken, counts)
    seq = meta.integer(connection, "last_seq") + 1
    policy_ref = PolicyRef(version, bytes(sha256))
    receipt = receipts.chain(
        connection,
        seq=seq,
        policy=policy_ref,
        rows=batch.rows,
        payload=batch.payload,
        counts=[*counts, *_stopped(used)],
    )
    connection.execute(
        "INSERT INTO batches (stream_id, seq, policy, rows, plain_bytes, payload, sealed_us,"
        " receipt, previous_receipt, counts_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            meta.stream_id(connection),
            seq,
            policy,
            batch.rows,
            batch.plain_bytes,
            batch.payload,
            now_us,
            *receipts.columns(receipt),
        ),
    )
    meta.put(connection, "last_seq", seq)
    if used:
        connection.execute("DELETE FROM rows WHERE id <= ?", (used[-1].identifier,))
    connection.executemany(
        "DELETE FROM counts WHERE policy = ? AND field = ? AND rule = ? AND outcome = ?",
        [(policy, c.field, c.rule, c.outcome) for c in counts],
    )
    left = Totals(rows=totals.rows - len(used), bytes=totals.bytes - sum(t.bytes for t in used))
    sealed = SealedBatch(
        seq=seq,
        policy=policy_ref,
        rows=batch.rows,
        plain_bytes=batch.plain_bytes,
        payload=batch.payload,
        receipt=receipt,
    )
    return Sealed(sealed, left, tuple(stop for one in used for stop in one.stops))


def forget_tables_of(
    connection: sqlite3.Connection, payload: bytes, *, rows: int, plain: int
) -> None:
    """A refused batch may have held changes of state tables: those go out whole again."""
    try:
        tables = decode_batch(payload, rows=rows, plain_bytes=plain).tables
    except BatchError:  # refused because damaged: nobody knows which tables were in it
        tables = []
        names = [row[0] for row in connection.execute("SELECT tbl FROM state_tables")]
    else:
        names = [table.table for table in tables]
    for name in names:
        state.forget(connection, name)


def _next_policy(connection: sqlite3.Connection, *, also_counts_alone: bool) -> int | None:
    """The policy of the oldest row, or of counts that no row will take along any more."""
    row = connection.execute("SELECT policy FROM rows ORDER BY id LIMIT 1").fetchone()
    alone = connection.execute("SELECT MIN(policy) FROM counts").fetchone()[0]
    if row is None:
        return alone if also_counts_alone else None
    return int(row[0]) if alone is None else min(int(row[0]), int(alone))


def _take(connection: sqlite3.Connection, policy: int) -> list[_Taken]:
    """The oldest rows, as many as have this policy one after another and fit."""
    taken: list[_Taken] = []
    size = 0
    for identifier, of, table, event, ts_us, row_size, body in connection.execute(
        "SELECT id, policy, tbl, event, ts_us, bytes, body FROM rows ORDER BY id LIMIT ?",
        (limits.BATCH_ROWS_MAX,),
    ):
        size += row_size
        if of != policy or (taken and size > _BODY_BYTES_MAX):
            break
        try:
            row = SpooledRow(table, event, ts_us, decode_body(body))
            readable = row_problem(row) is None
        except (ValueError, TypeError):
            readable = False
        taken.append(_Taken(identifier, table, row_size, row if readable else None))
    return taken


def _gated(taken: Sequence[_Taken], gate: Gate, *, policy_sha256: bytes) -> list[_Taken]:
    readable = [number for number, one in enumerate(taken) if one.row is not None]
    rows = [one.row for one in taken if one.row is not None]
    gated = list(taken)
    for place, (row, stops) in gate.look(rows, policy_sha256=policy_sha256).items():
        number = readable[place]
        gated[number] = replace(gated[number], row=row, stops=stops)
    return gated


def _stopped(taken: Sequence[_Taken]) -> list[BatchCount]:
    """Counted for the rows of this batch alone: those left for the next are looked at again."""
    stops = Counter(f"{stop.table}.{stop.field}" for one in taken for stop in one.stops)
    return [
        BatchCount(field=field, rule=GATE_RULE, outcome="dropped", count=count)
        for field, count in sorted(stops.items())
    ]


def _count_damaged(connection: sqlite3.Connection, taken: Sequence[_Taken], policy: int) -> None:
    for one in taken:
        if one.row is None:
            append.add_count(connection, policy, f"{one.table}.*", _DAMAGED_RULE, "failed", 1)


def _counts(connection: sqlite3.Connection, policy: int) -> list[BatchCount]:
    return [
        BatchCount(field=field, rule=rule, outcome=outcome, count=count)
        for field, rule, outcome, count in connection.execute(
            "SELECT field, rule, outcome, count FROM counts WHERE policy = ? LIMIT ?",
            (policy, limits.RULE_COUNTS_PER_BATCH_MAX - _GATE_COUNTS_MAX),
        )
    ]


def _encode(
    taken: Sequence[_Taken], counts: Sequence[BatchCount]
) -> tuple[EncodedBatch, Sequence[_Taken]]:
    """Halves until it is within bounds; one row is, by ROW_BYTES_MAX."""
    while True:
        rows = [t.row for t in taken if t.row is not None]
        batch = encode_batch(rows, [*counts, *_stopped(taken)])
        tables = {(t.table, t.row.event) for t in taken if t.row is not None}
        if len(taken) <= 1 or (
            len(batch.payload) <= limits.BATCH_BYTES_MAX
            and batch.plain_bytes <= limits.BATCH_PLAIN_BYTES_MAX
            and batch.unfolded_bytes <= limits.BATCH_PLAIN_BYTES_MAX
            and len(tables) <= limits.TABLES_PER_BATCH_MAX
        ):
            return batch, taken
        taken = taken[: len(taken) // 2]
