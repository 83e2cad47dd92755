"""A device is erased: its record at once, its rows by a job, its keys never good again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import grpc
import pytest
from reticent_contract import enrolment_token
from reticent_contract.v1 import telemetry_pb2
from reticent_server.devices.actions import Action
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.enrolment.service import Enrolment
from reticent_server.errors import ConflictError, EnrolmentError, StoreError
from reticent_server.ingest.quarantine import RefusedBatch
from reticent_server.query.expr import DeviceIs
from support.committing import committed
from support.memory_events import MemoryEvents
from support.running import Running, batch, running
from support.telemetry_client import Laptop, make_request

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]
Command = telemetry_pb2.Command
CANARY = b"q7f3a9bzk2vx8w1e"  # 16 bytes, as a signal of the hardware
WORDS = "canary-of-a-reason"


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not holds():
            await asyncio.sleep(0.02)


def erase(run: Running, device_id: UUID, by: str = "admin") -> None:
    committed(run.services.control, run.services.erasures.ask, device_id, asked_by=by)


def of_canaries(run: Running, laptop: Laptop) -> None:
    """Puts the canary into everything that the control store keeps of a device."""
    device_id = run.device_id(laptop)
    run.ask(device_id, Action.NEW_KEY, WORDS)
    run.services.ingest.quarantine.add([refused_batch(laptop)])
    with run.services.control.session() as session:
        session.get_one(Device, device_id).status_reason = WORDS


def refused_batch(laptop: Laptop) -> RefusedBatch:
    return RefusedBatch(
        device_id=UUID(bytes=laptop.answer.device_id),
        stream_id=laptop.stream_id,
        seq=9,
        rows=1,
        reason=WORDS,
        detail=WORDS,
        refused_us=1,
    )


def holds(data_dir: Path, *needles: bytes) -> list[str]:
    files = [path for path in data_dir.rglob("control.db*") if path.is_file()]
    return [path.name for path in files if any(n in path.read_bytes() for n in needles)]


async def test_nothing_of_an_erased_device_is_left_but_its_keys(data_dir: Path) -> None:
    store = MemoryEvents()
    async with running(data_dir, events=store) as run:
        laptop, other = await run.laptop(), await run.laptop()
        laptop = replace(laptop, signals={"board": CANARY})
        device_id = run.device_id(laptop)
        services = run.services
        async with other.streaming() as second:
            await second.send(1, batch())
            await second.acknowledged(1)
            async with laptop.streaming() as stream:
                await stream.send(1, batch())
                await stream.acknowledged(1)
                await until(lambda: services.devices.get(device_id).machine_signals)
                of_canaries(run, laptop)
                before = services.devices.get(device_id)
                for needle in (CANARY.hex().encode(), WORDS.encode()):
                    assert holds(data_dir, needle)  # else it could not be seen to go
                erase(run, device_id)
                command = (await stream.hear("command")).command
                while command.action != Command.ACTION_STOP:
                    command = (await stream.hear("command")).command
                assert "erased" in command.reason
                assert (await stream.end())[0] == grpc.StatusCode.PERMISSION_DENIED
            await until(lambda: services.erasures.get(device_id).done_s)
            await second.send(2, batch())
            await second.acknowledged(2)
        after = services.devices.get(device_id)
        assert (after.status, after.certificate_serial) == ("erased", before.certificate_serial)
        assert after.key_sha256 == before.key_sha256
        told = (after.agent_version, after.os_family, after.enrolled_from, after.status_reason)
        assert told == ("", "", "", "")
        assert (after.machine_signals, after.last_seen_s) == ({}, None)
        assert services.actions.list(device_id) == []
        assert services.ingest.quarantine.list(device_id=device_id) == []
        assert store.count(DeviceIs(device_id.bytes)) == 0
        assert store.count(DeviceIs(run.device_id(other).bytes)) > 2
        erased = services.erasures.get(device_id)
        assert erased.rows >= 3  # the row, its receipt, those of the connection
        assert device_id not in services.ingest.connection_rows._seen
        told_of = [e for e in services.audit.page().entries if e.action == "device.erased"]
        assert [(e.object, e.actor) for e in told_of] == [(f"device {device_id}", "server")]
        async with laptop.connected() as stream:  # the laptop that comes again is told
            await stream.say(laptop.hello())
            command = (await stream.hear("command")).command
            assert command.action == Command.ACTION_STOP
            assert "its record was erased" in command.reason
    assert holds(data_dir, CANARY.hex().encode(), WORDS.encode()) == []


async def test_an_erased_device_stays_so_whoever_says_what(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        device_id, devices = run.device_id(laptop), run.services.devices
        erase(run, device_id)
        asked_s = run.services.erasures.get(device_id).asked_s
        with pytest.raises(ConflictError, match="erased already"):
            erase(run, device_id, by="another")
        stands = run.services.erasures.get(device_id)  # it may have ended meanwhile
        assert (stands.asked_by, stands.asked_s) == ("admin", asked_s)
        for decide in (devices.revoke, devices.retire, devices.approve):
            with pytest.raises(ConflictError, match="erased"):
                decide(device_id, reason="x")
        assert devices.mark_conflict(device_id, reason=WORDS).status == DeviceStatus.ERASED
        devices.record_seen({device_id: 99})
        devices.record_policy_report(
            device_id, version=9, sha256=b"", in_force=False, refusal=WORDS
        )
        devices.record_hello(
            device_id,
            agent_version=WORDS,
            catalog_version=1,
            instance_id=b"i" * 16,
            policy_version=1,
            policy_sha256=b"",
            clock_offset_us=0,
        )
        run.services.ingest.quarantine.add([refused_batch(laptop)])
        device = devices.get(device_id)
        assert (device.last_seen_s, device.policy_refusal, device.agent_version) == (None, "", "")
        assert run.services.ingest.quarantine.list() == []
        with pytest.raises(EnrolmentError, match="erased"):
            await again(run, laptop)
        await until(lambda: run.services.erasures.get(device_id).done_s)


async def again(run: Running, laptop: Laptop) -> None:
    """The same key with a good token, as a thief of both would try it."""
    made = enrolment_token.decode(run.token())
    wanted = Enrolment(
        secret=made.secret,
        csr_der=make_request(laptop.key),
        agent_version="1",
        catalog_version=1,
        os_family="linux",
        address="127.0.0.1",
    )
    await asyncio.get_running_loop().run_in_executor(None, run.services.enrolment.enrol, wanted)


async def test_what_was_being_written_when_it_was_asked_for_goes_too(data_dir: Path) -> None:
    store = SlowFiles()
    async with running(data_dir, events=store) as run:
        laptop = await run.laptop()
        device_id = run.device_id(laptop)
        erase(run, device_id)
        with run.services.control.session() as session:  # a Hello's, begun before, ends after
            device = session.get_one(Device, device_id)
            device.machine_signals, device.agent_version = '{"board": "x"}', WORDS
            device.last_seen_s = 9
        store.rounds = 0
        await until(lambda: store.rounds >= 1)  # one that began after it
        store.left = 0
        await until(lambda: run.services.erasures.get(device_id).done_s)
        after = run.services.devices.get(device_id)
        assert (after.machine_signals, after.agent_version, after.last_seen_s) == ({}, "", None)
        assert after.created_s == run.services.erasures.get(device_id).asked_s


class SlowFiles(MemoryEvents):
    """Files of before stay for a while, as they do on disk. `rounds`: of the erasing job."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.rounds = 1, 0

    def erase(self, device_ids: Sequence[bytes]) -> dict[bytes, int]:
        self.rounds += 1
        return super().erase(device_ids)

    def leftovers(self) -> int:
        return self.left


