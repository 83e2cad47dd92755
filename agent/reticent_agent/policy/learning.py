"""What must be known of this laptop before the first log line is redacted.

Enters: the state tables that will report, and what they reported. Leaves: one answer for whoever
waits with rows of an event source. Must hold: rows go on once every table has reported, failed or
run over its time, or `wait_s` after the start; rows that waited while collecting ended do not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from reticent_contract.catalog.agent_health import COLLECTOR_EVENTS

from reticent_agent.collect.health import Collected

_STILL_COLLECTS = "watch_unavailable"  # told as a failure, but the table is read all the same


class Learning:
    """One for each start. Thread-safe."""

    def __init__(
        self, tables: Iterable[str], *, wait_s: float, gave_up: Callable[[tuple[str, ...]], None]
    ) -> None:
        """`gave_up` is called once, with the tables that had not been heard when time was over."""
        self._unheard = set(tables)
        self._until = time.monotonic() + wait_s
        self._gave_up = gave_up
        self._lock = threading.Lock()
        self._ended = False
        self._over = threading.Event()
        if not self._unheard:
            self._over.set()

    def wait(self) -> bool:
        """True once rows may be redacted; False where they are to be left to the next start."""
        if not self._over.is_set():
            self._over.wait(max(0.0, self._until - time.monotonic()))
        with self._lock:
            missing = () if self._over.is_set() else tuple(sorted(self._unheard))
            self._over.set()
            ended = self._ended
        if missing:
            self._gave_up(missing)
        return not ended

    def heard(self, collected: Collected) -> None:
        """Rows of a state table, or about one, have been learned from."""
        if self._over.is_set():
            return
        with self._lock:
            if collected.complete:
                self._unheard.discard(collected.table)
            for row in collected.rows:
                if row.event in COLLECTOR_EVENTS and row.values.get("reason") != _STILL_COLLECTS:
                    self._unheard.discard(str(row.values.get("component")))
            if not self._unheard:
                self._over.set()

    def end(self) -> None:
        """Collecting ends: whoever waits goes on at once, and its rows do not."""
        with self._lock:
            self._ended = not self._over.is_set()
            self._over.set()
