"""The Windows runner of programs, on this system with a job that knows one process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.windows.processes import WindowsProcessRunner, environment
from reticent_contract import limits


class FakeJob:
    made: list[FakeJob]

    def __init__(self) -> None:
        self.pids: list[int] = []
        self.is_closed = False

    def add(self, process_handle: int) -> None:
        self.pids.append(process_handle)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def jobs() -> list[FakeJob]:
    return []


@pytest.fixture
def runner(jobs: list[FakeJob], tmp_path: Path) -> WindowsProcessRunner:
    def new_job() -> FakeJob:
        jobs.append(FakeJob())
        return jobs[-1]

    return WindowsProcessRunner(system_folder=str(tmp_path), new_job=new_job)


def python(script: str) -> list[str]:
    return [sys.executable, "-S", "-E", "-c", script]


def test_output_is_given_whole(runner: WindowsProcessRunner, jobs: list[FakeJob]) -> None:
    script = "import sys; sys.stdout.write('x' * 300_000)"
    assert runner.run(python(script), seconds_max=20) == b"x" * 300_000
    assert [job.is_closed for job in jobs] == [True]
    assert len(jobs[0].pids) == 1


@pytest.mark.parametrize(
    ("script", "seconds", "reason"),
    [
        ("raise SystemExit(3)", 20, "failed"),
        ("import time; time.sleep(60)", 0.5, "timeout"),
        ("import os, time; os.close(1); time.sleep(60)", 0.5, "timeout"),
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", 20, "too_much_output"),
    ],
)
def test_what_goes_wrong_has_a_name(
    runner: WindowsProcessRunner,
    jobs: list[FakeJob],
    script: str,
    seconds: float,
    reason: str,
) -> None:
    with pytest.raises(CommandError) as caught:
        runner.run(python(script), seconds_max=seconds)
    assert caught.value.reason == reason
    assert jobs[0].is_closed
    with pytest.raises(ProcessLookupError):
        os.kill(jobs[0].pids[0], 0)


def test_a_program_that_is_not_there_is_missing(runner: WindowsProcessRunner) -> None:
    with pytest.raises(CommandError) as caught:
        runner.run(["/nowhere/program"], seconds_max=1)
    assert caught.value.reason == "missing"
    with pytest.raises(ValueError, match="absolute"):
        runner.run(["powershell.exe"], seconds_max=1)


def test_a_program_that_may_not_be_started_is_a_failure(
    runner: WindowsProcessRunner, jobs: list[FakeJob], tmp_path: Path
) -> None:
    program = tmp_path / "program"
    program.write_text("")
    program.chmod(0o600)
    with pytest.raises(CommandError) as caught:
        runner.run([str(program)], seconds_max=1)
    assert (caught.value.reason, jobs[0].is_closed) == ("not_started", True)


def test_lines_are_followed_until_it_stops(runner: WindowsProcessRunner) -> None:
    script = "import time\nfor n in range(3): print(n, flush=True)\ntime.sleep(60)"
    found: list[bytes] = []

    def has_three() -> bool:
        return len(found) == 3

    for line in runner.follow(python(script), stopping=has_three):
        found += [line]
    assert found == [b"0", b"1", b"2"]


def test_a_long_line_is_cut_and_the_last_needs_no_end(runner: WindowsProcessRunner) -> None:
    size = limits.FOLLOW_LINE_BYTES_MAX
    script = f"import sys; sys.stdout.write('x' * {size + 70_000} + '\\r\\nend')"
    lines = list(runner.follow(python(script), stopping=lambda: False))
    assert [len(line) for line in lines] == [size, 3]


def test_nothing_of_the_agents_environment_is_passed_on() -> None:
    found = environment(r"C:\Windows\System32")
    assert found["SystemRoot"] == r"C:\Windows"
    assert found["SystemDrive"] == "C:"
    assert not {"PATH", "PATHEXT"} - set(found)
    assert "HOME" not in found
