"""Two connections of one stream, whatever order the event store answers them in."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from reticent_server.ingest.connection import Connection
from reticent_server.ingest.sequence import Sequences

KEY = (b"d" * 16, b"s" * 16)


def connection() -> Connection:
    return Connection(device_id=uuid.uuid4(), group="default", address="127.0.0.1")


class Store:
    """Answers with what it had when it was asked, but only when it is let go."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.asked: list[tuple[asyncio.Future[None], int]] = []

    async def last_seq(self, _device_id: bytes, _stream_id: bytes) -> int:
        future = asyncio.get_running_loop().create_future()
        answer = self.last
        self.asked.append((future, answer))
        await future
        return answer

    async def let_go(self, number: int) -> None:
        self.asked[number][0].set_result(None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)


async def test_a_batch_that_is_stored_while_a_connection_opens_is_not_taken_again() -> None:
    store = Store(4)
    sequences = Sequences(store.last_seq)
    first, second = connection(), connection()
    opening = asyncio.create_task(sequences.open(KEY, first))
    await asyncio.sleep(0)
    await store.let_go(0)
    old = await opening
    old.accept(5)
    opening = asyncio.create_task(sequences.open(KEY, second))
    await asyncio.sleep(0)
    sequences.release(old, first)  # the old connection is gone, number 5 on its way
    store.last = 5
    old.stored(5)
    sequences.release(old, None)
    await store.let_go(1)  # with 4, which it had when it was asked
    new = await opening
    assert (new.durable, new.accepted, new.connection) == (5, 5, second)
    sequences.release(new, second)
    assert len(sequences) == 0


async def test_a_stream_that_lives_and_ends_while_another_opens_is_not_forgotten() -> None:
    store = Store(4)
    sequences = Sequences(store.last_seq)
    slow, quick = connection(), connection()
    waiting = asyncio.create_task(sequences.open(KEY, slow))
    await asyncio.sleep(0)
    opening = asyncio.create_task(sequences.open(KEY, quick))
    await asyncio.sleep(0)
    await store.let_go(1)
    sequence = await opening
    sequence.accept(5)
    sequence.stored(5)
    sequences.release(sequence, quick)
    await store.let_go(0)
    assert (await waiting).accepted == 5


async def test_a_displaced_connection_does_not_take_the_stream_back() -> None:
    store = Store(4)
    sequences = Sequences(store.last_seq)
    old, new = connection(), connection()
    waiting = asyncio.create_task(sequences.open(KEY, old))
    await asyncio.sleep(0)
    old.close()
    opening = asyncio.create_task(sequences.open(KEY, new))
    await asyncio.sleep(0)
    await store.let_go(1)
    await store.let_go(0)
    sequence = await opening
    assert (await waiting).connection is new
    sequences.release(sequence, old)
    assert sequence.connection is new


async def test_a_connection_that_fails_to_open_leaves_nothing_behind() -> None:
    store = Store(4)
    sequences = Sequences(store.last_seq)
    cancelled = asyncio.create_task(sequences.open(KEY, connection()))
    failed = asyncio.create_task(sequences.open(KEY, connection()))
    await asyncio.sleep(0)
    cancelled.cancel()
    store.asked[1][0].set_exception(RuntimeError("no answer"))
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    with pytest.raises(RuntimeError):
        await failed
    assert len(sequences) == 0
