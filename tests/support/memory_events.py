"""The event store in memory, told to fail: before storing, after storing, or to answer nothing.

In all else it is `MemoryEventStore`, so whatever the server asks, also to erase, it answers as that
one does. It keeps what came, as it came (`groups`).
Rows that the server makes itself (`from_server`) are kept apart, and a group of nothing else never
waits or fails: most tests are about what laptops send.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from reticent_server.ingest.server_rows import SERVER_STREAM
from reticent_server.store.events import EventGroup, StoredBatch
from reticent_server.store.events.memory import MemoryEventStore

Key = tuple[bytes, bytes]


class MemoryEvents(MemoryEventStore):
    """`in_order`: a number that is missing or stands twice is a mistake of whoever appends it."""

    def __init__(self, *, in_order: bool = True) -> None:
        super().__init__()
        self._in_order = in_order
        self.groups: list[EventGroup] = []
        self.fail_before: list[Exception] = []  # raised in turn, nothing stored
        self.fail_after: list[Exception] = []  # raised in turn, all stored
        self.read_failures: list[Exception] = []
        self.appending = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.attempts = 0

    @property
    def closed(self) -> bool:
        return self._closed

    def reopen(self) -> None:
        """As the next start of a server finds it."""
        self._closed = False

    @property
    def from_laptops(self) -> list[StoredBatch]:
        return [b for b in self._all() if b.stream_id != SERVER_STREAM]

    @property
    def from_server(self) -> list[StoredBatch]:
        return [b for b in self._all() if b.stream_id == SERVER_STREAM]

    def _all(self) -> list[StoredBatch]:
        return [batch for group in self.groups for batch in group.batches]

    @property
    def seqs(self) -> list[int]:
        return [batch.seq for batch in self.from_laptops]

    def append(self, group: EventGroup) -> None:
        laptops = any(batch.stream_id != SERVER_STREAM for batch in group.batches)
        if laptops:
            self.appending.set()
            self.go_on.wait()
            self.attempts += 1
            if self.fail_before:
                raise self.fail_before.pop(0)
        last = super().last_seqs([(b.device_id, b.stream_id) for b in group.batches])
        for batch in group.batches:
            key = (batch.device_id, batch.stream_id)
            if self._in_order and batch.seq != last[key] + 1:
                raise AssertionError("a number is missing or stands twice")
            last[key] = batch.seq
        super().append(group)
        self.groups.append(group)
        if laptops and self.fail_after:
            raise self.fail_after.pop(0)

    def last_seqs(self, streams: Sequence[Key]) -> dict[Key, int]:
        if self.read_failures:
            raise self.read_failures.pop(0)
        return super().last_seqs(streams)
