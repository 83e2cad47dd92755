"""The whole agent against the real server: approved, paused, given a new key, back after long."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from reticent_agent import main
from reticent_agent.config import Config
from reticent_agent.identity import IdentityStore, keys
from reticent_agent.stream import client
from reticent_contract.v1 import telemetry_pb2
from reticent_server.ca.authority import CertificateAuthority
from reticent_server.devices.actions import Action
from reticent_server.devices.groups import GroupSettings
from reticent_server.keys import load_keys
from support.laptop_life import SERIAL, Life, connected, living, until

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


@pytest.fixture
async def life(data_dir: Path, tmp_path: Path) -> AsyncIterator[Life]:
    async with living(data_dir, tmp_path) as made:
        yield made


async def test_a_laptop_waits_for_approval_and_says_so(
    life: Life, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Longer than a try takes: the file is written with what else changes, and says how it is then.
    monkeypatch.setattr(client, "_APPROVAL_RETRY_S", 2.0)
    life.config = Config(
        data_dir=life.config.data_dir, token=life.run.token(needs_approval=True), proxy="none"
    )
    life.start()
    await until(lambda: life.status().get("state") == "waiting")
    assert life.status()["policy"] is None
    assert life.laptop.asked == []  # nothing is collected
    assert main.main(["status", "--data", str(life.config.data_dir)]) == 0
    told = capsys.readouterr().out
    assert "waits for an administrator's approval" in told
    assert life.device().key_sha256.hex() in told
    life.run.services.devices.approve(life.device().device_id, reason="ours")
    await connected(life)
    await until(lambda: life.status()["policy"])


async def test_a_new_key_is_made_when_asked_and_its_owner_sees_it(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    life.start()
    await connected(life)
    before = life.device()
    assert (await life.ask(Action.NEW_KEY)).done
    after = life.device()
    assert after.device_id == before.device_id
    assert after.key_sha256 != before.key_sha256
    await until(lambda: life.status()["asked"])
    assert main.main(["status", "--data", str(life.config.data_dir)]) == 0
    told = capsys.readouterr().out
    assert "new-key (done); an administrator says: exam week" in told
    assert "a token of board, disk goes to the server" in told


async def test_a_pause_holds_over_a_restart_and_ends_when_asked(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    life.start()
    await connected(life)
    await until(lambda: life.laptop.asked)
    assert (await life.ask(Action.PAUSE, pause_s=3_600)).done
    await until(lambda: life.status()["paused"])
    assert main.main(["status", "--data", str(life.config.data_dir)]) == 0
    assert "nothing is collected; an administrator says: exam week" in capsys.readouterr().out
    await life.stop()
    life.laptop.asked.clear()
    life.start()
    await connected(life)
    await until(lambda: life.device().policy_version)
    assert life.laptop.asked == []  # nothing was started
    assert life.status()["paused"]
    assert (await life.ask(Action.RESUME)).done
    await until(lambda: life.laptop.asked)
    await until(lambda: life.status()["paused"] is None)
    assert life.device().policy_refusal == ""


async def test_a_pause_ends_by_itself(life: Life) -> None:
    life.start()
    await connected(life)
    await until(lambda: life.laptop.asked)
    orders = life.agent._orders
    life.laptop.asked.clear()
    until_us = time.time_ns() // 1_000 + 300_000
    command = telemetry_pb2.Command(
        action=telemetry_pb2.Command.ACTION_PAUSE, until_us=until_us, command_id=b"c" * 16
    )
    report = await orders.obey(command)
    assert report is not None
    assert report.done
    assert (await orders.obey(command)) == report  # known: not done again
    await until(lambda: life.laptop.asked)


# After too long a time off.


def age(life: Life, *, days: int) -> None:
    """The laptop's certificate is the one that it got so long ago."""
    ca: CertificateAuthority = load_keys(
        life.run.data_dir, clock=lambda: time.time() - days * 86_400
    ).ca
    identity = IdentityStore(life.config.data_dir).load()
    assert identity is not None
    key = keys.load_key(identity.key).public_key()
    issued = ca.issue_device(key, identity.device_id)
    (life.config.data_dir / "device.crt").write_bytes(keys.certificate_pem(issued.der))


async def off_for(life: Life, *, days: int) -> None:
    life.start()
    await connected(life)
    await until(lambda: life.device().machine_signals)
    await life.stop()
    age(life, days=days)
    life.config = Config(data_dir=life.config.data_dir, proxy="none")  # its token is gone


async def test_a_laptop_that_was_off_for_long_comes_back_as_the_same_device(life: Life) -> None:
    await off_for(life, days=20)
    before = life.device()
    life.start()
    await connected(life)
    after = life.device()
    assert (after.device_id, after.key_sha256) == (before.device_id, before.key_sha256)
    assert life.status()["error"] is None
    for file in life.config.data_dir.rglob("*.json"):
        assert SERIAL not in file.read_text()


async def test_a_copied_data_directory_comes_back_to_nothing(life: Life) -> None:
    await off_for(life, days=20)
    for table in ("board", "disk"):
        life.laptop.state[table][0]["serial"] = "ANOTHER-MACHINE"
    life.start()
    await until(lambda: life.status().get("error"))
    assert "enrol" in str(life.status()["error"])
    assert life.device().certificate_expires_s > 0
    actions = [(e.action, e.reason) for e in life.run.services.audit.page().entries]
    assert ("device.return", "return-other-hardware") in actions


async def test_a_group_may_want_a_token_of_whoever_was_off(life: Life) -> None:
    life.run.services.groups.set(GroupSettings(group="default", return_within_s=0))
    await off_for(life, days=20)
    life.start()
    await until(lambda: life.status().get("error"))
    assert "no valid enrolment token" in str(life.status()["error"])
