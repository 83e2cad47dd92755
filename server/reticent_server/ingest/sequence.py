"""Where each stream stands: what is durable, what is accepted and on its way there.

    durable <= accepted; accepted + 1 is the only number that is taken next

A `Sequence` lives while a connection uses it, one is being opened, or batches of it are in the
group commit, so that a laptop which reconnects in between finds its batches in flight counted.
Otherwise it is read anew from the event store: acks and rows cannot disagree. Of the event loop's
thread only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from reticent_contract.limits import IN_FLIGHT_BATCHES_MAX

if TYPE_CHECKING:
    from reticent_server.ingest.connection import Connection

Key = tuple[bytes, bytes]  # device_id, stream_id


class Sequence:
    """One stream's numbers. `connection` is who hears of them now."""

    def __init__(self, key: Key, durable: int) -> None:
        self.key = key
        self.durable = durable
        self.accepted = durable
        self.receipt: str | None = None  # of batch `accepted`, where this server has seen it
        self.in_flight = 0
        self.gaps = 0
        self.opening = 0  # who waits for the event store's answer, or is about to accept
        self.connection: Connection | None = None
        self._moved = asyncio.Event()

    async def below_bound(self) -> None:
        """Returns when fewer than IN_FLIGHT_BATCHES_MAX batches are on their way."""
        while self.in_flight >= IN_FLIGHT_BATCHES_MAX:
            self._moved.clear()
            await self._moved.wait()

    async def settled(self) -> None:
        """Returns when no batch is on its way."""
        while self.in_flight:
            self._moved.clear()
            await self._moved.wait()

    def accept(self, seq: int, receipt: str | None = None) -> None:
        self.accepted = seq
        self.receipt = receipt
        self.in_flight += 1
        self.gaps = 0

    def stored(self, seq: int) -> None:
        self.durable = max(self.durable, seq)
        self._leave()

    def lost(self) -> None:
        """One batch will not be stored by this server any more: it stops."""
        self._leave()

    def restart(self, durable: int) -> None:
        """What the store has is what counts, while nothing is on its way there."""
        self.durable = max(self.durable, durable)
        if self.accepted != self.durable:
            self.receipt = None
        self.accepted = self.durable

    def _leave(self) -> None:
        self.in_flight -= 1
        self._moved.set()


class Sequences:
    """All streams that are in use. `read_last_seq` asks the event store."""

    def __init__(self, read_last_seq: Callable[[bytes, bytes], Awaitable[int]]) -> None:
        self._read_last_seq = read_last_seq
        self._by_key: dict[Key, Sequence] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def in_use(self, device_id: bytes) -> bool:
        """Whether a stream of the device is open or something of it on its way. From any thread."""
        return any(device == device_id for device, _ in list(self._by_key))

    def durable(self) -> dict[Key, int]:
        """What is stored of each stream that is in use. From any thread."""
        return {key: one.durable for key, one in list(self._by_key.items()) if one.durable}

    async def settled(self, key: Key) -> None:
        """Returns when no batch of the stream is on its way; the caller bounds the time."""
        sequence = self._by_key.get(key)
        if sequence is not None:
            await sequence.settled()

    async def open(self, key: Key, connection: Connection | None) -> Sequence:
        """The stream's numbers, for this connection alone; None: no laptop sends this stream.

        What is still on its way will be acknowledged on this connection; that the laptop sends it
        again meanwhile does no harm. The stream is remembered from before the store is asked: its
        answer may be older than what another connection has stored since.
        """
        sequence = self._by_key.setdefault(key, Sequence(key, 0))
        sequence.opening += 1
        try:
            durable = await self._read_last_seq(*key)
        except BaseException:
            sequence.opening -= 1
            self.release(sequence, connection)
            raise
        sequence.opening -= 1
        if not sequence.in_flight:
            sequence.restart(durable)
        if (
            connection is not None and connection.ending is None
        ):  # else a newer one displaced it meanwhile
            sequence.connection = connection
        return sequence

    @asynccontextmanager
    async def held(self, key: Key) -> AsyncIterator[Sequence]:
        """The numbers of a stream that no laptop sends, while the server adds to it."""
        sequence = await self.open(key, None)
        sequence.opening += 1
        try:
            yield sequence
        finally:
            sequence.opening -= 1
            self.release(sequence, None)

    def release(self, sequence: Sequence, connection: Connection | None) -> None:
        """Forgets the stream once no connection needs it and nothing of it is on its way."""
        if sequence.connection is connection:
            sequence.connection = None
        if sequence.connection is None and not sequence.in_flight and not sequence.opening:
            self._by_key.pop(sequence.key, None)
