"""Event sources under the supervisor: dying, missing, never ending."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from collect_events.bench import Bench, row
from collect_events.fakes import PATIENCE_S
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.model import (
    Context,
    Emit,
    EventSource,
)
from reticent_agent.collect.stopping import wait_readable


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    if bench.supervisor is not None:
        bench.supervisor.stop()


def source(follow: Callable[[Context, str, Emit], None], name: str = "made-up") -> EventSource:
    return EventSource(name=name, table="log_line", follow=follow)


def test_events_go_on_with_their_cursor(bench: Bench) -> None:
    seen = []

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        seen.append(cursor)
        emit([row("log_line")], cursor="second")
        wait_readable(context.stopping, (), seconds_max=None)

    bench.cursors = {"made-up": "first"}
    bench.start(source(follow))
    bench.sink.wait_for(lambda: len(bench.sink.collected) == 1)
    assert seen == ["first"]
    collected = bench.sink.collected[0]
    assert (collected.cursor_name, collected.cursor) == ("made-up", "second")
    assert (collected.table, collected.complete) == ("log_line", False)


def test_a_source_that_dies_starts_again_from_its_last_cursor_and_waits_longer(
    bench: Bench,
) -> None:
    seen = []

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        seen.append(cursor)
        emit([row("log_line")], cursor=str(len(seen)))
        raise OSError(5, "made-up-value")

    bench.start(source(follow))
    bench.sink.wait_for(lambda: len(bench.pauses) == 20)
    assert seen == ["", *map(str, range(1, 20))]
    assert 0.5 <= bench.pauses[0] <= 1
    assert 150 <= bench.pauses[-1] <= 300
    assert bench.pauses == sorted(bench.pauses[:9]) + bench.pauses[9:]
    bench.sink.wait_for(
        lambda: sum(cast("int", r.values["count"]) for r in bench.sink.rows("agent_health")) == 20
    )
    assert set(bench.sink.health()) == {("collector_failed", "made-up", "not_readable")}
    assert {r.values["detail"] for r in bench.sink.rows("agent_health")} == {"EIO"}


def test_a_source_that_is_not_there_is_reported_once_and_looked_for_hourly(bench: Bench) -> None:
    def follow(context: Context, cursor: str, emit: Emit) -> None:
        raise SourceUnavailableError("no journal here", "install one")

    bench.start(source(follow))
    bench.sink.wait_for(lambda: len(bench.pauses) == 20)
    assert min(bench.pauses) >= 1_800
    time.sleep(0.05)
    assert bench.sink.health() == [("collector_unavailable", "made-up", "unavailable")]


def test_a_source_that_emits_after_stop_hands_nothing_on(bench: Bench) -> None:
    ended = threading.Event()

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        try:
            while True:
                emit([row("log_line")], cursor="x")
                time.sleep(0.005)
        finally:
            ended.set()

    supervisor = bench.start(source(follow))
    bench.sink.wait_for(lambda: len(bench.sink.collected) > 3)
    supervisor.stop()
    count = len(bench.sink.collected)
    assert ended.wait(PATIENCE_S)
    assert len(bench.sink.collected) == count


def test_a_source_that_never_ends_does_not_hold_stop_up(bench: Bench) -> None:
    release = threading.Event()
    supervisor = bench.start(source(lambda *_: cast("None", release.wait(PATIENCE_S))))
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 2
    release.set()


def test_a_command_that_never_ends_is_killed_at_stop(bench: Bench) -> None:
    lines = []

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        script = "echo made-up; exec sleep 600"
        command = ["/bin/sh", "-c", script]
        for line in context.commands.follow(command, stopping=context.stopping):
            lines.append(line)
            emit([], cursor="x")

    bench.commands = ProcessRunner()
    supervisor = bench.start(source(follow))
    bench.sink.wait_for(lambda: len(bench.sink.collected) == 1)
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 2
    assert lines == [b"made-up"]
