"""Batches of many laptops into one durable insert, then their acks; never the other way round.

Enters: prepared batches, in the order of their numbers a stream. Leaves: groups for the event
store; then acks and refusals on the streams. Must hold: what is acknowledged is stored.

A group goes when it has GROUP_ROWS_MAX rows, or when its first batch has waited long enough:
GROUP_WAIT_IDLE_S after a quiet time, GROUP_WAIT_BUSY_S while groups follow each other (small
inserts cost several times the CPU a row). While groups are being written the next one fills.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor

from reticent_contract import limits

from reticent_server.health import Health
from reticent_server.ingest.appending import Appender, Group, Pending, TroubleListener
from reticent_server.ingest.room import Room
from reticent_server.ingest.sequence import Key, Sequence, Sequences
from reticent_server.metrics import Metrics
from reticent_server.store.events import EventStore

_QUIET_S = 0.5  # without a commit for so long, the next batch is not kept waiting

RefusedListener = Callable[[Group, int], None]  # with the time of receipt in microseconds


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
        self._sequences = sequences
        self._metrics = metrics
        self._on_refused = on_refused
        self._queue: deque[Pending] = deque()
        self._queue_rows = 0
        self._changed = asyncio.Event()
        self._stopping = False
        self._appender = Appender(
            store=store,
            writer=writer,
            metrics=metrics,
            health=health,
            on_stored=self._settle,
            on_lost=self._forget,
            on_trouble=on_trouble,
            now_us=now_us,
        )
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
        self._appender.stop()
        self._changed.set()

    async def run(self) -> None:
        try:
            while await self._first():
                await self._company()
                await self._appender.append(self._take())
            await self._appender.drain()
        finally:
            self._appender.cancel()

    async def _first(self) -> bool:
        """Waits for a batch; False when the server stops and there is none."""
        while not self._queue:
            if self._stopping:
                return False
            self._changed.clear()
            await self._changed.wait()
        return True

    async def _company(self) -> None:
        """Waits until the group is full or its first batch has waited long enough."""
        quiet = time.monotonic() - self._appender.last_end_s > _QUIET_S
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

    def _take(self) -> Group:
        group: Group = []
        rows = 0
        while self._queue and rows < limits.GROUP_ROWS_TAKEN_MAX:
            pending = self._queue.popleft()
            rows += pending.rows
            group.append(pending)
        self._queue_rows -= rows
        return group

    def _forget(self, lost: Group) -> None:
        """The server stops while the store fails: unacknowledged, so the laptops send it again."""
        for pending in lost:
            pending.sequence.lost()
        self.room.give_back(sum(p.rows for p in lost), sum(p.bytes for p in lost))
        self._metrics.batches.labels("not-stored").inc(len(lost))

    def _settle(self, group: Group, received_at_us: int) -> None:
        """Acks and refusals for batches that are durable."""
        now_s = time.monotonic()
        rows = rows_taken = bytes_taken = 0
        moved: dict[Key, Sequence] = {}
        refused: Group = []
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
