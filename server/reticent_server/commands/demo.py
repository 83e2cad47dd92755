"""`reticent-server demo`: the whole way of the data on one machine, in two processes.

Enters: a data directory, new or used before. Leaves: a running server with embedded stores, this
machine's agent as a process of its own, each step told as it happens, and at the end one line of
JSON where asked for. Must hold: the demo does what an administrator does with the other commands;
nothing here is a short cut around a check.

    DIR/            the server's data directory, as `reticent-server init` makes it
    DIR/agent/      the agent's data directory, its log, and the token it enrolled with (0600)
    DIR/demo.json   ports and the demo's login (0600), so that the next start goes on
    DIR/server.log  what the server warns of, as JSON lines
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from reticent_server.app import Server
from reticent_server.auth import Role
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.commands.agent_process import AgentProcess, wait_until_it_streams
from reticent_server.commands.narrator import Narrator
from reticent_server.commands.ports import choose_ports, ports_in_use
from reticent_server.config import Ports, ServerConfig
from reticent_server.data_dir import is_initialised
from reticent_server.errors import ConfigError, ServerError
from reticent_server.initialise import initialise
from reticent_server.log import configure_logging

ADMINISTRATOR = "admin"
LOG = "server.log"
TOKEN_VALID_S = 3600
LIVE_S = 1.0
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>s|m|h)?")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


def duration_s(text: str) -> float:
    """Seconds in "20s", "5m", "1h" or "20". Raises argparse.ArgumentTypeError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 20s, 5m or 1h")
    return float(match["number"]) * _UNITS[match["unit"]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=Path("var/demo"), help="data directory")
    parser.add_argument(
        "--for", dest="for_s", type=duration_s, help="stop after this long, e.g. 20s"
    )
    parser.add_argument(
        "--ports",
        choices=["standard", "auto"],
        default="standard",
        help="standard: 7442, 7443, 8443; auto: any free ones",
    )
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")


def run(options: argparse.Namespace) -> int:
    """Runs until Ctrl-C, SIGTERM or `--for`. Raises ServerError."""
    return asyncio.run(_demo(options))


async def _demo(options: argparse.Namespace) -> int:
    narrator = Narrator()
    data_dir: Path = options.data.absolute()
    if not is_initialised(data_dir):
        narrator.step(f"making keys, stores and a signed default policy in {options.data}")
    initialise(data_dir, names=("localhost", "127.0.0.1"))
    with (data_dir / LOG).open("a", encoding="utf-8") as log:
        configure_logging("warning", log)
        try:
            return await _serve(options, narrator, data_dir)
        finally:
            logging.getLogger().handlers.clear()  # the file is about to be closed


async def _serve(options: argparse.Namespace, narrator: Narrator, data_dir: Path) -> int:
    memory = _Memory(data_dir / "demo.json")
    ports = _ports(memory, automatic=options.ports == "auto")
    stop = _stop_signal()
    server = Server(ServerConfig(data_dir=data_dir, ports=ports, log_level="warning"))
    await server.start()
    try:
        password = _login(server, memory)
        narrator.step(f"server is up, console at https://{server.addresses['console']}")
        agent = AgentProcess(data_dir / "agent")
        if not agent.is_enrolled:
            agent.write_token(_token(server))
            narrator.step("enrolment token made; starting this machine's agent, which enrols")
        else:
            narrator.step("starting this machine's agent, which is enrolled already")
        agent.start()
        try:
            await _flow(server, agent, narrator, stop=stop, options=options, password=password)
        finally:
            narrator.step("stopping the agent, then the server; their data stays")
            await asyncio.to_thread(agent.stop)
        summary = await asyncio.to_thread(_summary, server, agent)
    finally:
        await server.stop()
    if options.json:
        sys.stdout.write(json.dumps(summary, sort_keys=True) + "\n")
    if summary["device_id"] is None and not stop.is_set():
        raise ServerError(
            f"this machine's agent did not enrol ({agent.error or 'it said nothing yet'}); the "
            f"server's data is kept; give it more time, or see {agent.log}"
        )
    return 0


