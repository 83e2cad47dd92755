"""Takes back what waits: rows of a table that may not leave any more, and cursors of sources.

A withdrawal is begun (a mark on disk, the rows go), and ended once nothing collects the table any
more (rows that came meanwhile go, the mark too). Between the two no row of the table is sealed. One
that a kill left open is ended when the spool is opened again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from reticent_agent.spool import append, reseal, state
from reticent_agent.spool.append import Outcome, Totals

_MARK = "withdrawing:"


class Withdrawn(NamedTuple):
    """`outcome.dropped`: rows that were not sealed yet. `unsealed`: rows taken out of batches."""

    outcome: Outcome
    unsealed: int


def mark(connection: sqlite3.Connection, table: str, *, rule: str) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (f"{_MARK}{table}", rule)
    )


def unmark(connection: sqlite3.Connection, table: str) -> None:
    connection.execute("DELETE FROM meta WHERE key = ?", (f"{_MARK}{table}",))


def mark_again(connection: sqlite3.Connection, key: str, rule: str) -> bool:
    """A mark as another spool had it; False for what is none."""
    if key.startswith(_MARK):
        mark(connection, key.removeprefix(_MARK), rule=rule)
    return key.startswith(_MARK)


def marked(connection: sqlite3.Connection) -> dict[str, str]:
    """Tables whose withdrawal is under way, with its rule."""
    found = connection.execute(
        "SELECT key, value FROM meta WHERE key >= ? AND key < ?", (_MARK, f"{_MARK}~")
    )
    return {key.removeprefix(_MARK): value for key, value in found}


def drop_table(
    connection: sqlite3.Connection, table: str, *, rule: str, totals: Totals
) -> Withdrawn:
    """Deletes the table's rows that the server does not have, each counted under its policy."""
    # Overwritten on disk, not only marked as free: they were taken back.
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    outcome = drop_waiting(connection, table, rule=rule, totals=totals)
    state.forget(connection, table)  # a state table that is asked for again goes out whole
    return Withdrawn(outcome, reseal.take_out(connection, table, rule=rule))


def empty_log(connection: sqlite3.Connection) -> None:
    """Takes the rows out of the write-ahead log too, where they would stay as they were written.

    Outside of a transaction. Who reads the spool at this moment keeps them there until it is used
    again.
    """
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def drop_waiting(
    connection: sqlite3.Connection, table: str, *, rule: str, totals: Totals
) -> Outcome:
    """Those that are not sealed yet."""
    outcome = Outcome(totals=Totals(rows=totals.rows, bytes=totals.bytes))
    found = connection.execute(
        "SELECT policy, COUNT(*), SUM(bytes) FROM rows WHERE tbl = ? GROUP BY policy", (table,)
    ).fetchall()
    for policy, count, size in found:
        append.add_count(connection, policy, f"{table}.*", rule, "dropped", count)
        outcome.dropped[table] += count
        outcome.totals.rows -= count
        outcome.totals.bytes -= size
    connection.execute("DELETE FROM rows WHERE tbl = ?", (table,))
    return outcome


def forget_cursors(connection: sqlite3.Connection, prefix: str, *, but: Collection[str]) -> None:
    names = [name for (name,) in connection.execute("SELECT name FROM cursors")]
    gone = [(name,) for name in names if name.startswith(prefix) and name not in but]
    connection.executemany("DELETE FROM cursors WHERE name = ?", gone)
