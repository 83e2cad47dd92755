"""All collectors together: hanging, raising, flooding, stopping."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from collect_events.bench import Bench, quick, row
from collect_events.fakes import PATIENCE_S, FakeClock, FakeCommands, Recorder
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.health import Collected
from reticent_agent.collect.linux.sources import linux_sources
from reticent_agent.collect.model import (
    NEEDS_ROOT,
    Absence,
    Context,
    StateCollector,
    Watch,
    WatchKind,
)
from reticent_agent.collect.stopping import StopSignal
from reticent_agent.collect.supervisor import Supervisor
from reticent_agent.collect.watches import WatchProblem
from reticent_agent.errors import AgentError
from reticent_contract import limits
from reticent_contract.rows import Row


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    if bench.supervisor is not None:
        bench.supervisor.stop()


def hanging(table: str, release: threading.Event, begun: list[str]) -> StateCollector:
    def collect(context: Context) -> Iterable[Row]:
        begun.append(table)
        release.wait(PATIENCE_S)
        yield row(table)

    return StateCollector(table=table, collect=collect, seconds_max=5)


def test_every_table_is_delivered_whole_at_the_start(bench: Bench) -> None:
    bench.start(quick("os"), quick("host"), quick("usb"))
    bench.sink.wait_for(lambda: sorted(bench.tables()) == ["host", "os", "usb"])
    assert all(c.rows[0].table == c.table for c in bench.sink.collected)


def test_what_needs_root_is_reported_once_and_goes_with_every_round(bench: Bench) -> None:
    told = (Absence(NEEDS_ROOT, "serial"), Absence("no battery"))

    def collect(context: Context) -> Iterable[Row]:
        for absence in (*told, told[0]):
            context.absent(absence)
        yield row("board")

    bench.start(StateCollector(table="board", collect=collect))
    bench.sink.wait_for(lambda: bench.tables() == ["board"] and len(bench.sink.health()) == 1)
    bench.running.run_now("board")
    bench.sink.wait_for(lambda: bench.tables() == ["board", "board"])
    rounds = [c for c in bench.sink.collected if c.table == "board"]
    assert [c.absences for c in rounds] == [told, told]
    assert all(c.cost is not None and c.cost.cpu_ms >= 0 for c in rounds)
    time.sleep(0.2)
    (report,) = bench.sink.rows("agent_health")
    assert report.event == "collector_failed"
    assert report.values["reason"] == "needs_root"
    assert report.values["detail"] == "board.serial"


def test_a_hanging_collector_is_cut_off_and_holds_nobody_up(bench: Bench) -> None:
    release = threading.Event()
    begun: list[Any] = []
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
    bench.running.run_now("usb")
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
    assert bench.sink.health() == [("collector_failed", "host", "internal")]
    assert bench.sink.rows("agent_health")[0].values["detail"] == "UnicodeError"
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
        lambda: bench.sink.health() == [("collector_failed", "os", "too_many_rows")]
    )
    assert limits.TABLE_ROWS_MAX < 100_000


def test_rows_of_another_table_are_refused(bench: Bench) -> None:
    bench.start(StateCollector(table="os", collect=lambda _: [row("host")]))
    bench.sink.wait_for(lambda: bench.sink.health() == [("collector_failed", "os", "foreign_rows")])


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
    bench.watching.fired = {"usb"}
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
    bench.running.wake()
    bench.sink.wait_for(lambda: bench.sink.health() == [("clock_changed", "clock", "set back")])


def test_at_rest_nothing_is_planned_within_the_hour(bench: Bench) -> None:
    bench.start(quick("os"), quick("host"))
    bench.sink.wait_for(lambda: len(bench.tables()) == 2)
    time.sleep(0.1)
    assert bench.watching.sleeps[-1] == 3_600


def test_a_sink_that_blocks_holds_the_collectors_back_but_not_stop(bench: Bench) -> None:
    gate = threading.Event()
    bench.sink = lambda collected: gate.wait(PATIENCE_S)  # type: ignore[assignment]
    supervisor = bench.start(*(quick(t) for t in "abcdef"))
    time.sleep(0.1)
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 2
    gate.set()


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
        health.report("collector_failed", component="os", reason="not_readable")
    for number in range(PENDING_MAX + 10):
        health.report("collector_failed", component=str(number))
    gate.set()
    sink.wait_for(lambda: len(sink.collected) == 2)
    rows = sink.rows()
    assert next(r for r in rows if r.values["component"] == "os").values["count"] == 1_000
    assert (rows[-1].event, rows[-1].values["count"]) == ("rows_dropped", 11)


def threads_now() -> set[str]:
    """Their numbers: of other tests' libraries, which are nobody's business here."""
    return {task.name for task in Path("/proc/self/task").iterdir()}


def voluntary_switches(*, but: set[str]) -> dict[str, int]:
    """By thread of this process, without those of `but`: how often it went to sleep."""
    counts = {}
    for task in Path("/proc/self/task").iterdir():
        if task.name in but:
            continue
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            found = re.search(
                r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.M
            )
            counts[task.name] = int(found.group(1)) if found else 0
    return counts


REST_WINDOW_S = 2.0


def wakeups_in_the_quietest_window(*, but: set[str], windows: int = 6) -> int:
    """What wakes up every two seconds or more often is in every window; a machine's noise is not.

    Stops looking at the first window in which nobody woke up.
    """
    fewest: int | None = None
    for _ in range(windows):
        before = voluntary_switches(but=but)
        time.sleep(REST_WINDOW_S)
        after = voluntary_switches(but=but)
        woken = sum(count - before.get(task, 0) for task, count in after.items())
        fewest = woken if fewest is None else min(fewest, woken)
        if fewest == 0:
            break
    assert fewest is not None
    return fewest


def test_at_rest_nobody_wakes_up(tmp_path: Path) -> None:
    sink = Recorder()
    log = tmp_path / "app.log"
    log.write_text("one\n")
    (tmp_path / "etc").mkdir()
    watched = quick("user_account", watches=(Watch(WatchKind.PATH, path="/etc/passwd"),))
    supervisor = Supervisor(
        [watched],
        linux_sources({"session": {}, "log_line": {"files": ("/app.log",)}}),
        DiskFiles(tmp_path),
        ProcessRunner(),
        SystemClock(),
        sink,
        {},
    )
    others = threads_now()
    supervisor.start()
    try:
        sink.wait_for(lambda: len(sink.messages) == 1)
        time.sleep(1)
        assert threads_now() - others
        assert wakeups_in_the_quietest_window(but=others) == 0
    finally:
        supervisor.stop()


def test_the_measure_of_rest_sees_one_thread_that_wakes_up_every_second() -> None:
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(1.0):
            pass

    others = threads_now()
    ticking = threading.Thread(target=tick)
    ticking.start()
    try:
        assert wakeups_in_the_quietest_window(but=others, windows=2) >= 1
    finally:
        ended.set()
        ticking.join()
