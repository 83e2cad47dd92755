"""A server and an agent as real processes on loopback, for tests that kill them.

Everything goes through the commands an administrator uses. Ports are chosen once, so that a
server that was killed comes back where its agents look for it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

START_S = 60.0


class Failed(AssertionError):
    """A process did not do what the test waits for."""


def free_ports(count: int) -> list[int]:
    with _held(count) as ports:
        return ports


@contextmanager
def _held(count: int) -> Iterator[list[int]]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        yield [held.getsockname()[1] for held in sockets]
    finally:
        for held in sockets:
            held.close()


def wait_for(what: str, poll: Callable[[], T | None], *, seconds: float) -> T:
    """The first answer that is true. Raises Failed when the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = poll()
        if answer:
            return answer
        time.sleep(0.05)
    raise Failed(f"waited {seconds:.0f} s for {what}")


class Command:
    """One of our programs as a process; what it prints goes to a file in `logs`."""

    def __init__(self, module: str, *arguments: str | Path, log: Path) -> None:
        self.arguments = [sys.executable, "-m", module, *map(str, arguments)]
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    @property
    def pid(self) -> int:
        if self._process is None:
            raise Failed("not started")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """kill -9, as the kernel's out-of-memory killer or a lost battery would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self, *, seconds: float = 20.0) -> int:
        """SIGTERM; the exit code."""
        if self._process is None:
            raise Failed("not started")
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise Failed(f"{self.arguments[2]} did not stop within {seconds:.0f} s") from None


def run(module: str, *arguments: str | Path, input_text: str | None = None) -> str:
    """Runs one of our commands to its end; its standard output. Raises Failed with its error."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        input=input_text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"{module} {arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout
