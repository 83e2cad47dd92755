"""The keys go first, whatever else stays; and what stayed is what is said."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reticent_agent import folder_lock, main
from reticent_agent.collect.clock import SystemClock
from reticent_agent.config import Config
from reticent_agent.keepers import machine as machines
from reticent_agent.keepers import plain
from reticent_agent.keepers.vault import WRAPPING_KEY, Vault
from reticent_agent.remote import leaving, removal
from reticent_agent.remote.leaving import Leaving
from support.key_stores import MacMachine
from support.leaving_life import DEVICE, OVER, KilledError, agent_folder, left_in

pytestmark = pytest.mark.enable_socket  # of the event loop's own

KEYS = {"device.key", "device.key.new", "keys", "machine.salt"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = agent_folder(tmp_path)
    (made / "someone.else").unlink()
    for name in KEYS:
        (made / name).write_text("{")
    return made


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> Iterator[MacMachine]:
    made = MacMachine()
    monkeypatch.setattr(
        machines, "vault", lambda config: Vault(config.data_dir, keepers=[made.keeper()])
    )
    yield made
    made.close()


def leave(folder: Path) -> Leaving:
    return Leaving(Config(data_dir=folder), clock=SystemClock(), chance=lambda: 0.0)


def begin(folder: Path, **changed: Any) -> None:
    note: dict[str, Any] = {
        "device_id": DEVICE.replace("-", ""),
        "command_id": "63" * 16,
        "reason": "by somebody who administers this laptop",
        "begun_us": SystemClock().now_us(),
        "machine": [],
        "here": True,
        "told": None,
        "stayed": [],
    }
    (folder / removal.UNDER_WAY).write_text(json.dumps(note | changed))


@pytest.mark.parametrize(
    "obstacle",
    [
        *("wrapping.key", "device.key.tmp", "device.key.new", "keys", "keys.plain", "machine.salt"),
        *("device.crt", "ca.crt.tmp", "spool.db-wal", "policy.json.tmp", "agent.sock"),
    ],
)
def test_whatever_cannot_be_deleted_the_keys_go_and_that_one_name_is_said(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    obstacle: str,
) -> None:
    monkeypatch.setattr(leaving, "UNINSTALL_HERE_S", 0.0)
    place = folder / "run" if obstacle == "agent.sock" else folder
    (place / obstacle).unlink(missing_ok=True)
    (place / obstacle / "somebody's").mkdir(parents=True)
    assert main.main(["--data", str(folder), "uninstall", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stayed"] == [obstacle]
    assert left_in(folder) == OVER | {"run" if place != folder else obstacle}


@pytest.mark.parametrize("name", [*sorted(KEYS), "wrapping.key", "device.json", "ca.crt"])
def test_what_is_no_file_and_would_be_waited_for_holds_nothing_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whoever opens a FIFO waits until somebody opens its other end."""
    monkeypatch.setattr(leaving, "UNINSTALL_HERE_S", 0.0)
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    assert main.main(["--data", str(folder), "uninstall", "--yes"]) == 0
    assert left_in(folder) == OVER


def test_a_link_that_leads_nowhere_is_deleted_as_a_file_is(folder: Path) -> None:
    for name in ("consent.json", "device.crt", "spool.db-shm"):
        (folder / name).symlink_to(folder / "nowhere")
    assert main.main(["--data", str(folder), "uninstall", "--yes"]) == 0
    assert left_in(folder) == OVER


