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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from reticent_server.commands.client import running_server
from reticent_server.errors import ServerError

from support import loaded

T = TypeVar("T")

START_S = 60.0


class FailedError(AssertionError):
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
    """The first answer that is true. Raises FailedError when the time is over."""
    until, pause_s = time.monotonic() + seconds, 0.05
    while time.monotonic() < until:
        answer = poll()
        if answer:
            return answer
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, 0.4)  # asking takes from what is waited for
    raise FailedError(f"waited {seconds:.0f} s for {what}")


class Command:
    """One of our programs as a process; what it prints goes to a file in `logs`.

    `by_name`: it loads its code itself, as on a laptop; for what measures processes.
    """

    def __init__(
        self, module: str, *arguments: str | Path, log: Path, by_name: bool = False
    ) -> None:
        self.module = module
        self.arguments = [*map(str, arguments)]
        self.log = log
        self._by_name = by_name
        self._process: subprocess.Popen[bytes] | loaded.Process | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log, Path(os.devnull).open("rb") as nothing:
            if self._by_name:
                command = [sys.executable, "-m", self.module, *self.arguments]
                self._process = subprocess.Popen(command, stdin=nothing, stdout=log, stderr=log)
            else:
                streams = (nothing.fileno(), log.fileno(), log.fileno())
                self._process = loaded.Process(self.module, self.arguments, streams)

    @property
    def pid(self) -> int:
        if self._process is None:
            raise FailedError("not started")
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
            raise FailedError("not started")
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise FailedError(f"{self.module} did not stop within {seconds:.0f} s") from None


def run(module: str, *arguments: str | Path, input_text: str | None = None) -> str:
    """Runs one of our commands to its end; its output. Raises FailedError with its error."""
    done = loaded.run(module, *arguments, given=input_text or "")
    if done.returncode != 0:
        raise FailedError(
            f"{module} {arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
        )
    return done.stdout


class Deployment:
    """`DIRECTORY/server`, `DIRECTORY/agent` and their logs; leaves no process behind."""

    def __init__(
        self,
        directory: Path,
        *,
        file_root: Path | None = None,
        proxy: str | None = None,
        tpm: Path | None = None,
        by_name: bool = False,
    ) -> None:
        self.server_data = directory / "server"
        self.agent_data = directory / "agent"
        self.logs = directory / "logs"
        enrolment, telemetry, console = free_ports(3)
        self.console = f"localhost:{console}"
        self._token_file = directory / "enrolment.token"
        self.server = Command(
            "reticent_server.main",
            *("run", "--data", self.server_data),
            *("--enrolment-port", str(enrolment), "--telemetry-port", str(telemetry)),
            *("--console-port", str(console)),
            log=self.logs / "server.log",
            by_name=by_name,
        )
        agent: list[str | Path] = [
            "--data",
            self.agent_data,
            "run",
            "--token-file",
            self._token_file,
        ]
        agent += ["--file-root", file_root] if file_root else []
        agent += ["--proxy", proxy or "none"]
        if tpm is not None:
            self.agent_config = directory / "agent.toml"
            self.agent_config.parent.mkdir(parents=True, exist_ok=True)
            self.agent_config.write_text(f'tpm = "{tpm}"\n')
            agent += ["--config", self.agent_config]
        self.agent = Command(
            "reticent_agent.main", *agent, log=self.logs / "agent.log", by_name=by_name
        )

    def __enter__(self) -> Deployment:
        return self

    def __exit__(self, *_: object) -> None:
        self.agent.kill()
        self.server.kill()

    def start_server(self) -> None:
        run("reticent_server.main", "init", "--data", self.server_data)
        self.server.start()
        wait_for("the server", self._server_is_up, seconds=START_S)

    def start(self) -> None:
        self.start_server()
        self._token_file.touch(mode=0o600)
        self._token_file.write_text(self.token(uses=1))
        self.agent.start()

    def stop(self) -> None:
        if self.agent.running:
            self.agent.stop()
        if self.server.running:
            self.server.stop()

    def token(self, *, uses: int) -> str:
        made = run(
            *("reticent_server.main", "token", "create", "--uses", str(uses)),
            *("--data", self.server_data),
        )
        return made.strip()

    def status(self) -> dict[str, Any]:
        """What the agent says of itself; empty before its first report."""
        try:
            report: dict[str, Any] = json.loads((self.agent_data / "status.json").read_text())
        except (OSError, ValueError):
            return {}
        return report

    def acked(self) -> int:
        return int(self.status().get("rows", {}).get("acked", 0))

    def query(self, text: str, *, limit: int) -> list[dict[str, Any]]:
        answer = run(
            *("reticent_server.main", "query", text, "--json", "--limit", str(limit)),
            *("--data", self.server_data),
        )
        return [json.loads(line) for line in answer.splitlines()]

    def finds(self, text: str) -> bool:
        """Whether the running server has a row that matches."""
        try:
            return bool(self.get("/api/v1/events", q=text, limit=1)["events"])
        except (OSError, ServerError):  # it was killed a moment ago, or is starting
            return False

    def get(self, path: str, **parameters: str | int) -> Any:
        server = running_server(self.server_data)
        if server is None:
            raise ConnectionRefusedError("no server runs")
        return server.get(path, parameters)

    def stored_by_table(self) -> dict[str, int]:
        """Counts of a stopped server's store, opened by a process of its own."""
        program = (
            "import json, sys; from pathlib import Path\n"
            "from reticent_server.commands.stores import events_of\n"
            "with events_of(Path(sys.argv[1])) as events:\n"
            "    print(json.dumps(dict(events.count_by_table())))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(self.server_data)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        counts: dict[str, int] = json.loads(done.stdout)
        return counts

    def _server_is_up(self) -> bool:
        if not self.server.running:
            raise FailedError(f"the server ended: {self.log_tail('server')}")
        return (self.server_data / "run/server.json").exists()

    def log_tail(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text(errors="replace")[-2000:]
