"""Batches of many laptops into one durable insert, then their acks; never the other way round.

Enters: prepared batches, in the order of their numbers a stream. Leaves: groups in the event
store; then acks and refusals on the streams. Must hold: what is acknowledged is stored; what an
insert left unknown is read back from the store before anything else is said about it.

A group goes when it has GROUP_ROWS_MAX rows, or when its first batch has waited long enough:
GROUP_WAIT_IDLE_S after a quiet time, GROUP_WAIT_BUSY_S while groups follow each other (small
inserts cost several times the CPU a row). While one is being written the next one fills.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from reticent_contract import limits

from reticent_server.health import Health
from reticent_server.ingest.refusal import Refusal
from reticent_server.ingest.room import Room
from reticent_server.ingest.sequence import Key, Sequence, Sequences
from reticent_server.log import Log
from reticent_server.metrics import Metrics
from reticent_server.store.events import EventGroup, EventStore, StoredBatch
from reticent_server.store.events.errors import GroupInvalidError, StoreFullError

_log = Log("ingest")
_QUIET_S = 0.5  # without a commit for so long, the next batch is not kept waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An accepted batch. `rows` and `bytes` are what it takes of the room.

    `frame_rows`: how many rows its frame claimed, which matters when it is refused.
    """

    sequence: Sequence
    batch: StoredBatch
    refusal: Refusal | None
    rows: int
    bytes: int
    frame_rows: int
    received_s: float  # monotonic


TroubleListener = Callable[[int, str], None]  # milliseconds of silence, and why
RefusedListener = Callable[[list[Pending], int], None]  # with the time of receipt in microseconds


