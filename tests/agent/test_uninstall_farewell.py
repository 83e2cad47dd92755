"""What an agent that leaves tells the server, what it takes for an answer, how long it waits."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from reticent_agent import folder_lock, main
from reticent_agent.away import Away
from reticent_agent.collect.clock import SystemClock
from reticent_agent.commands import uninstall
from reticent_agent.config import Config
from reticent_agent.identity import Identity, IdentityStore, keys
from reticent_agent.remote import leaving, removal
from reticent_agent.remote.leaving import Leaving
from reticent_agent.remote.removal import Removal
from reticent_contract.v1 import telemetry_pb2
from support.fake_telemetry import FakeServer, Send
from support.leaving_life import OVER

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

Command = telemetry_pb2.Command
DEVICE = uuid4()


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    """Puts the key out of service once it has heard that the agent is gone."""
    fake = FakeServer()
    await fake.start()
    answering = asyncio.create_task(answer(fake))
    yield fake
    answering.cancel()
    with suppress(asyncio.CancelledError):
        await answering
    await fake.stop()


async def answer(fake: FakeServer) -> None:
    while not reports(fake):
        await asyncio.sleep(0.01)
    stop = Command(action=Command.ACTION_STOP)
    await fake.push(telemetry_pb2.StreamResponse(command=stop))


def reports(fake: FakeServer) -> list[telemetry_pb2.CommandReport]:
    said = fake.received if fake.hellos else []  # else it is an enrolment
    frames = [telemetry_pb2.StreamRequest.FromString(data) for data in said]
    return [f.command_report for f in frames if f.WhichOneof("frame") == "command_report"]


@pytest.fixture
def folder(server: FakeServer, tmp_path: Path) -> Path:
    """Of a laptop that is enrolled there."""
    store = IdentityStore(tmp_path / "agent")
    key = store.pending_key()
    der = server.ca.device(keys.request_der(key, None), DEVICE)
    store.save(
        Identity(
            device_id=DEVICE,
            key=key,
            certificate=keys.certificate_pem(der),
            ca=server.ca.pem,
            telemetry_address=server.address,
            policy_public_key=b"k" * 32,
            group="default",
        )
    )
    (tmp_path / "agent" / "agent.lock").touch()
    return tmp_path / "agent"


def note(**changed: Any) -> Removal:
    made = removal.asked_here(DEVICE, now_us=SystemClock().now_us())
    return replace(made, **changed)


def leave(folder: Path) -> Leaving:
    config = Config(data_dir=folder, proxy="none")
    return Leaving(config, clock=SystemClock(), chance=lambda: 0.0)


def over_in(folder: Path) -> Removal:
    over = removal.over(folder)
    assert over is not None
    return over


@pytest.mark.parametrize("here", [True, False])
@pytest.mark.parametrize(
    ("action", "told"), [(Command.ACTION_STOP, True), (Command.ACTION_REKEY, False)]
)
async def test_a_key_that_is_no_longer_trusted_is_not_a_device_out_of_service(
    server: FakeServer, folder: Path, action: Command.Action.ValueType, told: bool, here: bool
) -> None:
    """The server sends who is to make a new key away before it hears anything."""

    async def dismissed(send: Send) -> bool:
        await send(telemetry_pb2.StreamResponse(command=Command(action=action)))
        return True

    server.on_hello = dismissed
    removal.begin(folder, note(here=here))
    await asyncio.wait_for(leave(folder).run(), 20)
    assert (over_in(folder).told, len(server.hellos)) == (told, 1)
    assert (f"device {DEVICE} is to be retired there" in over_in(folder).left()) is not told
    assert {path.name for path in folder.iterdir()} == OVER


async def test_a_damaged_note_keeps_nobody_at_the_laptop_from_a_farewell(
    server: FakeServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / removal.UNDER_WAY).write_text("{")
    command = ["--data", str(folder), "--proxy", "none", "uninstall", "--json"]
    assert await asyncio.to_thread(main.main, command) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["server_told"], said["device_id"]) == (True, str(DEVICE))
    (report,) = reports(server)
    assert (len(report.command_id), report.uninstalled_here, report.done) == (16, True, True)


async def test_of_a_damaged_note_without_anybody_there_the_device_is_still_named(
    server: FakeServer, folder: Path
) -> None:
    (folder / removal.UNDER_WAY).write_text("{")
    await asyncio.wait_for(leave(folder).run(), 20)
    assert f"device {DEVICE} is to be retired there" in over_in(folder).left()
    assert reports(server) == []  # who asked, and by which command, nobody knows


async def test_who_waits_for_a_server_says_so_once_and_at_last_how_it_went(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[object] = []

    async def unreached(*_: object, **__: object) -> None:
        tries.append(1)
        if len(tries) == 3:
            monkeypatch.setattr(leaving, "UNINSTALL_TELL_S", -1.0)

    monkeypatch.setattr(leaving, "say_done", unreached)
    (folder / "spool.stuck").mkdir()
    monkeypatch.setattr(leaving, "UNINSTALL_STUCK_S", -1.0)
    removal.begin(folder, note(here=False))
    with caplog.at_level(logging.INFO, "reticent_agent.remote"):
        await asyncio.wait_for(leave(folder).run(), 20)
    assert len(tries) == 3
    assert [record.getMessage() for record in caplog.records] == [
        "something of this agent cannot be deleted",
        "the server was not told yet that this agent is uninstalled",
        "this agent was uninstalled",
    ]
    assert vars(caplog.records[0])["fields"]["name"] == "spool.*"
    assert vars(caplog.records[-1])["fields"] == {"server_told": False, "stayed": "spool.*"}


async def test_the_half_minute_begins_once_the_laptop_was_looked_at_and_no_agent_starts_before(
    server: FakeServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[bool, bool, int]] = []

    async def look(_: Away) -> None:
        began = (folder / removal.UNDER_WAY).exists()
        looked.append((folder_lock.is_taken(folder), began, SystemClock().now_us()))

    monkeypatch.setattr(Away, "look", look)
    command = ["--data", str(folder), "--proxy", "none", "uninstall", "--yes"]
    assert await asyncio.to_thread(main.main, command) == 0
    ((is_taken, began, at_us),) = looked
    assert (is_taken, began) == (True, False)
    assert over_in(folder).begun_us >= at_us


async def test_what_took_longer_than_an_agent_is_waited_for_is_over_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(uninstall, "_WAIT_S", 0.01)
    command = ["--data", str(folder), "--proxy", "none", "uninstall", "--yes"]
    assert await asyncio.to_thread(main.main, command) == 0
    assert f"device {DEVICE} is out of service" in capsys.readouterr().out


@pytest.mark.parametrize("told", [True, False])
async def test_enrolling_does_not_bring_back_an_identity_that_could_not_be_deleted(
    server: FakeServer, folder: Path, capsys: pytest.CaptureFixture[str], told: bool
) -> None:
    """The server may have taken it out of service, or was asked to."""
    removal.begin(folder, note(told=told))
    removal.finish(folder, note(told=told, stayed=("device.key", "device.json")))
    command = ["--data", str(folder), "--proxy", "none", "enrol"]
    assert await asyncio.to_thread(main.main, command) == 1
    assert "there is no enrolment token" in capsys.readouterr().err
    assert (folder / removal.OVER).exists()
    assert await asyncio.to_thread(main.main, [*command, server.token()]) == 0
    assert not (folder / removal.OVER).exists()
    now = IdentityStore(folder).load()
    assert now is not None
    assert now.device_id != DEVICE


async def test_enrolling_forgets_the_note_of_another_device(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the one before this: whoever enrolled was cut off."""
    removal.begin(folder, note(device_id=uuid4(), told=True))
    (folder / removal.UNDER_WAY).rename(folder / removal.OVER)
    command = ["--data", str(folder), "--proxy", "none", "enrol"]
    assert await asyncio.to_thread(main.main, command) == 0
    assert f"already enrolled as device {DEVICE}" in capsys.readouterr().out
    assert not (folder / removal.OVER).exists()


class Turned:
    """A clock whose two faces a test turns apart."""

    def __init__(self) -> None:
        self.wall_s, self.since_s = 1_763_800_000.0, 7.0

    def now_us(self) -> int:
        return round(self.wall_s * 1e6)

    def monotonic(self) -> float:
        return self.since_s


@pytest.mark.parametrize(
    ("wall_s", "since_s", "is_over"),
    [
        (29.0, 29.0, False),
        (31.0, 31.0, True),
        (31.0, 0.0, True),  # it was off meanwhile
        (0.0, 31.0, True),  # the clock stands, or is set again and again
        (-2.0, 1.0, False),  # put right by a second or two
        (-86_400.0, 1.0, True),  # set back: nobody knows how long it is at it
    ],
)
async def test_a_clock_that_is_wrong_makes_no_wait_endless(
    tmp_path: Path, wall_s: float, since_s: float, is_over: bool
) -> None:
    clock = Turned()
    begun = note(begun_us=clock.now_us())
    made = Leaving(Config(data_dir=tmp_path), clock=clock)
    clock.wall_s += wall_s
    clock.since_s += since_s
    assert made._is_over(begun, 30.0) is is_over
