"""Whatever fails, and whenever: every batch is stored once, in order, and acknowledged after."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence as Items
from concurrent.futures import ThreadPoolExecutor

import pytest
from reticent_contract import limits
from reticent_server.health import Health
from reticent_server.ingest.appending import Appender, Group, Pending
from reticent_server.ingest.sequence import Sequence
from reticent_server.metrics import Metrics
from reticent_server.store.events import EventGroup, StoredBatch
from reticent_server.store.events.errors import GroupInvalidError, StoreFullError
from support.memory_events import MemoryEvents

DEVICE = b"d" * 16


class Shaky(MemoryEvents):
    """Fails at random, before or after it has stored, and sometimes does not answer."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)

    def append(self, group: EventGroup) -> None:
        draw = self._random.random()
        failure: Exception = StoreFullError("full") if draw < 0.1 else RuntimeError("broken")
        self.fail_before = [failure] if draw < 0.2 else []
        self.fail_after = [RuntimeError("lost")] if 0.2 <= draw < 0.35 else []
        if 0.35 <= draw < 0.4:
            self.fail_before = [GroupInvalidError("bad")]
        super().append(group)

    def last_seqs(self, streams: Items[tuple[bytes, bytes]]) -> dict[tuple[bytes, bytes], int]:
        if self._random.random() < 0.2:
            raise RuntimeError("no answer")
        return dict(super().last_seqs(streams))


class Run:
    def __init__(self, store: MemoryEvents) -> None:
        self.store = store
        self.acknowledged: list[tuple[bytes, int]] = []
        self.lost: list[int] = []
        self.trouble: list[str] = []
        self._writer = ThreadPoolExecutor(1)
        self.appender = Appender(
            store=store,
            writer=self._writer,
            metrics=Metrics(),
            health=Health(),
            on_stored=self._stored,
            on_lost=lambda group: self.lost.extend(p.batch.seq for p in group),
            on_trouble=lambda _ms, why: self.trouble.append(why),
            now_us=lambda: time.time_ns() // 1_000,
        )

    def _stored(self, group: Group, _received_at_us: int) -> None:
        for pending in group:
            key = pending.sequence.key
            stored = [b.seq for b in self.store.from_laptops if b.stream_id == key[1]]
            assert pending.batch.seq in stored  # stored first, then told
            self.acknowledged.append((key[1], pending.batch.seq))

    def close(self) -> None:
        self.store.go_on.set()
        self._writer.shutdown()


def pending(stream: bytes, seq: int) -> Pending:
    batch = StoredBatch(
        device_id=DEVICE, stream_id=stream, seq=seq, tables=[], receipt={"counts": []}
    )
    return Pending(
        sequence=Sequence((DEVICE, stream), 0),
        batch=batch,
        refusal=None,
        rows=1,
        bytes=1,
        frame_rows=1,
        received_s=0.0,
    )


@pytest.mark.parametrize("seed", range(12))
async def test_random_failures_lose_and_double_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "APPEND_RETRY_FIRST_S", 0.001)
    monkeypatch.setattr(limits, "APPEND_RETRY_MAX_S", 0.002)
    run = Run(Shaky(seed))
    streams = [bytes([n]) * 16 for n in range(4)]
    for seq in range(1, 61, 2):
        await run.appender.append([pending(s, n) for s in streams for n in (seq, seq + 1)])
    await run.appender.drain()
    run.close()
    for stream in streams:
        assert [n for s, n in run.acknowledged if s == stream] == list(range(1, 61))
        stored = [b.seq for b in run.store.from_laptops if b.stream_id == stream]
        assert stored == list(range(1, 61))


async def test_the_writer_begins_the_next_group_by_itself() -> None:
    run = Run(MemoryEvents())
    run.store.go_on.clear()
    for seq in (1, 2):
        await run.appender.append([pending(b"s" * 16, seq)])
    third = asyncio.create_task(run.appender.append([pending(b"s" * 16, 3)]))
    await asyncio.sleep(0.05)
    assert not third.done()  # two at a time
    run.store.go_on.set()
    await third
    await run.appender.drain()
    run.close()
    assert run.store.seqs == [1, 2, 3]


async def test_a_group_behind_a_failed_one_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "APPEND_RETRY_FIRST_S", 0.05)
    run = Run(MemoryEvents())
    run.store.go_on.clear()
    run.store.fail_before = [StoreFullError("full")]
    for seq in (1, 2):
        await run.appender.append([pending(b"s" * 16, seq)])
    run.store.go_on.set()
    await run.appender.append([pending(b"s" * 16, 3)])
    await run.appender.drain()
    run.close()
    assert run.store.seqs == [1, 2, 3]
    assert run.trouble == ["on the server the disk is full"]


async def test_a_store_that_takes_not_even_the_emptied_batch_is_tried_again_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "APPEND_RETRY_FIRST_S", 0.001)
    monkeypatch.setattr(limits, "APPEND_RETRY_MAX_S", 0.001)
    run = Run(MemoryEvents())
    run.store.fail_before = [GroupInvalidError("bad") for _ in range(400)]
    await run.appender.append([pending(b"s" * 16, 1)])
    await run.appender.append([pending(b"s" * 16, 2)])
    await run.appender.drain()
    run.close()
    assert run.store.seqs == [1, 2]
    assert [seq for _, seq in run.acknowledged] == [1, 2]
    assert len(run.trouble) > 350  # a pause each time, and the reason said


async def test_a_stop_while_the_store_fails_gives_up_everything_behind_it() -> None:
    run = Run(MemoryEvents())
    run.store.go_on.clear()
    run.store.fail_before = [StoreFullError("full")]
    for seq in (1, 2):
        await run.appender.append([pending(b"s" * 16, seq)])
    run.appender.stop()
    run.store.go_on.set()
    await run.appender.append([pending(b"s" * 16, 3)])
    await run.appender.drain()
    run.close()
    assert run.store.attempts == 1
    assert (run.lost, run.acknowledged) == ([1, 2, 3], [])
