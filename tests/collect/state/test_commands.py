"""The command runner, with real programs."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import CommandError, ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import managed_objects, os_release
from reticent_agent.collect.macos import asking
from reticent_agent.collect.model import Context
from reticent_agent.collect.stopping import StopSignal
from reticent_contract import limits

SHELL = "/bin/sh"
RUNNER = ProcessRunner()


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def sh(script: str, *, seconds_max: float = 10.0) -> bytes:
    return RUNNER.run([SHELL, "-c", script], seconds_max=seconds_max)


def test_standard_output_comes_whole_and_as_bytes() -> None:
    assert RUNNER.run(["/usr/bin/printf", r"a\377\nb"], seconds_max=5) == b"a\xff\nb"


def test_arguments_are_not_seen_by_a_shell() -> None:
    argument = "$(id); `id` | *"
    assert RUNNER.run(["/usr/bin/printf", "%s", argument], seconds_max=5) == argument.encode()


@pytest.mark.parametrize("program", ["sh", "./sh", "", "bin/sh"])
def test_a_program_without_an_absolute_path_is_not_started(program: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        RUNNER.run([program], seconds_max=1)


def test_a_missing_program_says_so() -> None:
    with pytest.raises(CommandError) as caught:
        RUNNER.run(["/nowhere/program"], seconds_max=1)
    assert (caught.value.reason, caught.value.permanent) == ("missing", False)


def test_a_program_that_is_there_and_does_not_start_is_a_failure(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o600)  # nobody may start it, root neither
    with pytest.raises(CommandError) as caught:
        RUNNER.run([str(program)], seconds_max=1)
    assert (caught.value.reason, caught.value.term) == ("not_started", "program_not_started")


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOMEM, errno.EAGAIN, errno.ENOTDIR])
def test_a_table_of_a_program_that_the_system_does_not_start_has_failed(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """On a Mac a missing program is no row, on Linux a missing bus: none of these is either."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    context = Context(DiskFiles(), RUNNER, SystemClock(), lambda: False)
    nothing = DiskFiles(Path("/nowhere"))
    with pytest.raises(CommandError, match="could not be started"):
        asking.output(context, (asking.SYSCTL,))
    with pytest.raises(CommandError, match="could not be started"):
        os_release.COLLECTOR.collect(replace(context, files=nothing))
    monkeypatch.setattr(managed_objects, "PROGRAM", SHELL)
    with pytest.raises(CommandError, match="could not be started"):
        managed_objects.managed(context.files, RUNNER, "org.example", "/")


@pytest.mark.parametrize("script", ["exit 3", "kill -9 $$"])
def test_a_failing_program_says_so_without_its_output(script: str) -> None:
    with pytest.raises(CommandError) as caught:
        sh(f"echo secret; echo secret >&2; {script}")
    assert caught.value.reason == "failed"
    assert "secret" not in str(caught.value)


def test_a_program_gets_no_input_no_environment_and_no_other_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RETICENT_SECRET", "x")
    told = sh("cat; pwd; env").decode().split("\n")
    assert told[0] == "/"
    assert "LC_ALL=C" in told
    assert not any("RETICENT_SECRET" in line for line in told)


def test_a_program_inherits_no_open_file(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        assert sh(f"test -e /proc/self/fd/{file.fileno()} && echo inherited; true") == b""


def test_a_program_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    began = time.monotonic()
    with pytest.raises(CommandError) as caught:
        sh(f"sleep 100 & echo $$ $! > {pids}; wait", seconds_max=0.4)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - began < 3
    assert wait_until(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()))


def test_what_a_program_leaves_behind_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    assert sh(f"sleep 100 >/dev/null & echo $! > {pids}; echo done") == b"done\n"
    assert wait_until(lambda: not alive(int(pids.read_text())))


def test_a_program_that_floods_is_killed() -> None:
    began = time.monotonic()
    with pytest.raises(CommandError) as caught:
        RUNNER.run(["/usr/bin/yes"], seconds_max=30)
    assert caught.value.reason == "too_much_output"
    assert time.monotonic() - began < 10


