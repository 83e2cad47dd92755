"""Kill what claims to survive it, at random moments, under load; then count.

A writer appends numbered lines to a log file that the agent follows. Rows and the file's cursor
enter the spool in one transaction, so every line must end up stored exactly once, whatever was
killed how often. `make crash` runs fifty rounds each; `make test` runs three.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from reticent_contract import limits
from support.connect_proxy import ConnectProxy
from support.console_site import process
from support.deployment import Deployment, run, wait_for

LINES_PER_S = 400
FEW = 3
RECONNECT_S = limits.RECONNECT_MAX_S + 120  # an agent may wait that long, then it drains
MANY = 50


class Writer:
    """Appends numbered lines at a steady pace until stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self.written = 0

    def _write(self) -> None:
        with self._path.open("a", buffering=1) as log:
            while not self._stop.is_set():
                for _ in range(LINES_PER_S // 20):
                    self.written += 1
                    log.write(f"Nov 22 06:00:00 laptop counter[7]: line n={self.written:07d} end\n")
                self._stop.wait(0.05)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> int:
        self._stop.set()
        self._thread.join()
        return self.written


@contextmanager
def under_load(directory: Path, *, proxy: str | None = None) -> Iterator[tuple[Deployment, Writer]]:
    root = directory / "root"
    (root / "var/log").mkdir(parents=True)
    writer = Writer(root / "var/log/syslog")
    with Deployment(directory, file_root=root, proxy=proxy) as deployment:
        deployment.start()
        wait_for("the first acknowledgement", deployment.acked, seconds=60)
        writer.start()
        yield deployment, writer


def while_delivering(deployment: Deployment, chance: random.Random) -> None:
    """Three times of four waits until rows flow; else the blow falls whatever was being done."""
    if chance.random() < 0.75:
        seen = deployment.acked()
        wait_for("acks", lambda: deployment.acked() not in (0, seen), seconds=RECONNECT_S)


def expect_exactly_once(deployment: Deployment, writer: Writer) -> None:
    written = writer.stop()
    assert written > LINES_PER_S
    last = f'table:log_line "n={written:07d}"'
    wait_for("the last line in the store", lambda: deployment.finds(last), seconds=RECONNECT_S)
    deployment.stop()
    events = deployment.query("table:log_line program:counter", limit=written * 2)
    numbers = Counter(event["fields"]["message"] for event in events)
    assert [count for count in numbers.values() if count != 1] == []
    assert len(numbers) == written
    places = Counter(
        (event["device_id"], event["stream_id"], event["seq"], event["row"]) for event in events
    )
    assert max(places.values()) == 1
    expect_whole_chain(deployment)


def expect_whole_chain(deployment: Deployment) -> None:
    """Every batch is bound to the one before it; laptop and store have the same receipts."""
    done = process("doctor", "--receipts", "--json", "--data", deployment.server_data)
    found = [check for check in done.json["checks"] if check["check"] == "receipts"]
    assert [check["state"] for check in found] == ["ok"], found
    assert "no chain" not in found[0]["found"]
    sent = run("reticent_agent.main", "--data", deployment.agent_data, "sent", "--json")
    acked = [b for b in map(json.loads, sent.splitlines()) if b["state"] == "acked"]
    stored = deployment.query("table:batch", limit=0)
    receipts = {(e["stream_id"], e["seq"]): e["fields"]["receipt"] for e in stored}
    assert len(acked) > FEW
    for batch in acked:
        stream = str(UUID(batch["stream_id"]))
        assert receipts[stream, batch["seq"]] == batch["receipt"]


ROUNDS = [
    pytest.param(FEW, marks=[pytest.mark.timeout(600)]),
    pytest.param(MANY, marks=[pytest.mark.crash, pytest.mark.timeout(3600)]),
]
SEED = int(os.environ.get("CRASH_SEED", "20261122"))
pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("side", ["agent", "server"])
def test_every_row_is_stored_exactly_once_when_a_side_is_killed(
    tmp_path: Path, side: str, rounds: int
) -> None:
    chance = random.Random(f"{SEED} {side}")
    with under_load(tmp_path) as (deployment, writer):
        victim = deployment.agent if side == "agent" else deployment.server
        for _ in range(rounds):
            while_delivering(deployment, chance)
            time.sleep(chance.uniform(0.0, 1.0))
            victim.kill()
            victim.start()
        expect_exactly_once(deployment, writer)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_every_row_is_stored_exactly_once_when_the_connection_is_cut(
    tmp_path: Path, rounds: int
) -> None:
    chance = random.Random(f"{SEED} connection")
    proxy = ConnectProxy()
    try:
        with under_load(tmp_path, proxy=proxy.address) as (deployment, writer):
            cut = 0
            for _ in range(rounds):
                while_delivering(deployment, chance)
                time.sleep(chance.uniform(0.0, 0.8))
                before = proxy.connections
                cut += proxy.cut() > 0
                wait_for(
                    "a new connection", partial(lambda b: proxy.connections > b, before), seconds=60
                )
            assert cut >= rounds // 2
            expect_exactly_once(deployment, writer)
    finally:
        proxy.close()
