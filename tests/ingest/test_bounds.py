"""What waits is bounded, in order, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import uuid

import grpc
from reticent_contract.limits import IN_FLIGHT_BATCHES_MAX, STREAM_FRAMES_MAX
from reticent_contract.v1 import telemetry_pb2
from reticent_server.ingest.connection import Connection, Response
from reticent_server.ingest.opening import in_flight_max
from reticent_server.ingest.refusal import Refusal
from reticent_server.ingest.room import Room
from reticent_server.ingest.sequence import Sequence, Sequences
from reticent_server.peer import address_of, network_of


async def test_room_is_given_in_the_order_of_asking() -> None:
    room = Room(rows_max=10, bytes_max=1_000)
    await room.take(8, 100)
    order: list[str] = []

    async def ask(name: str, rows: int) -> None:
        await room.take(rows, 10)
        order.append(name)

    large = asyncio.create_task(ask("large", 5))
    await asyncio.sleep(0)
    small = asyncio.create_task(ask("small", 1))  # would fit, but does not overtake
    await asyncio.sleep(0)
    assert order == []
    room.give_back(8, 100)
    await asyncio.gather(large, small)
    assert order == ["large", "small"]
    assert (room.rows, room.bytes) == (6, 20)


async def test_bytes_bound_as_rows_do_and_one_that_is_too_large_waits_for_emptiness() -> None:
    room = Room(rows_max=10, bytes_max=100)
    await room.take(1, 90)
    huge = asyncio.create_task(room.take(1, 500))
    await asyncio.sleep(0)
    assert not huge.done()
    assert room.load == 0.9
    room.give_back(1, 90)
    await huge
    assert room.load == 5.0


async def test_who_gives_up_waiting_takes_no_room() -> None:
    room = Room(rows_max=10, bytes_max=100)
    await room.take(10, 10)
    gone, stays = (asyncio.create_task(room.take(5, 1)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    room.give_back(10, 10)
    await stays
    assert (room.rows, room.bytes) == (5, 1)


def connection() -> Connection:
    return Connection(device_id=uuid.uuid4(), group="default", address="127.0.0.1")


async def said(speaker: Connection) -> list[Response]:
    speaker.close()
    return [response async for response in speaker.outgoing()]


async def test_waiting_acks_are_merged_and_a_refusal_is_not_overtaken() -> None:
    speaker = connection()
    for seq in (1, 2, 3):
        speaker.acknowledge(seq)
    speaker.refuse(4, Refusal("malformed", "broken"))
    speaker.acknowledge(5)
    frames = await said(speaker)
    assert [frame.WhichOneof("frame") for frame in frames] == ["ack", "refused", "ack"]
    assert [frames[0].ack.seq, frames[1].refused.seq, frames[2].ack.seq] == [3, 4, 5]


async def test_a_duplicates_ack_is_kept_apart() -> None:
    speaker = connection()
    speaker.acknowledge(3)
    speaker.acknowledge(3, duplicate=True)
    assert [frame.ack.duplicate for frame in await said(speaker)] == [False, True]


async def test_a_laptop_that_does_not_read_is_cut_off() -> None:
    speaker = connection()
    for _ in range(STREAM_FRAMES_MAX + 1):
        speaker.send(Response(ping=telemetry_pb2.Ping(nonce=1)))
    assert speaker.ending is not None
    assert speaker.ending.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    speaker.send(Response(ping=telemetry_pb2.Ping(nonce=2)))
    assert len(await said(speaker)) == STREAM_FRAMES_MAX + 1


async def test_only_the_matching_pong_counts() -> None:
    speaker = connection()
    asking = asyncio.create_task(speaker.answers_ping(0.05))
    await asyncio.sleep(0)
    speaker.pong(12345)
    assert await asking is False


async def test_a_stream_is_forgotten_when_nobody_uses_it() -> None:
    asked: list[bytes] = []

    async def last_seq(device_id: bytes, _stream_id: bytes) -> int:
        asked.append(device_id)
        return 7

    sequences = Sequences(last_seq)
    first, second = connection(), connection()
    key = (b"d" * 16, b"s" * 16)
    sequence = await sequences.open(key, first)
    assert (sequence.durable, sequence.accepted) == (7, 7)
    sequence.accept(8)
    sequences.release(sequence, first)
    assert len(sequences) == 1  # number 8 is on its way
    assert await sequences.open(key, second) is sequence
    assert sequence.connection is second
    sequence.stored(8)
    sequences.release(sequence, first)  # comes late: the stream belongs to the second now
    assert sequence.connection is second
    sequences.release(sequence, second)
    assert (len(sequences), len(asked)) == (0, 2)


async def test_waiting_for_the_bound_in_flight_ends_with_the_next_stored_batch() -> None:
    sequence = Sequence((b"d", b"s"), 0)
    for seq in range(1, IN_FLIGHT_BATCHES_MAX + 1):
        await sequence.below_bound()
        sequence.accept(seq)
    waiting = asyncio.create_task(sequence.below_bound())
    settled = asyncio.create_task(sequence.settled())
    await asyncio.sleep(0)
    assert not waiting.done()
    sequence.stored(1)
    await waiting
    assert not settled.done()
    for seq in range(2, IN_FLIGHT_BATCHES_MAX + 1):
        sequence.stored(seq)
    await settled


def test_many_streams_and_a_full_queue_leave_each_less_in_flight() -> None:
    assert in_flight_max(1, 0.0) == IN_FLIGHT_BATCHES_MAX
    assert in_flight_max(200, 0.0) == 2
    assert in_flight_max(20_000, 0.0) == 1
    assert in_flight_max(1, 0.5) == 3
    assert in_flight_max(1, 5.0) == 1


def test_the_address_is_read_from_grpcs_peer() -> None:
    assert address_of("ipv4:192.0.2.1:5000") == "192.0.2.1"
    assert address_of("ipv6:%5B2001:db8::1%5D:5000") == "2001:db8::1"
    assert address_of("unix:") == "unix"


def test_a_log_says_only_in_which_network_a_laptop_is() -> None:
    assert network_of("203.0.113.77") == "203.0.113.0/24"
    assert network_of("2001:db8:5:6::7") == "2001:db8:5::/48"
    assert network_of("fe80::7%eth0") == "fe80::/48"
    assert network_of("unix") == "unknown"
