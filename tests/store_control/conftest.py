"""A control store of each form, empty and at the newest schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_server.policies.models import PolicyVersion
from reticent_server.store.control import ControlStore, open_control
from sqlalchemy import select
from support.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def control(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ControlStore]:
    if request.param == "sqlite":
        store = open_control(tmp_path / "control.db")
    else:
        store = request.getfixturevalue("postgres").store()
    yield store
    store.close()


def policy(version: int, *, group: str = "default") -> PolicyVersion:
    return PolicyVersion(
        group_name=group,
        version=version,
        canonical_json=b"{}",
        signature=b"s" * 64,
        sha256=bytes([version]) * 32,
        published_s=version,
        publisher="test",
    )


def versions(control: ControlStore) -> list[int]:
    with control.read() as session:
        return list(session.scalars(select(PolicyVersion.version).order_by(PolicyVersion.version)))
