"""The facts about the stream: who it is, which number was given out last, with which receipt.

`changed` is 1 from a withdrawal out of sealed batches until the server has said which it has.
"""

from __future__ import annotations

import sqlite3

from reticent_contract.batch import CHAIN_BEGINS


def start(connection: sqlite3.Connection, stream_id: bytes) -> None:
    """Where the spool is new. In the caller's transaction."""
    connection.executemany(
        "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)",
        [
            ("stream_id", stream_id),
            ("last_seq", 0),
            ("last_receipt", CHAIN_BEGINS),
            ("changed", 0),
        ],
    )


def stream_id(connection: sqlite3.Connection) -> bytes:
    row = connection.execute("SELECT value FROM meta WHERE key = 'stream_id'").fetchone()
    return bytes(row[0])


def last_receipt(connection: sqlite3.Connection) -> bytes:
    row = connection.execute("SELECT value FROM meta WHERE key = 'last_receipt'").fetchone()
    return bytes(row[0])


def integer(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return int(row[0])


def put(connection: sqlite3.Connection, key: str, value: int | bytes) -> None:
    connection.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key))
