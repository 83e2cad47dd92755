"""What tells that a state table may have changed.

Enters: the watches that the collectors declare. Leaves: the tables they fired for. Must hold:
waiting costs nothing, and a watch that this system refuses is told, not silently missing (the
daily round still covers its table).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reticent_agent.collect.model import FileRoot, StateCollector
from reticent_agent.collect.stopping import StopSignal, WakeUp, wait_readable


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchProblem:
    """Why a table is only looked at once a day."""

    table: str
    detail: str  # kind of watch and name of the error number; no path


class Watcher(Protocol):
    """Waits for the first change, for `wake()`, for the stop signal, or for the time to pass."""

    @property
    def problems(self) -> Sequence[WatchProblem]: ...

    def wait(self, seconds_max: float) -> frozenset[str]:
        """Tables that may have changed. For one thread only."""

    def wake(self) -> None:
        """Ends the `wait` that goes on, or the next one. From any thread."""

    def close(self) -> None: ...


class NoWatcher:
    """Only timers: for systems without kernel watches, whose tables the daily round covers."""

    def __init__(self, stop: StopSignal, problems: Sequence[WatchProblem] = ()) -> None:
        self.problems: Sequence[WatchProblem] = tuple(problems)
        self._stop = stop
        self._wake_up = WakeUp()

    def wait(self, seconds_max: float) -> frozenset[str]:
        wait_readable(self._stop, (self._wake_up.fileno(),), seconds_max=seconds_max)
        self._wake_up.clear()
        return frozenset()

    def wake(self) -> None:
        self._wake_up.wake()

    def close(self) -> None:
        return


def open_watcher(
    collectors: Sequence[StateCollector], files: FileRoot, stop: StopSignal
) -> Watcher:
    """The watcher of this operating system."""
    if sys.platform == "linux":
        from reticent_agent.collect.linux.kernel_watches import KernelWatcher

        return KernelWatcher(collectors, files, stop)
    if sys.platform == "win32":
        from reticent_agent.collect.windows.laptop import Laptop
        from reticent_agent.collect.windows.notice_watches import NoticeWatcher

        if isinstance(files, Laptop):
            return NoticeWatcher(collectors, files, stop)
    missing = [
        WatchProblem(table=c.table, detail="not on this operating system")
        for c in collectors
        if c.watches
    ]
    return NoWatcher(stop, missing)