async def test_it_is_done_only_when_no_file_is_left_and_goes_on_after_a_restart(
    data_dir: Path,
) -> None:
    store = SlowFiles()
    async with running(data_dir, events=store) as run:
        laptop = await run.laptop()
        device_id = run.device_id(laptop)
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        erase(run, device_id)
        await until(lambda: run.services.erasures.get(device_id).deleted_s)
        assert run.services.erasures.get(device_id).done_s is None
        rows = run.services.erasures.get(device_id).rows
        assert rows > 0
    store.left = 0
    async with running(data_dir, events=store) as run:
        await until(lambda: run.services.erasures.get(device_id).done_s)
        assert run.services.erasures.get(device_id).rows == rows


async def test_a_count_that_was_cut_off_is_told_as_the_least(data_dir: Path) -> None:
    store = CutOff()
    async with running(data_dir, events=store) as run:
        laptop, whole = await run.laptop(), await run.laptop()
        device_ids = [run.device_id(one) for one in (laptop, whole)]
        for one in (laptop, whole):
            async with one.streaming() as stream:
                await stream.send(1, batch())
                await stream.acknowledged(1)
        store.cuts = 1
        erase(run, device_ids[0])
        await until(lambda: not store.cuts)
        erase(run, device_ids[1])
        await until(lambda: not run.services.erasures.open())
        rows = [run.services.erasures.get(one).rows for one in device_ids]
        told = [e for e in run.services.audit.page().entries if e.action == "device.erased"]
    assert rows[0] == 0 < rows[1]
    said = {entry.object: entry.reason.partition(" deleted")[0] for entry in told}
    assert said == {
        f"device {device_ids[0]}": "at least 0 rows",
        f"device {device_ids[1]}": f"{rows[1]} rows",
    }


async def test_an_erasure_that_a_server_of_before_began_is_told_as_the_least(
    data_dir: Path,
) -> None:
    store = SlowFiles()
    async with running(data_dir, events=store) as run:
        device_id = run.device_id(await run.laptop())
        erase(run, device_id)
        await until(lambda: run.services.erasures.get(device_id).deleted_s)
    store.left = 0
    async with running(data_dir, events=store) as run:
        await until(lambda: run.services.erasures.get(device_id).done_s)
        (told,) = [e for e in run.services.audit.page().entries if e.action == "device.erased"]
    assert told.reason.startswith("at least ")


class CutOff(MemoryEvents):
    """Deletes, and does not come to its answer."""

    cuts = 0

    def erase(self, device_ids: Sequence[bytes]) -> dict[bytes, int]:
        found = super().erase(device_ids)
        if any(found.values()) and self.cuts:
            self.cuts -= 1
            raise StoreError("cut off; nothing is lost; it goes on")
        return found
