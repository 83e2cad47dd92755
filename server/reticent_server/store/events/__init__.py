"""The event store: append-only rows of all devices (DESIGN.md, "Stores" and "Exactly once").

Enters: groups of batches from ingest. Leaves: rows and counts for query, API and console. Must
hold: a group is stored wholly and durably or not at all; what is in the store is what was acked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reticent_server.store.events.clock import Clock, wall_clock
from reticent_server.store.events.interface import EventStore
from reticent_server.store.events.model import (
    RECEIPT_REFUSED,
    RECEIPT_STORED,
    RECEIPT_TABLE,
    BatchRecord,
    DeviceSummary,
    Event,
    EventGroup,
    HourCount,
    Page,
    StoredBatch,
    StoredColumn,
    StoredTable,
)

if TYPE_CHECKING:
    from reticent_server.store.events.chdb_store import ChdbEventStore
    from reticent_server.store.events.settings import EngineSettings

__all__ = [
    "RECEIPT_REFUSED",
    "RECEIPT_STORED",
    "RECEIPT_TABLE",
    "BatchRecord",
    "DeviceSummary",
    "Event",
    "EventGroup",
    "EventStore",
    "HourCount",
    "Page",
    "StoredBatch",
    "StoredColumn",
    "StoredTable",
    "open_chdb",
]


def open_chdb(
    path: Path,
    *,
    key: bytes,
    settings: EngineSettings | None = None,
    clock: Clock = wall_clock,
) -> ChdbEventStore:
    """Open or make the chDB store at `path`; `key` is 32 bytes. Never fork after this.

    `clock`: microseconds since 1970 UTC.

    Raises StoreDamagedError (permanent), StoreError (open elsewhere).
    """
    # The engine takes a second and 270 MB: only who opens a store pays for it.
    from reticent_server.store.events.chdb_store import open_store

    return open_store(path, key=key, settings=settings, clock=clock)
