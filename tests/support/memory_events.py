"""An event store in memory, for tests of what stands in front of it.

It keeps the promises that ingest relies on (a group wholly or not at all, `last_seq` from what is
stored) and can be told to fail: before storing, after storing, or to answer nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from reticent_server.store.events import EventGroup, StoredBatch

Key = tuple[bytes, bytes]


class MemoryEvents:
    def __init__(self) -> None:
        self.groups: list[EventGroup] = []
        self.fail_before: list[Exception] = []  # raised in turn, nothing stored
        self.fail_after: list[Exception] = []  # raised in turn, all stored
        self.read_failures: list[Exception] = []
        self.appending = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.attempts = 0
        self.closed = False
        self._last: dict[Key, int] = {}

    @property
    def batches(self) -> list[StoredBatch]:
        return [batch for group in self.groups for batch in group.batches]

    @property
    def seqs(self) -> list[int]:
        return [batch.seq for batch in self.batches]

    def append(self, group: EventGroup) -> None:
        self.appending.set()
        self.go_on.wait()
        self.attempts += 1
        if self.fail_before:
            raise self.fail_before.pop(0)
        for batch in group.batches:
            key = (batch.device_id, batch.stream_id)
            if batch.seq != self._last.get(key, 0) + 1:
                raise AssertionError("a number is missing or stands twice")
            self._last[key] = batch.seq
        self.groups.append(group)
        if self.fail_after:
            raise self.fail_after.pop(0)

    def last_seq(self, device_id: bytes, stream_id: bytes) -> int:
        return self.last_seqs([(device_id, stream_id)])[device_id, stream_id]

    def last_seqs(self, streams: Sequence[Key]) -> Mapping[Key, int]:
        if self.read_failures:
            raise self.read_failures.pop(0)
        return {key: self._last.get(key, 0) for key in streams}

    def close(self) -> None:
        self.closed = True
