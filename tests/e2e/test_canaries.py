"""A thousand made-up identifiers go into one laptop; under the default policy none comes out.

They are planted where the collectors look: accounts, serials, MACs, log lines, logon records. After
a run none may be found in the spool, the bytes that were sent, the stores (raw files and decrypted
answers), any log, or the console's pages: raw, in hex, base64, URL-coded, in upper or lower case.
"""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import pytest
import zstandard
from reticent_contract.policy import default_policy_yaml
from reticent_server.policies.yaml_source import load_yaml
from support.canaries import Canary, Searcher, disguises, plant, write_log
from support.console import ConsoleReader
from support.deployment import Command, Deployment, run, wait_for
from support.fake_telemetry import FakeServer

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(240)]

SETTLE_S = 6.0


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Canary]]:
    root = tmp_path_factory.mktemp("laptop")
    return root, plant(root)


@pytest.fixture(scope="module")
def places(
    tmp_path_factory: pytest.TempPathFactory, canaries: tuple[Path, list[Canary]]
) -> dict[str, bytes]:
    """What each place held after one run, by the place's name."""
    root, _ = canaries
    directory = tmp_path_factory.mktemp("run")
    found: dict[str, bytes] = {}
    with Deployment(directory, file_root=root) as deployment:
        deployment.start()
        wait_for("the first rows", lambda: deployment.finds("table:usb"), seconds=60)
        write_log(root)
        wait_for(
            "the last log line", lambda: deployment.finds("table:log_line pid:599"), seconds=60
        )
        wait_for("the logons", lambda: deployment.finds("table:session"), seconds=60)
        time.sleep(SETTLE_S)
        found["console pages"] = _console(deployment)
        found["agent report"] = (
            run("reticent_agent.main", "--data", deployment.agent_data, "sent", "--json").encode()
            + run("reticent_agent.main", "--data", deployment.agent_data, "status").encode()
        )
        deployment.agent.stop()
        found["batches as sent"] = _batches(deployment)
        found["spool and agent files"] = _files(deployment.agent_data)
        deployment.server.stop()
        found["stores, decrypted"] = "\n".join(
            map(json.dumps, deployment.query("*", limit=0))
        ).encode()
        found["server files"] = _files(deployment.server_data)
        found["logs"] = _files(deployment.logs)
    return found


def _console(deployment: Deployment) -> bytes:
    with ConsoleReader(deployment) as reader:
        return b"\n".join(reader.pages())


def _files(directory: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


def _batches(deployment: Deployment) -> bytes:
    """Every payload as it was sent, and what is inside its compression."""
    database = sqlite3.connect(f"file:{deployment.agent_data / 'spool.db'}?mode=ro", uri=True)
    try:
        payloads = [row[0] for row in database.execute("SELECT payload FROM batches ORDER BY seq")]
        (last,) = database.execute("SELECT max(seq) FROM batches").fetchone()
    finally:
        database.close()
    assert len(payloads) == last, "the spool no longer holds every batch of this run"
    return b"\n".join([*payloads, *map(zstandard.decompress, payloads)])


async def test_no_canary_is_in_any_message_that_reaches_a_server(tmp_path: Path) -> None:
    """Enrolment, hello, policy report and batches, as a server of the test's own received them."""
    root = tmp_path / "laptop"
    planted = plant(root)
    server = FakeServer()
    await server.start()
    server.publish(load_yaml(default_policy_yaml()))
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text(server.token())
    agent = Command(
        "reticent_agent.main",
        *("--data", tmp_path / "agent", "--file-root", root, "--proxy", "none"),
        *("run", "--token-file", token),
        log=tmp_path / "agent.log",
    )
    agent.start()
    try:
        await server.until(lambda: server.rows > len(planted) // 3, seconds=60)
        before = server.rows
        write_log(root)
        await server.until(lambda: server.rows >= before + 600, seconds=60)
    finally:
        agent.kill()
        await server.stop()
    payloads = [frame.payload for frames in server.stored.values() for frame in frames]
    wire = b"\n".join([*server.received, *map(zstandard.decompress, payloads)])
    assert len(server.received) > len(payloads) > 0
    assert sorted(canary.name for canary in Searcher(planted).find(wire)) == []


def test_there_are_a_thousand_of_many_kinds(canaries: tuple[Path, list[Canary]]) -> None:
    _, planted = canaries
    assert len({canary.value for canary in planted}) >= 1_000
    assert len({canary.kind for canary in planted}) >= 10


@pytest.mark.parametrize("kind", ["user", "mac", "email", "ipv4", "secret", "serial", "uuid"])
def test_the_search_finds_every_disguise(canaries: tuple[Path, list[Canary]], kind: str) -> None:
    _, planted = canaries
    canary = next(each for each in planted if each.kind == kind)
    searcher = Searcher(planted)
    for form in disguises(canary.value):
        for before in range(9):
            assert canary in searcher.find(b"." * before + form + b"tail"), canary.name


def test_the_run_read_what_was_planted(places: dict[str, bytes]) -> None:
    """Else nothing would be found for the wrong reason."""
    events = [json.loads(line) for line in places["stores, decrypted"].splitlines()]
    of = {
        table: [event for event in events if event["table"] == table]
        for table in ("user_account", "disk", "network_interface", "usb", "log_line", "session")
    }
    assert len(of["user_account"]) == 151
    assert len(of["disk"]) == 40
    assert len(of["network_interface"]) == 80
    assert len(of["usb"]) == 120
    assert len(of["log_line"]) == 600
    assert len([event for event in of["session"] if event["event"] == "logon"]) == 40
    assert all(event["fields"]["serial"].startswith("pn:") for event in of["usb"])


@pytest.mark.parametrize(
    "place",
    [
        "batches as sent",
        "spool and agent files",
        "stores, decrypted",
        "server files",
        "logs",
        "console pages",
        "agent report",
    ],
)
def test_no_canary_is_found(
    place: str, places: dict[str, bytes], canaries: tuple[Path, list[Canary]]
) -> None:
    _, planted = canaries
    assert places[place]
    found = Searcher(planted).find(places[place])
    assert sorted(canary.name for canary in found) == []
