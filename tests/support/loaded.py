"""Our commands as processes of their own that need not load our code: see `support.zygote`.

For tests of what a command does. Those of how a program starts and what it imports start it by its
name, as do the benches.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from support.same_code import same_code
from support.zygote import NUMBER

RUN_S = 120.0


class Process:
    """As `subprocess.Popen`, where it has the same names."""

    def __init__(
        self, module: str, arguments: Sequence[str | Path], streams: tuple[int, int, int]
    ) -> None:
        self.args = [module, *map(str, arguments)]
        self.returncode: int | None = None
        wanted = {
            "module": module,
            "arguments": self.args[1:],
            "environment": dict(os.environ),
            "folder": str(Path.cwd()),
        }
        self._told, theirs = socket.socketpair()
        with theirs:
            message = json.dumps(wanted).encode()
            socket.send_fds(_zygote(), [message], [*streams, theirs.fileno()])
        self.pid = self._number()

    def _number(self) -> int:
        number = self._told.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(number) < NUMBER.size:
            raise AssertionError("the process that ours are forked from has ended")
        return int(NUMBER.unpack(number)[0])

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; negative, the number of the signal. Raises TimeoutExpired."""
        if self.returncode is None:
            self._told.settimeout(timeout)
            try:
                self.returncode = self._number()
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0) from None
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def run(
    module: str, *arguments: str | Path, given: str = "", stdin: int | None = None
) -> subprocess.CompletedProcess[str]:
    """`run_bytes`, of text."""
    done = run_bytes(module, *arguments, given=given.encode(), stdin=stdin)
    told = done.stdout.decode(), done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, *told)


def run_bytes(
    module: str, *arguments: str | Path, given: bytes = b"", stdin: int | None = None
) -> subprocess.CompletedProcess[bytes]:
    """To its end; what it printed. It reads what is given, or from the descriptor `stdin`.

    Raises TimeoutExpired, and then it is killed.
    """
    with (
        tempfile.TemporaryFile() as source,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as errors,
    ):
        source.write(given)
        source.seek(0)
        source_of_it = source.fileno() if stdin is None else stdin
        process = Process(module, arguments, (source_of_it, out.fileno(), errors.fileno()))
        try:
            code = process.wait(RUN_S)
        except BaseException:
            process.kill()
            process.wait()
            raise
        out.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(process.args, code, out.read(), errors.read())


@lru_cache(maxsize=1)
def _zygote() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "support.zygote"],
            env=same_code(),
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        process.wait(10)

    atexit.register(end)
    return ours
