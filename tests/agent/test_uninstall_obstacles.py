"""What stands in an uninstallation's way: broken streams, files and key stores that stay."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reticent_agent import main
from reticent_agent.identity import IdentityStore
from reticent_agent.identity.keys import fingerprints
from reticent_agent.keepers import StoreError
from reticent_agent.keepers.vault import Vault
from reticent_agent.local import place
from reticent_agent.remote import farewell, leaving, orders, removal
from reticent_agent.stream.hello import hello_of
from reticent_contract.v1 import telemetry_pb2
from support.laptop_life import Life, connected, living, until
from support.leaving_life import OVER, KilledError, begun, files, leave, stuck_for_good

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

Command = telemetry_pb2.Command


@pytest.fixture
async def life(data_dir: Path, tmp_path: Path) -> AsyncIterator[Life]:
    async with living(data_dir, tmp_path) as made:
        yield made


async def test_what_cannot_be_deleted_holds_it_up_for_a_while_and_is_named(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the server no more than its kind."""
    asked = await begun(life)
    folder = life.config.data_dir
    (folder / "spool.of-alice").mkdir()
    stuck_for_good(life)
    await leave(life).run()
    (shown,) = life.run.services.actions.list(asked.device_id)
    assert (shown.done, shown.detail) == (True, "could not be deleted there: spool.*")
    assert (life.device().status, files(life)) == ("retired", OVER | {"spool.of-alice"})
    assert main.main(["status", "--data", str(folder)]) == 0
    assert "could not be deleted: spool.of-alice" in capsys.readouterr().out


async def test_an_order_whose_stream_ends_while_it_is_taken_still_ends_the_agent(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note is on the disk, and nobody is left to say so: no stream, no answer."""
    monkeypatch.setattr(orders, "_BEGUN_TOLD_S", 0.2)
    life.start()
    await connected(life)
    agent = life.agent
    command = Command(
        action=Command.ACTION_UNINSTALL,
        command_id=b"c" * 16,
        device_id=life.device().device_id.bytes,
    )
    taking = asyncio.create_task(agent.asked(command))
    await until(lambda: (life.config.data_dir / removal.UNDER_WAY).exists())
    taking.cancel()
    assert life.task is not None
    await asyncio.wait_for(asyncio.shield(life.task), 10)
    assert agent.is_uninstalled
    agent.stop()
    assert not agent.is_uninstalled  # who stops it meanwhile is heard: the next start goes on


async def test_the_farewell_says_what_the_stream_says_and_the_socket_goes_wherever_it_lies(
    life: Life, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whom it trusts among it: the exchange of a root counts who has not said so."""
    await begun(life)
    said: list[telemetry_pb2.Hello] = []
    original = hello_of

    def heard(*positional: Any, **named: Any) -> telemetry_pb2.Hello:
        said.append(original(*positional, **named))
        return said[-1]

    monkeypatch.setattr(farewell, "hello_of", heard)
    identity = IdentityStore(life.config.data_dir).load()
    assert identity is not None
    life.config = replace(life.config, runtime_dir=tmp_path / "runtime")
    place.listening(tmp_path / "runtime").close()  # as an agent that was killed leaves it
    await leave(life).run()
    assert list((tmp_path / "runtime").iterdir()) == []
    (hello,) = said
    assert list(hello.trusted_ca_sha256) == list(fingerprints(identity.ca)) != []
    assert hello.device_key_kept == identity.kept
    assert life.device().status == "retired"


async def test_enrolling_forgets_the_note_also_where_it_was_cut_off_before(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(life)
    await leave(life).run()
    folder = life.config.data_dir
    arguments = ["--data", str(folder), "--proxy", "none", "enrol", life.run.token()]
    with monkeypatch.context() as patched:
        patched.setattr(removal, "forget", lambda _: (_ for _ in ()).throw(KilledError()))
        with pytest.raises(KilledError):
            await asyncio.to_thread(main.main, arguments)
    assert {removal.OVER, "device.json"} < files(life)
    assert await asyncio.to_thread(main.main, arguments) == 0  # enrolled already
    assert removal.OVER not in files(life)


async def test_whoever_stops_it_finds_nobody_at_work_in_the_folder(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(life)
    entered, ended = threading.Event(), threading.Event()
    original = removal.delete_collected

    def slow(*positional: Any, **named: Any) -> removal.Stayed:
        entered.set()
        time.sleep(0.3)
        stayed = original(*positional, **named)
        ended.set()
        return stayed

    with monkeypatch.context() as patched:
        patched.setattr(removal, "delete_collected", slow)
        leaving_agent = leave(life)
        running = asyncio.create_task(leaving_agent.run())
        await until(entered.is_set)
        leaving_agent.stop()
        await running
        assert ended.is_set()


async def test_a_key_store_that_keeps_its_entry_is_named(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(life)
    folder = life.config.data_dir

    def refuses(_: Vault) -> None:
        raise StoreError("it is locked")

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "forget", refuses)
        again = leave(life)
        running = asyncio.create_task(again.run())
        await until(lambda: life.device().status == "retired")
        assert not (folder / removal.OVER).exists()  # it is tried again for a while
        again.stop()
        await running
        stuck_for_good(life)
        await leave(life).run()
    over = removal.over(folder)
    assert over is not None
    assert (over.told, over.stayed) == (True, (leaving.IN_A_KEY_STORE,))
