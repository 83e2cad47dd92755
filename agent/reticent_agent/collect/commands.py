"""Programs that collectors start.

Enters: an argument list with an absolute path. Leaves: standard output, bounded.
Must hold: no shell, nothing of the agent's environment, no input, and a program that hangs or
floods is killed with everything it started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from reticent_contract import limits
from reticent_contract.catalog.agent_health import UNAVAILABLE

from reticent_agent.collect.exits import has_ended
from reticent_agent.collect.stopping import wait_readable
from reticent_agent.errors import AgentError

_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/"}
NOT_STARTED = "not_started"
CHUNK_BYTES = 64 << 10
END_WAIT_S = 5.0  # for the kernel to hand over the exit of a program that was killed


class CommandError(AgentError):
    """A program gave no usable output.

    `reason`: missing, not_started, failed, timeout or too_much_output. Only what is missing is not
    there: of a program that could not be started nobody knows what it would have said. The message
    names the program and never what it said.
    """

    def __init__(self, program: str, reason: str, what: str) -> None:
        super().__init__(
            f"{program} {what}; its table keeps the rows it had; "
            f"run it by hand as the agent's user to see why",
            permanent=False,
        )
        self.program = program
        self.reason = reason
        self.term = UNAVAILABLE if reason == "missing" else f"program_{reason}"


class ProcessRunner:
    """The `CommandRunner` of a running agent."""

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        """Standard output of a program that ends by itself within `seconds_max`.

        Raises CommandError where it is missing, fails, takes longer, or writes more than
        `limits.COMMAND_OUTPUT_BYTES_MAX`.
        """
        deadline = time.monotonic() + seconds_max
        with _started(arguments) as (process, output):
            content = bytearray()
            for chunk in _chunks(output, deadline=deadline):
                content += chunk
                if len(content) > limits.COMMAND_OUTPUT_BYTES_MAX:
                    raise wrote_too_much(arguments[0])
            code = _exit_code(process, seconds_max=deadline - time.monotonic())
            if code is None:
                raise timed_out(arguments[0], seconds_max)
            if code != 0:
                raise failed(arguments[0], code)
            return bytes(content)

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterator[bytes]:
        """Lines, without their ends, of a program that goes on, until it ends or `stopping()`.

        A line longer than `limits.FOLLOW_LINE_BYTES_MAX` is cut to that length. While the caller
        does not ask for the next line the program's pipe fills and it waits. Raises CommandError
        where the program is missing or ends in failure.
        """
        with _started(arguments) as (process, output):
            for line in lines(_chunks(output, stopping=stopping)):
                if stopping():
                    return
                yield line
            if stopping():
                return
            # None: it closed its output and goes on, so nothing more will come.
            code = _exit_code(process, seconds_max=END_WAIT_S)
            if code not in (0, None):
                raise failed(arguments[0], code)


@contextmanager
def _started(arguments: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """The program in a session of its own; afterwards it and all it started are gone."""
    program = arguments[0]
    if not program.startswith("/"):
        raise ValueError("a command is started by its absolute path")
    try:
        process = subprocess.Popen(  # noqa: S603 - its arguments are the collectors' own, no shell
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            bufsize=0,
            close_fds=True,
            start_new_session=True,
        )
    except OSError as error:
        raise not_started(program, error) from None
    try:
        if process.stdout is None:
            raise RuntimeError("a pipe was asked for")
        yield process, process.stdout
    finally:
        _end(process)


def _exit_code(process: subprocess.Popen[bytes], *, seconds_max: float) -> int | None:
    """The program's exit code, negative for a signal; None where it goes on after `seconds_max`.

    What it left behind in its group is killed before it is reaped.
    """
    if not has_ended(process.pid, seconds_max=seconds_max):
        return None
    _kill_group(process)
    return process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        _kill_group(process)
    if process.stdout is not None:
        process.stdout.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=END_WAIT_S)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nobody left, or it changed its user
        os.killpg(process.pid, signal.SIGKILL)


def _never() -> bool:
    return False


def _chunks(
    output: IO[bytes], *, deadline: float | None = None, stopping: Callable[[], bool] = _never
) -> Iterator[bytes]:
    """What the pipe holds as it comes, until it ends, the deadline is over or it is to stop."""
    descriptor = output.fileno()
    os.set_blocking(descriptor, False)
    while True:
        seconds = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not wait_readable(stopping, (descriptor,), seconds_max=seconds):
            return
        chunk = os.read(descriptor, CHUNK_BYTES)
        if not chunk:
            return
        yield chunk


def lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Lines of at most `limits.FOLLOW_LINE_BYTES_MAX` bytes; the last one need not be ended."""
    line = bytearray()
    for chunk in chunks:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            line += chunk[start : min(end, start + limits.FOLLOW_LINE_BYTES_MAX - len(line))]
            yield bytes(line)
            line.clear()
            start = end + 1
        line += chunk[start : start + limits.FOLLOW_LINE_BYTES_MAX - len(line)]
    if line:
        yield bytes(line)


def not_started(program: str, error: OSError) -> CommandError:
    """Missing, or there and refused (rights, memory, processes): that is a failure."""
    reason = "missing" if isinstance(error, FileNotFoundError) else NOT_STARTED
    return CommandError(program, reason, f"could not be started ({error.strerror})")


def wrote_too_much(program: str) -> CommandError:
    return CommandError(program, "too_much_output", "wrote more than allowed")


def timed_out(program: str, seconds: float) -> CommandError:
    return CommandError(program, "timeout", f"did not end within {seconds:g} s and was killed")


def failed(program: str, code: int | None) -> CommandError:
    return CommandError(program, "failed", f"ended with code {code}")
