"""Batches that the server itself makes of a device: one stream a device, exactly once.

Enters: raw rows of tables that the server makes (`from_server`), and whose they are. Leaves: a
numbered batch in the group commit. Must hold: the rows pass the redaction, the second lock and the
second half of pseudonyms as if a laptop had sent them; numbers follow each other and receipts form
a chain, so that `doctor --receipts` checks this stream as any other; no laptop may name it.

    SERVER_STREAM = first 16 bytes of SHA-256("reticent-server-stream-v1")

Where the stream stands is read from the event store, so a crash leaves neither a gap nor a copy: a
row that was not stored yet is simply not there, and what brought it about comes again (a laptop
reconnects, a person gets no answer). Of the event loop's thread only.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID
from weakref import WeakValueDictionary

from reticent_contract.batch import CHAIN_BEGINS
from reticent_contract.limits import POLICIES_COMPILED_MAX
from reticent_contract.policy import Policy
from reticent_contract.rows import Row
from reticent_contract.v1 import telemetry_pb2

from reticent_server.errors import NotFoundError
from reticent_server.ingest.appending import Pending
from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.prepare import NOWHERE, Prepared, Sender
from reticent_server.ingest.sequence import Sequence as Numbers
from reticent_server.ingest.server_redaction import ServerRedaction, numbered
from reticent_server.log import Log
from reticent_server.policies.published import PublishedPolicy
from reticent_server.store.events.model import FieldValue, StoredTable

if TYPE_CHECKING:
    from reticent_server.ingest.service import IngestService

SERVER_STREAM = hashlib.sha256(b"reticent-server-stream-v1").digest()[:16]
_log = Log("ingest")


@dataclass(frozen=True, slots=True)
class Redacted:
    """Rows as the policy leaves them, not numbered yet.

    `fields`: the first row as it will be stored; None where nothing of it is left.
    """

    frame: telemetry_pb2.BatchFrame
    lock: PolicyLock
    fields: Mapping[str, FieldValue] | None


@dataclass(frozen=True, slots=True)
class Placed:
    """On its way to the store."""

    numbers: Numbers
    seq: int

    async def is_stored(self) -> bool:
        """Once it is known: durable, or (the server stops while the store fails) not."""
        await self.numbers.settled()
        return self.numbers.durable >= self.seq


class ServerRows:
    """Made by `IngestService`, whose parts it uses."""

    def __init__(self, service: IngestService, *, fleet_keys: Mapping[int, bytes]) -> None:
        self._service = service
        self._redaction = ServerRedaction(catalog=service.catalog, fleet_keys=fleet_keys)
        self.keys_replaced = 0  # what was redacted before the last time may name a destroyed key
        self._policies: dict[bytes, Policy] = {}
        self._turns: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    def replace_keys(self, fleet_keys: Mapping[int, bytes]) -> None:
        self._redaction.replace_keys(fleet_keys)
        self.keys_replaced += 1

    async def redact(
        self, rows: Sequence[Row], published: PublishedPolicy, *, as_laptop: bool = False
    ) -> Redacted | None:
        """None where the policy cannot be used now. The rows stay raw here, and nowhere else.

        `as_laptop`: rows of a laptop's tables, to learn how its values would have been stored.
        """
        service = self._service
        lock = await service.lock_of(published.group, published.version, published.sha256)
        policy = await self.parsed(published)
        frame = self._redaction.frame(rows, policy, now_s=int(service.now_s()))
        if lock is None or frame is None:
            service.metrics.server_rows.labels("policy-not-usable").inc()
            return None
        sender = self._sender(bytes(16), is_server=not as_laptop)
        prepared = service.preparer.prepare(frame, sender=sender, lock=lock)
        if prepared.refusal is not None:
            # The engine made what the second lock does not let through: a fault of ours.
            service.metrics.server_rows.labels("refused").inc()
            _log.error("server_rows_refused", reason=prepared.refusal.reason)
            return None
        return Redacted(frame, lock, _first_row(prepared.batch.tables))

    async def put(
        self,
        redacted: Redacted,
        device_id: UUID,
        *,
        delivered_from: Mapping[str, str | int] = NOWHERE,
    ) -> Placed | None:
        """Gives it the stream's next number. It is stored before whatever is put after it.

        `delivered_from`: of the connection that brought the rows about, if one did. None where
        the server is stopping, or the second lock refused it.
        """
        if self._service.stopping:
            return None
        turn = self._turns.setdefault(device_id.bytes, asyncio.Lock())
        async with turn:
            return await self._put(redacted, device_id.bytes, delivered_from)

    async def _put(
        self, redacted: Redacted, device_id: bytes, delivered_from: Mapping[str, str | int]
    ) -> Placed | None:
        service, frame = self._service, redacted.frame
        sender = self._sender(device_id, is_server=True, delivered_from=delivered_from)
        async with service.sequences.held((device_id, SERVER_STREAM)) as numbers:
            await numbers.below_bound()
            held = frame.rows + 1, frame.plain_bytes  # the receipt is a row too
            await service.commit.room.take(*held)
            put = False
            try:
                prepared = await self._prepared(redacted, numbers, sender)
                put = prepared.refusal is None
                if put:
                    self._commit(prepared, numbers, frame.rows, held)
            finally:
                if not put:
                    service.commit.room.give_back(*held)
        service.metrics.server_rows.labels("put" if put else "refused").inc()
        return Placed(numbers, prepared.batch.seq) if put else None

    def _commit(
        self, prepared: Prepared, numbers: Numbers, frame_rows: int, held: tuple[int, int]
    ) -> None:
        numbers.accept(prepared.batch.seq, str(prepared.batch.receipt["receipt"]))
        self._service.commit.put(
            Pending(
                sequence=numbers,
                batch=prepared.batch,
                refusal=None,
                rows=held[0],
                bytes=held[1],
                frame_rows=frame_rows,
                received_s=time.monotonic(),
            )
        )

    async def _prepared(self, redacted: Redacted, numbers: Numbers, sender: Sender) -> Prepared:
        previous = await self._previous(numbers, sender.device_id)
        frame = numbered(
            redacted.frame, stream_id=SERVER_STREAM, seq=numbers.accepted + 1, previous=previous
        )
        return self._service.preparer.prepare(frame, sender=sender, lock=redacted.lock)

    async def _previous(self, numbers: Numbers, device_id: bytes) -> bytes:
        """The receipt of the batch before: from memory while it is on its way, else as stored."""
        if numbers.receipt is not None:
            return bytes.fromhex(numbers.receipt)
        if numbers.accepted == 0:
            return CHAIN_BEGINS
        receipt = await self._service.last_receipt(device_id, SERVER_STREAM, numbers.accepted)
        return CHAIN_BEGINS if receipt is None else bytes.fromhex(receipt)

    def _sender(
        self,
        device_id: bytes,
        *,
        is_server: bool,
        delivered_from: Mapping[str, str | int] = NOWHERE,
    ) -> Sender:
        return Sender(
            device_id=device_id,
            stream_id=SERVER_STREAM,
            catalog_version=self._service.catalog.version,
            is_server=is_server,
            delivered_from=delivered_from,
        )

    async def parsed(self, published: PublishedPolicy) -> Policy:
        policy = self._policies.get(published.sha256)
        if policy is None:
            policy = await self._service.in_thread(self._service.policies.parsed, published)
            if len(self._policies) >= POLICIES_COMPILED_MAX:
                self._policies.clear()
            self._policies[published.sha256] = policy
        return policy

    async def policy_of(
        self, device_id: UUID, group: str, *, runs: bytes | None
    ) -> PublishedPolicy | None:
        """The policy that the device is to run; None where its group has none."""
        policies = self._service.policies
        try:
            lineup = await self._service.in_thread(policies.lineup, group)
        except NotFoundError:
            return None
        return lineup.of(device_id, runs=runs)


def _first_row(tables: Sequence[StoredTable]) -> Mapping[str, FieldValue] | None:
    if not tables:
        return None
    fields: dict[str, FieldValue] = {}
    for column in tables[0].columns:
        if column.present is not None and 0 not in column.present:
            continue
        if column.lengths is not None:
            places = (column.index or ())[: column.lengths[0]]
            fields[column.field] = [(column.dictionary or ())[place] for place in places]
        elif column.dictionary is not None:
            fields[column.field] = column.dictionary[(column.index or (0,))[0]]
        elif column.values is not None:
            fields[column.field] = column.values[0]
    return fields