async def _flow(
    server: Server,
    agent: AgentProcess,
    narrator: Narrator,
    *,
    stop: asyncio.Event,
    options: argparse.Namespace,
    password: str,
) -> None:
    ends = time.monotonic() + options.for_s if options.for_s is not None else None
    if await wait_until_it_streams(agent, stop=stop, ends=ends):
        narrator.step("first rows are stored")
    narrator.plain("")
    narrator.plain(f"  console   https://{server.addresses['console']}")
    narrator.plain(f"  login     {ADMINISTRATOR} / {password}")
    narrator.plain(
        "            (the certificate is signed by the demo's own CA, so a browser asks)"
    )
    narrator.plain(f"  query     {_own_name()} query '*' --limit 5 --data {options.data}")
    narrator.plain(f"  logs      {options.data / LOG}, {options.data / 'agent' / agent.log.name}")
    narrator.plain("  stop      Ctrl-C")
    narrator.plain("")
    while not stop.is_set() and (ends is None or time.monotonic() < ends):
        narrator.live(live_line(agent.status()))
        if not agent.running:
            raise ServerError(
                f"the agent stopped by itself; the server's data is kept; see {agent.log}",
            )
        with contextlib.suppress(TimeoutError):
            wait_s = LIVE_S if ends is None else max(0.0, min(LIVE_S, ends - time.monotonic()))
            async with asyncio.timeout(wait_s):
                await stop.wait()
    narrator.plain(live_line(agent.status()))


def _own_name() -> str:
    """This command as it can be typed here: after `make demo` it is in no folder of the PATH."""
    called = Path(sys.argv[0])
    at_hand = called.name != "reticent-server" or shutil.which(called.name)
    return "reticent-server" if at_hand else str(called)


def live_line(status: Mapping[str, object]) -> str:
    """One line of what flows, from the agent's own status."""
    rows = status.get("rows")
    counts: Mapping[str, object] = rows if isinstance(rows, dict) else {}
    by_rule = status.get("by_rule")
    dropped = sum(n for n in _numbers(status.get("dropped")))
    error = f" ({status['error']})" if status.get("error") else ""
    rules = f" by {len(by_rule)} rules" if isinstance(by_rule, dict) and by_rule else ""
    return (
        f"{status.get('state', 'starting')}{error}: rows collected {counts.get('collected', 0)}, "
        f"as sent before {counts.get('unchanged', 0)}, stored {counts.get('acked', 0)}, "
        f"waiting {counts.get('spooled', 0)}; values dropped {dropped}{rules}"
    )


def _numbers(table: object) -> list[int]:
    return [n for n in table.values() if isinstance(n, int)] if isinstance(table, dict) else []


class _Memory:
    """What the demo remembers between starts, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, object] = {}
        with contextlib.suppress(FileNotFoundError):
            self._values = json.loads(path.read_text(encoding="utf-8"))

    def get(self, key: str) -> object:
        return self._values.get(key)

    def put(self, key: str, value: object) -> None:
        self._values[key] = value
        new = self._path.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(self._values, out)
        new.replace(self._path)


def _ports(memory: _Memory, *, automatic: bool) -> Ports:
    """The ports of the first start for ever: the agent was told them when it enrolled."""
    known = memory.get("ports")
    if not isinstance(known, dict):
        known = asdict(choose_ports() if automatic else Ports())
    ports = Ports(**known)
    taken = ports_in_use(ports)
    if taken:
        raise ConfigError(
            f"port {', '.join(map(str, taken))} is in use, by another program or by this demo in "
            "another window; nothing was started; stop that, or use a new --data directory with "
            "--ports auto"
        )
    memory.put("ports", known)
    return ports


def _login(server: Server, memory: _Memory) -> str:
    accounts = server.services.accounts
    first = accounts.get(ADMINISTRATOR)
    password = memory.get("password")
    if first is not None and isinstance(password, str):
        return password
    made = (
        accounts.create(ADMINISTRATOR, role=Role.ADMINISTRATOR, must_change=False)
        if first is None
        else accounts.reset_password(ADMINISTRATOR, by=WHOLE_SERVER, must_change=False)
    )
    memory.put("password", made.password)
    return made.password


def _token(server: Server) -> str:
    return server.services.enrolment.create_token(
        group="default",
        uses=1,
        expires_s=int(time.time()) + TOKEN_VALID_S,
        address=server.addresses["enrolment"],
        created_by="demo",
    )


def _summary(server: Server, agent: AgentProcess) -> dict[str, object]:
    events = server.services.events
    policy = server.services.policies.current()
    return {
        "device_id": agent.device_id,
        "rows": dict(events.count_by_table()),
        "dropped": dict(events.dropped_by_field()),
        "policy": {"version": policy.version, "sha256": policy.sha256.hex()},
        "addresses": dict(server.addresses),
    }


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
