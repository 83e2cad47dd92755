"""The control store on SQLite: its file, its schema, its failures."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_server.errors import StoreError
from reticent_server.store.control import ControlStore, open_control
from reticent_server.store.control import engine as control_engine
from reticent_server.store.control.engine import migrate
from reticent_server.store.control.metadata import METADATA, MODELS
from sqlalchemy import create_engine, inspect, text

from .conftest import policy, versions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "control.db"


@pytest.fixture
def control(path: Path) -> Iterator[ControlStore]:
    store = open_control(path)
    yield store
    store.close()


def test_what_is_committed_is_there_after_reopening(control: ControlStore, path: Path) -> None:
    with control.session() as session:
        session.add(policy(1))
    control.close()
    again = open_control(path)
    assert versions(again) == [1]
    again.close()


def test_a_database_that_is_gone_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="nothing was changed") as caught:
        open_control(tmp_path / "broken.db")
    assert caught.value.permanent


def test_a_locked_database_is_a_store_error_that_may_pass(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.store.control.engine.BUSY_WAIT_MS", 50)
    control = open_control(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as caught, control.session() as session:
        session.add(policy(1))
    assert not caught.value.permanent
    other.execute("ROLLBACK")
    other.close()
    control.close()


def test_commits_are_on_disk_and_nobody_else_may_read_the_file(
    control: ControlStore, path: Path
) -> None:
    with control.read() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert path.stat().st_mode & 0o777 == 0o600


def test_migrations_make_exactly_the_schema_of_the_models(path: Path) -> None:
    """Otherwise a model was changed without a migration."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    open_control(path).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, METADATA) == []
        tables = set(inspect(connection).get_table_names())
    engine.dispose()
    assert tables - {"alembic_version"} == set(METADATA.tables)
    assert len(MODELS) == len({model.__name__ for model in MODELS})


def test_migrating_twice_changes_nothing(path: Path) -> None:
    open_control(path).close()
    before = _schema(path)
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    open_control(path).close()
    assert _schema(path) == before


def test_the_revision_that_is_taken_for_the_newest_is_alembics_own(control: ControlStore) -> None:
    """Otherwise an older database would be taken for one that needs no migration."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(control_engine.__file__).parent / "migrations"))
    with control.read() as session:
        stored = session.scalar(text("SELECT version_num FROM alembic_version"))
    assert control_engine.NEWEST == stored == scripts.get_current_head()


def test_a_database_with_the_newest_schema_opens_without_alembic(path: Path) -> None:
    open_control(path).close()
    code = (
        "import sys; from pathlib import Path\n"
        "from reticent_server.store.control import open_control\n"
        "from reticent_server.store.control.base import Base\n"
        "open_control(Path(sys.argv[1])).close()\n"
        "assert 'alembic' not in sys.modules\n"
        "assert {'device', 'enrolment_token', 'account'} <= set(Base.metadata.tables)"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True, timeout=60)


def _schema(path: Path) -> list[tuple[str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    return rows
