"""A supervisor of which everything is faked but the threads."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from collect_events.fakes import FakeClock, FakeCommands, Recorder
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import (
    CommandRunner,
    EventSource,
    FileRoot,
    StateCollector,
)
from reticent_agent.collect.stopping import StopSignal
from reticent_agent.collect.supervisor import Supervisor
from reticent_agent.collect.watches import NoWatcher, WatchProblem
from reticent_contract.rows import Row


class TestWatcher(NoWatcher):
    """Fires what the test says."""

    __test__ = False

    def __init__(self, stop: StopSignal, problems: Sequence[WatchProblem]) -> None:
        super().__init__(stop, problems)
        self.fired: set[str] = set()
        self.sleeps: list[float] = []

    def wait(self, seconds_max: float) -> frozenset[str]:
        self.sleeps.append(seconds_max)
        super().wait(600)  # the clock is turned by hand, and then we are woken
        fired, self.fired = frozenset(self.fired), set()
        return fired


class Bench:
    """A supervisor with everything faked but the threads."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sink = Recorder()
        self.commands: CommandRunner = FakeCommands()
        self.cursors: dict[str, str] = {}
        self.problems: tuple[WatchProblem, ...] = ()
        self.pauses: list[float] = []
        self.watcher: TestWatcher | None = None
        self.supervisor: Supervisor | None = None

    def start(self, *parts: StateCollector | EventSource) -> Supervisor:
        self.supervisor = Supervisor(
            [p for p in parts if isinstance(p, StateCollector)],
            [p for p in parts if isinstance(p, EventSource)],
            DiskFiles("/"),
            self.commands,
            self.clock,
            self.sink,
            self.cursors,
            watcher=self.open_watcher,
            wait=self.pause,
            chance=random.Random(1),
        )
        self.supervisor.start()
        return self.supervisor

    def open_watcher(
        self, collectors: Sequence[StateCollector], files: FileRoot, stop: StopSignal
    ) -> TestWatcher:
        self.watcher = TestWatcher(stop, self.problems)
        return self.watcher

    @property
    def running(self) -> Supervisor:
        assert self.supervisor is not None
        return self.supervisor

    @property
    def watching(self) -> TestWatcher:
        assert self.watcher is not None
        return self.watcher

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return len(self.pauses) >= 20

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.running.wake()

    def tables(self) -> list[str]:
        return [c.table for c in self.sink.collected if c.complete]


def row(table: str) -> Row:
    return Row(table=table, event="snapshot", ts_us=1, values={"name": "made-up-value"})


def quick(table: str, **more: Any) -> StateCollector:
    return StateCollector(table=table, collect=lambda _: [row(table)], **more)
