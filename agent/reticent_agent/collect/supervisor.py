"""Runs all collectors and sources of one policy.

Enters: collectors, sources, what they may use, and the cursors that were kept with the last rows.
Leaves: `Collected` to the sink, health rows among them. Must hold: no collector holds another up,
whatever it does; nothing wakes up for nothing; `stop()` returns within two seconds.

Threads: one that sleeps in the kernel until a watch fires, something is due or a time is over; one
for each source; one for a collector while it runs; one for health rows while there are any.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from reticent_agent.collect.budget import Outcome, Run
from reticent_agent.collect.following import Follower
from reticent_agent.collect.health import Collected, HealthReporter, Sink, event_of
from reticent_agent.collect.model import (
    NEEDS_ROOT,
    NO_HELPER,
    Absence,
    Clock,
    CommandRunner,
    Context,
    EventSource,
    FileRoot,
    Privileged,
    StateCollector,
)
from reticent_agent.collect.schedule import SLOTS, Schedule
from reticent_agent.collect.stopping import StopSignal
from reticent_agent.collect.watches import Watcher, open_watcher

__all__ = ["Collected", "Sink", "Supervisor"]

STOP_WAIT_S = 1.5  # for all threads together; whoever still hangs is a daemon thread
CLOCK_STEP_S = 60.0  # a wall clock that went back further than this is reported

OpenWatcher = Callable[[Sequence[StateCollector], FileRoot, StopSignal], Watcher]


class Supervisor:
    """Starts once and stops once; a new policy gets a new one.

    `wait` (seconds to "stopped?") and `chance` are for tests: the pause before a source restarts.
    """

    def __init__(
        self,
        state: Sequence[StateCollector],
        sources: Sequence[EventSource],
        files: FileRoot,
        commands: CommandRunner,
        clock: Clock,
        sink: Sink,
        cursors: Mapping[str, str],
        *,
        watcher: OpenWatcher = open_watcher,
        wait: Callable[[float], bool] | None = None,
        chance: random.Random | None = None,
        privileged: Privileged = NO_HELPER,
    ) -> None:
        self._stop = StopSignal()
        self._lock = threading.Lock()
        self._clock = clock
        self._sink = sink
        self._context = Context(
            files=files,
            commands=commands,
            clock=clock,
            stopping=self._stop,
            privileged=privileged,
        )
        self._absences_told: set[tuple[str, Absence]] = set()
        self._health = HealthReporter(clock, sink, self._stop)
        self._schedule = Schedule(state, clock)
        self._runs: dict[str, Run] = {}
        self._ended: list[Run] = []
        self._state = tuple(state)
        self._open_watcher = watcher
        self._watcher: Watcher | None = None
        self._thread = threading.Thread(target=self._loop, name="collect", daemon=True)
        chance = chance or random.Random()  # noqa: S311 - jitter, not a secret
        self._followers = [
            Follower(
                source,
                cursor=cursors.get(source.name, ""),
                context=self._context,
                stop=self._stop,
                sink=sink,
                health=self._health,
                wait=wait or self._stop.wait,
                chance=chance,
            )
            for source in sources
        ]

    def start(self) -> None:
        """Begins with watches, then every state collector (a few at a time), and all sources."""
        self._watcher = self._open_watcher(self._state, self._context.files, self._stop)
        for problem in self._watcher.problems:
            self._health.report(
                "collector_failed",
                component=problem.table,
                reason="watch_unavailable",
                detail=problem.detail,
            )
        self._thread.start()
        for follower in self._followers:
            follower.start()

    def stop(self) -> None:
        """Ends everything; returns within two seconds, and nothing new reaches the sink after."""
        self._stop.set()
        if self._watcher is None:
            return
        until = time.monotonic() + STOP_WAIT_S
        self._thread.join(STOP_WAIT_S)
        for follower in self._followers:
            follower.join(max(0.0, until - time.monotonic()))

    def run_now(self, table: str) -> None:
        """A round of one state table as soon as there is a slot. KeyError: no such collector."""
        with self._lock:
            self._schedule.ask(table)
        self.wake()

    def wake(self) -> None:
        """Looks again at what is due, e.g. after the clock was turned."""
        if self._watcher is not None:
            self._watcher.wake()

    def _loop(self) -> None:
        watcher = self._watcher
        if watcher is None:
            return
        wall_us, monotonic = self._clock.now_us(), self._clock.monotonic()
        try:
            while not self._stop():
                with self._lock:
                    self._settle()
                    self._begin()
                    sleep_s = self._sleep_s()
                for table in watcher.wait(sleep_s):
                    with self._lock:
                        self._schedule.changed(table)
                wall_us, monotonic = self._watch_clock(wall_us, monotonic)
        finally:
            watcher.close()

    def _settle(self) -> None:
        """What has ended, and what is over its time."""
        for run in self._runs.values():
            self._cut_off(run)
        for run in self._ended:
            table = run.collector.table
            self._cut_off(run)
            self._runs.pop(table, None)
            self._schedule.finished(table, succeeded=run.outcome is Outcome.SUCCEEDED)
            if run.outcome is Outcome.FAILED:
                self._health.report(
                    event_of(run.reason),
                    component=table,
                    reason=run.reason,
                    detail=run.detail,
                    duration_ms=run.duration_ms(),
                )
            self._tell_absences(run)
        self._ended.clear()

    def _tell_absences(self, run: Run) -> None:
        """What needs root, once a start: the row it is missing from cannot say so itself."""
        if run.outcome is not Outcome.SUCCEEDED:
            return
        table = run.collector.table
        for absence in run.absences:
            if absence.reason == NEEDS_ROOT and (table, absence) not in self._absences_told:
                self._absences_told.add((table, absence))
                self._health.report(
                    "collector_failed",
                    component=table,
                    reason="needs_root",
                    detail=absence.field and f"{table}.{absence.field}",
                )

    def _cut_off(self, run: Run) -> None:
        if run.cut_off_if_over():
            self._schedule.cut_off(run.collector.table)
            self._health.report(
                "collector_timeout",
                component=run.collector.table,
                reason="over_time",
                duration_ms=run.duration_ms(),
            )

    def _begin(self) -> None:
        # A stuck thread no longer counts: it must not hold the others up.
        busy = sum(run.outcome is not Outcome.CUT_OFF for run in self._runs.values())
        for collector in self._schedule.take(SLOTS - busy if busy < SLOTS else 0):
            run = Run(
                collector,
                context=self._context,
                stop=self._stop,
                sink=self._sink,
                ended=self._run_ended,
            )
            self._runs[collector.table] = run
            run.start()

    def _run_ended(self, run: Run) -> None:
        with self._lock:
            self._ended.append(run)
        self.wake()

    def _sleep_s(self) -> float:
        now = self._clock.monotonic()
        deadlines = [r.deadline - now for r in self._runs.values() if r.outcome is Outcome.RUNNING]
        busy = sum(run.outcome is not Outcome.CUT_OFF for run in self._runs.values())
        # With no slot free, what is due waits for a run to end, and that wakes us.
        due_s = self._schedule.sleep_s() if busy < SLOTS else float("inf")
        return max(0.0, min([due_s, 3_600.0, *deadlines]))

    def _watch_clock(self, wall_us: int, monotonic: float) -> tuple[int, float]:
        """Reports a wall clock that was set back. Forward cannot be told from a suspend."""
        now_us, now = self._clock.now_us(), self._clock.monotonic()
        back_s = (now - monotonic) - (now_us - wall_us) / 1e6
        if back_s > CLOCK_STEP_S:
            self._health.report(
                "clock_changed",
                component="clock",
                reason="set back",
                duration_ms=round(back_s * 1000),
            )
        return now_us, now
