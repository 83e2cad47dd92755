"""Opens the SQLite file: mode, pragmas, migrations, the check at start."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reticent_agent import atomic
from reticent_agent.errors import SpoolError

# Forward only; position n brings user_version n to n + 1. Statements are only ever appended.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
        "CREATE TABLE policies (id INTEGER PRIMARY KEY, version INTEGER NOT NULL,"
        " sha256 BLOB NOT NULL, UNIQUE (version, sha256))",
        "CREATE TABLE rows (id INTEGER PRIMARY KEY AUTOINCREMENT, policy INTEGER NOT NULL,"
        " priority INTEGER NOT NULL, tbl TEXT NOT NULL, event TEXT NOT NULL,"
        " ts_us INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL)",
        "CREATE INDEX rows_first_to_go ON rows (priority, id)",
        "CREATE TABLE counts (policy INTEGER NOT NULL, field TEXT NOT NULL, rule TEXT NOT NULL,"
        " outcome TEXT NOT NULL, count INTEGER NOT NULL,"
        " PRIMARY KEY (policy, field, rule, outcome)) WITHOUT ROWID",
        "CREATE TABLE batches (id INTEGER PRIMARY KEY AUTOINCREMENT, stream_id BLOB NOT NULL,"
        " seq INTEGER NOT NULL, policy INTEGER NOT NULL, rows INTEGER NOT NULL,"
        " plain_bytes INTEGER NOT NULL, payload BLOB NOT NULL, sealed_us INTEGER NOT NULL,"
        " state INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',"
        " UNIQUE (stream_id, seq))",
        "CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE state_tables (tbl TEXT PRIMARY KEY, policy INTEGER NOT NULL,"
        " snapshot_us INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE state_rows (tbl TEXT NOT NULL, body BLOB NOT NULL, copies INTEGER NOT NULL,"
        " priority INTEGER NOT NULL, PRIMARY KEY (tbl, body)) WITHOUT ROWID",
    ),
    (
        "ALTER TABLE batches ADD COLUMN receipt BLOB",
        "ALTER TABLE batches ADD COLUMN previous_receipt BLOB",
        "ALTER TABLE batches ADD COLUMN counts_sha256 BLOB",
    ),
)
_CACHE_KIB = 1024
_WAL_BYTES_KEPT = 4 << 20


def open_database(path: Path) -> sqlite3.Connection:
    """The migrated database. Raises sqlite3.DatabaseError where the file is damaged.

    Raises SpoolError where it was written by a newer agent: nothing is touched then.
    """
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, atomic.OWNER_ONLY))
    path.chmod(atomic.OWNER_ONLY)  # SQLite gives -wal and -shm the mode of the file itself
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before the first table, or never
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_KEPT}")
    problems = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    if problems != ["ok"]:
        raise sqlite3.DatabaseError("quick_check found damage")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise SpoolError(
            f"{path.name} has format {version}, this agent knows up to {len(MIGRATIONS)}; the "
            "spool was left as it is and nothing is collected; install the newer agent again",
            permanent=True,
        )
    for number in range(version, len(MIGRATIONS)):
        with transaction(connection):
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, on disk when it ends without an exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_disk_full(error: BaseException) -> bool:
    """SQLITE_FULL, or an I/O error while writing, which is what a full disk may also look like."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)


def is_damage(error: BaseException) -> bool:
    """SQLITE_CORRUPT and SQLITE_NOTADB, or quick_check's verdict."""
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return type(error) is sqlite3.DatabaseError
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