class GroupCommit:
    """Of the event loop's thread only; appends run in `writer`, which has one thread."""

    def __init__(
        self,
        *,
        store: EventStore,
        writer: Executor,
        sequences: Sequences,
        metrics: Metrics,
        health: Health,
        on_refused: RefusedListener,
        on_trouble: TroubleListener,
        now_us: Callable[[], int],
    ) -> None:
        self._store = store
        self._writer = writer
        self._sequences = sequences
        self._metrics = metrics
        self._health = health
        self._on_refused = on_refused
        self._on_trouble = on_trouble
        self._now_us = now_us
        self._queue: deque[Pending] = deque()
        self._queue_rows = 0
        self._changed = asyncio.Event()
        self._stopping = False
        self._last_end_s = 0.0
        self.room = Room(rows_max=limits.QUEUE_ROWS_MAX, bytes_max=limits.QUEUE_BYTES_MAX)

    def put(self, pending: Pending) -> None:
        """Takes a batch that the sequence has accepted and the room has space for."""
        self._queue.append(pending)
        self._queue_rows += pending.rows
        # Wakes the loop for the first of a group and when the group is full, not for each batch.
        if len(self._queue) == 1 or self._queue_rows >= limits.GROUP_ROWS_MAX:
            self._changed.set()

    def stop(self) -> None:
        """What is queued is still written, without waiting for company; then `run` returns."""
        self._stopping = True
        self._changed.set()

    async def run(self) -> None:
        while True:
            while not self._queue:
                if self._stopping:
                    return
                self._changed.clear()
                await self._changed.wait()
            await self._company()
            await self._store_group(self._take())

    async def _company(self) -> None:
        """Waits until the group is full or its first batch has waited long enough."""
        quiet = time.monotonic() - self._last_end_s > _QUIET_S
        wait_s = limits.GROUP_WAIT_IDLE_S if quiet else limits.GROUP_WAIT_BUSY_S
        until_s = self._queue[0].received_s + wait_s
        while self._queue_rows < limits.GROUP_ROWS_MAX and not self._stopping:
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return
            self._changed.clear()
            try:
                async with asyncio.timeout(left_s):
                    await self._changed.wait()
            except TimeoutError:
                return

    def _take(self) -> list[Pending]:
        group: list[Pending] = []
        rows = 0
        while self._queue and rows < limits.GROUP_ROWS_TAKEN_MAX:
            pending = self._queue.popleft()
            rows += pending.rows
            group.append(pending)
        self._queue_rows -= rows
        return group

    async def _store_group(self, group: list[Pending]) -> None:
        """Appends until the store has all of the group, or the server stops.

        After a failure nobody knows what is stored: the store is asked before the rest is tried
        again. The laptops keep their rows meanwhile and are asked for silence.
        """
        delay_s = limits.APPEND_RETRY_FIRST_S
        while group:
            try:
                await self._append(group)
                return
            except GroupInvalidError:
                await self._store_each(group)
                return
            except Exception as error:  # noqa: BLE001 - whatever failed, the store is asked what it has
                _log.error("append_failed", error, batches=len(group))
                self._metrics.append_failures.inc()
                full = isinstance(error, StoreFullError)
                problem = "the disk is full" if full else "the event store failed"
                self._health.broken("events", f"{problem}; laptops keep their rows until it works")
                self._on_trouble(int(delay_s * 1_000), f"on the server {problem}")
            left: list[Pending] | None = None
            while left is None:
                if await self._pause(delay_s):
                    self._give_up(group)
                    return
                delay_s = min(2 * delay_s, limits.APPEND_RETRY_MAX_S)
                left = await self._not_stored(group)
            group = left

    async def _store_each(self, group: list[Pending]) -> None:
        """One batch that the store cannot take must not stop the others, nor its own laptop."""
        if len(group) > 1:
            for pending in group:
                await self._store_group([pending])
            return
        (pending,) = group
        _log.error("batch_invalid", seq=pending.batch.seq)
        refusal = Refusal("internal", "the event store cannot take the batch; see the log")
        receipt = {"reason": refusal.reason, "detail": refusal.detail}
        batch = replace(pending.batch, tables=[], receipt=receipt)
        await self._store_group([replace(pending, batch=batch, refusal=refusal)])

    async def _append(self, group: list[Pending]) -> None:
        received_at_us = self._now_us()
        stored = EventGroup(
            received_at_us=received_at_us, batches=[pending.batch for pending in group]
        )
        started_s = time.monotonic()
        try:
            await asyncio.get_running_loop().run_in_executor(
                self._writer, self._store.append, stored
            )
        finally:
            self._last_end_s = time.monotonic()
            self._metrics.append_seconds.observe(self._last_end_s - started_s)
        self._metrics.group_rows.observe(sum(pending.rows for pending in group))
        self._health.works("events")
        self._settle(group, received_at_us)

    async def _not_stored(self, group: list[Pending]) -> list[Pending] | None:
        """What of the group the store lacks; the rest is acknowledged. None: it does not answer."""
        streams = list({pending.sequence.key for pending in group})
        try:
            last = await asyncio.get_running_loop().run_in_executor(
                self._writer, self._store.last_seqs, streams
            )
        except Exception as error:  # noqa: BLE001 - then nothing is known, and nothing is said
            _log.error("read_back_failed", error, streams=len(streams))
            return None
        stored = [p for p in group if p.batch.seq <= last.get(p.sequence.key, 0)]
        if stored:
            self._settle(stored, self._now_us())
        return [p for p in group if p.batch.seq > last.get(p.sequence.key, 0)]

    async def _pause(self, delay_s: float) -> bool:
        """True where the server stops meanwhile."""
        until_s = time.monotonic() + delay_s
        while not self._stopping and (left_s := until_s - time.monotonic()) > 0:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await self._changed.wait()
        return self._stopping

    def _give_up(self, group: list[Pending]) -> None:
        """The server stops while the store fails: unacknowledged, so the laptops send it again."""
        lost = [*group, *self._queue]
        self._queue.clear()
        self._queue_rows = 0
        for pending in lost:
            pending.sequence.lost()
        self.room.give_back(sum(p.rows for p in lost), sum(p.bytes for p in lost))
        self._metrics.batches.labels("not-stored").inc(len(lost))

    def _settle(self, group: list[Pending], received_at_us: int) -> None:
        """Acks and refusals for batches that are durable."""
        now_s = time.monotonic()
        rows = rows_taken = bytes_taken = 0
        moved: dict[Key, Sequence] = {}
        refused: list[Pending] = []
        observe = self._metrics.ack_seconds.observe
        for pending in group:
            sequence = pending.sequence
            sequence.stored(pending.batch.seq)
            rows_taken += pending.rows
            bytes_taken += pending.bytes
            observe(now_s - pending.received_s)
            if pending.refusal is None:
                rows += pending.batch.rows
            else:
                refused.append(pending)
                if sequence.connection is not None:
                    if pending.batch.seq > 1:
                        sequence.connection.acknowledge(pending.batch.seq - 1)
                    sequence.connection.refuse(pending.batch.seq, pending.refusal)
            moved[sequence.key] = sequence
        for sequence in moved.values():
            if sequence.connection is not None:
                sequence.connection.acknowledge(sequence.durable)
            else:
                self._sequences.release(sequence, None)
        self.room.give_back(rows_taken, bytes_taken)
        self._metrics.rows.inc(rows)
        self._metrics.batches.labels("stored").inc(len(group) - len(refused))
        if refused:
            self._metrics.batches.labels("refused").inc(len(refused))
            for pending in refused:
                if pending.refusal is not None:
                    self._metrics.refused.labels(pending.refusal.reason).inc()
            self._on_refused(refused, received_at_us)
