"""Receipts at the telemetry port: kept with the batch, refused where false, told where broken."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reticent_contract.batch import (
    CHAIN_BEGINS,
    BatchCount,
    Receipt,
    encode_batch,
    receipt_of,
)
from reticent_contract.v1 import telemetry_pb2
from reticent_server.receipt_chain import verify
from reticent_server.store.events.errors import GroupInvalidError
from reticent_server.store.events.memory import MemoryEventStore
from support.running import Running, batch, cpu_row, running
from support.telemetry_client import Conversation

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

COUNT = BatchCount(field="cpu.vendor", rule="cpu.*", outcome="kept", count=1)


def counted() -> telemetry_pb2.BatchFrame:
    encoded = encode_batch([cpu_row()], [COUNT])
    return telemetry_pb2.BatchFrame(
        rows=encoded.rows, plain_bytes=encoded.plain_bytes, payload=encoded.payload
    )


async def send(
    stream: Conversation,
    seq: int,
    before: bytes,
    /,
    *,
    made: telemetry_pb2.BatchFrame | None = None,
    counts: tuple[BatchCount, ...] = (COUNT,),
    **lies: bytes,
) -> bytes:
    """Sends a batch with its receipt, which `lies` change; returns the true one."""
    frame = stream.frame(seq, made or counted())
    receipt: Receipt = receipt_of(
        stream_id=stream.laptop.stream_id,
        seq=seq,
        policy_version=frame.policy_version,
        policy_sha256=frame.policy_sha256,
        rows=frame.rows,
        payload=frame.payload,
        counts=[(c.field, c.rule, c.outcome, c.count) for c in counts],
        previous=before,
    )
    said = {"previous": before, "counts_sha256": receipt.counts_sha256, "sha256": receipt.sha256}
    frame.receipt.CopyFrom(telemetry_pb2.Receipt(**(said | lies)))
    await stream.say(telemetry_pb2.StreamRequest(batch=frame))
    return receipt.sha256


async def refusal(stream: Conversation, seq: int) -> str:
    answer = (await stream.hear("refused")).refused
    assert answer.seq == seq
    assert (await stream.hear("ack")).ack.seq == seq
    return answer.reason


def expect_whole(run: Running, *, unchained: int = 0) -> None:
    """What `doctor --receipts` would say of what was stored."""
    store = MemoryEventStore()
    for stored in run.events.groups:
        store.append(stored)
    verdict = verify(store)
    assert verdict.problems == []
    assert verdict.unchained == unchained
    made = len(run.events.from_server)
    assert verdict.batches == len(run.events.from_laptops) + made > made > 0


def broken(run: Running) -> str:
    (line,) = [
        line
        for line in run.services.metrics.render().decode().splitlines()
        if line.startswith("reticent_receipts_broken_total ")
    ]
    return line.split()[1]


async def test_a_receipt_is_stored_with_its_batch(data_dir: Path) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            first = await send(stream, 1, CHAIN_BEGINS)
            second = await send(stream, 2, first)
            await stream.acknowledged(2)
        stored = run.events.from_laptops
        assert [one.receipt["receipt"] for one in stored] == [first.hex(), second.hex()]
        assert stored[1].receipt["previous_receipt"] == first.hex()
        assert stored[0].receipt["payload_sha256"] == hashlib.sha256(counted().payload).hexdigest()
        assert stored[0].receipt["sent_rows"] == 1
        assert broken(run) == "0.0"
        expect_whole(run)


async def test_the_end_of_a_stream_that_is_gone_is_told_while_the_laptop_is_here(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        key = (run.device_id(laptop).bytes, laptop.stream_id)
        async with laptop.streaming() as stream:
            first = await send(stream, 1, CHAIN_BEGINS)
            await send(stream, 2, first)
            await stream.acknowledged(2)
            reached = await asyncio.to_thread(run.services.ingest.reached)
            assert reached[key] == 2
        store = MemoryEventStore()
        for stored in run.events.groups:
            kept = [one for one in stored.batches if (one.stream_id, one.seq) != (key[1], 2)]
            store.append(replace(stored, batches=kept))
        (problem,) = verify(store, reached=reached).problems
        assert (problem.stream_id, problem.seq) == (key[1].hex(), 1)
        assert "missing at the end of its stream" in problem.sentence


async def test_a_refused_batch_stays_in_the_chain(data_dir: Path) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            first = await send(stream, 1, CHAIN_BEGINS)
            torn = counted()
            torn.payload = torn.payload[:-3]
            second = await send(stream, 2, first, made=torn)
            await stream.acknowledged(1)
            assert await refusal(stream, 2) == "malformed"
            await send(stream, 3, second)
            await stream.acknowledged(3)
        assert broken(run) == "0.0"
        expect_whole(run)


@pytest.mark.parametrize(
    "lies",
    [
        {"sha256": b"\x01" * 32},
        {"sha256": b""},
        {"previous": b"\x01" * 32},
        {"previous": b""},
        {"counts_sha256": b"\x01" * 32},
        {"counts_sha256": b"short"},
    ],
    ids=lambda lies: "-".join([*lies, str(len(next(iter(lies.values()))))]),
)
async def test_a_receipt_that_is_not_its_batchs_is_refused_and_the_stream_goes_on(
    data_dir: Path, lies: dict[str, Any]
) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            await send(stream, 1, CHAIN_BEGINS, **lies)
            assert await refusal(stream, 1) == "receipt-chain"
            await send(stream, 2, CHAIN_BEGINS)
            await stream.acknowledged(2)
        assert [set(one.receipt) & {"receipt", "reason"} for one in run.events.from_laptops] == [
            {"reason"},
            {"receipt"},
        ]
        expect_whole(run, unchained=1)


async def test_a_receipt_over_other_counts_than_the_payloads_is_refused(data_dir: Path) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            first = await send(stream, 1, CHAIN_BEGINS, counts=())
            assert await refusal(stream, 1) == "receipt-chain"
            await send(stream, 2, first)
            await stream.acknowledged(2)
        expect_whole(run)


async def test_a_policy_version_that_no_store_takes_is_refused_without_its_receipt(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            strange = counted()
            strange.policy_version, strange.policy_sha256 = 2**64 - 1, b"\x01" * 32
            await send(stream, 1, CHAIN_BEGINS, made=strange)
            assert await refusal(stream, 1) == "receipt-chain"
        (stored,) = run.events.from_laptops
        assert set(stored.receipt) == {"reason", "detail"}


async def test_a_batch_that_does_not_follow_is_stored_and_told(data_dir: Path) -> None:
    async with running(data_dir) as run:
        async with (await run.laptop()).streaming() as stream:
            await send(stream, 1, CHAIN_BEGINS)
            second = await send(stream, 2, b"\x05" * 32)
            await send(stream, 3, second)
            await stream.acknowledged(3)
        assert run.events.seqs == [1, 2, 3]
        assert broken(run) == "1.0"
        store = MemoryEventStore()
        for stored in run.events.groups:
            store.append(stored)
        assert [(p.seq, p.sentence) for p in verify(store).problems] == [
            (2, "its receipt does not follow that of batch 1")
        ]


async def test_after_a_reconnect_and_without_receipts_nothing_is_taken_for_broken(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            await stream.send(1, batch())  # an agent of the first version
            await stream.acknowledged(1)
        async with laptop.streaming() as stream:
            second = await send(stream, 2, CHAIN_BEGINS)  # upgraded
            await stream.acknowledged(2)
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 2
            await send(stream, 3, second)
            await stream.acknowledged(3)
        assert broken(run) == "0.0"
        expect_whole(run, unchained=1)


async def test_a_batch_that_the_store_cannot_take_keeps_its_place_in_the_chain(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        run.events.fail_before = [GroupInvalidError("invalid")]
        async with (await run.laptop()).streaming() as stream:
            await run.connection_noted()
            first = await send(stream, 1, CHAIN_BEGINS)
            assert await refusal(stream, 1) == "internal"
            await send(stream, 2, first)
            await stream.acknowledged(2)
        assert broken(run) == "0.0"
        expect_whole(run)
