"""The stores, each test its own: chDB holds one path a process, so a test's store is closed
before the next opens. In-process chDB and pytest go well together as long as that is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from reticent_server.store.events import EventStore, open_chdb
from reticent_server.store.events.chdb_store import ChdbEventStore
from reticent_server.store.events.memory import MemoryEventStore
from support import console_events, memory_events
from support.event_groups import NOON_US

KEY = bytes(range(32))
IN_MEMORY: dict[str, Callable[[], EventStore]] = {
    "memory": MemoryEventStore,
    "ingest": partial(memory_events.MemoryEvents, in_order=False),  # stands for it in other tests
    "console": console_events.MemoryEvents,
}


@pytest.fixture(params=[*IN_MEMORY, "chdb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    opened: EventStore
    if request.param in IN_MEMORY:
        opened = IN_MEMORY[request.param]()
    else:
        opened = open_chdb(tmp_path / "events", key=KEY, clock=lambda: NOON_US)
    yield opened
    opened.close()


@pytest.fixture
def chdb(tmp_path: Path) -> Iterator[ChdbEventStore]:
    opened = open_chdb(tmp_path / "events", key=KEY, clock=lambda: NOON_US)
    yield opened
    opened.close()
