"""An event store in memory, for tests of what stands in front of it.

It keeps the promises that ingest relies on (a group wholly or not at all, `last_seq` from what is
stored) and can be told to fail: before storing, after storing, or to answer nothing. Rows that the
server makes itself (`from_server`) are kept apart, and a group of nothing else never waits or
fails: most tests are about what laptops send.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from reticent_server.ingest.server_rows import SERVER_STREAM
from reticent_server.store.events import BatchRecord, EventGroup, StoredBatch

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
        for batch in group.batches:
            key = (batch.device_id, batch.stream_id)
            if batch.seq != self._last.get(key, 0) + 1:
                raise AssertionError("a number is missing or stands twice")
            self._last[key] = batch.seq
        self.groups.append(group)
        if laptops and self.fail_after:
            raise self.fail_after.pop(0)

    def last_seq(self, device_id: bytes, stream_id: bytes) -> int:
        return self.last_seqs([(device_id, stream_id)])[device_id, stream_id]

    def last_seqs(self, streams: Sequence[Key]) -> Mapping[Key, int]:
        if self.read_failures:
            raise self.read_failures.pop(0)
        return {key: self._last.get(key, 0) for key in streams}

    def batches(
        self, device_id: bytes, stream_id: bytes, *, after_seq: int = 0, limit: int
    ) -> list[BatchRecord]:
        """Of a stream whose batches are all stored."""
        mine = [b for b in self._all() if (b.device_id, b.stream_id) == (device_id, stream_id)]
        return [_record(b) for b in mine if after_seq < b.seq <= after_seq + limit]

    def stop_deleting(self) -> None:
        """Nothing is deleted here."""

    def close(self) -> None:
        self.closed = True


def _record(batch: StoredBatch) -> BatchRecord:
    fields = {k: v for k, v in batch.receipt.items() if isinstance(v, str | int)}
    return BatchRecord(
        seq=batch.seq,
        rows=batch.rows,
        numbers=batch.rows,
        highest=batch.rows - 1,
        receipts=1,
        event="refused" if "reason" in fields else "receipt",
        place=batch.rows,
        received_at_us=0,
        fields=fields,
        counts=(),
    )
