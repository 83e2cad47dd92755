"""When each state collector runs next. No threads, no waiting: decisions only.

Enters: what fired, what ended, what time it is. Leaves: which collectors start now, and how long
one may sleep until the next decision. Must hold: a storm of changes costs one round a minute;
after a suspend the daily round is not a day late, whichever clock stood still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reticent_agent.collect.model import Clock, StateCollector

DEBOUNCE_S = 2.0  # a change is often several: files replaced one after the other, a dock plugged in
ROUND_MIN_S = 60.0  # between two rounds of one table that a watch asked for
DAY_S = 86_400.0
RETRY_FIRST_S = 300.0  # after a failure; doubles up to a day
SLEEP_MAX_S = 3_600.0  # monotonic time stands still in suspend: look at the wall clock hourly
SLOTS = 2  # collectors at a time, so that the laptop does not feel a start


@dataclass(slots=True)
class _Entry:
    collector: StateCollector
    due_at: float | None = None  # monotonic seconds
    due_wall_us: int | None = None  # the daily round by the wall clock
    started_at: float | None = None
    running: bool = False
    attempted: bool = False
    succeeded: bool = False
    failures: int = 0


class Schedule:
    """Not thread-safe: the supervisor holds its lock around every call."""

    def __init__(self, collectors: Sequence[StateCollector], clock: Clock) -> None:
        self._clock = clock
        self._entries = {c.table: _Entry(c) for c in collectors}
        if len(self._entries) != len(collectors):
            raise ValueError("two state collectors for one table")
        now = clock.monotonic()
        for entry in self._entries.values():
            if not entry.collector.once_per_boot:
                entry.due_at = now

    def tables(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def changed(self, table: str) -> None:
        """A watch fired: run after the dust has settled, but not more often than the maximum."""
        entry = self._entries[table]
        now = self._clock.monotonic()
        at = now + DEBOUNCE_S
        if entry.started_at is not None:
            at = max(at, entry.started_at + ROUND_MIN_S)
        entry.due_at = at if entry.due_at is None else min(entry.due_at, at)

    def ask(self, table: str) -> None:
        """Run as soon as there is a slot. Raises KeyError for a table without a collector."""
        self._entries[table].due_at = self._clock.monotonic()

    def take(self, slots: int) -> list[StateCollector]:
        """At most `slots` collectors whose time has come; they count as running from now on."""
        self._release_the_expensive()
        now, wall_us = self._clock.monotonic(), self._clock.now_us()
        ready = [
            e for e in self._entries.values() if not e.running and _wait_s(e, now, wall_us) <= 0
        ]
        ready.sort(key=lambda e: (e.collector.once_per_boot, e.due_at or 0.0))
        for entry in ready[:slots]:
            entry.running = True
            entry.started_at = now
            entry.due_at = entry.due_wall_us = None
        return [entry.collector for entry in ready[:slots]]

    def finished(self, table: str, *, succeeded: bool) -> None:
        """The collector's thread has ended, well or not; only now may it start again."""
        entry = self._entries[table]
        entry.running = False
        entry.attempted = True
        now, wall_us = self._clock.monotonic(), self._clock.now_us()
        if succeeded:
            entry.succeeded = True
            entry.failures = 0
            wait_s = DAY_S
        else:
            wait_s = min(DAY_S, RETRY_FIRST_S * 2**entry.failures)
            entry.failures += 1
        if succeeded and entry.collector.once_per_boot:
            return
        at = now + wait_s
        entry.due_at = at if entry.due_at is None else min(entry.due_at, at)
        entry.due_wall_us = wall_us + round(wait_s * 1e6)

    def cut_off(self, table: str) -> None:
        """The collector is over its time; its thread may still be stuck, so it stays `running`."""
        self._entries[table].attempted = True

    def sleep_s(self) -> float:
        """How long nothing is due, 0 … SLEEP_MAX_S."""
        self._release_the_expensive()
        now, wall_us = self._clock.monotonic(), self._clock.now_us()
        waits = [_wait_s(e, now, wall_us) for e in self._entries.values() if not e.running]
        return max(0.0, min([SLEEP_MAX_S, *waits]))

    def _release_the_expensive(self) -> None:
        """Collectors marked once_per_boot begin when every other has had its first turn."""
        if any(not e.attempted and not e.collector.once_per_boot for e in self._entries.values()):
            return
        for entry in self._entries.values():
            if entry.collector.once_per_boot and not entry.attempted and not entry.running:
                entry.due_at = self._clock.monotonic() if entry.due_at is None else entry.due_at


def _wait_s(entry: _Entry, now: float, wall_us: int) -> float:
    waits = []
    if entry.due_at is not None:
        waits.append(entry.due_at - now)
    if entry.due_wall_us is not None:
        waits.append((entry.due_wall_us - wall_us) / 1e6)
    return min(waits, default=float("inf"))
