"""Rows about the agent's own collection, handed to the same sink as everything else.

Enters: what went wrong, by names that the code knows. Leaves: `agent_health` rows. Must hold: no
collected value is in one; whoever reports never waits for the sink; a flood of equal reports
becomes one row with a count.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass

from reticent_contract import limits
from reticent_contract.catalog.agent_health import (
    COLLECTOR_EVENTS,
    COLLECTOR_REASONS,
    INTERNAL,
    NOT_OFFERED,
)
from reticent_contract.rows import Row, Value

from reticent_agent.collect.model import Absence, Clock
from reticent_agent.errors import AgentError

TABLE = "agent_health"
PENDING_MAX = limits.HEALTH_PENDING_MAX


@dataclass(frozen=True, slots=True)
class Cost:
    """What a round of a state table took; of an event source: since it started."""

    cpu_ms: int  # of its thread; of a round also of the programs that ended meanwhile
    wall_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What the sink gets: rows of one round or one moment, with the cursor that goes with them."""

    rows: tuple[Row, ...]
    table: str
    complete: bool  # all rows of a state table as they are now
    cursor_name: str = ""  # of an event source; its cursor is kept together with the rows
    cursor: str = ""
    absences: tuple[Absence, ...] = ()
    cost: Cost | None = None


Sink = Callable[[Collected], None]  # blocks for back-pressure


_OF_THE_SYSTEM: tuple[tuple[type[OSError], str], ...] = (
    (PermissionError, "not_permitted"),
    (FileNotFoundError, "not_found"),
    (OSError, "not_readable"),
)


def reason_of(error: BaseException) -> tuple[str, str]:
    """A term of the catalog's list, and a detail without values: our own texts, the name of the
    error number, or of a defect the class alone."""
    if isinstance(error, AgentError):
        return error.term, str(error)
    for kind, term in _OF_THE_SYSTEM:
        if isinstance(error, kind):
            return term, errno.errorcode.get(error.errno or 0, "")
    return INTERNAL, type(error).__name__


def event_of(reason: str) -> str:
    """What is not there has not failed."""
    return "collector_unavailable" if reason in NOT_OFFERED else "collector_failed"


def health_row(
    event: str,
    *,
    ts_us: int,
    component: str,
    reason: str = "",
    detail: str = "",
    count: int = 1,
    duration_ms: int | None = None,
) -> Row:
    if event in COLLECTOR_EVENTS and reason not in COLLECTOR_REASONS:
        reason = INTERNAL
    values: dict[str, Value] = {"component": component, "count": count}
    if reason:
        values["reason"] = reason
    if detail:
        values["detail"] = detail
    if duration_ms is not None:
        values["duration_ms"] = duration_ms
    return Row(table=TABLE, event=event, ts_us=ts_us, values=values)


@dataclass(slots=True)
class _Pending:
    ts_us: int
    count: int
    duration_ms: int | None


class HealthReporter:
    """Delivers reports from a thread of its own, which lives only while there are some."""

    def __init__(self, clock: Clock, sink: Sink, stopping: Callable[[], bool]) -> None:
        self._clock = clock
        self._sink = sink
        self._stopping = stopping
        self._lock = threading.Lock()
        self._pending: dict[tuple[str, str, str, str], _Pending] = {}
        self._overflow = 0
        self._thread: threading.Thread | None = None

    def report(
        self,
        event: str,
        *,
        component: str,
        reason: str = "",
        detail: str = "",
        duration_ms: int | None = None,
    ) -> None:
        """Never blocks. Equal reports that still wait are counted together."""
        key = (event, component, reason, detail)
        with self._lock:
            waiting = self._pending.get(key)
            if waiting is not None:
                waiting.count += 1
                waiting.duration_ms = duration_ms
            elif len(self._pending) >= PENDING_MAX:
                self._overflow += 1
            else:
                self._pending[key] = _Pending(self._clock.now_us(), 1, duration_ms)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._deliver, name="collect-health", daemon=True
                )
                self._thread.start()

    def _deliver(self) -> None:
        while True:
            with self._lock:
                rows = self._take()
                if not rows or self._stopping():
                    self._thread = None
                    return
            try:
                self._sink(Collected(rows=rows, table=TABLE, complete=False))
            except Exception:  # noqa: BLE001 - a sink that refuses health rows has nobody to tell
                with self._lock:
                    self._overflow += len(rows)
                    self._thread = None
                return

    def _take(self) -> tuple[Row, ...]:
        rows = [
            health_row(
                event,
                ts_us=item.ts_us,
                component=component,
                reason=reason,
                detail=detail,
                count=item.count,
                duration_ms=item.duration_ms,
            )
            for (event, component, reason, detail), item in self._pending.items()
        ]
        if self._overflow:
            rows.append(
                health_row(
                    "rows_dropped",
                    ts_us=self._clock.now_us(),
                    component=TABLE,
                    reason="too_many_reports",
                    count=self._overflow,
                )
            )
        self._pending.clear()
        self._overflow = 0
        return tuple(rows)
