"""A laptop that is made up: state tables and event sources that a test fills and pushes."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import Asked, Context, Emit, EventSource, StateCollector
from reticent_agent.pipeline import Collecting
from reticent_contract.rows import Row, Value


@dataclass
class MadeLaptop:
    """`state` by table; `say` emits a log line with the next cursor; `asked` by policies."""

    root: Path
    state: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    delay_s: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    followed_from: list[str] = field(default_factory=list)
    lines: queue.Queue[str] = field(default_factory=queue.Queue)
    said: int = 0

    def say(self, message: str) -> None:
        self.lines.put(message)

    def collecting(self) -> Collecting:
        return Collecting(
            collectors=[
                StateCollector(table=table, collect=self._collector(table)) for table in self.state
            ],
            sources=self._sources,
            files=DiskFiles(self.root),
            commands=ProcessRunner(),
            clock=SystemClock(),
        )

    def _collector(self, table: str) -> Callable[[Context], Iterable[Row]]:
        def collect(context: Context) -> Iterable[Row]:
            time.sleep(self.delay_s)
            now_us = context.clock.now_us()
            for values in self.state[table]:
                yield Row(table, "snapshot", now_us, values)

        return collect

    def _sources(self, asked: Asked) -> list[EventSource]:
        self.asked.append(asked)
        return [EventSource(name="journal", table="log_line", follow=self._follow)]

    def _follow(self, context: Context, cursor: str, emit: Emit) -> None:
        self.followed_from.append(cursor)
        self.said = int(cursor or 0)
        while not context.stopping():
            try:
                message = self.lines.get(timeout=0.05)
            except queue.Empty:
                continue
            self.said += 1
            values: dict[str, Value] = {"source": "journal", "message": message, "pid": self.said}
            emit([Row("log_line", "line", context.clock.now_us(), values)], cursor=str(self.said))
