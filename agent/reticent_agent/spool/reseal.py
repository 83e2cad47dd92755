"""Takes a table's rows out of batches that are sealed, as long as the server does not have them.

Enters: a table that may not leave any more. Leaves: the same batches, by number, without its rows;
each says in its own counts how many are gone. Must hold: numbers stay without a gap; the chain of
receipts is the one that the server sees.

Whether a sealed batch has reached the server is not known here until it says so. So this goes in
two steps, and nothing is sealed or sent between them:
 1. `take_out`: payloads are changed, receipts stay as they were;
 2. `settle`: the server has said up to which number it has them. Those arrived as they were, with
    the receipts that they had. Those behind are bound anew to the last receipt that it has.
"""

from __future__ import annotations

import sqlite3

from reticent_contract.batch import BatchError, nothing_of, without_table

from reticent_agent.spool import meta, receipts, seal

CHANGED = "consent-withdrawn"  # stays as the reason of what had arrived as it was


def take_out(connection: sqlite3.Connection, table: str, *, rule: str) -> int:
    """How many rows were taken out. In the caller's transaction."""
    gone = 0
    for identifier, payload, rows, plain_bytes in connection.execute(
        "SELECT id, payload, rows, plain_bytes FROM batches WHERE state = ?", (seal.WAITING,)
    ).fetchall():
        try:
            rest = without_table(
                payload, rows=rows, plain_bytes=plain_bytes, table=table, rule=rule
            )
        except BatchError:  # it may hold such rows, and the server would refuse it anyway
            rest = nothing_of(rows=rows, rule=rule)
        if rest is not None:
            connection.execute(
                "UPDATE batches SET payload = ?, rows = ?, plain_bytes = ?, reason = ?"
                " WHERE id = ?",
                (rest.payload, rest.rows, rest.plain_bytes, CHANGED, identifier),
            )
            meta.put(connection, "changed", 1)
            gone += rest.gone
    return gone


def is_open(connection: sqlite3.Connection) -> bool:
    """Whether the server still has to say which of the batches it has."""
    return meta.integer(connection, "changed") != 0


def settle(connection: sqlite3.Connection, server_last: int) -> None:
    """The server has everything up to `server_last`, which is acknowledged, and nothing behind."""
    if is_open(connection):
        receipts.go_on_after(connection, server_last, state=seal.WAITING)
        end(connection)


def end(connection: sqlite3.Connection) -> None:
    """What waits is by now as it will be sent."""
    connection.execute("UPDATE batches SET reason = '' WHERE state = ?", (seal.WAITING,))
    meta.put(connection, "changed", 0)
