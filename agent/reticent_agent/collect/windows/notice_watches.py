"""Tells that a table may have changed, from what Windows tells while it happens.

Enters: the collectors' watches. Leaves: the tables they fired for. Must hold: nobody wakes up while
nothing happens. Paths are not watched on
Windows: the daily round covers those tables.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from reticent_agent.collect.model import StateCollector, WatchKind
from reticent_agent.collect.stopping import WakeUp, wait_readable
from reticent_agent.collect.watches import WatchProblem
from reticent_agent.collect.windows.laptop import Laptop
from reticent_agent.errors import describe

log = logging.getLogger("reticent_agent")


class Stop(Protocol):
    """A `stopping` whose `fileno()` select(2) takes."""

    def __call__(self) -> bool: ...

    def fileno(self) -> int: ...


class NoticeWatcher:
    """The `Watcher` on Windows. `stop` is a socket's signal there."""

    def __init__(self, collectors: Sequence[StateCollector], laptop: Laptop, stop: Stop) -> None:
        self.problems: Sequence[WatchProblem] = ()
        self._stop = stop
        self._lock = threading.Lock()
        self._fired: set[str] = set()
        self._wake_up = WakeUp()
        for kind, notices in (
            (WatchKind.UEVENT, laptop.notices.usb),
            (WatchKind.NETWORK, laptop.notices.network),
        ):
            tables = frozenset(
                c.table for c in collectors if any(watch.kind is kind for watch in c.watches)
            )
            if tables:
                threading.Thread(
                    target=self._listen,
                    args=(notices, tables),
                    name=f"watch-{kind}",
                    daemon=True,
                ).start()

    def wait(self, seconds_max: float) -> frozenset[str]:
        wait_readable(self._stop, (self._wake_up.fileno(),), seconds_max=seconds_max)
        self._wake_up.clear()
        with self._lock:
            fired = frozenset(self._fired)
            self._fired.clear()
        return fired

    def wake(self) -> None:
        self._wake_up.wake()

    def close(self) -> None:
        """The threads end with `stop`."""

    def _listen(
        self,
        notices: Callable[[Callable[[], bool]], Iterator[object]],
        tables: frozenset[str],
    ) -> None:
        try:
            for _ in notices(self._stop):
                with self._lock:
                    self._fired |= tables
                self.wake()
        except Exception as error:  # noqa: BLE001 - logged; the daily round covers the tables
            log.warning(
                "what changes is not told by Windows",
                extra={"fields": {"tables": sorted(tables), "why": describe(error)}},
            )
