"""The whole agent in this process, against a server in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from reticent_agent.config import Config
from reticent_agent.enrolling import enrol_now
from reticent_agent.errors import AgentError, IdentityError
from reticent_agent.identity import IdentityStore
from reticent_agent.identity.enrol import read_token
from reticent_agent.keepers import Vault
from reticent_agent.run import Agent
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.enrolment_token import EnrolmentToken
from reticent_contract.redact import pseudonym_text
from reticent_contract.rows import Pseudonym
from reticent_contract.v1 import telemetry_pb2
from support.fake_telemetry import FakeServer, Response
from support.made_laptop import MadeLaptop
from support.policies import document

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]
HOST = "made-up-laptop-7731"


class Running:
    """An agent and what its server has of it."""

    def __init__(self, server: FakeServer, laptop: MadeLaptop, config: Config) -> None:
        self.server, self.laptop, self.config = server, laptop, config
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.agent = Agent(self.config, self.laptop.collecting())
        self.task = asyncio.create_task(self.agent.run())

    async def stop(self) -> None:
        if self.task is not None:
            self.agent.stop()
            with suppress(AgentError):
                await self.task
            self.task = None

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

    def messages(self) -> list[str]:
        return [str(row["values"]["message"]) for row in self.rows("log_line")]

    async def until_rows(self, table: str, count: int) -> None:
        await self.server.until(lambda: len(self.rows(table)) >= count)

    def status(self) -> dict[str, Any]:
        file = self.config.data_dir / "status.json"
        return json.loads(file.read_text()) if file.exists() else {}


def _token(server: FakeServer, *, expires_s: int = 4_000_000_000) -> str:
    return EnrolmentToken(
        address=server.enrolment_address,
        ca_certificate_der=server.ca.der,
        secret="s" * 32,
        expires_s=expires_s,
        uses=9,
        group="default",
    ).encode()


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    server = FakeServer()
    await server.start()
    server.publish(document(version=2))
    state: dict[str, Any] = {
        "os": [{"name": "Debian", "version": "12"}],
        "host": [{"host_name": HOST, "vendor": "Made Up Ltd"}],
    }
    laptop = MadeLaptop(tmp_path, state)
    config = Config(data_dir=tmp_path / "agent", token=_token(server), proxy="none")
    made = Running(server, laptop, config)
    yield made
    await made.stop()
    await server.stop()


async def test_from_a_token_to_redacted_rows_at_the_server(running: Running) -> None:
    running.start()
    await running.until_rows("host", 1)
    await running.until_rows("agent_health", 1)
    (os_row,) = running.rows("os")
    assert os_row["values"]["name"] == "Debian"
    (host,) = running.rows("host")
    assert isinstance(host["values"]["host_name"], Pseudonym)
    assert [row["event"] for row in running.rows("agent_health")] == ["started"]
    await running.server.until(lambda: running.status().get("state") == "connected")
    status = running.status()
    assert status["policy"]["version"] == 2
    assert status["device_id"] == str(next(iter(running.server.enrolled.values())))


async def test_a_log_line_is_redacted_by_what_the_state_tables_taught(running: Running) -> None:
    running.laptop.delay_s = 0.3  # the line is there before any state table has reported
    running.laptop.say(f"started on {HOST}")
    running.start()
    await running.until_rows("log_line", 1)
    (host,) = running.rows("host")
    name = host["values"]["host_name"]
    text = pseudonym_text(name.domain, name.epoch, name.token)
    assert running.messages() == [f"started on <{text}>"]
    for file in running.config.data_dir.rglob("*"):
        assert not file.is_file() or HOST.encode() not in file.read_bytes()


async def test_a_stop_loses_nothing_and_a_start_goes_on_from_the_cursor(running: Running) -> None:
    running.start()
    for number in range(3):
        running.laptop.say(f"first {number}")
    await running.until_rows("log_line", 3)
    await running.stop()
    assert running.status()["state"] == "stopped"
    assert [row["event"] for row in running.rows("agent_health")] == ["started", "stopped"]
    running.laptop.say("second")
    running.start()
    await running.until_rows("log_line", 4)
    assert running.laptop.followed_from == ["", "3"]
    assert running.messages() == ["first 0", "first 1", "first 2", "second"]
    assert len(running.rows("os")) == 1  # nothing changed, so the state is not sent again
    assert len(running.server.enrolled) == 1


async def test_rows_wait_on_disk_while_the_server_is_away(running: Running) -> None:
    running.start()
    await running.until_rows("host", 1)
    port = int(running.server.address.rpartition(":")[2])
    await running.server.stop()
    for number in range(5):
        running.laptop.say(f"alone {number}")
    await running.server.until(lambda: running.status()["rows"]["spooled"] >= 5)
    await running.server.start(port)
    await running.until_rows("log_line", 5)
    assert running.messages() == [f"alone {n}" for n in range(5)]


async def test_a_new_policy_is_put_in_force_and_reported(running: Running) -> None:
    running.start()
    await running.until_rows("os", 1)
    tables = document()["tables"]
    lines = {**tables["log_line"], "options": {"journal": False}}
    changed = {**tables, "log_line": lines}
    policy = running.server.publish(document(version=3, tables=changed))
    push = Response(policy_push=telemetry_pb2.PolicyPush(policy=policy))
    await running.server.push(push)
    await running.server.until(lambda: len(running.server.reports) == 1)
    assert running.server.reports[0].in_force
    await running.until_rows("os", 2)
    assert {row["event"] for row in running.rows("os")} == {"snapshot"}
    assert running.laptop.asked[-1]["log_line"]["journal"] is False
    versions = [f.policy_version for fs in running.server.stored.values() for f in fs if f.rows]
    assert versions == sorted(versions)
    assert versions[-1] == 3


async def test_a_bad_policy_is_refused_told_and_the_good_one_stays(running: Running) -> None:
    running.start()
    await running.until_rows("os", 1)
    policy = running.server.publish(document(version=3))
    policy.signature = b"\0" * 64
    push = Response(policy_push=telemetry_pb2.PolicyPush(policy=policy))
    await running.server.push(push)
    await running.server.until(lambda: len(running.server.reports) == 1)
    report = running.server.reports[0]
    assert not report.in_force
    assert "signature" in report.refusal
    running.laptop.say("still collecting")
    await running.until_rows("log_line", 1)
    await running.until_rows("agent_health", 2)
    assert "policy_refused" in {row["event"] for row in running.rows("agent_health")}


async def test_without_a_valid_policy_nothing_is_collected(running: Running) -> None:
    running.server.publish(document(version=2, expires="2020-01-01"))
    running.start()
    await running.server.until(lambda: bool(running.server.hellos))
    await asyncio.sleep(1.5)
    assert running.server.hellos[0].policy_version == 0
    assert running.laptop.asked == []
    assert running.server.rows == 0
    policy = running.server.publish(document(version=3))
    await running.server.push(Response(policy_push=telemetry_pb2.PolicyPush(policy=policy)))
    await running.until_rows("os", 1)


async def test_without_the_keys_of_the_epoch_nothing_is_collected(running: Running) -> None:
    running.server.epoch_keys = {}
    running.start()
    await running.server.until(lambda: bool(running.server.hellos))
    await asyncio.sleep(0.5)
    assert running.laptop.asked == []


async def test_a_clock_that_is_a_day_off_streams_and_tells(running: Running) -> None:
    running.server.clock_ahead_us = 86_400_000_000
    running.start()
    await running.until_rows("agent_health", 2)
    told = [row for row in running.rows("agent_health") if row["event"] == "clock_changed"]
    assert len(told) == 1
    assert abs(told[0]["values"]["count"] - 86_400) < 5


async def test_a_rekey_makes_a_new_device_by_the_configured_token(running: Running) -> None:
    running.start()
    await running.until_rows("os", 1)
    rekey = telemetry_pb2.Command(action=telemetry_pb2.Command.ACTION_REKEY, reason="two agents")
    await running.server.push(Response(command=rekey))
    await running.server.until(lambda: len(running.server.hellos) >= 2)
    assert len(running.server.enrolled) == 2
    running.laptop.say("goes on")
    await running.until_rows("log_line", 1)


async def test_a_rekey_without_a_valid_token_stops_collecting_and_says_so(
    running: Running,
) -> None:
    running.start()
    await running.until_rows("os", 1)
    await running.stop()
    running.config = Config(
        data_dir=running.config.data_dir, token=_token(running.server, expires_s=5), proxy="none"
    )
    running.start()
    await running.server.until(lambda: len(running.server.hellos) == 2)
    rekey = telemetry_pb2.Command(action=telemetry_pb2.Command.ACTION_REKEY, reason="two agents")
    await running.server.push(Response(command=rekey))
    await running.server.until(
        lambda: "no valid enrolment token" in str(running.status().get("error"))
    )
    assert running.status()["state"] == "stopped"
    assert IdentityStore(running.config.data_dir).load() is None


async def test_a_stopped_device_stays_stopped_until_it_is_enrolled_again(running: Running) -> None:
    running.start()
    await running.until_rows("os", 1)
    stop = telemetry_pb2.Command(action=telemetry_pb2.Command.ACTION_STOP, reason="retired")
    await running.server.push(Response(command=stop))
    await running.server.until(lambda: running.status().get("state") == "stopped")
    await running.stop()
    running.laptop.asked.clear()
    running.start()
    await asyncio.sleep(0.5)
    assert running.laptop.asked == []
    assert "retired" in str(running.status()["error"])
    await running.stop()
    IdentityStore(running.config.data_dir).discard()
    token = read_token(_token(running.server))
    await enrol_now(running.config, token, vault=Vault(running.config.data_dir), patient=False)
    running.laptop.say("back")
    running.start()
    await running.until_rows("log_line", 1)


async def test_without_identity_and_token_it_says_what_to_do(tmp_path: Path) -> None:
    agent = Agent(Config(data_dir=tmp_path / "a"), MadeLaptop(tmp_path).collecting())
    with pytest.raises(IdentityError, match="reticent-agent enrol"):
        await agent.run()


async def test_a_second_agent_on_the_same_folder_does_not_start(running: Running) -> None:
    running.start()
    await running.until_rows("os", 1)
    with pytest.raises(AgentError, match="another agent"):
        Agent(running.config, running.laptop.collecting())
