"""Databases of older versions: what is in them is there afterwards, and says what it said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from reticent_server.policies.published import StageState
from reticent_server.policies.reading import lineup_of
from reticent_server.rights.models import RightsCase, RightsCount
from reticent_server.store.control import ControlStore
from reticent_server.store.control import engine as control_engine
from reticent_server.store.control.engine import opened
from sqlalchemy import Engine, create_engine, insert, select, text

MIGRATIONS = Path(control_engine.__file__).parent / "migrations"
PINNED = Path(__file__).parents[1] / "vectors" / "migrations.json"
MakeEngine = Callable[[], Engine]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> MakeEngine:
    """Each call gives an engine on the same database, which is empty at first."""
    if request.param == "sqlite":
        return lambda: create_engine(f"sqlite:///{tmp_path / 'control.db'}")
    server = request.getfixturevalue("postgres")
    name = server.empty()
    return lambda: server.engine(name)


def upgraded(engine: MakeEngine, revision: str, *statements: tuple[Any, Any]) -> ControlStore:
    """Opened as this version does, after `statements` with their values were done at `revision`."""
    config, old = Config(), engine()
    config.set_main_option("script_location", str(MIGRATIONS))
    with old.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()
    old.dispose()
    return opened(engine())


def test_no_revision_is_changed_after_it_was_made() -> None:
    """Databases have run it; whatever is missing comes with another one, which is pinned too."""
    made = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((MIGRATIONS / "versions").glob("*.py"))
    }
    assert made == json.loads(PINNED.read_text())


def test_policies_of_the_first_schema_are_for_their_whole_group_afterwards(
    engine: MakeEngine,
) -> None:
    values = {"json": b"{}", "signature": b"\0", "sha256": b"\1"}
    row = text(
        "INSERT INTO policy_version (group_name, version, canonical_json, signature, sha256, "
        "published_s, publisher) VALUES ('default', 4, :json, :signature, :sha256, 7, 'a')"
    )
    control = upgraded(engine, "0001", (row, values))
    with control.read() as session:
        lineup = lineup_of(session, "default")
    control.close()
    assert lineup is not None
    assert lineup.staged == ()
    assert (lineup.whole.version, lineup.whole.stage.state) == (4, StageState.WHOLE)


def test_requests_of_persons_keep_their_order_and_what_was_counted(engine: MakeEngine) -> None:
    """Two of the same second, and one that was written down last and asked before them."""
    asked = {UUID(int=3): 1_000, UUID(int=1): 2_000, UUID(int=2): 2_000, UUID(int=4): 900}
    row = text(
        'INSERT INTO rights_case (case_id, "right", reference, person, sealed, opened_by, '
        "received_s, due_s, state, ground, run_by, unseen) VALUES "
        "(:case_id, 'access', '4711', :nothing, :nothing, 'ada', :at_s, :at_s, 'open', '', '', '')"
    )
    rows = [{"case_id": one.hex, "at_s": at_s, "nothing": b""} for one, at_s in asked.items()]
    counted = {"device_id": UUID(int=9), "table_name": "log", "found": 5, "deleted": 0}
    control = upgraded(
        engine,
        "0017_uninstall",
        (row, rows),
        (insert(RightsCount), {**counted, "case_id": UUID(int=1), "emptied": 0}),
    )
    with control.session() as session:
        found = list(
            session.execute(
                select(RightsCase.case_id, RightsCase.opened_us).order_by(RightsCase.opened_us)
            )
        )
        (count,) = session.scalars(select(RightsCount.found))
    control.close()
    assert [(case_id.int, opened_us) for case_id, opened_us in found] == [
        (4, 900_000_000),
        (3, 1_000_000_001),
        (1, 2_000_000_002),
        (2, 2_000_000_003),
    ]
    assert count == 5


def test_a_database_that_has_the_column_of_0018_already_is_left_with_it(
    engine: MakeEngine,
) -> None:
    control = upgraded(
        engine,
        "0017_uninstall",
        (text("ALTER TABLE rights_case ADD COLUMN opened_us BIGINT NOT NULL DEFAULT 7"), {}),
    )
    with control.read() as session:
        stored = session.scalar(text("SELECT version_num FROM alembic_version"))
    control.close()
    assert stored == control_engine.NEWEST
