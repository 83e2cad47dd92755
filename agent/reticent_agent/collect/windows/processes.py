"""Programs that collectors start on Windows.

Enters: an argument list with an absolute path. Leaves: standard output, bounded. Must hold: no
shell, no window, nothing of the agent's environment, no input, and a program that hangs or floods
is killed with everything it started.

A pipe cannot be waited for together with the end here, so a thread reads it, and the caller waits
for the thread. That the children end with the program is a job object's doing.
"""

from __future__ import annotations

import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import PureWindowsPath
from typing import IO, Protocol

from reticent_contract import limits

from reticent_agent.collect.commands import (
    CHUNK_BYTES,
    END_WAIT_S,
    failed,
    lines,
    not_started,
    timed_out,
    wrote_too_much,
)

CREATE_NO_WINDOW = 0x0800_0000
CHUNKS_MAX = 16  # that wait: 1 MiB; then the pipe fills and the program waits
ASK_AGAIN_S = 0.5  # whether to stop, while a followed program says nothing


class Job(Protocol):
    """Processes that end together."""

    def add(self, process_handle: int) -> None: ...

    def close(self) -> None:
        """Kills all that is in it."""


class WindowsProcessRunner:
    """The `CommandRunner` of an agent on Windows. `new_job` makes an empty job."""

    def __init__(self, *, system_folder: str, new_job: Callable[[], Job]) -> None:
        self._environment = environment(system_folder)
        self._folder = system_folder
        self._new_job = new_job

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        """As `CommandRunner.run`; raises CommandError."""
        deadline = time.monotonic() + seconds_max
        program = arguments[0]
        with self._started(arguments) as (process, chunks):
            content = bytearray()
            while chunk := _next(chunks, deadline - time.monotonic(), program, seconds_max):
                content += chunk
                if len(content) > limits.COMMAND_OUTPUT_BYTES_MAX:
                    raise wrote_too_much(program)
            try:
                code = process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise timed_out(program, seconds_max) from None
            if code != 0:
                raise failed(program, code)
            return bytes(content)

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterator[bytes]:
        """As `CommandRunner.follow`; a line longer than the bound is cut to it."""
        with self._started(arguments) as (process, chunks):
            for line in lines(_until(stopping, chunks)):
                if stopping():
                    return
                yield line.removesuffix(b"\r")
            if stopping():
                return
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(timeout=END_WAIT_S)
                if code != 0:
                    raise failed(arguments[0], code)

    @contextmanager
    def _started(
        self, arguments: Sequence[str]
    ) -> Iterator[tuple[subprocess.Popen[bytes], queue.Queue[bytes]]]:
        program = arguments[0]
        if not PureWindowsPath(program).is_absolute() and not program.startswith("/"):
            raise ValueError("a command is started by its absolute path")
        job = self._new_job()
        try:
            process = self._popen(arguments)
        except OSError as error:
            job.close()
            raise not_started(program, error) from None
        closed = threading.Event()
        try:
            # What it starts before this line is not in the job; Windows's own programs start none.
            job.add(int(getattr(process, "_handle", process.pid)))
            yield process, _chunks(process.stdout, closed)
        finally:
            closed.set()
            _end(process, job)

    def _popen(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - its arguments are the collectors' own, no shell
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(self._environment),
            cwd=self._folder,
            bufsize=0,
            close_fds=True,
            creationflags=creation_flags(),
        )


def environment(system_folder: str) -> Mapping[str, str]:
    """What PowerShell and netsh cannot do without, made from the system folder alone."""
    windows = str(PureWindowsPath(system_folder).parent)
    modules = rf"{system_folder}\WindowsPowerShell\v1.0\Modules"
    return {
        "SystemRoot": windows,
        "windir": windows,
        "SystemDrive": PureWindowsPath(system_folder).drive,
        "PATH": system_folder,
        "PATHEXT": ".EXE",
        "PSModulePath": modules,
        "TEMP": rf"{windows}\Temp",
        "TMP": rf"{windows}\Temp",
    }


def creation_flags() -> int:
    """No console window; 0 where the tests run it on another system."""
    return CREATE_NO_WINDOW if hasattr(subprocess, "STARTUPINFO") else 0


def _chunks(output: IO[bytes] | None, closed: threading.Event) -> queue.Queue[bytes]:
    """Read by a thread of its own; b"" is the end."""
    waiting: queue.Queue[bytes] = queue.Queue(CHUNKS_MAX)

    def read() -> None:
        chunk = b"."
        while chunk and output is not None:
            try:
                chunk = output.read(CHUNK_BYTES) or b""
            except (OSError, ValueError):  # closed meanwhile
                chunk = b""
            while not closed.is_set():
                try:
                    waiting.put(chunk, timeout=1.0)
                except queue.Full:
                    continue
                break

    threading.Thread(target=read, name="command-pipe", daemon=True).start()
    return waiting


def _until(stopping: Callable[[], bool], chunks: queue.Queue[bytes]) -> Iterator[bytes]:
    """As they come, until the end or until it is to stop."""
    while not stopping():
        try:
            chunk = chunks.get(timeout=ASK_AGAIN_S)
        except queue.Empty:
            continue
        if not chunk:
            return
        yield chunk


def _next(chunks: queue.Queue[bytes], left_s: float, program: str, seconds_max: float) -> bytes:
    try:
        return chunks.get(timeout=max(0.001, left_s))
    except queue.Empty:
        raise timed_out(program, seconds_max) from None


def _end(process: subprocess.Popen[bytes], job: Job) -> None:
    """Kills first: closing a pipe that a thread reads waits for the writer."""
    job.close()
    with suppress(OSError):
        process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=END_WAIT_S)
    if process.stdout is not None:
        process.stdout.close()
