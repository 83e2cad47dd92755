"""What becomes of a device: approved, copied to other hardware, revoked among many, asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import grpc
import pytest
from reticent_contract.v1 import telemetry_pb2
from reticent_server.devices.actions import Action
from reticent_server.devices.models import Device
from reticent_server.ingest.machine import ChangesTold
from support.running import Running, batch, running
from support.telemetry_client import Conversation, Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

Command = telemetry_pb2.Command
BOARD, DISK, MAC = b"b" * 16, b"d" * 16, b"m" * 16
HARDWARE = {"board": BOARD, "disk": DISK, "network": MAC}
OTHER = {"board": b"1" * 16, "disk": b"2" * 16, "network": b"3" * 16}
REMOTE = (Command.ACTION_NEW_KEY, Command.ACTION_PAUSE, Command.ACTION_RESUME)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def known(run: Running, laptop: Laptop) -> Laptop:
    """Seen once, so that its record has its signals."""
    async with laptop.streaming():
        await until(lambda: run.services.devices.get(run.device_id(laptop)).last_seen_s)
    return laptop


def reasons(run: Running, action: str) -> list[str]:
    return [e.reason for e in run.services.audit.page().entries if e.action == action]


async def turned_away(laptop: Laptop, action: Command.Action.ValueType) -> str:
    for _ in range(3):
        async with laptop.connected() as stream:
            await stream.say(laptop.hello())
            command = (await stream.hear("command")).command
            code, said = await stream.end()
        # Where a write fails as the server ends the call, grpc.aio may forget what the server said
        # (grpc issue 36066). An agent tries again, too.
        if code is not grpc.StatusCode.INTERNAL or "Internal error from Core" not in said:
            break
    assert (command.action, code) == (action, grpc.StatusCode.PERMISSION_DENIED)
    return command.reason


# Approval.


async def test_a_device_that_waits_gets_nothing_until_it_is_approved(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop(run.token(needs_approval=True))
        answer, device_id = laptop.answer, run.device_id(laptop)
        assert (answer.waiting_for_approval, answer.HasField("policy")) == (True, False)
        device = run.services.devices.get(device_id)
        assert (device.status, device.enrolled_from) == ("waiting", "127.0.0.0/24")
        assert "approve" in await turned_away(laptop, Command.ACTION_WAIT)
        run.services.devices.approve(device_id, reason="ours")
        async with laptop.streaming() as stream:
            assert stream.welcome.pseudonym_keys
            assert (await stream.hear("policy_push")).policy_push.policy.version == 1


async def test_a_device_that_waited_and_is_refused_stops(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop(run.token(needs_approval=True))
        run.services.devices.refuse(run.device_id(laptop), reason="not ours")
        await turned_away(laptop, Command.ACTION_STOP)


async def test_a_lost_answer_makes_no_second_device_that_waits(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop(run.token(uses=2, needs_approval=True))
        assert len(run.services.devices.list(status=None).devices) == 1
        assert (await run.laptop(run.token())).answer.waiting_for_approval is False
        assert run.services.devices.get(run.device_id(laptop)).status == "waiting"


# Copies and changes of hardware.


@pytest.mark.parametrize("what", ["a disk image in a VM", "a copied data directory"])
async def test_a_key_on_wholly_other_hardware_is_a_conflict(data_dir: Path, what: str) -> None:
    del what  # both look alike from here: every part is another
    async with running(data_dir) as run:
        laptop = await known(run, replace(await run.laptop(), signals=HARDWARE))
        copy = replace(laptop, signals=OTHER).other_run()
        await turned_away(copy, Command.ACTION_REKEY)
        device = run.services.devices.get(run.device_id(laptop))
        assert device.status == "conflict"
        for side in ("127.0.0.0/24", "changed: board, disk, network", "last heard of at"):
            assert side in device.status_reason
        assert reasons(run, "device.conflict") == [device.status_reason]
        await turned_away(laptop, Command.ACTION_REKEY)  # nor is the first believed
        assert len(run.services.devices.list().devices) == 1


async def test_a_copy_beside_the_laptop_stops_both_and_names_both(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = replace(await run.laptop(), signals=HARDWARE)
        async with laptop.streaming() as first, asyncio.TaskGroup() as group:
            group.create_task(answer_pings(first))
            reason = await turned_away(laptop.other_run(), Command.ACTION_REKEY)
        assert "same time" in reason
        (told,) = reasons(run, "device.conflict")
        assert told.count("run ") == 2
        assert told.count("from 127.0.0.0/24 since") == 2


async def answer_pings(stream: Conversation) -> None:
    try:
        while (frame := await stream.answer()) is not None:
            if frame.WhichOneof("frame") == "ping":
                pong = telemetry_pb2.Pong(nonce=frame.ping.nonce)
                await stream.say(telemetry_pb2.StreamRequest(pong=pong))
    except grpc.aio.AioRpcError:
        return


@pytest.mark.parametrize(
    ("change", "now", "told"),
    [
        ("board swap", {"board": b"n" * 16, "network": b"o" * 16}, "changed: board, network"),
        ("new disk", {"disk": b"n" * 16}, "changed: disk"),
    ],
)
async def test_a_changed_part_is_told_and_the_device_stays(
    data_dir: Path, change: str, now: dict[str, bytes], told: str
) -> None:
    del change
    async with running(data_dir) as run:
        laptop = await known(run, replace(await run.laptop(), signals=HARDWARE))
        mended = replace(laptop, signals={**HARDWARE, **now}).other_run()
        async with mended.streaming():
            await until(lambda: len(reasons(run, "device.hardware")) == 1)
        assert reasons(run, "device.hardware")[0].startswith(told)
        async with mended.streaming():  # known from now on, and told once
            pass
        assert len(reasons(run, "device.hardware")) == 1
        assert run.services.devices.get(run.device_id(laptop)).status == "active"


def last_run(run: Running, laptop: Laptop) -> bytes | None:
    with run.services.control.read() as session:
        return session.get_one(Device, run.device_id(laptop)).instance_id


async def test_parts_that_change_with_each_stream_do_not_fill_the_trail(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await known(run, replace(await run.laptop(), signals=HARDWARE))
        for number in range(1, 4):
            other = replace(laptop, signals={**HARDWARE, "disk": bytes([number]) * 16}).other_run()
            before = last_run(run, laptop)
            async with other.streaming():
                await until(partial(lambda b: last_run(run, laptop) != b, before))
        assert len(reasons(run, "device.hardware")) == 1
        stored = run.services.devices.get(run.device_id(laptop)).machine_signals
        assert stored["disk"] == {(bytes([1]) * 16).hex()}  # the one that was told


async def test_a_copy_that_shows_one_part_at_a_time_never_takes_the_record_over(
    data_dir: Path,
) -> None:
    """Each stream alone changes one part, which a repair may; together they would be all of it."""
    async with running(data_dir) as run:
        laptop = await known(run, replace(await run.laptop(), signals=HARDWARE))
        record = run.services.devices.get(run.device_id(laptop)).machine_signals
        for number, part in enumerate(HARDWARE, start=1):
            run.services.ingest.changes_told = ChangesTold()  # as if ten minutes had gone by
            copy = replace(laptop, signals={part: b"z" * 16}).other_run()
            async with copy.streaming():
                # Told of, so that nothing of this stream comes after the next one's new beginning.
                await until(partial(lambda n: len(reasons(run, "device.hardware")) == n, number))
            assert run.services.devices.get(run.device_id(laptop)).machine_signals == record
        assert all("not taken over" in told for told in reasons(run, "device.hardware"))


async def test_a_record_of_one_part_is_not_taken_over_by_another(data_dir: Path) -> None:
    async with running(data_dir) as run:
        one = {"network": HARDWARE["network"]}
        laptop = await known(run, replace(await run.laptop(), signals=one))
        record = run.services.devices.get(run.device_id(laptop)).machine_signals
        copy = replace(laptop, signals={"network": b"z" * 16, "board": b"z" * 16}).other_run()
        async with copy.streaming():
            await until(lambda: len(reasons(run, "device.hardware")) == 1)
        assert run.services.devices.get(run.device_id(laptop)).machine_signals == record


async def test_a_laptop_that_shows_nothing_of_its_record_is_told(data_dir: Path) -> None:
    """It may have lost the right to read its parts, and it may be a copy that leaves them out."""
    async with running(data_dir) as run:
        laptop = await known(run, replace(await run.laptop(), signals=HARDWARE))
        record = run.services.devices.get(run.device_id(laptop)).machine_signals
        async with replace(laptop, signals={}).other_run().streaming():
            await until(lambda: len(reasons(run, "device.hardware")) == 1)
        assert "not shown: board, disk, network" in reasons(run, "device.hardware")[0]
        assert run.services.devices.get(run.device_id(laptop)).machine_signals == record


@pytest.mark.parametrize("what", ["dual boot", "reinstalled system"])
async def test_a_new_key_on_known_hardware_is_another_device(data_dir: Path, what: str) -> None:
    """Its salt is new too, so nothing shows that it is the same laptop: no record is taken over."""
    del what
    async with running(data_dir) as run:
        first = await known(run, replace(await run.laptop(), signals=HARDWARE))
        second = await known(run, replace(await run.laptop(), signals=OTHER))
        assert first.answer.device_id != second.answer.device_id
        async with first.streaming():
            pass
        assert run.services.devices.counts_by_status() == {"active": 2}


async def test_a_container_image_without_hardware_is_known_by_its_two_streams(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as first, asyncio.TaskGroup() as group:
            group.create_task(answer_pings(first))
            await turned_away(laptop.other_run(), Command.ACTION_REKEY)
        assert run.services.devices.get(run.device_id(laptop)).status == "conflict"


# Revocation.


async def test_a_revocation_ends_an_open_stream_within_a_second_among_many(data_dir: Path) -> None:
    async with running(data_dir) as run, AsyncExitStack() as open_streams:
        token = run.token(uses=30)
        laptops = [await run.laptop(token) for _ in range(30)]
        streams = [await open_streams.enter_async_context(one.streaming()) for one in laptops]
        run.services.devices.revoke(run.device_id(laptops[7]), reason="stolen")
        asked_at = time.monotonic()
        command = (await streams[7].hear("command")).command
        seen_after_s = time.monotonic() - asked_at
        assert (command.action, (await streams[7].end())[0]) == (
            Command.ACTION_STOP,
            grpc.StatusCode.PERMISSION_DENIED,
        )
        assert seen_after_s < 1.0
        await streams[8].send(1, batch())
        await streams[8].acknowledged(1)  # the others go on


# What an administrator asks.


async def test_an_action_is_delivered_at_once_and_its_answer_recorded(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = replace(await run.laptop(), actions=REMOTE)
        device_id = run.device_id(laptop)
        async with laptop.streaming() as stream:
            asked = run.ask(device_id, Action.PAUSE, "exam week", pause_s=3_600)
            command = (await stream.hear("command")).command
            assert (command.action, command.reason) == (Command.ACTION_PAUSE, "exam week")
            assert command.until_us == (asked.until_s or 0) * 1_000_000
            await answer(stream, command, done=True)
            await until(lambda: run.services.actions.list(device_id)[0].done)
            await answer(stream, command, done=False)  # the first answer counts
            await stream.send(1, batch())
            await stream.acknowledged(1)
        (action,) = run.services.actions.list(device_id)
        assert (action.done, action.delivered_s is not None) == (True, True)
        assert reasons(run, "device.pause") == ["asked by admin"]


async def answer(stream: Conversation, command: Command, *, done: bool) -> None:
    report = telemetry_pb2.CommandReport(command_id=command.command_id, done=done)
    await stream.say(telemetry_pb2.StreamRequest(command_report=report))


async def test_an_action_waits_for_the_laptop_and_for_its_answer(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = replace(await run.laptop(), actions=REMOTE)
        run.ask(run.device_id(laptop), Action.NEW_KEY, "audit")
        for _ in range(2):  # nothing was answered, so it comes again
            async with laptop.streaming() as stream:
                assert (await stream.hear("command")).command.action == Command.ACTION_NEW_KEY


async def test_an_agent_is_sent_only_what_it_understands(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()  # of the first version
        run.ask(run.device_id(laptop), Action.NEW_KEY, "audit")
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        assert run.services.actions.list(run.device_id(laptop))[0].delivered_s is None


async def test_one_laptop_cannot_answer_for_another(data_dir: Path) -> None:
    async with running(data_dir) as run:
        token = run.token(uses=2)
        laptop, other = [replace(await run.laptop(token), actions=REMOTE) for _ in range(2)]
        asked = run.ask(run.device_id(laptop), Action.NEW_KEY, "audit")
        async with other.streaming() as stream:
            await answer(stream, Command(command_id=asked.action_id.bytes), done=True)
            await stream.send(1, batch())
            await stream.acknowledged(1)
        assert run.services.actions.list(run.device_id(laptop))[0].done is None