def test_a_program_that_closes_its_output_and_goes_on_is_cut_off() -> None:
    with pytest.raises(CommandError) as caught:
        sh("exec >&-; sleep 100", seconds_max=0.3)
    assert caught.value.reason == "timeout"


def test_a_run_leaves_no_open_descriptor_and_no_zombie() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    has_children = children.exists()  # the kernel need not have it
    children_before = children.read_text() if has_children else ""
    for _ in range(20):
        sh("true")
        with pytest.raises(CommandError):
            sh("exit 1")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert (children.read_text() if has_children else "") == children_before


def test_lines_come_as_they_are_written() -> None:
    lines = RUNNER.follow(
        [SHELL, "-c", "echo one; sleep 0.2; printf 'two\\n\\nlast'"], stopping=StopSignal()
    )
    assert list(lines) == [b"one", b"two", b"", b"last"]


def test_the_first_line_does_not_wait_for_the_second() -> None:
    began = time.monotonic()
    lines = iter(RUNNER.follow([SHELL, "-c", "echo one; sleep 100"], stopping=StopSignal()))
    assert next(lines) == b"one"
    assert time.monotonic() - began < 5
    cast("Generator[bytes]", lines).close()


def test_a_silent_program_ends_at_once_when_it_is_to_stop(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    stop = StopSignal()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert list(RUNNER.follow([SHELL, "-c", f"echo $$ > {pids}; sleep 100"], stopping=stop)) == []
    assert time.monotonic() - began < 2
    assert wait_until(lambda: not alive(int(pids.read_text())))


def test_a_stop_that_cannot_be_polled_works_within_a_second() -> None:
    end = time.monotonic() + 0.2
    began = time.monotonic()
    stopping = lambda: time.monotonic() > end  # noqa: E731 - the plain function that is meant
    assert list(RUNNER.follow(["/bin/sleep", "100"], stopping=stopping)) == []
    assert time.monotonic() - began < 2


def test_a_program_that_never_pauses_stops_too() -> None:
    stop = StopSignal()
    seen = 0
    for _ in RUNNER.follow(["/usr/bin/yes"], stopping=stop):
        seen += 1
        if seen == 1_000:
            stop.set()
    assert seen == 1_000


def test_a_line_without_end_is_cut_and_the_next_one_is_whole() -> None:
    size = limits.FOLLOW_LINE_BYTES_MAX * 3 + 5
    script = f"head -c {size} /dev/zero | tr '\\0' x; echo; echo next"
    long, after = RUNNER.follow([SHELL, "-c", script], stopping=StopSignal())
    assert long == b"x" * limits.FOLLOW_LINE_BYTES_MAX
    assert after == b"next"


def test_a_followed_program_that_fails_says_so_after_its_lines() -> None:
    lines = iter(RUNNER.follow([SHELL, "-c", "echo one; exit 2"], stopping=StopSignal()))
    assert next(lines) == b"one"
    with pytest.raises(CommandError, match="code 2"):
        next(lines)


def test_a_caller_that_leaves_early_leaves_nothing_running(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    lines = RUNNER.follow([SHELL, "-c", f"echo $$ > {pids}; yes"], stopping=StopSignal())
    for _ in lines:
        break
    cast("Generator[bytes]", lines).close()
    assert wait_until(lambda: not alive(int(pids.read_text())))


def test_a_waiting_caller_costs_no_processor_time() -> None:
    stop = StopSignal()
    threading.Timer(1.0, stop.set).start()
    before = time.process_time()
    list(RUNNER.follow(["/bin/sleep", "100"], stopping=stop))
    assert time.process_time() - before < 0.1


def test_an_interpreter_of_its_own_sees_the_agent_s_packages() -> None:
    output = RUNNER.run([sys.executable, "-I", "-c", "import cpuinfo; print(1)"], seconds_max=20)
    assert output == b"1\n"
