"""The demo's agent: the same program that runs on a laptop, as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

STOP_S = 10.0
POLL_S = 0.1


class AgentProcess:
    """Starts, watches and stops `reticent-agent run` on one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._token_file = data_dir / "enrolment.token"
        self.log = data_dir / "agent.log"
        self._process: subprocess.Popen[bytes] | None = None
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def is_enrolled(self) -> bool:
        return (self._data_dir / "device.crt").exists()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def device_id(self) -> str | None:
        """As the agent reports it; None before it has enrolled."""
        value = self.status().get("device_id")
        return value if isinstance(value, str) else None

    def write_token(self, token: str) -> None:
        descriptor = os.open(self._token_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(token + "\n")

    def start(self) -> None:
        arguments = [sys.executable, "-m", "reticent_agent.main", "--data", str(self._data_dir)]
        # This machine's server needs no proxy, whatever the environment says of other places.
        arguments += ["--proxy", "none", "run"]
        if self._token_file.exists():
            arguments += ["--token-file", str(self._token_file)]
        # A group of its own: Ctrl-C reaches the demo only, which then stops both in order.
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """SIGTERM, then SIGKILL after 10 s: the spool survives both."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def status(self) -> Mapping[str, object]:
        """The agent's own report, empty before its first one."""
        with contextlib.suppress(OSError, ValueError):
            report = json.loads((self._data_dir / "status.json").read_text(encoding="utf-8"))
            if isinstance(report, dict):
                return report
        return {}

    @property
    def error(self) -> str | None:
        """Why it does not stream, in its own words."""
        value = self.status().get("error")
        return value if isinstance(value, str) else None

    def acked(self) -> int:
        rows = self.status().get("rows")
        value = rows.get("acked", 0) if isinstance(rows, dict) else 0
        return value if isinstance(value, int) else 0


async def wait_until_it_streams(
    agent: AgentProcess, *, stop: asyncio.Event, ends: float | None
) -> bool:
    """True when this run's first rows are acknowledged; False when told to stop before."""
    before = time.time()
    while not stop.is_set() and (ends is None or time.monotonic() < ends) and agent.running:
        if agent.acked() > 0 and _updated_since(agent, before):
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_S):
                await stop.wait()
    return False


def _updated_since(agent: AgentProcess, moment_s: float) -> bool:
    try:
        return agent.log.with_name("status.json").stat().st_mtime >= moment_s
    except OSError:
        return False
