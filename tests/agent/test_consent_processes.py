"""Agent, people and browser as processes of their own: a yes, a no, and what becomes of rows."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.enrolment_token import EnrolmentToken
from support.fake_telemetry import FakeServer
from support.histories import Made, write_history
from support.policies import document

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.enable_socket,
    pytest.mark.timeout(120),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several people"),
]
ALICE, BOB = 4_001, 4_002
# A browser writes every few seconds, so the agent looks once a minute; here it looks at once.
AGENT = """
import sys
from reticent_agent.collect.browsers import watching
watching.GATHER_S = 0.2
from reticent_agent.main import main
sys.exit(main(sys.argv[1:]))
"""
# Another person can read none of these tests' programs: only the connection is that person's.
PERSON = """
import os, sys
from reticent_agent.local import client
from reticent_agent.main import main
as_root = client.connected
def connected(*args, **named):
    os.seteuid(int(sys.argv[1]))
    try:
        return as_root(*args, **named)
    finally:
        os.seteuid(0)
client.connected = connected
sys.exit(main(sys.argv[2:]))
"""


class Laptop:
    """One laptop of two people, and the server that its agent speaks with."""

    def __init__(self, folder: Path, server: FakeServer) -> None:
        self.server = server
        self.root, self.data, self.door = folder / "root", folder / "data", folder / "door"
        self.config = folder / "agent.toml"
        (self.root / "etc").mkdir(parents=True)
        lines = [f"{n}:x:{u}:{u}::/home/{n}:/bin/sh" for n, u in (("alice", ALICE), ("bob", BOB))]
        (self.root / "etc/passwd").write_text("\n".join(lines) + "\n")
        token = EnrolmentToken(
            address=server.enrolment_address,
            ca_certificate_der=server.ca.der,
            secret="s" * 32,
            expires_s=4_000_000_000,
            uses=9,
            group="default",
        ).encode()
        self.config.write_text(
            f'data_dir = "{self.data}"\nruntime_dir = "{self.door}"\nproxy = "none"\n'
        )
        self.config.chmod(0o644)
        folder.chmod(0o755)
        self.token = folder / "token"
        self.token.write_text(token)
        self.agent: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.agent = subprocess.Popen(
            [
                *(sys.executable, "-c", AGENT, "--config", str(self.config)),
                *("--token-file", str(self.token), "--file-root", str(self.root), "run"),
            ],
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self.agent is not None:
            self.agent.terminate()
            self.agent.wait(20)

    async def says(self, uid: int, *words: str) -> dict[str, Any]:
        done = await asyncio.to_thread(
            subprocess.run,
            [
                *(sys.executable, "-c", PERSON, str(uid), "--config", str(self.config)),
                *("consent", *words, "--json"),
            ],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            return {"error": done.stderr}
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    async def until_heard(self) -> None:
        """The agent listens, and has a policy."""
        until = time.monotonic() + 40
        while (await self.says(ALICE)).get("policy") is None:
            assert time.monotonic() < until
            await asyncio.sleep(0.3)

    def visit(self, name: str, uid: int, number: int) -> None:
        path = self.root / f"home/{name}/.config/chromium/Default/History"
        made = Made(url=f"https://{name}{number}.com/", ts_us=time.time_ns() // 1_000)
        write_history(path, "chromium", made)
        for part in (path, *path.parents):
            if self.root in part.parents:
                os.chown(part, uid, uid)

    def sites(self) -> list[object]:
        return [row["values"]["site"] for row in self.rows("site_visit")]

    def rows(self, table: str) -> list[dict[str, Any]]:
        return [
            row
            for frames in self.server.stored.values()
            for frame in frames
            for row in rows_of(
                decode_batch(frame.payload, rows=frame.rows, plain_bytes=frame.plain_bytes)
            )
            if row["table"] == table
        ]

    async def until(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + 40
        while not condition():
            assert time.monotonic() < until, self.sites()
            await asyncio.sleep(0.1)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where other people can come: pytest's own folders are root's."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@pytest.fixture
async def laptop(folder: Path) -> AsyncIterator[Laptop]:
    server = FakeServer()
    await server.start()
    made = document(version=2)
    made["tables"]["site_visit"] = {
        "retention_days": 30,
        "consent": "required",
        "fields": {"user_name": "drop", "browser": "keep", "site": "keep"},
    }
    server.publish(made)
    found = Laptop(folder, server)
    yield found
    await asyncio.to_thread(found.stop)
    await server.stop()


async def test_each_person_decides_for_themselves(laptop: Laptop) -> None:
    laptop.visit("alice", ALICE, 0)
    laptop.start()
    await laptop.until_heard()
    shown = await laptop.says(ALICE)
    assert [(t["table"], t["state"]) for t in shown["tables"]] == [("site_visit", "open")]
    assert shown["notice"]
    assert await laptop.says(ALICE, "give", "site_visit") == {
        "ok": True,
        "table": "site_visit",
        "state": "given",
    }
    laptop.visit("bob", BOB, 1)
    laptop.visit("alice", ALICE, 1)
    await laptop.until(lambda: bool(laptop.sites()))
    assert laptop.sites() == ["alice1.com"]  # not what was before, and nothing of Bob's
    assert [t["state"] for t in (await laptop.says(ALICE))["tables"]] == ["given"]
    assert [t["state"] for t in (await laptop.says(BOB))["tables"]] == ["open"]

    withdrawn = await laptop.says(ALICE, "withdraw", "site_visit")
    assert (withdrawn["state"], withdrawn["dropped"]) == ("withdrawn", 0)
    laptop.visit("alice", ALICE, 2)
    await laptop.says(BOB, "give", "site_visit")
    laptop.visit("bob", BOB, 2)
    await laptop.until(lambda: len(laptop.sites()) == 2)
    assert laptop.sites() == ["alice1.com", "bob2.com"]

    status = json.loads((laptop.data / "status.json").read_text())
    assert status["consent"] == {"site_visit": 1}
    said = json.loads((laptop.data / "consent.json").read_text())["said"]
    assert {(one["user_id"], one["state"]) for one in said} == {
        (ALICE, "withdrawn"),
        (BOB, "given"),
    }
    assert (await laptop.says(ALICE, "give", "os"))["error"].count("asks for: site_visit") == 1


def waiting(data: Path, table: str) -> int:
    """Rows that are not sealed yet."""
    with closing(sqlite3.connect(data / "spool.db")) as spool:
        (count,) = spool.execute("SELECT count(*) FROM rows WHERE tbl = ?", (table,)).fetchone()
    return int(count)


async def test_what_waits_is_deleted_and_counted_when_consent_is_withdrawn(
    laptop: Laptop,
) -> None:
    laptop.start()
    await laptop.until_heard()
    await laptop.says(ALICE, "give", "site_visit")
    await laptop.until(lambda: bool(laptop.rows("os")))
    await laptop.server.stop()
    for number in range(3):
        laptop.visit("alice", ALICE, number)
    await laptop.until(lambda: waiting(laptop.data, "site_visit") == 3)
    withdrawn = await laptop.says(ALICE, "withdraw", "site_visit")
    assert (withdrawn["dropped"], withdrawn["unsealed"]) == (3, 0)
    with closing(sqlite3.connect(laptop.data / "spool.db")) as spool:
        counted = spool.execute(
            "SELECT count FROM counts WHERE field = 'site_visit.*' AND rule = 'consent-not-given'"
        ).fetchall()
        assert counted == [(3,)]
        assert spool.execute("SELECT count(*) FROM rows WHERE tbl = 'site_visit'").fetchone() == (
            0,
        )
