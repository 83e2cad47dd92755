"""What every form of the control store must do: by one suite, of SQLite and of PostgreSQL."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.errors import StoreError
from reticent_server.policies.models import PolicyStep, PolicyVersion
from reticent_server.store.control import ControlStore
from reticent_server.store.control import engine as control_engine
from reticent_server.store.control.engine import after_commit, migrate, opened, revision_of
from reticent_server.store.control.metadata import METADATA
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import IntegrityError
from support.postgres import Postgres

from .conftest import policy, versions


def test_an_exception_rolls_back_all_of_it(control: ControlStore) -> None:
    def half() -> None:
        with control.session() as session:
            session.add(policy(1))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert versions(control) == []


def test_whoever_waits_for_a_commit_is_told_of_it_once_and_of_nothing_else(
    control: ControlStore,
) -> None:
    told: list[list[int]] = []

    def change(number: int, *, fails: bool = False) -> None:
        with control.session() as session:
            session.add(policy(number))
            after_commit(session, lambda: told.append(versions(control)))
            session.flush()
            if fails:
                raise KeyError

    with pytest.raises(KeyError):
        change(1, fails=True)
    assert told == []
    change(2)
    assert told == [[2]]  # others see it then
    change(3)
    assert told == [[2], [2, 3]]


def test_reading_changes_nothing(control: ControlStore) -> None:
    with control.read() as session:
        session.add(policy(1))
        session.flush()
    assert versions(control) == []


def test_what_contradicts_a_constraint_is_refused(control: ControlStore) -> None:
    with control.session() as session:
        session.add(policy(1))
    with pytest.raises(IntegrityError), control.session() as session:
        session.add(policy(1))
    with pytest.raises(IntegrityError), control.session() as session:
        session.execute(text(f"INSERT INTO device (device_id) VALUES ('{UUID(int=1)}')"))


def test_a_token_is_never_used_more_often_than_it_says(control: ControlStore) -> None:
    token_id = UUID(int=7)
    with control.session() as session:
        session.add(
            EnrolmentTokenRecord(
                token_id=token_id,
                secret_sha256=b"s" * 32,
                group_name="default",
                uses_max=1,
                created_s=0,
                expires_s=1,
            )
        )
    with pytest.raises(IntegrityError), control.session() as session:
        session.execute(update(EnrolmentTokenRecord).values(used=2))


def test_many_threads_read_and_then_write_without_a_lost_update(control: ControlStore) -> None:
    with control.session() as session:
        session.add(policy(1))

    def count_up() -> None:
        for _ in range(20):
            with control.session() as session:
                row = session.get_one(PolicyVersion, ("default", 1))
                row.published_s += 1

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with control.read() as session:
        assert session.get_one(PolicyVersion, ("default", 1)).published_s == 1 + 80


def test_a_reader_sees_one_moment_while_others_write(control: ControlStore) -> None:
    with control.session() as session:
        session.add(policy(1))
    with control.read() as reader:
        assert len(list(reader.scalars(select(PolicyVersion)))) == 1
        with control.session() as writer:
            writer.add(policy(2))
        assert len(list(reader.scalars(select(PolicyVersion)))) == 1
    assert versions(control) == [1, 2]


def test_a_share_is_a_percentage_and_every_step_is_of_a_version(control: ControlStore) -> None:
    def step(number: int, share: int, *, version: int = 1) -> PolicyStep:
        return PolicyStep(
            group_name="default",
            version=version,
            step=number,
            share_percent=share,
            stopped=False,
            at_s=0,
            done_by="test",
        )

    with control.session() as session:
        session.add(policy(1))
    for wrong in (step(1, 0), step(1, 101), step(1, 30, version=2)):
        with pytest.raises(IntegrityError), control.session() as session:
            session.add(wrong)
    with control.session() as session:
        session.add(step(1, 30))


def test_the_migrations_make_exactly_the_schema_of_the_models_on_postgresql(
    postgres: Postgres,
) -> None:
    engine = postgres.engine(postgres.empty())
    assert revision_of(engine) is None
    migrate(engine)
    migrate(engine)  # does nothing
    assert revision_of(engine) == control_engine.NEWEST
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        tables = set(inspect(connection).get_table_names())
    engine.dispose()
    assert tables - {"alembic_version"} == set(METADATA.tables)


def test_a_writer_that_waits_too_long_is_a_store_error_that_may_pass(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_engine, "BUSY_WAIT_MS", 50)
    control = postgres.store()
    with control.session() as first:
        first.add(policy(1))
        first.flush()
        with pytest.raises(StoreError) as caught, control.session() as session:
            session.add(policy(2))
    assert not caught.value.permanent
    assert versions(control) == [1]
    control.close()


def test_a_store_that_is_opened_again_on_postgresql_has_what_was_committed(
    postgres: Postgres,
) -> None:
    name = postgres.migrated()
    for expected in ([], [1]):
        control = opened(postgres.engine(name))
        assert versions(control) == expected
        if not expected:
            with control.session() as session:
                session.add(policy(1))
        control.close()
