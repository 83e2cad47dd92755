"""`reticent-agent uninstall`: who is asked, and what is said where the server is not told."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from reticent_agent import folder_lock, main
from reticent_agent.commands import uninstall
from reticent_agent.errors import AgentError
from reticent_agent.remote import leaving, removal
from support.laptop_life import Life, connected, living
from support.leaving_life import DEVICE, OVER, agent_folder, files, left_in
from support.readme import README

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
async def life(data_dir: Path, tmp_path: Path) -> AsyncIterator[Life]:
    async with living(data_dir, tmp_path) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return agent_folder(tmp_path)


async def test_a_server_that_is_not_reached_is_said_and_holds_nobody_up(
    life: Life, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries: list[object] = []

    async def unreached(*arguments: object, **_: object) -> None:
        tries.append(arguments)

    monkeypatch.setattr(leaving, "UNINSTALL_HERE_S", 0.5)
    monkeypatch.setattr(leaving, "say_done", unreached)
    life.start()
    await connected(life)
    with pytest.raises(AgentError, match="use sudo"):
        await life.agent._orders.uninstall_here(os.geteuid() + 1, {})  # another person's program
    assert not (life.config.data_dir / removal.UNDER_WAY).exists()
    await life.stop()
    device = life.device().device_id
    command = ["--data", str(life.config.data_dir), "uninstall", "--yes"]
    assert await asyncio.to_thread(main.main, command) == 0
    told = capsys.readouterr().out
    assert "was not told: it could not be reached" in told
    assert f"have device {device} retired there" in told
    assert (files(life), life.device().status) == (OVER, "active")
    assert tries
    removed = removal.over(life.config.data_dir)
    assert removed is not None
    assert removed.machine  # the server sees that it is the laptop
    assert main.main(["--data", str(life.config.data_dir), "uninstall", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["server_told"], said["device_id"]) == (False, str(device))


def test_a_key_of_no_use_keeps_nothing_and_the_device_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["--data", str(folder), "uninstall", "--yes"]) == 0
    assert f"have device {DEVICE} retired there" in capsys.readouterr().out
    assert left_in(folder) == OVER | {"someone.else"}
    assert main.main(["--data", str(folder), "run"]) == 1
    assert "this agent was uninstalled on this laptop" in capsys.readouterr().err
    assert main.main(["--data", str(folder), "doctor"]) == 1
    assert "is to be retired there" in capsys.readouterr().out


@pytest.mark.parametrize("here", [True, False])
def test_doctor_tells_a_laptop_that_leaves_neither_to_enrol_nor_to_wait_for_keys(
    folder: Path, capsys: pytest.CaptureFixture[str], here: bool
) -> None:
    note = removal.asked_here(uuid.UUID(DEVICE), now_us=1)
    removal.begin(folder, dataclasses.replace(note, here=here, reason="ticket 4711"))
    assert main.main(["--data", str(folder), "doctor"]) == 1
    told = capsys.readouterr().out
    assert "this agent is being uninstalled" in told
    assert ("an administrator (ticket 4711)" in told) is not here
    assert "no enrolment before that" in told
    assert "new token" not in told


@pytest.mark.parametrize(("answer", "code"), [("no\n", 1), ("", 1), ("y\n", 1), ("Yes\n", 0)])
def test_a_person_is_asked_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    before = left_in(folder)
    assert main.main(["--data", str(folder), "uninstall"]) == code
    assert (left_in(folder) == before) is bool(code)


def test_where_nobody_can_be_asked_nothing_is_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    before = left_in(folder)
    assert main.main(["--data", str(folder), "uninstall"]) == 1
    assert "add --yes" in capsys.readouterr().err
    assert left_in(folder) == before


def test_what_stays_is_named_and_an_agent_that_does_not_answer_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(leaving, "UNINSTALL_HERE_S", 0.0)
    monkeypatch.setattr(uninstall, "_DOOR_S", 0.3)
    (folder / "spool.stuck").mkdir()
    with folder_lock.take(folder):  # an agent of a release that knows no such request
        assert main.main(["--data", str(folder), "uninstall", "--yes"]) == 1
    told = capsys.readouterr().err
    assert "nothing was uninstalled; stop its service" in told
    assert {"device.key", "spool.db"} < left_in(folder)
    assert main.main(["--data", str(folder), "uninstall", "--yes"]) == 0
    told = capsys.readouterr().out
    assert "what the agent kept here is deleted, but for what is named below" in told
    assert "stayed    spool.stuck: delete it by hand" in told
    assert left_in(folder) == OVER | {"someone.else", "spool.stuck"}
    assert main.main(["--data", str(folder), "status"]) == 0
    told = capsys.readouterr().out
    assert "are deleted, but for what is named below" in told
    assert "could not be deleted: spool.stuck" in told


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("agent.lock",),
        ("agent.lock", "keys", "policy.json", "ca.crt"),  # by chance of the same names
        ("device.json", "device.key", "ca.crt", "keys", "status.json"),  # of another program
        ("spool.db", "spool.of-letters", "asked.json"),
    ],
)
def test_a_folder_that_is_no_agents_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], names: tuple[str, ...]
) -> None:
    for name in names:
        (tmp_path / name).write_text("somebody's")
    tmp_path.chmod(0o755)
    before = left_in(tmp_path)
    for more in ([], ["--yes"], ["--yes", "--json"]):
        assert main.main(["--data", str(tmp_path), "uninstall", *more]) == 1
        told = capsys.readouterr()
        assert "is no agent's folder; nothing was changed" in told.err
        assert told.out == ""
    assert left_in(tmp_path) == before
    assert {path.read_text() for path in tmp_path.iterdir()} <= {"somebody's"}
    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("note", [removal.UNDER_WAY, removal.OVER])
@pytest.mark.parametrize("damaged", [True, False])
def test_what_was_begun_before_can_be_ended_whatever_is_left(
    tmp_path: Path, note: str, damaged: bool
) -> None:
    (tmp_path / "agent.lock").touch()
    removal.begin(tmp_path, removal.asked_here(uuid.UUID(DEVICE), now_us=1))
    (tmp_path / removal.UNDER_WAY).rename(tmp_path / note)
    if damaged:
        (tmp_path / note).write_text("{")
    (tmp_path / "keys").write_text("secret")
    assert main.main(["--data", str(tmp_path), "uninstall"]) == 0
    assert left_in(tmp_path) == OVER | ({"keys"} if note == removal.OVER else set())


def test_the_readme_says_how_long_an_agent_is_waited_for() -> None:
    assert f"waited for\n{uninstall._WAIT_S:.0f} seconds" in README.read_text()


@pytest.mark.parametrize("note", [removal.UNDER_WAY, removal.OVER])
def test_of_a_damaged_note_nobody_is_said_to_have_asked(
    folder: Path, capsys: pytest.CaptureFixture[str], note: str
) -> None:
    (folder / note).write_text("{")
    for command in ("status", "doctor", "run"):
        if command == "run" and note == removal.UNDER_WAY:
            continue  # it would end it
        main.main(["--data", str(folder), command])
        told = "".join(capsys.readouterr())
        assert "administrator" not in told
        assert "the note that says why is damaged" in told
        assert "1970" not in told


def test_where_there_is_no_agent_there_is_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["--data", str(tmp_path / "none"), "uninstall", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["device_id"] is None
    assert not (tmp_path / "none").exists()
