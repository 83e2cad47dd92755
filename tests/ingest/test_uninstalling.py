"""A laptop that is asked to uninstall its agent: delivered, begun, done; it leaves service."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from reticent_contract.v1 import telemetry_pb2
from reticent_server.audit.service import AuditError, AuditService, Entry
from reticent_server.devices import uninstalling
from reticent_server.devices.actions import Action, ActionView
from reticent_server.devices.models import DeviceStatus
from reticent_server.devices.uninstalling import Uninstalling
from reticent_server.errors import ConflictError
from reticent_server.limits import UNINSTALL_CONFIRM_S
from sqlalchemy.orm import Session
from support.committing import committed
from support.laptop_life import until
from support.running import Running, running
from support.telemetry_client import Conversation, Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

Command = telemetry_pb2.Command
KNOWS = (Command.ACTION_PAUSE, Command.ACTION_UNINSTALL)


async def laptop_of(run: Running, token: str | None = None) -> Laptop:
    return replace(await run.laptop(token), actions=KNOWS)


def ask(run: Running, laptop: Laptop) -> ActionView:
    return run.ask(run.device_id(laptop), Action.UNINSTALL, "returned")


async def report(stream: Conversation, action_id: UUID, **said: Any) -> None:
    told = telemetry_pb2.CommandReport(command_id=action_id.bytes, **said)
    await stream.say(telemetry_pb2.StreamRequest(command_report=told))


async def command_on(stream: Conversation) -> Command:
    """The next one, whatever else comes before it."""
    while (frame := await stream.answer()) is not None:
        if frame.WhichOneof("frame") == "command":
            return frame.command
    raise AssertionError("the stream ended")


def status(run: Running, laptop: Laptop) -> tuple[DeviceStatus, str]:
    device = run.services.devices.get(run.device_id(laptop))
    return device.status, device.status_reason


def told(run: Running) -> list[tuple[str, str]]:
    entries = reversed(run.services.audit.page().entries)
    wanted = ("device.uninstall", "device.retire")
    return [(e.action, e.outcome) for e in entries if e.action.startswith(wanted)]


async def test_a_laptop_that_is_done_leaves_service_and_is_told_so(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await laptop_of(run)
        asked = ask(run, laptop)
        with pytest.raises(ConflictError, match="already"):
            ask(run, laptop)
        async with laptop.connected() as stream:
            await stream.say(laptop.hello())
            command = await command_on(stream)
            assert command.action == Command.ACTION_UNINSTALL
            assert command.device_id == run.device_id(laptop).bytes
            for _ in range(2):
                await report(stream, asked.action_id, begun=True)
            await until(lambda: run.services.actions.list(asked.device_id)[0].begun_s)
            assert status(run, laptop)[0] is DeviceStatus.ACTIVE
            await report(stream, asked.action_id, done=True)
            last = await command_on(stream)
            assert last.action == Command.ACTION_STOP
        assert status(run, laptop) == ("retired", f"{uninstalling.DONE}: returned")
        assert told(run) == [
            ("device.uninstall.begin", "done"),
            ("device.uninstall", "done"),
            ("device.retire", "done"),
        ]
        (action,) = run.services.actions.list(asked.device_id)
        begun = run.services.actions.begun
        assert action.done
        assert not committed(run.services.control, begun, asked.device_id, asked.action_id)


async def test_who_said_done_and_was_not_retired_is_retired_when_it_says_so_again(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(data_dir) as run:
        laptop = await laptop_of(run)
        asked = ask(run, laptop)
        with monkeypatch.context() as crashing:
            crashing.setattr(Uninstalling, "done", lambda *_: 1 / 0)  # killed between the two
            async with laptop.streaming() as stream:
                await command_on(stream)
                await report(stream, asked.action_id, done=True)
                await until(lambda: run.services.actions.list(asked.device_id)[0].done)
        assert status(run, laptop)[0] is DeviceStatus.ACTIVE
        async with laptop.connected() as stream:
            await stream.say(laptop.hello())
            await report(stream, asked.action_id, done=True)
            assert (await command_on(stream)).action == Command.ACTION_STOP
        assert told(run) == [("device.uninstall", "done"), ("device.retire", "done")]


async def test_another_laptop_retires_nobody_and_nothing_is_done_that_was_not_asked(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        token = run.token(uses=2)
        laptop, other = [await laptop_of(run, token) for _ in range(2)]
        asked = ask(run, laptop)
        pause = run.ask(run.device_id(other), Action.PAUSE, "exam", pause_s=3_600)
        async with other.streaming() as stream:
            await command_on(stream)
            for said in ({"begun": True}, {"done": True}):
                await report(stream, asked.action_id, **said)
            await report(stream, pause.action_id, begun=True)
            await report(stream, pause.action_id, done=True)
            await until(lambda: run.services.actions.list(pause.device_id)[0].done)
        (action,) = run.services.actions.list(asked.device_id)
        assert (action.begun_s, action.done) == (None, None)
        assert run.services.actions.list(pause.device_id)[0].begun_s is None
        assert status(run, laptop)[0] is status(run, other)[0] is DeviceStatus.ACTIVE


async def test_a_laptop_says_unasked_that_it_was_uninstalled_there_and_leaves_service(
    data_dir: Path,
) -> None:
    """By its own connection alone, and only where it says so; what waits for it is answered."""
    async with running(data_dir) as run:
        token = run.token(uses=2)
        laptop, other = [await laptop_of(run, token) for _ in range(2)]
        asked, number = ask(run, laptop), uuid4()
        async with other.streaming() as stream:
            await report(stream, number, done=True)  # says nothing of the kind
            await report(stream, asked.action_id, done=True, uninstalled_here=True)  # another's
            async with laptop.streaming() as own:
                await report(own, number, done=True, uninstalled_here=True)
                while (await command_on(own)).action != Command.ACTION_STOP:
                    pass
            assert status(run, other)[0] is DeviceStatus.ACTIVE
        assert status(run, laptop) == (
            "retired",
            f"{uninstalling.THERE}: by somebody who administers the laptop",
        )
        found = {one.action_id: one for one in run.services.actions.list(asked.device_id)}
        assert {one.done for one in found.values()} == {True}
        assert found[number].asked_by == "the laptop itself"
        entries = run.services.audit.page().entries
        said = [(e.action, e.actor, e.reason) for e in entries if e.action == "device.uninstall"]
        assert said == [("device.uninstall", "laptop", "asked by the laptop itself")]
        assert told(run) == [("device.uninstall", "done"), ("device.retire", "done")]


async def test_what_the_trail_did_not_take_was_not_answered_and_is_told_again(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Begun, done, and done on the laptop itself: each fails once, where the trail is written."""
    failing: list[str] = []
    append = AuditService._append

    def fails_once(self: AuditService, db: Session, entry: Entry) -> tuple[int, bytes]:
        if entry.action in failing:
            failing.remove(entry.action)
            raise AuditError("no room")
        return append(self, db, entry)

    monkeypatch.setattr(AuditService, "_append", fails_once)
    async with running(data_dir) as run:
        token = run.token(uses=2)
        laptop, other = [await laptop_of(run, token) for _ in range(2)]
        asked, number = ask(run, laptop), uuid4()

        async def says_twice(one: Laptop, action_id: UUID, *entries: str, **said: bool) -> None:
            before = told(run)
            failing.append(entries[0])
            async with one.streaming() as stream:
                await report(stream, action_id, **said)
                await until(lambda: not failing)
                await report(stream, action_id, **said)
                await until(lambda: len(told(run)) == len(before) + len(entries))
            assert told(run) == [*before, *((entry, "done") for entry in entries)]

        begins, uninstalls, retires = "device.uninstall.begin", "device.uninstall", "device.retire"
        await says_twice(laptop, asked.action_id, begins, begun=True)
        await says_twice(laptop, asked.action_id, uninstalls, retires, done=True)
        await says_twice(other, number, uninstalls, retires, done=True, uninstalled_here=True)


