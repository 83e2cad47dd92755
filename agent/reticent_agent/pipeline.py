"""The only file that joins the stages: collect, learn, redact, spool.

Enters: a policy and keys (`start`), rows from the supervisor's threads. Leaves: redacted rows in
the spool, and a call of `spooled` for the stream. Must hold: a raw row is in memory only, between
a collector and `Plan.redact`; without a policy nothing is collected; a full queue makes collectors
wait, it never grows.

Rows of event sources wait until every state table has reported, failed or run over its time
(`learning`): a log line is not redacted before this laptop's own names and serials are known.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from reticent_contract.batch import CountLike
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.rows import RedactedRow, Row

from reticent_agent.collect.health import Collected, health_row
from reticent_agent.collect.model import (
    NO_HELPER,
    WHILE_ASKED,
    Asked,
    Clock,
    CommandRunner,
    EventSource,
    FileRoot,
    Privileged,
    StateCollector,
)
from reticent_agent.collect.supervisor import Supervisor
from reticent_agent.consent.asked import NOBODY, asked
from reticent_agent.consent.record import Agreed
from reticent_agent.last_mile import LastMileGate, StoppedValues
from reticent_agent.metrics import Metrics
from reticent_agent.policy.learning import Learning
from reticent_agent.queued import Flush, Item, RowQueue
from reticent_agent.report.status import StatusBoard
from reticent_agent.spool import Appended, Spool, StateSnapshot, Stop

log = logging.getLogger("reticent_agent.pipeline")

GROUP_ROWS = 1_000
GROUP_WAIT_S = 1.0
QUEUE_ROWS_MAX = 1_000  # raw rows that wait; a source that has more waits with them
FLUSH_WAIT_S = 30.0
LEARN_WAIT_S = 600.0  # all tables, two at a time, each at its longest, are done long before
TELL_DROPS_EVERY_S = 60.0
_PENDING_HEALTH_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Collecting:
    """What there is to collect from."""

    collectors: Sequence[StateCollector]
    sources: Callable[[Asked], Sequence[EventSource]]
    files: FileRoot
    commands: CommandRunner
    clock: Clock
    privileged: Privileged = NO_HELPER


class Pipeline:
    """`start` again under a new policy or new keys; `stop` for good."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        spool: Spool,
        collecting: Collecting,
        board: StatusBoard,
        metrics: Metrics,
        spooled: Callable[[], None],
        agreed: Callable[[Policy], Agreed] = lambda _: NOBODY,
    ) -> None:
        self._catalog = catalog
        self._spool = spool
        self._collecting = collecting
        self._board = board
        self._metrics = metrics
        self._spooled = spooled
        self._agreed = agreed
        self._own = OwnIdentifiers(catalog)
        self._gate = LastMileGate(catalog, self._own)
        self._stopped = StoppedValues()
        spool.gate, spool.on_stopped = self._gate, self._values_stopped
        self._plan: Plan | None = None
        self._supervisor: Supervisor | None = None
        self._queue: RowQueue = RowQueue(QUEUE_ROWS_MAX)
        # Counts supervisors. The writer raises it, at the flush that ends one: what that one hands
        # in behind the flush is not written.
        self._round = 0
        self._learning = self._learn(())
        self._health: deque[Row] = deque(maxlen=_PENDING_HEALTH_MAX)
        self._drops: Counter[str] = Counter()
        self._drops_told_at = -TELL_DROPS_EVERY_S
        self._writer: threading.Thread | None = None
        self._switching = threading.Lock()  # a start may still run when the agent is told to stop
        self._over = False

    @property
    def policy(self) -> Policy | None:
        """The policy under which rows are collected now."""
        plan = self._plan
        return None if plan is None else plan.policy

    def start(self, policy: Policy, keys: KeyRing) -> None:
        """Collects under `policy` from now on. Raises PolicyError where its keys are missing.

        After `stop` it does nothing.
        """
        with self._switching:
            if not self._over:
                self._start(policy, keys)

    def _start(self, policy: Policy, keys: KeyRing) -> None:
        agreed = self._agreed(policy)
        plan = compile_plan(
            policy,
            catalog=self._catalog,
            keys=keys,
            own=self._own,
            consented=frozenset(table for table, who in agreed.items() if who),
        )
        self._end_collecting()
        self._end_round()  # so that the cursors below are those of the last rows
        self._plan = plan
        self._gate.knows(policy)
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_all, name="pipeline", daemon=True)
            self._writer.start()
        wanted = asked(policy, agreed)
        collectors = [c for c in self._collecting.collectors if c.table in wanted]
        self._learning = self._learn([collector.table for collector in collectors])
        sources = self._collecting.sources(wanted)
        self._spool.forget_cursors(WHILE_ASKED, but={source.name for source in sources})
        self._supervisor = Supervisor(
            collectors,
            sources,
            self._collecting.files,
            self._collecting.commands,
            self._collecting.clock,
            partial(self._sink, self._round),
            self._spool.cursors(),
            privileged=self._collecting.privileged,
        )
        self._supervisor.start()
        self._board.policy(version=policy.version, sha256=policy.sha256)
        self._board.set(consent={table: len(who) for table, who in agreed.items()})
        self._metrics.set("reticent_agent_policy_version", policy.version)

    def pause(self) -> None:
        """No policy holds any more: nothing is collected until the next `start`."""
        with self._switching:
            self._end_collecting()
            self._end_round()
            self._spool.forget_cursors(WHILE_ASKED)
            self._plan = None
            self._metrics.set("reticent_agent_policy_version", 0)

    def stop(self) -> None:
        """Ends collecting; what was collected is on disk when this returns."""
        with self._switching:
            self._over = True
            self._end_collecting()
            if self._writer is not None:
                self._put_flush(Flush(ends=True, next_round=self._round + 1))
                self._writer.join(timeout=10.0)
                self._writer = None

    def flush(self) -> None:
        """Waits until everything that was collected so far is on disk."""
        if self._writer is not None:
            self._put_flush(Flush(ends=False, next_round=None))

    def health(
        self, event: str, *, component: str, reason: str = "", detail: str = "", count: int = 1
    ) -> None:
        """A row about the agent itself; never blocks. Goes the way of all rows."""
        row = health_row(
            event,
            ts_us=self._collecting.clock.now_us(),
            component=component,
            reason=reason,
            detail=detail,
            count=count,
        )
        try:
            collected = Collected(rows=(row,), table=row.table, complete=False)
            self._queue.put_nowait(Item(collected, self._round))
        except queue.Full:
            self._health.append(row)

    # Collecting.

    def _end_collecting(self) -> None:
        self._learning.end()
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None

    def _end_round(self) -> None:
        """Everything of the supervisor that has ended is on disk, or is not written any more."""
        next_round = self._round + 1
        if self._writer is None:
            self._round = next_round
            return
        flush = Flush(ends=False, next_round=next_round)
        self._put_flush(flush)
        while not flush.is_set() and self._writer.is_alive():
            flush.wait(FLUSH_WAIT_S)  # its cursors count: nobody goes on from older ones

    def _learn(self, tables: Sequence[str]) -> Learning:
        return Learning(tables, wait_s=LEARN_WAIT_S, gave_up=self._not_learned)

    def _not_learned(self, tables: tuple[str, ...]) -> None:
        log.warning("log lines go out before all of this laptop's own names are known")
        for table in tables:
            self.health(
                "collector_timeout",
                component=table,
                reason="not_learned",
                detail=f"not heard of within {LEARN_WAIT_S:g} s; log lines wait no longer",
            )

    def _sink(self, round_: int, collected: Collected) -> None:
        if collected.cursor_name and not self._learning.wait():
            return  # its cursor is not kept: the next start reads these rows again
        self._queue.put(Item(collected, round_))

    def _is_stale(self, item: Item) -> bool:
        """Rows of a source that was ended while it waited for room in the queue.

        Its cursor was not kept, so the source that follows it reads the same rows again.
        """
        return bool(item.collected.cursor_name) and item.round != self._round

    def _put_flush(self, flush: Flush) -> None:
        self._queue.put(flush)
        flush.wait(FLUSH_WAIT_S)

    # Writing: one thread.

    def _write_all(self) -> None:
        while True:
            group, flush = self._next_group()
            try:
                self._write(group)
            except Exception as error:  # one bad group must not end all collecting
                rows = sum(len(collected.rows) for collected in group)
                log.error("rows were lost", exc_info=error, extra={"fields": {"rows": rows}})
                self._board.count_rows(dropped=rows)
                self._metrics.add("reticent_agent_rows_dropped_total", rows, reason="error")
            if flush is not None:
                flush.set()
                if flush.ends:
                    return

    def _next_group(self) -> tuple[list[Collected], Flush | None]:
        """Waits for something, then gathers what comes within a second, at most 1,000 rows."""
        group: list[Collected] = []
        rows = 0
        ends_at = float("inf")
        while rows < GROUP_ROWS:
            wait_s = ends_at - time.monotonic()
            try:
                item = self._queue.get(timeout=None if wait_s == float("inf") else max(0.0, wait_s))
            except queue.Empty:
                break
            if isinstance(item, Flush):
                if item.next_round is not None:
                    self._round = item.next_round
                return group, item
            if self._is_stale(item):
                continue
            group.append(item.collected)
            rows += len(item.collected.rows)
            ends_at = min(ends_at, time.monotonic() + GROUP_WAIT_S)
        return group, None

    def _write(self, group: Sequence[Collected]) -> None:
        plan = self._plan
        if plan is None:
            return
        for collected in group:
            for row in collected.rows:
                self._own.learn(row)
            self._learning.heard(collected)
        rows: list[RedactedRow] = []
        snapshots: list[StateSnapshot] = []
        cursors: dict[str, str] = {}
        gathered = 0
        while self._health:
            gathered += 1
            rows += _redact(plan, [self._health.popleft()])
        for collected in group:
            gathered += len(collected.rows)
            redacted = _redact(plan, collected.rows)
            if collected.complete:
                snapshots.append(self._snapshot(collected, redacted))
            else:
                rows += redacted
            if collected.cursor_name:
                cursors[collected.cursor_name] = collected.cursor
            self._board.count_cost(collected)
            for done, of_table in (("collected", collected.rows), ("redacted", redacted)):
                name = f"reticent_agent_rows_{done}_total"
                self._metrics.add(name, len(of_table), table=collected.table)
        counts = plan.take_counts()
        if not (rows or snapshots or counts or cursors):
            return
        appended = self._spool.append(
            rows,
            counts=counts,
            cursors=cursors,
            policy_version=plan.policy.version,
            policy_sha256=plan.sha256,
            snapshots=snapshots,
        )
        left = len(rows) + sum(len(snapshot.rows) for snapshot in snapshots)
        self._board.count_rows(
            collected=gathered, redacted=left, dropped=gathered - left, unchanged=appended.unchanged
        )
        self._count_values(counts)
        self._tell_drops(appended)
        self._tell_stopped()
        self._spooled()

    def _count_values(self, counts: Sequence[CountLike]) -> None:
        self._board.count_values(counts)
        for count in counts:
            outcome = str(count.outcome)
            self._metrics.add("reticent_agent_values_total", count.count, outcome=outcome)

    def _snapshot(self, collected: Collected, rows: Sequence[RedactedRow]) -> StateSnapshot:
        table = self._catalog.get(collected.table)
        ts_us = collected.rows[0].ts_us if collected.rows else self._collecting.clock.now_us()
        key = () if table is None else table.key
        return StateSnapshot(table=collected.table, key=key, rows=rows, ts_us=ts_us)

    def _tell_drops(self, appended: Appended) -> None:
        """A health row, at most one a minute: what the spool had no room for."""
        for table, count in (*appended.dropped.items(), *appended.failed.items()):
            self._drops[table] += count
            self._board.count_rows(dropped=count)
            self._metrics.add("reticent_agent_rows_dropped_total", count, reason="no-room")
        now = time.monotonic()
        if not self._drops or now - self._drops_told_at < TELL_DROPS_EVERY_S:
            return
        self._drops_told_at = now
        reason = "disk_full" if appended.disk_full else "spool_full"
        log.warning("rows were dropped", extra={"fields": {"reason": reason, **self._drops}})
        for table, count in self._drops.items():
            self.health("rows_dropped", component=table, reason=reason, count=count)
        self._drops.clear()

    def _values_stopped(self, stops: Sequence[Stop]) -> None:
        """From the stream's thread: what the last-mile gate took out of a batch."""
        self._count_values(self._stopped.add(stops))
        for stop in stops:
            self._metrics.add(
                "reticent_agent_values_stopped_total", table=stop.table, detector=stop.detector
            )
        log.warning("the last-mile gate stopped values", extra={"fields": {"values": len(stops)}})
        self._tell_stopped()

    def _tell_stopped(self) -> None:
        """Health rows, at most a round of them a minute, one a field and detector."""
        for (field, detector), count in self._stopped.to_tell(time.monotonic()):
            self.health(
                "rows_dropped",
                component="last_mile_gate",
                reason=detector,
                detail=f"{field}: values were stopped on their way out, their rows went",
                count=count,
            )


def _redact(plan: Plan, rows: Sequence[Row]) -> list[RedactedRow]:
    redacted = (plan.redact(row) for row in rows)
    return [row for row in redacted if row is not None]
