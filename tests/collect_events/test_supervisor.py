"""All collectors together: hanging, raising, flooding, stopping."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from collect_events.fakes import PATIENCE_S, FakeClock, FakeCommands, Recorder
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.health import Collected
from reticent_agent.collect.model import (
    CommandRunner,
    Context,
    Emit,
    EventSource,
    FileRoot,
    StateCollector,
    Watch,
    WatchKind,
)
from reticent_agent.collect.stopping import StopSignal, wait_readable
from reticent_agent.collect.supervisor import Supervisor
from reticent_agent.collect.watches import NoWatcher, WatchProblem
from reticent_agent.errors import AgentError
from reticent_contract import limits
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

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return len(self.pauses) >= 20

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.supervisor.wake()

    def tables(self) -> list[str]:
        return [c.table for c in self.sink.collected if c.complete]


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    if bench.supervisor is not None:
        bench.supervisor.stop()


def row(table: str) -> Row:
    return Row(table=table, event="snapshot", ts_us=1, values={"name": "made-up-value"})


def quick(table: str, **more: object) -> StateCollector:
    return StateCollector(table=table, collect=lambda _: [row(table)], **more)


def hanging(table: str, release: threading.Event, begun: list[str]) -> StateCollector:
    def collect(context: Context) -> Iterable[Row]:
        begun.append(table)
        release.wait(PATIENCE_S)
        yield row(table)

    return StateCollector(table=table, collect=collect, seconds_max=5)


def source(follow: Callable[[Context, str, Emit], None], name: str = "made-up") -> EventSource:
    return EventSource(name=name, table="log_line", follow=follow)


def test_every_table_is_delivered_whole_at_the_start(bench: Bench) -> None:
    bench.start(quick("os"), quick("host"), quick("usb"))
    bench.sink.wait_for(lambda: sorted(bench.tables()) == ["host", "os", "usb"])
    assert all(c.rows[0].table == c.table for c in bench.sink.collected)


def test_a_hanging_collector_is_cut_off_and_holds_nobody_up(bench: Bench) -> None:
    release, begun = threading.Event(), []
    stuck = [hanging(t, release, begun) for t in ("usb", "disk")]
    bench.start(*stuck, quick("os"), quick("cpu", once_per_boot=True))
    bench.sink.wait_for(lambda: not bench.tables())
    while len(begun) < 2:
        time.sleep(0.01)
    bench.advance(5)
    bench.sink.wait_for(lambda: bench.tables() == ["os", "cpu"] and len(bench.sink.health()) == 2)
    assert {h[:2] for h in bench.sink.health()} == {
        ("collector_timeout", "usb"),
        ("collector_timeout", "disk"),
    }
    timeout = bench.sink.rows("agent_health")[0]
    assert timeout.values["duration_ms"] == 5_000
    # While its thread is stuck it is not started again, and what comes late is thrown away.
    bench.supervisor.run_now("usb")
    bench.advance(100)
    time.sleep(0.1)
    assert begun == ["usb", "disk"]
    release.set()
    bench.sink.wait_for(lambda: sorted(bench.tables()) == ["cpu", "os", "usb"])
    assert begun.count("usb") == 2


def test_a_collector_that_notices_its_deadline_does_not_deliver_half_a_table(bench: Bench) -> None:
    def collect(context: Context) -> Iterable[Row]:
        while not context.stopping():
            time.sleep(0.01)
        yield row("os")

    bench.start(StateCollector(table="os", collect=collect, seconds_max=3))
    time.sleep(0.05)
    bench.advance(3)
    bench.sink.wait_for(lambda: [h[0] for h in bench.sink.health()] == ["collector_timeout"])
    assert bench.tables() == []


def test_a_raising_collector_is_reported_without_the_text_of_its_error(bench: Bench) -> None:
    def collect(_: Context) -> Iterable[Row]:
        raise UnicodeError("alice@example.test")

    bench.start(StateCollector(table="host", collect=collect), quick("os"))
    bench.sink.wait_for(lambda: bench.tables() == ["os"] and len(bench.sink.health()) == 1)
    assert bench.sink.health() == [("collector_failed", "host", "UnicodeError")]
    assert "alice" not in str([dict(r.values) for r in bench.sink.rows("agent_health")])


def test_our_own_errors_are_reported_with_their_text(bench: Bench) -> None:
    def collect(_: Context) -> Iterable[Row]:
        raise AgentError("rpm ended with code 1", permanent=False)

    bench.start(StateCollector(table="software", collect=collect))
    bench.sink.wait_for(lambda: len(bench.sink.health()) == 1)
    assert bench.sink.rows("agent_health")[0].values["detail"] == "rpm ended with code 1"


def test_a_collector_that_floods_is_refused(bench: Bench) -> None:
    def collect(_: Context) -> Iterable[Row]:
        while True:
            yield row("os")

    bench.start(StateCollector(table="os", collect=collect))
    bench.sink.wait_for(
        lambda: bench.sink.health() == [("collector_failed", "os", "OverflowError")]
    )
    assert limits.TABLE_ROWS_MAX < 100_000


def test_rows_of_another_table_are_refused(bench: Bench) -> None:
    bench.start(StateCollector(table="os", collect=lambda _: [row("host")]))
    bench.sink.wait_for(lambda: bench.sink.health() == [("collector_failed", "os", "LookupError")])


def test_a_failed_round_is_tried_again(bench: Bench) -> None:
    tries = []

    def collect(_: Context) -> Iterable[Row]:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError
        return [row("os")]

    bench.start(StateCollector(table="os", collect=collect))
    bench.sink.wait_for(lambda: len(bench.sink.health()) == 1)
    bench.advance(300)
    bench.sink.wait_for(lambda: bench.tables() == ["os"])


def test_a_watch_leads_to_a_round_after_the_dust_has_settled(bench: Bench) -> None:
    bench.start(quick("usb", watches=(Watch(WatchKind.UEVENT, subsystem="usb"),)))
    bench.sink.wait_for(lambda: bench.tables() == ["usb"])
    bench.advance(100)
    bench.watcher.fired = {"usb"}
    bench.advance(0)
    time.sleep(0.05)
    assert bench.tables() == ["usb"]
    bench.advance(2)
    bench.sink.wait_for(lambda: bench.tables() == ["usb", "usb"])


def test_a_watch_that_the_system_refuses_is_told(bench: Bench) -> None:
    bench.problems = (WatchProblem(table="usb", detail="uevent: EPERM"),)
    bench.start(quick("usb"))
    bench.sink.wait_for(lambda: len(bench.sink.health()) == 1)
    found = bench.sink.rows("agent_health")[0]
    assert (found.values["reason"], found.values["detail"]) == (
        "watch_unavailable",
        "uevent: EPERM",
    )


def test_a_wall_clock_that_is_set_back_is_reported(bench: Bench) -> None:
    bench.start(quick("os"))
    bench.sink.wait_for(lambda: bench.tables() == ["os"])
    time.sleep(0.05)
    bench.clock.suspend(-86_400)
    bench.supervisor.wake()
    bench.sink.wait_for(lambda: bench.sink.health() == [("clock_changed", "clock", "set back")])


def test_at_rest_nothing_is_planned_within_the_hour(bench: Bench) -> None:
    bench.start(quick("os"), quick("host"))
    bench.sink.wait_for(lambda: len(bench.tables()) == 2)
    time.sleep(0.1)
    assert bench.watcher.sleeps[-1] == 3_600


def test_a_sink_that_blocks_holds_the_collectors_back_but_not_stop(bench: Bench) -> None:
    gate = threading.Event()
    bench.sink = lambda collected: gate.wait(PATIENCE_S)  # type: ignore[assignment]
    supervisor = bench.start(*(quick(t) for t in "abcdef"))
    time.sleep(0.1)
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 2
    gate.set()


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
        lambda: sum(r.values["count"] for r in bench.sink.rows("agent_health")) == 20
    )
    assert set(bench.sink.health()) == {("collector_failed", "made-up", "OSError")}
    assert {r.values["detail"] for r in bench.sink.rows("agent_health")} == {"EIO"}


def test_a_source_that_is_not_there_is_reported_once_and_looked_for_hourly(bench: Bench) -> None:
    def follow(context: Context, cursor: str, emit: Emit) -> None:
        raise AgentError("no journal here", permanent=True)

    bench.start(source(follow))
    bench.sink.wait_for(lambda: len(bench.pauses) == 20)
    assert min(bench.pauses) >= 1_800
    time.sleep(0.05)
    assert len(bench.sink.health()) == 1


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
    supervisor = bench.start(source(lambda *_: release.wait(PATIENCE_S) and None))
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


def test_stop_before_start_and_stop_twice_do_no_harm(bench: Bench) -> None:
    supervisor = Supervisor(
        [],
        [],
        DiskFiles("/"),
        FakeCommands(),
        FakeClock(),
        bench.sink,
        {},
        watcher=bench.open_watcher,
    )
    supervisor.stop()
    supervisor.stop()
    running = bench.start(quick("os"))
    running.stop()
    running.stop()


def test_equal_reports_to_a_busy_sink_become_one_row_with_a_count(tmp_path: Path) -> None:
    from reticent_agent.collect.health import PENDING_MAX, HealthReporter

    gate, begun, sink = threading.Event(), threading.Event(), Recorder()

    def slow(collected: Collected) -> None:
        begun.set()
        gate.wait(PATIENCE_S)
        sink(collected)

    health = HealthReporter(FakeClock(), slow, StopSignal())
    health.report("collector_failed", component="first")
    assert begun.wait(PATIENCE_S)
    for _ in range(1_000):
        health.report("collector_failed", component="os", reason="OSError")
    for number in range(PENDING_MAX + 10):
        health.report("collector_failed", component=str(number))
    gate.set()
    sink.wait_for(lambda: len(sink.collected) == 2)
    rows = sink.rows()
    assert next(r for r in rows if r.values["component"] == "os").values["count"] == 1_000
    assert (rows[-1].event, rows[-1].values["count"]) == ("rows_dropped", 11)
