"""Both stores, each test its own: chDB holds one path a process, so a test's store is closed
before the next opens. In-process chDB and pytest go well together as long as that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_server.store.events import EventStore, open_chdb
from reticent_server.store.events.chdb_store import ChdbEventStore
from reticent_server.store.events.memory import MemoryEventStore
from support.event_groups import NOON_US

KEY = bytes(range(32))


@pytest.fixture(params=["memory", "chdb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    opened: EventStore
    if request.param == "memory":
        opened = MemoryEventStore()
    else:
        opened = open_chdb(tmp_path / "events", key=KEY, clock=lambda: NOON_US)
    yield opened
    opened.close()


@pytest.fixture
def chdb(tmp_path: Path) -> Iterator[ChdbEventStore]:
    opened = open_chdb(tmp_path / "events", key=KEY, clock=lambda: NOON_US)
    yield opened
    opened.close()
