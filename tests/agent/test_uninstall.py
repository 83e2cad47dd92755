"""The whole agent against the real server: uninstalled from afar, cut off at each step."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from reticent_agent import main
from reticent_agent.identity import IdentityStore
from reticent_agent.remote import leaving, removal
from reticent_agent.remote.removal import Removal, UninstalledError
from reticent_agent.run import WRITE_AFTER_S
from reticent_contract.limits import UNINSTALL_TELL_S
from reticent_contract.v1 import telemetry_pb2
from support.laptop_life import SERIAL, Life, connected, living, until
from support.leaving_life import OVER, KilledError, ask, begun, files, leave

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

Command = telemetry_pb2.Command
CUTS = (
    *("nothing is deleted", "the server is told", "the answer is not written down"),
    *("the server has answered", "half is gone"),
)


@pytest.fixture
async def life(data_dir: Path, tmp_path: Path) -> AsyncIterator[Life]:
    async with living(data_dir, tmp_path) as made:
        yield made


def answers(life: Life) -> list[tuple[str, str]]:
    entries = life.run.services.audit.page().entries
    return [(e.action, e.actor) for e in reversed(entries) if e.action.startswith("device.un")]


async def test_an_agent_that_is_online_goes_for_good_and_its_owner_is_told(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = await begun(life)
    assert life.run.services.actions.list(asked.device_id)[0].delivered_s
    folder = life.config.data_dir
    assert main.main(["status", "--data", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "being uninstalled: nothing is collected" in told
    assert "an administrator says: returned, ticket 4711" in told
    await leave(life).run()
    await asyncio.sleep(1.5 * WRITE_AFTER_S)
    assert files(life) == OVER  # nor has the agent that ended written its status since
    device = life.device()
    assert (device.status, device.device_id) == ("retired", asked.device_id)
    assert life.run.services.actions.list(asked.device_id)[0].done
    assert answers(life)[-1] == ("device.uninstall", "laptop")
    assert main.main(["status", "--data", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "uninstalled"
    assert main.main(["doctor", "--data", str(folder)]) == 1
    told = capsys.readouterr().out
    assert "an administrator uninstalled this agent (returned, ticket 4711)" in told
    assert "does not run and does not start" in told
    assert "start the agent" not in told
    assert "enrolment" not in told
    for path in folder.iterdir():
        assert SERIAL not in path.read_text()


@pytest.mark.parametrize("cut", CUTS)
async def test_what_is_killed_in_between_is_ended_by_the_next_start(
    life: Life, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    """Also where the server's answer is lost: it is asked again, and says the same."""
    asked = await begun(life)

    def killed(folder: Path, **_: object) -> None:
        if cut == "half is gone":
            for name in ("device.json", "device.crt"):
                (folder / name).unlink()
        raise KilledError

    def killed_writing(folder: Path, _: Removal) -> None:
        raise KilledError

    async def killed_talking(*_: object, **__: object) -> bool:
        raise KilledError

    with monkeypatch.context() as patched:
        if cut == "nothing is deleted":
            patched.setattr(removal, "delete_collected", killed)
        elif cut == "the server is told":
            patched.setattr(leaving, "say_done", killed_talking)
        elif cut == "the answer is not written down":
            patched.setattr(removal, "begin", killed_writing)
        else:
            patched.setattr(removal, "delete_identity", killed)
        with pytest.raises(KilledError):
            await leave(life).run()
    assert "device.key" in files(life)
    await leave(life).run()
    assert files(life) == OVER
    assert life.device().status == "retired"
    assert answers(life).count(("device.uninstall", "laptop")) == 1
    (shown,) = life.run.services.actions.list(asked.device_id)
    assert shown.done
    assert len(life.run.services.devices.list().devices) == 1


async def test_a_laptop_that_cannot_delete_says_so_to_nobody_as_done_and_tries_again(
    life: Life,
) -> None:
    asked = await begun(life)
    stuck = life.config.data_dir / "spool.stuck"
    stuck.mkdir()
    again = leave(life)
    running = asyncio.create_task(again.run())
    await until(lambda: not (life.config.data_dir / "policy.json").exists() or running.done())
    assert life.device().status == "active"
    assert not life.run.services.actions.list(asked.device_id)[0].done
    stuck.rmdir()
    await running
    assert files(life) == OVER
    assert life.device().status == "retired"


async def test_a_server_that_is_not_reached_keeps_no_key_here_for_ever(life: Life) -> None:
    await begun(life)
    folder = life.config.data_dir
    asked = removal.under_way(folder)
    assert asked is not None
    ago_us = (UNINSTALL_TELL_S + 60) * 1_000_000
    removal.begin(folder, replace(asked, begun_us=asked.begun_us - ago_us))
    await leave(life).run()
    assert files(life) == OVER
    assert life.device().status == "active"  # the server retires it by itself: "begun"
    over = removal.over(folder)
    assert over is not None
    assert f"device {over.device_id} is to be retired there" in over.left()


