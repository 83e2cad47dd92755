"""What the spool holds, without changing it."""

from __future__ import annotations

import sqlite3

from reticent_agent.spool import meta, receipts, seal
from reticent_agent.spool.append import Totals
from reticent_agent.spool.model import PolicyRef, SealedBatch, SentBatch, SpoolStats

RECEIPTS_SINCE = 2  # format of the spool
_NO_RECEIPT = "NULL, NULL, NULL"
_STATES = {seal.WAITING: "waiting", seal.ACKED: "acked", seal.REFUSED: "refused"}


def totals(connection: sqlite3.Connection) -> Totals:
    rows, size = connection.execute("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM rows").fetchone()
    return Totals(rows=rows, bytes=size)


def waiting_count(connection: sqlite3.Connection) -> int:
    row = connection.execute(
        "SELECT COUNT(*) FROM batches WHERE state = ?", (seal.WAITING,)
    ).fetchone()
    return int(row[0])


def waiting(connection: sqlite3.Connection, *, after_seq: int) -> list[SealedBatch]:
    found = connection.execute(
        "SELECT b.seq, p.version, p.sha256, b.rows, b.plain_bytes, b.payload,"
        " b.receipt, b.previous_receipt, b.counts_sha256"
        " FROM batches b JOIN policies p ON p.id = b.policy"
        " WHERE b.state = ? AND b.seq > ? ORDER BY b.seq",
        (seal.WAITING, after_seq),
    )
    return [_sealed(*batch) for batch in found]


def sent(connection: sqlite3.Connection, *, limit: int) -> list[SentBatch]:
    """Newest first. Reads through any connection, a read-only one too.

    Such a one may look at a spool that the agent before receipts has left.
    """
    has_receipts = connection.execute("PRAGMA user_version").fetchone()[0] >= RECEIPTS_SINCE
    receipt = "b.receipt, b.previous_receipt, b.counts_sha256" if has_receipts else _NO_RECEIPT
    found = connection.execute(
        "SELECT b.stream_id, b.sealed_us, b.state, b.reason,"  # noqa: S608 - constants
        f" b.seq, p.version, p.sha256, b.rows, b.plain_bytes, b.payload, {receipt}"
        " FROM batches b JOIN policies p ON p.id = b.policy ORDER BY b.id DESC LIMIT ?",
        (limit,),
    )
    return [
        SentBatch(
            batch=_sealed(*batch),
            stream_id=bytes(stream_id),
            sealed_us=sealed_us,
            state=_STATES.get(state, "unknown"),
            reason=reason,
        )
        for stream_id, sealed_us, state, reason, *batch in found
    ]


def _sealed(
    seq: int,
    version: int,
    sha256: bytes,
    rows: int,
    plain_bytes: int,
    payload: bytes,
    *receipt: bytes | None,
) -> SealedBatch:
    return SealedBatch(
        seq=seq,
        policy=PolicyRef(version, bytes(sha256)),
        rows=rows,
        plain_bytes=plain_bytes,
        payload=bytes(payload),
        receipt=receipts.of_columns(*receipt),
    )


def stats(connection: sqlite3.Connection, *, rows: int, bytes_: int) -> SpoolStats:
    batches, sealed_rows, payload_bytes, first = connection.execute(
        "SELECT COUNT(*), COALESCE(SUM(rows), 0), COALESCE(SUM(LENGTH(payload)), 0), MIN(seq)"
        " FROM batches WHERE state = ?",
        (seal.WAITING,),
    ).fetchone()
    last_seq = meta.integer(connection, "last_seq")
    return SpoolStats(
        rows=rows,
        rows_waiting=sealed_rows,
        bytes=bytes_ + payload_bytes,
        batches_waiting=batches,
        last_seq=last_seq,
        acked_seq=last_seq if first is None else first - 1,
    )
