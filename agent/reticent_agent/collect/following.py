"""One event source, followed for as long as the agent runs.

Enters: a source and its last cursor. Leaves: rows with their cursors, to the sink. Must hold: a
source that dies starts again from the cursor of the last rows the sink took, later each time; one
that stops hands nothing on any more.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence

from reticent_contract.rows import Row

from reticent_agent.collect.cost import Meter
from reticent_agent.collect.health import Collected, HealthReporter, Sink, event_of, reason_of
from reticent_agent.collect.model import Context, EventSource
from reticent_agent.collect.stopping import StopSignal
from reticent_agent.errors import AgentError

RESTART_FIRST_S = 1.0
RESTART_MAX_S = 300.0
PERMANENT_WAIT_S = 3_600.0  # e.g. a program that is not installed: look again hourly
STEADY_S = 600.0  # a source that ran this long starts again as if it had never failed


class _Stopped(Exception):  # noqa: N818 - not an error: it ends `follow` through its last emit
    """Raised into a source that emits after `stop()`."""


class Follower:
    """Runs `source.follow` in a thread of its own, with exponential backoff and jitter."""

    def __init__(
        self,
        source: EventSource,
        *,
        cursor: str,
        context: Context,
        stop: StopSignal,
        sink: Sink,
        health: HealthReporter,
        wait: Callable[[float], bool],
        chance: random.Random,
    ) -> None:
        self._source = source
        self._cursor = cursor
        self._context = context
        self._stop = stop
        self._sink = sink
        self._health = health
        self._wait = wait  # sleeps that many seconds, or until stopped; says whether stopped
        self._chance = chance
        self._failures = 0
        self._told: tuple[str, str] | None = None  # what is permanent is reported once
        self._meter: Meter | None = None  # of the thread, from its start
        self._thread = threading.Thread(
            target=self._run, name=f"follow-{source.name}"[:40], daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds_max: float) -> None:
        self._thread.join(seconds_max)

    def _run(self) -> None:
        self._meter = Meter(programs=False)
        while not self._stop():
            started_at = self._context.clock.monotonic()
            reason, detail, permanent = "ended", "", False
            try:
                self._source.follow(self._context, self._cursor, self._emit)
            except _Stopped:
                return
            except Exception as error:  # noqa: BLE001 - any way a source dies leads to its restart
                reason, detail = reason_of(error)
                permanent = isinstance(error, AgentError) and error.permanent
            if self._stop():
                return
            now = self._context.clock.monotonic()
            if now - started_at >= STEADY_S:
                self._failures = 0
            if not permanent or self._told != (reason, detail):
                self._health.report(
                    event_of(reason),
                    component=self._source.name,
                    reason=reason,
                    detail=detail,
                    duration_ms=round((now - started_at) * 1000),
                )
            self._told = (reason, detail)
            if self._wait(self._restart_after_s(permanent=permanent)):
                return

    def _emit(self, rows: Sequence[Row], *, cursor: str) -> None:
        if self._stop():
            raise _Stopped
        self._sink(
            Collected(
                rows=tuple(rows),
                table=self._source.table,
                complete=False,
                cursor_name=self._source.name,
                cursor=cursor,
                cost=None if self._meter is None else self._meter.read(),
            )
        )
        self._cursor = cursor

    def _restart_after_s(self, *, permanent: bool) -> float:
        """Between half and all of 1, 2, 4 … 300 seconds; an hour for what will not pass."""
        longest_s: float = min(RESTART_MAX_S, RESTART_FIRST_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        if permanent:
            longest_s = PERMANENT_WAIT_S
        share: float = self._chance.uniform(0.5, 1.0)
        return longest_s * share
