"""Takes back what waits: rows of a table that may not leave any more, and cursors of sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from reticent_contract.batch import BatchError, decode_batch

from reticent_agent.spool import append, seal, state
from reticent_agent.spool.append import Outcome, Totals


def drop_table(connection: sqlite3.Connection, table: str, *, rule: str, totals: Totals) -> Outcome:
    """Deletes the table's rows that are not sealed yet, each counted under its policy."""
    outcome = Outcome(totals=Totals(rows=totals.rows, bytes=totals.bytes))
    found = connection.execute(
        "SELECT policy, COUNT(*), SUM(bytes) FROM rows WHERE tbl = ? GROUP BY policy", (table,)
    ).fetchall()
    for policy, count, size in found:
        append.add_count(connection, policy, f"{table}.*", rule, "dropped", count)
        outcome.dropped[table] += count
        outcome.totals.rows -= count
        outcome.totals.bytes -= size
    # Overwritten on disk, not only marked as free: they were taken back.
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    connection.execute("DELETE FROM rows WHERE tbl = ?", (table,))
    state.forget(connection, table)  # a state table that is asked for again goes out whole
    return outcome


def sealed_rows(connection: sqlite3.Connection, table: str) -> int:
    """Rows of the table in batches that wait for the server's ack."""
    count = 0
    for payload, rows, plain_bytes in connection.execute(
        "SELECT payload, rows, plain_bytes FROM batches WHERE state = ?", (seal.WAITING,)
    ):
        try:
            batch = decode_batch(payload, rows=rows, plain_bytes=plain_bytes)
        except BatchError:
            continue
        count += sum(len(group.ts_us) for group in batch.tables if group.table == table)
    return count


def forget_cursors(connection: sqlite3.Connection, prefix: str, *, but: Collection[str]) -> None:
    names = [name for (name,) in connection.execute("SELECT name FROM cursors")]
    gone = [(name,) for name in names if name.startswith(prefix) and name not in but]
    connection.executemany("DELETE FROM cursors WHERE name = ?", gone)
