"""Opening the control store.

A session from `session()` writes, one at a time: it takes a lock at its start (on SQLite BEGIN
IMMEDIATE, on PostgreSQL an advisory lock), because what was read before another wrote must not be
what is written by. `read()` gives a snapshot without a lock. Commits are on disk when they return
(SQLite: synchronous FULL; WAL alone may lose the newest transactions at power loss).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from reticent_server.errors import StoreError

BUSY_WAIT_MS = 10_000
POOL_SIZE = 8
_BEGIN = "reticent_begin"
_WRITER = 0x7265746963656E74  # names the lock of PostgreSQL, "reticent"
NEWEST = "0018_opened"  # a test compares it with the last of `migrations/versions`


class ControlStore:
    """Sessions on the control database. Safe to share between threads; a session is not."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that may write; committed at the end, rolled back on an exception.

        An earlier `commit()` inside is allowed; what follows it is a new transaction.
        """
        with _reported(), Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads. Whatever it changes is rolled back."""
        with _reported(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    def ping(self) -> None:
        """Raises StoreError where the database does not answer."""
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def forget_journal(self) -> None:
        """What was overwritten leaves SQLite's journal too; where a reader is in the way, with the
        next call. PostgreSQL's journal is for its administrator to age."""
        if self._engine.dialect.name != "sqlite":
            return
        with _reported():
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                cursor.close()
            finally:
                connection.close()

    def close(self) -> None:
        self._engine.dispose()


def after_commit(session: Session, then: Callable[[], None]) -> None:
    """`then` is called once what the session changed is on disk; never where it is rolled back.

    It holds up whoever commits, and opens no session: it only tells somebody.
    """
    event.listen(session, "after_commit", lambda _: then(), once=True)


@contextmanager
def _reported() -> Iterator[None]:
    """The database's own failures (full disk, locked, gone) as ours; conflicts of data stay."""
    try:
        yield
    except (OperationalError, PoolTimeoutError) as error:
        raise StoreError(
            f"the control store failed ({type(error).__name__}); nothing of this request was "
            "changed; check the disk, then try again"
        ) from error


def open_control(path: Path) -> ControlStore:
    """Opens the SQLite file at `path` (made where missing, 0600) with the newest schema.

    Raises StoreError.
    """
    try:
        path.touch(mode=0o600, exist_ok=True)
        engine = create_engine(
            f"sqlite:///{path}", pool_size=POOL_SIZE, max_overflow=2 * POOL_SIZE, pool_timeout=30
        )
        return opened(engine)
    except (OSError, SQLAlchemyError) as error:
        raise StoreError(
            f"the control store {path} cannot be opened ({type(error).__name__}); nothing was "
            "changed; check that the disk has room and that the file is a Reticent database",
            permanent=True,
        ) from error


def opened(engine: Engine) -> ControlStore:
    """A store on a database of SQLite or PostgreSQL, with the newest schema. Nobody has used the
    engine before. Raises SQLAlchemyError."""
    # Every model: a foreign key has its type from another domain's. Here, because they import us.
    import reticent_server.store.control.metadata  # noqa: F401  # its import is all

    prepare = {"sqlite": _prepare_sqlite, "postgresql": _prepare_postgresql}
    prepare[engine.dialect.name](engine)
    migrate(engine)
    return ControlStore(engine)


def migrate(engine: Engine) -> None:
    """Brings the schema to the newest revision; does nothing where it is there already."""
    if revision_of(engine) == NEWEST:
        return
    # Here, because it is loaded and every revision read for a new or an older database alone.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def revision_of(engine: Engine) -> str | None:
    """Of the schema, as Alembic noted it; None where nothing was made yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {BUSY_WAIT_MS}",
            "secure_delete = ON",  # a deleted person's row is overwritten, not only unlinked
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if _BEGIN in connection.get_execution_options():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_WAIT_MS}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
