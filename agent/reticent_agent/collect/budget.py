"""One round of one state collector, within its time.

Enters: a collector and what it may use. Leaves: exactly one outcome: delivered, failed, or cut
off. Must hold: a result that comes after the cut is thrown away, and whoever waits for the round
never waits for its thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from itertools import islice

from reticent_contract import limits
from reticent_contract.rows import Row

from reticent_agent.collect.cost import Meter
from reticent_agent.collect.health import Collected, Sink, reason_of
from reticent_agent.collect.model import Absence, Context, StateCollector
from reticent_agent.collect.stopping import StopSignal
from reticent_agent.errors import CollectError


class Outcome(StrEnum):
    RUNNING = "running"
    DELIVERING = "delivering"  # in time; the sink may now hold it up as long as it likes
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CUT_OFF = "cut_off"


class _Deadline:
    """The `stopping` of a state collector: true at shutdown and when its time is over."""

    def __init__(self, stop: StopSignal, is_over: Callable[[], bool]) -> None:
        self._stop = stop
        self._is_over = is_over

    def __call__(self) -> bool:
        return self._stop() or self._is_over()

    def fileno(self) -> int:
        return self._stop.fileno()


class Run:
    """A collector at work in a daemon thread."""

    def __init__(
        self,
        collector: StateCollector,
        *,
        context: Context,
        stop: StopSignal,
        sink: Sink,
        ended: Callable[[Run], None],
    ) -> None:
        self.collector = collector
        self.outcome = Outcome.RUNNING
        self.reason = ""
        self.detail = ""
        self.absences: dict[Absence, None] = {}  # in the order in which they were told
        self.started_at = context.clock.monotonic()
        self.deadline = self.started_at + min(collector.seconds_max, limits.COLLECT_SECONDS_MAX)
        self._clock = context.clock
        self._stop = stop
        self._context = replace(
            context, stopping=_Deadline(stop, self._is_over), absent=self._absent
        )
        self._sink = sink
        self._ended = ended
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self._work, name=f"collect-{collector.table}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def duration_ms(self) -> int:
        return round((self._clock.monotonic() - self.started_at) * 1000)

    def cut_off_if_over(self) -> bool:
        """Ends a round whose time is over. True for the one call that does."""
        with self._lock:
            if self.outcome is not Outcome.RUNNING or not self._is_over():
                return False
            self.outcome = Outcome.CUT_OFF
            return True

    def _is_over(self) -> bool:
        return self.outcome is Outcome.CUT_OFF or self._clock.monotonic() >= self.deadline

    def _absent(self, absence: Absence) -> None:
        if len(self.absences) < limits.ABSENCES_MAX:
            self.absences[absence] = None

    def _work(self) -> None:
        meter = Meter()
        try:
            rows = self._collect()
        except Exception as error:  # noqa: BLE001 - a collector may fail in any way; it is reported
            self._fail(*reason_of(error))
        else:
            if self._may_deliver():
                self._deliver(rows, meter)
        self._ended(self)

    def _collect(self) -> tuple[Row, ...]:
        rows = tuple(islice(self.collector.collect(self._context), limits.TABLE_ROWS_MAX + 1))
        if len(rows) > limits.TABLE_ROWS_MAX:
            raise CollectError("too_many_rows", f"gives more than {limits.TABLE_ROWS_MAX} rows")
        if any(row.table != self.collector.table for row in rows):
            raise CollectError("foreign_rows", "gives rows of another table")
        return rows

    def _may_deliver(self) -> bool:
        with self._lock:
            # Late is late, even when nobody has looked yet: a collector that noticed the deadline
            # itself returns part of a table, which would read as rows removed. The supervisor cuts.
            if self.outcome is not Outcome.RUNNING or self._stop() or self._is_over():
                return False
            self.outcome = Outcome.DELIVERING
            return True

    def _deliver(self, rows: tuple[Row, ...], meter: Meter) -> None:
        collected = Collected(
            rows=rows,
            table=self.collector.table,
            complete=True,
            absences=tuple(self.absences),
            cost=meter.read(),
        )
        try:
            self._sink(collected)
        except Exception as error:  # noqa: BLE001 - reported; the round is tried again later
            self._fail(*reason_of(error))
        else:
            self.outcome = Outcome.SUCCEEDED

    def _fail(self, reason: str, detail: str) -> None:
        with self._lock:
            if self.outcome is Outcome.CUT_OFF:
                return
            self.outcome = Outcome.FAILED
            self.reason, self.detail = reason, detail
