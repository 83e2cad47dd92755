"""An uninstallation and a running agent: who ends, who waits, and who has the folder meanwhile."""

from __future__ import annotations

import asyncio
import os
import threading
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, cast

import pytest
from reticent_agent import folder_lock, main
from reticent_agent.collect.clock import SystemClock
from reticent_agent.commands import uninstall
from reticent_agent.commands.run import this_laptop
from reticent_agent.config import Config
from reticent_agent.errors import AgentError, ConsentError
from reticent_agent.identity import IdentityStore
from reticent_agent.remote import removal
from reticent_agent.remote.asked import Asked
from reticent_agent.remote.orders import Orders
from reticent_agent.report.status import StatusBoard
from reticent_agent.run import Agent
from reticent_contract.enrolment_token import EnrolmentToken
from reticent_contract.v1 import telemetry_pb2
from support.fake_telemetry import FakeCa
from support.leaving_life import DEVICE, OVER, agent_folder, left_in

if TYPE_CHECKING:
    from reticent_agent.governor import Governor

pytestmark = pytest.mark.enable_socket  # of the event loop's own, and of a server that is not there


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return agent_folder(tmp_path)


def orders_in(folder: Path) -> Orders:
    async def end() -> None:
        """Collecting."""

    return Orders(
        cast("Governor", SimpleNamespace(asked=Asked(folder), end=end)),
        Config(data_dir=folder),
        IdentityStore(folder),
        machine=tuple,
        board=StatusBoard(lambda: None),
        clock=SystemClock(),
    )


@pytest.mark.parametrize("first", ["here", "afar"])
async def test_who_waits_at_the_laptop_waits_no_longer_for_an_order_that_comes_as_well(
    folder: Path, first: str
) -> None:
    """And the administrator's order is what is answered, whichever came first."""
    orders = orders_in(folder)
    command = telemetry_pb2.Command(
        action=telemetry_pb2.Command.ACTION_UNINSTALL,
        command_id=b"c" * 16,
        device_id=uuid.UUID(DEVICE).bytes,
    )
    for who in (first, {"here": "afar", "afar": "here"}[first]):
        if who == "here":
            assert await orders.uninstall_here(os.geteuid(), {}) == {"begun": True}
        else:
            report = await orders.obey(command)
            assert report is not None
            assert report.begun
    note = removal.under_way(folder)
    assert note is not None
    assert (note.here, note.command_id) == (True, b"c" * 16)


@pytest.mark.parametrize("known", [True, False])
async def test_an_order_is_obeyed_with_damaged_keys_and_the_server_hears_no_path_of_this_laptop(
    folder: Path, known: bool
) -> None:
    """Of which device it is, device.json is enough; the folder may lie in somebody's home."""
    if not known:
        (folder / "device.json").write_text("{")
    orders = orders_in(folder)
    command = telemetry_pb2.Command(
        action=telemetry_pb2.Command.ACTION_UNINSTALL,
        command_id=b"c" * 16,
        device_id=uuid.UUID(DEVICE).bytes,
    )
    report = await orders.obey(command)
    assert report is not None
    assert (report.begun, orders.begun) == (known, known)
    assert report.detail == ("" if known else "it does not know which device it is")
    assert (folder / removal.UNDER_WAY).exists() is known


@pytest.mark.parametrize("note", [removal.UNDER_WAY, removal.OVER])
async def test_an_agent_that_waited_for_the_folder_does_not_start_in_one_that_was_left(
    folder: Path, note: str
) -> None:
    """It looked for a note before; whoever had the folder meanwhile uninstalled it."""
    removal.begin(folder, removal.asked_here(uuid.UUID(DEVICE), now_us=1))
    (folder / removal.UNDER_WAY).rename(folder / note)
    before = left_in(folder)
    config = Config(data_dir=folder)
    with pytest.raises(AgentError, match=r"uninstalled.*; nothing is collected"):
        Agent(config, this_laptop(config))
    assert left_in(folder) == before
    assert not folder_lock.is_taken(folder)


def test_whoever_enrols_and_waited_for_the_folder_does_not_either(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original = folder_lock.take

    def take(wanted: Path) -> IO[bytes]:
        removal.begin(folder, removal.asked_here(uuid.UUID(DEVICE), now_us=1))
        return original(wanted)

    monkeypatch.setattr(folder_lock, "take", take)
    token = EnrolmentToken(
        address="localhost:1",
        ca_certificate_der=FakeCa().der,
        secret="s" * 32,
        expires_s=4_000_000_000,
        uses=1,
        group="default",
    )
    before = left_in(folder)
    assert main.main(["--data", str(folder), "enrol", "--replace", token.encode()]) == 1
    assert "this agent is being uninstalled; nothing was changed" in capsys.readouterr().err
    assert left_in(folder) == before | {removal.UNDER_WAY}


def test_an_agent_that_is_ending_for_an_administrator_hears_that_somebody_waits(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(uninstall, "ask", lambda *request: asked.append(request[1]))
    monkeypatch.setattr(uninstall, "_WAIT_S", 1.0)
    removal.begin(folder, removal.asked_here(uuid.UUID(DEVICE), now_us=1))
    with folder_lock.take(folder):
        assert main.main(["--data", str(folder), "uninstall", "--yes"]) == 1
    assert asked == [{"do": "uninstall"}]
    assert "still at it: it goes on by itself" in capsys.readouterr().err


def test_an_agent_that_ends_keeps_the_folder_though_it_lets_go_of_it_for_a_moment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its end as an agent and what it does of the uninstallation."""
    lock = folder_lock.take(folder)
    note = removal.asked_here(uuid.UUID(DEVICE), now_us=1)

    def goes_on() -> None:
        with folder_lock.take(folder):
            removal.finish(folder, note)

    def asked(*_: object) -> None:
        removal.begin(folder, note)
        lock.close()
        threading.Timer(0.5, goes_on).start()

    monkeypatch.setattr(uninstall, "ask", asked)
    monkeypatch.setattr(uninstall, "_here", lambda _: pytest.fail("it went on in its place"))
    assert main.main(["--data", str(folder), "uninstall", "--yes"]) == 0


def test_an_answer_of_the_agent_that_is_lost_is_no_reason_to_say_that_nothing_began(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = folder_lock.take(folder)

    def lost(*_: object) -> None:
        removal.begin(folder, removal.asked_here(uuid.UUID(DEVICE), now_us=1))
        lock.close()
        raise ConsentError("the agent gave no answer", permanent=False)

    monkeypatch.setattr(uninstall, "ask", lost)
    monkeypatch.setattr(uninstall, "_DOOR_S", -1.0)
    assert main.main(["--data", str(folder), "uninstall", "--yes"]) == 0
    assert left_in(folder) == OVER | {"someone.else"}


@pytest.mark.parametrize("before", [None, "{", "valid"])
async def test_a_running_agent_with_damaged_keys_still_names_its_device_and_ends(
    folder: Path, before: str | None
) -> None:
    """Also where a note lies there already: one that is damaged says nothing of use."""
    if before == "valid":
        removal.begin(folder, removal.asked_here(uuid.UUID(DEVICE), now_us=1))
    elif before is not None:
        (folder / removal.UNDER_WAY).write_text(before)
    orders = orders_in(folder)
    assert await orders.uninstall_here(os.geteuid(), {}) == {"begun": True}
    note = removal.under_way(folder)
    assert note is not None
    assert (str(note.device_id), len(note.command_id), note.here) == (DEVICE, 16, True)
    assert orders.begun
    await asyncio.wait_for(orders.ending.wait(), 5)