async def test_who_began_and_fell_silent_is_retired_after_a_day(data_dir: Path) -> None:
    ahead_s = [0.0]
    async with running(data_dir, clock=lambda: time.time() + ahead_s[0]) as run:
        token = run.token(uses=2)
        silent, asleep = [await laptop_of(run, token) for _ in range(2)]
        begun, waits = ask(run, silent), ask(run, asleep)
        assert committed(
            run.services.control, run.services.actions.begun, begun.device_id, begun.action_id
        )
        run.services.actions.delivered([waits.action_id])
        due = Uninstalling(
            run.services.control,
            run.services.devices,
            record_with=run.services.audit.record_with,
            clock=lambda: time.time() + ahead_s[0],
        )
        ahead_s[0] = UNINSTALL_CONFIRM_S - 60
        assert due.run() == 0
        ahead_s[0] = UNINSTALL_CONFIRM_S + 60
        assert (due.run(), due.run()) == (1, 0)
        assert status(run, silent) == ("retired", f"{uninstalling.SILENT}: returned")
        assert status(run, asleep)[0] is DeviceStatus.ACTIVE  # it may never have heard of it


async def test_an_agent_that_cannot_uninstall_is_not_asked_and_one_that_failed_stays(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        token = run.token(uses=2)
        old, full = replace(await run.laptop(token), actions=KNOWS[:1]), await laptop_of(run, token)
        waits, failed = ask(run, old), ask(run, full)
        async with old.streaming(), full.streaming() as stream:
            await command_on(stream)
            await report(stream, failed.action_id, done=False)
            await until(lambda: told(run))  # which is the last that is done with an answer
        assert run.services.actions.list(failed.device_id)[0].answered_s
        assert run.services.actions.list(waits.device_id)[0].delivered_s is None
        assert status(run, full)[0] is DeviceStatus.ACTIVE
        assert told(run) == [("device.uninstall", "failed")]
