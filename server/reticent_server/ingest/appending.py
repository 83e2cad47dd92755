"""Groups into the event store, in their order, until the store has them.

Enters: groups of accepted batches. Leaves: each group once it is durable, in the order given.
Must hold: no group is stored before an earlier one is, and what an insert left unknown is read
back from the store before anything else is said about it.

Two groups are with the writer at a time: it begins the next one without waiting for the event
loop to hear of the last. When an insert fails, whatever was submitted behind it is not tried: a
later group may hold the next numbers of the same streams, and storing it would hide the gap.
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
from reticent_server.ingest.receipts import chain_facts
from reticent_server.ingest.refusal import Refusal
from reticent_server.ingest.sequence import Sequence
from reticent_server.log import Log
from reticent_server.metrics import Metrics
from reticent_server.store.events import EventGroup, EventStore, StoredBatch
from reticent_server.store.events.errors import GroupInvalidError, StoreFullError

_log = Log("ingest")


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


Group = list[Pending]
StoredListener = Callable[[Group, int], None]  # with the time of receipt in microseconds
LostListener = Callable[[Group], None]
TroubleListener = Callable[[int, str], None]  # milliseconds of silence, and why


class _NotTriedError(Exception):
    """An insert before this one failed."""


class Appender:
    """Of the event loop's thread only; inserts run in `writer`, which has one thread."""

    def __init__(
        self,
        *,
        store: EventStore,
        writer: Executor,
        metrics: Metrics,
        health: Health,
        on_stored: StoredListener,
        on_lost: LostListener,
        on_trouble: TroubleListener,
        now_us: Callable[[], int],
    ) -> None:
        self._store = store
        self._writer = writer
        self._metrics = metrics
        self._health = health
        self._on_stored = on_stored
        self._on_lost = on_lost
        self._on_trouble = on_trouble
        self._now_us = now_us
        self._tasks: deque[asyncio.Task[None]] = deque()  # in order; each ends after the one before
        self._failures = 0  # counted by the writer
        self._turn = 0  # `_failures` when last nothing was with the writer
        self._stop = asyncio.Event()
        self._gave_up = False
        self.last_end_s = 0.0  # monotonic

    async def append(self, group: Group) -> None:
        """Returns when the writer has the group and room for another."""
        while self._tasks and (
            len(self._tasks) >= limits.APPENDS_AHEAD_MAX or self._failures != self._turn
        ):
            await self._oldest()
        if self._gave_up:
            self._on_lost(group)
            return
        if not self._tasks:
            self._turn = self._failures
        before = self._tasks[-1] if self._tasks else None
        writing = self._submit(group, self._turn)
        self._tasks.append(asyncio.create_task(self._finish(group, writing, before)))

    async def drain(self) -> None:
        """Returns when nothing is with the writer any more."""
        while self._tasks:
            await self._oldest()

    def stop(self) -> None:
        """A store that fails is not tried again."""
        self._stop.set()

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _oldest(self) -> None:
        task = self._tasks[0]
        await asyncio.wait([task])
        if self._tasks and self._tasks[0] is task:
            self._tasks.popleft()

    def _submit(self, group: Group, turn: int) -> asyncio.Future[int]:
        """The time of receipt when it is stored."""
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._writer, self._write, group, turn)

    def _write(self, group: Group, turn: int) -> int:
        """In the writer's thread."""
        if turn != self._failures:
            raise _NotTriedError
        received_at_us = self._now_us()
        batches = [pending.batch for pending in group]
        started_s = time.monotonic()
        try:
            self._store.append(EventGroup(received_at_us=received_at_us, batches=batches))
        except BaseException:
            self._failures += 1
            raise
        finally:
            self.last_end_s = time.monotonic()
            self._metrics.append_seconds.observe(self.last_end_s - started_s)
        return received_at_us

    async def _finish(
        self, group: Group, writing: asyncio.Future[int], before: asyncio.Task[None] | None
    ) -> None:
        failure: Exception | None = None
        received_at_us = 0
        try:
            received_at_us = await writing
        except Exception as error:  # noqa: BLE001 - whatever failed, the store is asked what it has
            failure = error
        if before is not None:
            await asyncio.wait([before])
        if failure is None:
            self._stored(group, received_at_us)
        else:
            await self._again(group, failure)

    async def _again(self, group: Group, failure: Exception) -> None:
        """Until the store has all of the group, or the server stops."""
        delay_s = limits.APPEND_RETRY_FIRST_S
        while group:
            if self._gave_up:
                self._on_lost(group)
                return
            if isinstance(failure, GroupInvalidError) and not _is_emptied(group):
                await self._each(group)
                return
            if not isinstance(failure, _NotTriedError):
                self._report(failure, group, delay_s)
                left: Group | None = None
                while left is None:
                    if await self._pause(delay_s):
                        self._gave_up = True
                        self._on_lost(group)
                        return
                    delay_s = min(2 * delay_s, limits.APPEND_RETRY_MAX_S)
                    left = await self._not_stored(group)
                group = left
            try:
                received_at_us = await self._submit(group, self._failures)
            except Exception as error:  # noqa: BLE001 - as above
                failure = error
            else:
                self._stored(group, received_at_us)
                return

    async def _each(self, group: Group) -> None:
        """One batch that the store cannot take must not stop the others, nor its own laptop."""
        if len(group) > 1:
            for pending in group:
                await self._again([pending], _NotTriedError())
            return
        (pending,) = group
        _log.error("batch_invalid", seq=pending.batch.seq)
        refusal = Refusal("internal", "the event store cannot take the batch; see the log")
        receipt = {
            **chain_facts(pending.batch.receipt),
            "reason": refusal.reason,
            "detail": refusal.detail,
        }
        batch = replace(pending.batch, tables=[], receipt=receipt)
        await self._again([replace(pending, batch=batch, refusal=refusal)], _NotTriedError())

    async def _not_stored(self, group: Group) -> Group | None:
        """What of the group the store lacks; the rest is stored. None: it does not answer."""
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
            self._stored(stored, self._now_us())
        return [p for p in group if p.batch.seq > last.get(p.sequence.key, 0)]

    def _stored(self, group: Group, received_at_us: int) -> None:
        self._metrics.group_rows.observe(sum(pending.rows for pending in group))
        self._health.works("events")
        self._on_stored(group, received_at_us)

    def _report(self, failure: Exception, group: Group, delay_s: float) -> None:
        _log.error("append_failed", failure, batches=len(group))
        self._metrics.append_failures.inc()
        full = isinstance(failure, StoreFullError)
        problem = "the disk is full" if full else "the event store failed"
        self._health.broken("events", f"{problem}; laptops keep their rows until it works")
        self._on_trouble(int(delay_s * 1_000), f"on the server {problem}")

    async def _pause(self, delay_s: float) -> bool:
        """True where the server stops meanwhile."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                await self._stop.wait()
        return self._stop.is_set()


def _is_emptied(group: Group) -> bool:
    """Whether nothing is left in it that the store could refuse: then the store is at fault."""
    return len(group) == 1 and group[0].refusal is not None and not group[0].batch.tables
