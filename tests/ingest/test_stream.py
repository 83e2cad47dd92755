"""Telemetry over loopback: real TLS, real gRPC, a store in memory."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from reticent_contract import limits
from reticent_contract.batch import SpooledRow
from reticent_contract.v1 import telemetry_pb2
from reticent_server.store.events.errors import GroupInvalidError, StoreFullError
from support.memory_events import MemoryEvents
from support.running import batch, cpu_row, running

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


async def test_a_batch_is_acknowledged_only_after_it_is_stored(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        run.events.go_on.clear()
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 0
            await stream.send(1, batch())
            hearing = asyncio.create_task(stream.hear("ack"))
            await asyncio.to_thread(run.events.appending.wait)
            await asyncio.sleep(0.1)
            assert not hearing.done()
            run.events.go_on.set()
            assert (await hearing).ack == telemetry_pb2.Ack(seq=1)
        (stored,) = run.events.from_laptops
        assert stored.device_id == laptop.answer.device_id
        assert stored.tables[0].table == "cpu"
        assert stored.receipt["policy_version"] == 1


async def test_the_welcome_brings_the_keys_of_the_epochs_and_the_bound_in_flight(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        (key,) = stream.welcome.pseudonym_keys
        assert (key.epoch, len(key.key)) == (1, 32)
        assert stream.welcome.in_flight_max == limits.IN_FLIGHT_BATCHES_MAX


async def test_what_was_stored_before_a_reconnect_is_a_duplicate(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 1
            await stream.send(1, batch())
            assert (await stream.hear("ack")).ack == telemetry_pb2.Ack(seq=1, duplicate=True)
        assert run.events.seqs == [1]


async def test_a_server_that_died_between_storing_and_acknowledging_has_no_row_twice(
    data_dir: Path,
) -> None:
    events = MemoryEvents()
    async with running(data_dir, events=events) as run:
        laptop = await run.laptop()
        events.go_on.clear()
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await asyncio.to_thread(events.appending.wait)
        # The laptop is gone before the ack; the rows are stored all the same.
    async with running(data_dir, events=events) as run:
        laptop = replace(laptop, answer=_moved(laptop.answer, run.server.addresses["telemetry"]))
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 1
            await stream.send(1, batch())
            assert (await stream.hear("ack")).ack.duplicate
            await stream.send(2, batch())
            await stream.acknowledged(2)
    assert events.seqs == [1, 2]


async def test_a_batch_still_on_its_way_is_not_taken_twice_by_a_reconnect(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        run.events.go_on.clear()
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await asyncio.to_thread(run.events.appending.wait)
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 0
            await stream.send(1, batch())
            await stream.send(2, batch())
            run.events.go_on.set()
            await stream.acknowledged(2)
        assert run.events.seqs == [1, 2]


async def test_a_welcome_waits_a_moment_for_what_is_on_its_way(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        run.events.go_on.clear()
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await asyncio.to_thread(run.events.appending.wait)
        asyncio.get_running_loop().call_later(0.2, run.events.go_on.set)
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 1


async def test_a_gap_is_answered_with_the_number_that_is_expected(data_dir: Path) -> None:
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        await stream.send(1, batch())
        await stream.acknowledged(1)
        await stream.send(3, batch())
        assert (await stream.hear("gap")).gap.expected_seq == 2
        await stream.send(2, batch())
        await stream.acknowledged(2)


async def test_a_stream_that_never_sends_what_is_expected_is_closed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.ingest.incoming.GAPS_PER_STREAM_MAX", 3)
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        for _ in range(4):
            await stream.send(9, batch())
        code, sentence = await stream.end()
        assert code is grpc.StatusCode.FAILED_PRECONDITION
        assert "expects batch 1" in sentence


async def test_batches_are_accepted_while_earlier_ones_are_on_their_way(data_dir: Path) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            for seq in range(1, 13):
                await stream.send(seq, batch(cpu_row(seq)))
            await stream.acknowledged(12)
        assert run.events.seqs == list(range(1, 13))


async def test_a_full_disk_asks_for_silence_and_loses_nothing(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "APPEND_RETRY_FIRST_S", 0.2)
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            run.events.fail_before = [StoreFullError("full"), StoreFullError("full")]
            await stream.send(1, batch())
            retry = (await stream.hear("retry_after")).retry_after
            assert (retry.delay_ms, retry.reason) == (200, "on the server the disk is full")
            assert "events" in run.services.health.problems
            assert (await stream.hear("retry_after")).retry_after.delay_ms == 400
            await stream.send(2, batch())
            await stream.acknowledged(2)
            assert run.services.health.ready
        assert run.events.seqs == [1, 2]


async def test_an_append_with_unknown_outcome_is_read_back_before_anything_is_said(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "APPEND_RETRY_FIRST_S", 0.05)
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            run.events.fail_after = [RuntimeError("the answer was lost")]
            run.events.read_failures = [RuntimeError("not yet")]
            await stream.send(1, batch())
            await stream.hear("retry_after")
            await stream.acknowledged(1)
        assert run.events.seqs == [1]


async def test_a_group_that_the_store_cannot_take_costs_only_the_batch_at_fault(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            await run.connection_noted()
            run.events.fail_before = [GroupInvalidError("bad")]
            await stream.send(1, batch())
            refused = (await stream.hear("refused")).refused
            assert (refused.seq, refused.reason) == (1, "internal")
            await stream.send(2, batch())
            await stream.acknowledged(2)
        assert run.events.from_laptops[0].receipt["reason"] == "internal"
        assert list(run.events.from_laptops[0].tables) == []


async def test_a_published_policy_is_pushed_and_what_became_of_it_is_kept(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            policies = run.services.policies
            document = dict(policies.parsed(policies.current()).document)
            del document["version"]
            assert await asyncio.to_thread(policies.publish, document) == 2
            pushed = (await stream.hear("policy_push")).policy_push.policy
            assert pushed.version == 2
            report = telemetry_pb2.PolicyReport(
                version=2, sha256=pushed.sha256, in_force=False, refusal="unknown action\n'x'"
            )
            await stream.say(telemetry_pb2.StreamRequest(policy_report=report))
            await stream.send(1, batch())  # frames are taken in order, so the report was too
            await stream.acknowledged(1)
            device = run.services.devices.get(run.device_id(laptop))
            assert (device.policy_refused_version, device.policy_version) == (2, 1)
            assert device.policy_refusal == "unknown action 'x'"


async def test_a_laptop_with_an_old_policy_is_offered_the_current_one_at_once(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        policies = run.services.policies
        document = dict(policies.parsed(policies.current()).document)
        del document["version"]
        await asyncio.to_thread(policies.publish, document)
        async with laptop.streaming() as stream:
            assert (await stream.hear("policy_push")).policy_push.policy.version == 2
            await stream.send(1, batch())  # spooled under version 1, which is still known
            await stream.acknowledged(1)


async def test_a_stream_without_hello_is_refused(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.connected() as stream:
            await stream.send(1, batch())
            code, sentence = await stream.end()
            assert (code, "not a Hello" in sentence) == (grpc.StatusCode.INVALID_ARGUMENT, True)
        for broken in (replace(laptop, stream_id=b"short"), replace(laptop, instance_id=b"")):
            async with broken.connected() as stream:
                await stream.say(broken.hello())
                assert (await stream.end())[0] is grpc.StatusCode.INVALID_ARGUMENT
        future = replace(laptop, protocol_version=2)
        async with future.connected() as stream:
            await stream.say(future.hello())
            assert (await stream.end())[0] is grpc.StatusCode.FAILED_PRECONDITION


async def test_a_silent_connection_is_closed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.ingest.opening.HELLO_WAIT_S", 0.2)
    async with running(data_dir) as run, (await run.laptop()).connected() as stream:
        assert (await stream.end())[0] is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_second_hello_is_refused(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            await stream.say(laptop.hello())
            assert (await stream.end())[0] is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_server_without_room_asks_the_laptop_to_come_back(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.ingest.opening.STREAMS_MAX", 1)
    async with running(data_dir) as run:
        first, second = await run.laptop(), await run.laptop()
        async with first.streaming(), second.connected() as stream:
            retry = (await stream.hear("retry_after")).retry_after
            assert retry.delay_ms == limits.RETRY_AFTER_NO_ROOM_MS
            assert (await stream.end())[0] is grpc.StatusCode.UNAVAILABLE


async def test_streams_that_have_not_said_hello_take_room_too(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.ingest.opening.STREAMS_MAX", 1)
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.connected():
            while not run.services.ingest.handlers:
                await asyncio.sleep(0.01)
            async with laptop.connected() as stream:
                await stream.hear("retry_after")
        while run.services.ingest.handlers:
            await asyncio.sleep(0.01)
        async with laptop.streaming():
            pass


async def test_a_laptop_cannot_fill_the_log_with_reports(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    report = telemetry_pb2.PolicyReport(version=7, sha256=b"x" * 32, refusal="no")
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        for _ in range(20):
            await stream.say(telemetry_pb2.StreamRequest(policy_report=report))
        await stream.send(1, batch())
        await stream.acknowledged(1)
    logged = [record.message for record in caplog.records]
    assert logged.count("policy_refused_by_laptop") == 1


async def test_a_batch_takes_the_room_that_it_unfolds_to(data_dir: Path) -> None:
    values: dict[str, Any] = {"vendor": "x" * 60, "logical_count": 8}
    rows = [SpooledRow("cpu", "snapshot", 1_763_800_000_000_000 + n, values) for n in range(500)]
    frame = batch(*rows)
    assert frame.plain_bytes < 10_000
    async with running(data_dir) as run:
        run.events.go_on.clear()
        room = run.services.ingest.commit.room
        async with (await run.laptop()).streaming() as stream:
            await run.connection_noted()
            await stream.send(1, frame)
            while not run.events.appending.is_set():
                await asyncio.sleep(0.01)
            assert (room.rows, room.bytes >= 500 * 60) == (501, True)
            run.events.go_on.set()
            await stream.acknowledged(1)
            assert (room.rows, room.bytes) == (0, 0)


async def test_half_closing_the_stream_still_brings_the_acknowledgements(data_dir: Path) -> None:
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        await stream.send(1, batch())
        await stream.call.done_writing()
        await stream.acknowledged(1)
        assert await stream.answer() is None
        assert await stream.call.code() is grpc.StatusCode.OK


async def test_a_graceful_stop_stores_and_acknowledges_what_is_in_flight(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            run.events.go_on.clear()
            await stream.send(1, batch())
            await asyncio.to_thread(run.events.appending.wait)
            await stream.send(2, batch())
            await asyncio.sleep(0.1)
            loop = asyncio.get_running_loop()
            started = loop.time()
            stopping = asyncio.create_task(run.server.stop())
            await asyncio.sleep(0.1)
            run.events.go_on.set()
            await stream.acknowledged(2)
            code, sentence = await stream.end()
            assert (code, "is stopping" in sentence) == (grpc.StatusCode.UNAVAILABLE, True)
            await stopping
            assert loop.time() - started < limits.STOP_S
    assert run.events.seqs == [1, 2]
    assert run.events.closed


async def test_a_stop_while_the_store_fails_does_not_hang(data_dir: Path) -> None:
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        run.events.fail_before = [StoreFullError("full")] * 100
        await stream.send(1, batch())
        await stream.hear("retry_after")
        loop = asyncio.get_running_loop()
        started = loop.time()
        await run.server.stop()
        assert loop.time() - started < limits.STOP_S
        assert (await stream.end())[0] is grpc.StatusCode.UNAVAILABLE
    assert run.events.seqs == []


async def test_streams_of_one_device_are_counted_apart(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        fresh = replace(laptop, stream_id=secrets.token_bytes(16))
        async with fresh.streaming() as stream:
            assert stream.welcome.last_seq == 0
            await stream.send(1, batch())
            await stream.acknowledged(1)


async def test_a_newer_catalog_is_taken_without_what_is_unknown_here(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = replace(await run.laptop(), catalog_version=99)
        async with laptop.streaming() as stream:
            known = SpooledRow("cpu", "snapshot", 1, {"vendor": "x", "cache_bytes": 5})
            unknown = SpooledRow("battery", "snapshot", 1, {"cycles": 3})
            await stream.send(1, batch(known, unknown))
            await stream.acknowledged(1)
        (stored,) = run.events.from_laptops
        assert [[c.field for c in t.columns] for t in stored.tables] == [["vendor"]]
        counts: Any = stored.receipt["counts"]
        assert ("cpu.cache_bytes", "unknown-to-server", "dropped", 1) in counts
        assert ("battery.*", "unknown-to-server", "dropped", 1) in counts


def _moved(answer: Any, telemetry_address: str) -> Any:
    moved = type(answer)()
    moved.CopyFrom(answer)
    moved.telemetry_address = telemetry_address
    return moved