async def test_no_agent_starts_again_by_itself_and_enrolling_begins_anew(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    await begun(life)
    folder, token = life.config.data_dir, life.run.token()
    arguments = ["--data", str(folder), "--proxy", "none"]
    capsys.readouterr()
    assert await asyncio.to_thread(main.main, [*arguments, "enrol", token]) == 1
    assert "this agent is being uninstalled" in capsys.readouterr().err  # not before it is over
    assert (folder / removal.UNDER_WAY).exists()
    await leave(life).run()
    token_file = folder.parent / "enrolment.token"
    token_file.write_text(token)
    assert await asyncio.to_thread(main.main, [*arguments, "--token-file", str(token_file), "run"])
    assert "an administrator uninstalled this agent" in capsys.readouterr().err
    assert files(life) == OVER
    assert len(life.run.services.devices.list().devices) == 1
    removed = removal.over(folder)
    assert removed is not None
    assert "enrol" in str(UninstalledError(removed))


# The agent's part alone.


def test_a_note_that_is_damaged_still_empties_the_folder(tmp_path: Path) -> None:
    for name in (removal.UNDER_WAY, "device.key", "device.key.tmp", "keys.plain", "spool.db-wal"):
        (tmp_path / name).write_text("{")
    (tmp_path / "someone.else").write_text("kept")
    asked = removal.under_way(tmp_path)
    assert asked is not None
    assert (asked.command_id, asked.device_id) == (b"", UUID(int=0))
    for _ in range(2):
        assert removal.delete_collected(tmp_path, door=tmp_path / "run") == {}
        assert removal.delete_identity(tmp_path) == {}
        assert removal.delete_wrapping_key(tmp_path) == {}
        removal.finish(tmp_path, asked)
    assert {path.name for path in tmp_path.iterdir()} == {removal.OVER, "someone.else"}


def test_a_secret_is_overwritten_before_it_is_deleted(tmp_path: Path) -> None:
    """Seen through a second name of the same file."""
    for name in ("device.key", "wrapping.key", "keys", "machine.salt"):
        (tmp_path / name).write_bytes(b"secret")
        (tmp_path / f"{name}.seen").hardlink_to(tmp_path / name)
    removal.delete_collected(tmp_path, door=tmp_path / "run")
    removal.delete_identity(tmp_path)
    removal.delete_wrapping_key(tmp_path)
    assert {path.read_bytes() for path in tmp_path.glob("*.seen")} == {bytes(6)}
    assert len(list(tmp_path.iterdir())) == 4


def test_a_note_gives_back_what_was_written(tmp_path: Path) -> None:
    asked = Removal(
        device_id=uuid4(), command_id=b"c" * 16, reason="returned", begun_us=time.time_ns() // 1000
    )
    removal.begin(tmp_path, asked)
    read = removal.under_way(tmp_path)
    assert read == replace(asked, machine=[])


async def test_a_command_for_another_laptop_is_refused_and_nothing_is_deleted(life: Life) -> None:
    """Recorded at one laptop, said again to another."""
    life.start()
    await connected(life)
    before = IdentityStore(life.config.data_dir).load()
    for number, meant_for in enumerate((b"", b"o" * 16), start=1):
        command = Command(
            action=Command.ACTION_UNINSTALL, command_id=bytes([number]) * 16, device_id=meant_for
        )
        report = await life.agent.asked(command)
        assert report is not None
        assert (report.begun, report.done) == (False, False)
        assert report.detail == "it is meant for another laptop"
    assert not (life.config.data_dir / removal.UNDER_WAY).exists()
    assert IdentityStore(life.config.data_dir).load() == before
    await until(lambda: life.status()["asked"])  # and its owner sees that somebody tried
    await until(lambda: life.agent._pipeline.policy)  # it goes on


async def test_a_disk_that_takes_no_note_lets_nothing_begin(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    life.start()
    await connected(life)
    monkeypatch.setattr(removal, "begin", full)
    asked = ask(life)
    await until(lambda: life.run.services.actions.list(asked.device_id)[0].answered_s)
    (shown,) = life.run.services.actions.list(asked.device_id)
    assert (shown.done, "No space left" in shown.detail) == (False, True)
    assert life.device().status == "active"


def test_a_folder_that_cannot_be_read_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / removal.OVER).mkdir()
    assert main.main(["--data", str(tmp_path), "run"]) == 1
    assert "cannot be read" in capsys.readouterr().err
