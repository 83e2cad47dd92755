"""What the server said about sealed batches. Delete after ack; whatever else deletes, counts."""

from __future__ import annotations

import sqlite3

from reticent_agent.spool import append, meta, receipts, reseal, seal

KEPT_BATCHES = 20  # for `reticent-agent sent`
KEPT_BYTES = 4 << 20


def acknowledge(connection: sqlite3.Connection, seq: int) -> int:
    """Rows of the batches up to `seq`, which may now go. In the caller's transaction."""
    stream = meta.stream_id(connection)
    rows = connection.execute(
        "SELECT COALESCE(SUM(rows), 0) FROM batches WHERE stream_id = ? AND seq <= ? AND state = ?",
        (stream, seq, seal.WAITING),
    ).fetchone()[0]
    connection.execute(
        "UPDATE batches SET state = ? WHERE stream_id = ? AND seq <= ? AND state = ?",
        (seal.ACKED, stream, seq, seal.WAITING),
    )
    _trim(connection)
    return int(rows)


def refuse(connection: sqlite3.Connection, seq: int, reason: str) -> int:
    """Rows of the batch that the server will never store; counted. In the caller's transaction."""
    found = connection.execute(
        "SELECT id, policy, rows, plain_bytes, payload FROM batches"
        " WHERE stream_id = ? AND seq = ? AND state = ?",
        (meta.stream_id(connection), seq, seal.WAITING),
    ).fetchone()
    if found is None:
        return 0
    identifier, policy, rows, plain_bytes, payload = found
    connection.execute(
        "UPDATE batches SET state = ?, reason = ? WHERE id = ?", (seal.REFUSED, reason, identifier)
    )
    if rows:
        append.add_count(connection, policy, "batch.*", f"refused-{reason}", "dropped", rows)
    seal.forget_tables_of(connection, payload, rows=rows, plain=plain_bytes)
    _trim(connection)
    return int(rows)


def renumber(connection: sqlite3.Connection, stream_id: bytes) -> int:
    """Waiting batches become 1, 2, 3, … of a new stream; how many. In the caller's transaction."""
    waiting = [
        row[0]
        for row in connection.execute(
            "SELECT id FROM batches WHERE state = ? ORDER BY id", (seal.WAITING,)
        )
    ]
    connection.executemany(
        "UPDATE batches SET stream_id = ?, seq = ? WHERE id = ?",
        [(stream_id, seq, identifier) for seq, identifier in enumerate(waiting, start=1)],
    )
    meta.put(connection, "stream_id", stream_id)
    meta.put(connection, "last_seq", len(waiting))
    receipts.begin_again(connection, state=seal.WAITING)
    reseal.end(connection)
    return len(waiting)


def _trim(connection: sqlite3.Connection) -> None:
    """Of batches that are done, only the last ones stay."""
    size = 0
    last_kept = 0
    for number, (identifier, payload_bytes) in enumerate(
        connection.execute(
            "SELECT id, LENGTH(payload) FROM batches WHERE state <> ? ORDER BY id DESC LIMIT ?",
            (seal.WAITING, KEPT_BATCHES + 1),
        )
    ):
        size += payload_bytes
        if number >= KEPT_BATCHES or size > KEPT_BYTES:
            last_kept = identifier
            break
    if last_kept:
        connection.execute(
            "DELETE FROM batches WHERE state <> ? AND id <= ?", (seal.WAITING, last_kept)
        )
