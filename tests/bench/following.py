"""(b) Following: the event sources at rest, and a log file that grows by 10,000 lines a second.

Three measures, each of a process of its own, in CPU time (user + system, with the programs it keeps
running) of one core:

1. at rest: every event source of this system, nothing happens;
2. the collector alone: one log file, rows counted and dropped;
3. the whole agent: collect, redact by the default policy, spool, stream, until all is acknowledged
   by a real server on this machine.

A line that is missing or comes twice is a failure. The target for CPU is of the collector.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.health import Collected
from reticent_agent.collect.platform import sources
from reticent_agent.collect.supervisor import Supervisor

LINES_PER_S = 10_000
FOLLOW_S = 20.0
AGENT_S = 10.0
AGENT_BEHIND_S_MAX = 600.0
REST_S = 60.0
SETTLE_S = 10.0
TARGET_REST_PERCENT = 0.1
TARGET_FOLLOW_PERCENT = 25.0
LOG = "/var/log/syslog"
EVENT_TABLES = ("session", "usb_event", "network_event", "software_event", "power_event")


def cpu_s(process: psutil.Process) -> float:
    found = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found += times.user + times.system
    return found


def line(number: int) -> str:
    return (
        f"2026-11-22T06:13:01.{number % 1_000_000:06d}+00:00 laptop app[{number % 30_000}]: "
        f"request {number} of 203.0.113.7 served in {number % 97} ms\n"
    )


def write_lines(path: Path, seconds: float) -> int:
    """LINES_PER_S numbered lines a second, as a busy program writes them; how many."""
    written, started = 0, time.monotonic()
    with path.open("a", buffering=1 << 16) as file:
        while (passed := time.monotonic() - started) < seconds:
            due = round(passed * LINES_PER_S)
            file.writelines(map(line, range(written, due)))
            written = due
            file.flush()
            time.sleep(0.01)
    return written


def rest(_: argparse.Namespace) -> None:
    """The process that is measured at rest: all event sources, nothing else."""
    asked = {name: {} for name in EVENT_TABLES} | {"log_line": {"journal": True, "files": (LOG,)}}
    supervisor = Supervisor(
        (), sources(asked), DiskFiles(), ProcessRunner(), SystemClock(), lambda _: None, {}
    )
    supervisor.start()
    print("ready", flush=True)
    sys.stdin.read()
    supervisor.stop()


def collect(options: argparse.Namespace) -> None:
    """The process that follows one log under `options.root`; tells what it saw at the end."""
    numbers: list[int] = []
    ready = threading.Event()

    def sink(collected: Collected) -> None:
        ready.set()
        lines = (row.values["message"] for row in collected.rows if row.table == "log_line")
        numbers.extend(int(str(line).split(" ", 2)[1]) for line in lines)

    key = "multi_line_files" if options.multi_line else "files"
    supervisor = Supervisor(
        (),
        sources({"log_line": {key: (LOG,)}}),
        DiskFiles(options.root),
        ProcessRunner(),
        SystemClock(),
        sink,
        {},
    )
    supervisor.start()
    ready.wait(30)
    print("ready", flush=True)
    expected = int(sys.stdin.readline())
    until = time.monotonic() + 30
    while len(numbers) < expected and time.monotonic() < until:
        time.sleep(0.1)
    supervisor.stop()
    print(json.dumps({"whole": numbers == list(range(expected)), "rows": len(numbers)}))


def started(role: str, *more: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, __file__, "--role", role, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdout is None or process.stdout.readline() != "ready\n":
        raise RuntimeError(f"{role} did not start")
    return process


def measured(pid: int, work: Callable[[], object]) -> tuple[float, float]:
    """Per cent of one core while `work` runs, and the resident set afterwards, in MB."""
    process = psutil.Process(pid)
    before, began = cpu_s(process), time.monotonic()
    work()
    percent = 100 * (cpu_s(process) - before) / (time.monotonic() - began)
    return percent, process.memory_info().rss / 1e6


def measure_rest(seconds: float) -> dict[str, float]:
    process = started("rest")
    try:
        time.sleep(SETTLE_S)
        percent, rss_mb = measured(process.pid, lambda: time.sleep(seconds))
    finally:
        process.communicate(timeout=30)  # its input ends, so it stops what it started
    return {"rest_cpu_percent": percent, "rest_rss_mb": rss_mb}


def measure_collector(directory: Path, *, multi_line: bool) -> dict[str, float]:
    name = "multi_line" if multi_line else "collector"
    root = directory / name
    log = root / LOG[1:]
    log.parent.mkdir(parents=True)
    log.touch()
    process = started("collect", "--root", str(root), *(["--multi-line"] if multi_line else []))
    written: list[int] = []
    try:
        percent, _ = measured(process.pid, lambda: written.append(write_lines(log, FOLLOW_S)))
        answer = json.loads(process.communicate(f"{written[0]}\n", timeout=60)[0])
    finally:
        process.kill()
    return {
        f"{name}_cpu_percent": percent,
        f"{name}_lines_per_s": written[0] / FOLLOW_S,
        f"{name}_whole": answer["whole"],
    }


def measure_agent(directory: Path) -> dict[str, float]:
    # Late: it brings the server along, which the measured processes shall not carry.
    from support.deployment import Deployment, wait_for

    root = directory / "root"
    log = root / LOG[1:]
    log.parent.mkdir(parents=True)
    log.touch()
    with Deployment(directory, file_root=root, by_name=True) as deployment:
        deployment.start()
        wait_for("the first acknowledgement", deployment.acked, seconds=60)
        time.sleep(SETTLE_S)
        agent = psutil.Process(deployment.agent.pid)
        acked_before, cpu_before = deployment.acked(), cpu_s(agent)
        written = write_lines(log, AGENT_S)
        began = time.monotonic()
        wait_for(
            "the last line to be acknowledged",
            lambda: deployment.acked() - acked_before >= written,
            seconds=AGENT_BEHIND_S_MAX,
        )
        behind_s = time.monotonic() - began
        # Of a core, if it kept up with the writer: it may have got less of a busy machine.
        percent = 100 * (cpu_s(agent) - cpu_before) * LINES_PER_S / written
        rss_mb = agent.memory_info().rss / 1e6
        deployment.stop()
        stored = deployment.stored_by_table()["log_line"]
    return {
        "busy_agent_cpu_percent": percent,
        "busy_agent_rss_mb": rss_mb,
        "busy_agent_behind_s": behind_s,
        "busy_agent_whole": stored == written,
    }


def measure(directory: Path) -> dict[str, float]:
    return {
        **measure_rest(REST_S),
        **measure_collector(directory, multi_line=False),
        **measure_collector(directory, multi_line=True),
        **measure_agent(directory),
    }


def report(result: dict[str, float]) -> bool:
    """Prints the rows; whether every target is met."""
    print(
        f"   event sources at rest   {result['rest_cpu_percent']:6.3f} % of a core "
        f"(target {TARGET_REST_PERCENT}), {result['rest_rss_mb']:.1f} MB"
    )
    rows = (
        ("collector", "collector"),
        ("multi_line", "records of lines"),
        ("busy_agent", "whole agent"),
    )
    for key, name in rows:
        target = f"target {TARGET_FOLLOW_PERCENT:.0f}" if key != "busy_agent" else "no target"
        lost = "nothing lost or doubled" if result[f"{key}_whole"] else "LINES LOST OR DOUBLED"
        print(
            f"   {LINES_PER_S:,} lines/s, {name:16} {result[f'{key}_cpu_percent']:6.2f} % "
            f"of a core ({target}), {lost}"
        )
    print(
        f"   the whole agent then has {result['busy_agent_rss_mb']:.1f} MB and was "
        f"{result['busy_agent_behind_s']:.1f} s behind at the end"
    )
    return (
        result["rest_cpu_percent"] <= TARGET_REST_PERCENT
        and result["collector_cpu_percent"] <= TARGET_FOLLOW_PERCENT
        and result["multi_line_cpu_percent"] <= TARGET_FOLLOW_PERCENT
        and all(result[f"{key}_whole"] for key, _ in rows)
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", choices=["rest", "collect"], required=True)
    parser.add_argument("--root", default="/")
    parser.add_argument("--multi-line", action="store_true")
    arguments = parser.parse_args()
    {"rest": rest, "collect": collect}[arguments.role](arguments)