async def test_keys_are_gone_before_anything_else_is_tried(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    original = Path.unlink

    def unlink(path: Path, *, missing_ok: bool = False) -> None:
        if path.parent == folder and path.suffix not in (".tmp", ".plain"):
            seen.append(left_in(folder))
            if path.name not in KEYS:
                raise KilledError
        original(path, missing_ok=missing_ok)

    begin(folder)
    monkeypatch.setattr(Path, "unlink", unlink)
    with pytest.raises(KilledError):
        await leave(folder).run()
    assert seen[-1] & KEYS == {"device.key"}  # with it the server is told


async def test_a_secret_that_a_crash_left_beside_one_is_no_reason_to_leave_its_bytes(
    folder: Path,
) -> None:
    """A file that cannot be overwritten must not keep the next from it."""
    (folder / "keys.tmp").mkdir()
    (folder / "keys.seen").hardlink_to(folder / "keys")
    assert set(plain.destroy(folder / "keys")) == {"keys.tmp"}
    assert (folder / "keys.seen").read_bytes() == b"\0"


async def test_a_note_that_cannot_be_written_keeps_no_key_and_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(leaving, "UNINSTALL_HERE_S", 0.0)
    begin(folder, begun_us=SystemClock().now_us() - 1_000_000)
    (folder / f"{removal.UNDER_WAY}.tmp").mkdir()
    with pytest.raises(Exception, match="the note that says so cannot be written"):
        await asyncio.wait_for(leave(folder).run(), 10)
    assert not left_in(folder) & (KEYS | {"device.json", "spool.db"})
    (folder / f"{removal.UNDER_WAY}.tmp").rmdir()
    assert await asyncio.to_thread(main.main, ["--data", str(folder), "uninstall", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["device_id"] == DEVICE
    assert left_in(folder) == OVER


async def test_a_key_store_that_was_locked_is_asked_again_and_not_taken_for_empty(
    folder: Path, mac: MacMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its entry is called stands in wrapping.key, which therefore goes after it."""
    (folder / "keys").unlink()
    Vault(folder, keepers=[mac.keeper()]).write("keys", b"secret")
    assert mac.items
    monkeypatch.setattr(leaving, "_HERE_AGAIN_S", 0.01)
    begin(folder, told=False)
    mac.set("locked", on=True)
    going = asyncio.create_task(leave(folder).run())
    while "device.key" in left_in(folder):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    assert (removal.over(folder), WRAPPING_KEY in left_in(folder)) == (None, True)
    mac.set("locked", on=False)
    await asyncio.wait_for(going, 10)
    assert mac.items == {}
    over = removal.over(folder)
    assert over is not None
    assert over.stayed == ()


@pytest.mark.parametrize("damage", ["locked", "wrapping.key"])
async def test_a_key_store_that_keeps_its_entry_for_good_is_named(
    folder: Path, mac: MacMachine, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(leaving, "UNINSTALL_HERE_S", 0.0)
    (folder / "keys").unlink()
    Vault(folder, keepers=[mac.keeper()]).write("keys", b"secret")
    begin(folder, begun_us=SystemClock().now_us() - 1_000_000)
    if damage == "locked":
        mac.set("locked", on=True)
    else:
        (folder / WRAPPING_KEY).write_text("{")
    await asyncio.wait_for(leave(folder).run(), 10)
    over = removal.over(folder)
    assert over is not None
    assert over.stayed == (leaving.IN_A_KEY_STORE,)
    assert left_in(folder) == OVER


async def test_where_there_is_no_key_store_none_is_said_to_keep_anything(folder: Path) -> None:
    (folder / WRAPPING_KEY).write_text("damaged")
    begin(folder, told=True)
    await asyncio.wait_for(leave(folder).run(), 10)
    over = removal.over(folder)
    assert over is not None
    assert over.stayed == ()


@pytest.mark.parametrize("times", [1, 2])
async def test_ctrl_c_lets_go_of_the_folder_once_nobody_is_at_work_in_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """However often it is pressed: what asyncio makes of it is a task that is cancelled."""
    original, at_work = removal.delete_collected, list[bool]()

    def slow(*positional: Any, **named: Any) -> removal.Stayed:
        for _ in range(10):
            at_work.append(folder_lock.is_taken(folder))
            time.sleep(0.03)
        return original(*positional, **named)

    monkeypatch.setattr(removal, "delete_collected", slow)
    begin(folder)
    running = asyncio.create_task(leave(folder).run())
    for _ in range(times):
        while not at_work or len(at_work) > 9:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.sleep(0.05)
    with pytest.raises(asyncio.CancelledError):
        await running
    assert at_work == [True] * 10
    assert not folder_lock.is_taken(folder)
    assert "spool.db" not in left_in(folder)
