"""What all telemetry streams share, and what other parts of the server may ask of them.

Everything runs in one event loop; the methods named `notify_…` and the counts may be called from
any thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Executor
from typing import TypeVar, TypeVarTuple
from uuid import UUID

import grpc
from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import POLICIES_COMPILED_MAX, STOP_S
from reticent_contract.v1 import policy_pb2, telemetry_pb2

from reticent_server.audit.service import AuditService
from reticent_server.devices.actions import RemoteActions
from reticent_server.devices.authentication import (
    REPLACED,
    DeviceAuthentication,
    Identified,
    ReplacedKeyError,
)
from reticent_server.devices.diagnostics import Diagnostics
from reticent_server.devices.models import DeviceStatus
from reticent_server.devices.service import DeviceService
from reticent_server.devices.uninstalling import Uninstalling
from reticent_server.epochs.files import EpochKeys
from reticent_server.errors import ServerError
from reticent_server.health import Health
from reticent_server.ingest.appending import Pending
from reticent_server.ingest.connection import Connection, Response
from reticent_server.ingest.connection_rows import ConnectionRows
from reticent_server.ingest.group_commit import GroupCommit
from reticent_server.ingest.live import LiveConnections
from reticent_server.ingest.machine import ChangesTold
from reticent_server.ingest.policy_lock import PolicyLock
from reticent_server.ingest.prepare import Preparer
from reticent_server.ingest.pseudonyms import Pseudonyms
from reticent_server.ingest.quarantine import Quarantine, RefusedBatch
from reticent_server.ingest.remote import RemoteDelivery
from reticent_server.ingest.sequence import Sequences
from reticent_server.ingest.server_rows import ServerRows
from reticent_server.keys import ServerKeys
from reticent_server.log import Log
from reticent_server.metrics import Metrics
from reticent_server.place.places import Places
from reticent_server.policies.lineup import Lineup
from reticent_server.policies.service import PolicyService
from reticent_server.store.control.engine import ControlStore
from reticent_server.store.events import EventStore

SEEN_EVERY_S = 60.0
_log = Log("ingest")
_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")


class IngestService:
    """Made inside the event loop. `executor` runs what blocks on the control store."""

    def __init__(
        self,
        *,
        control: ControlStore,
        events: EventStore,
        devices: DeviceService,
        actions: RemoteActions,
        diagnostics: Diagnostics,
        uninstalling: Uninstalling,
        authentication: DeviceAuthentication,
        policies: PolicyService,
        keys: ServerKeys,
        catalog: Catalog,
        metrics: Metrics,
        health: Health,
        executor: Executor,
        writer: Executor,
        places: Places,
        audit: AuditService,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._events = events
        self._executor = executor
        self.record = audit.record
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self.devices = devices
        self.changes_told = ChangesTold()
        self.remote = RemoteDelivery(self, actions, diagnostics, uninstalling, audit=audit)
        self.authentication = authentication
        self.policies = policies
        self.catalog = catalog
        self.metrics = metrics
        self.quarantine = Quarantine(control)
        self.pseudonym_keys = _messages(keys.fleet_epochs)
        self._pseudonyms = Pseudonyms(keys.server_epochs)
        self.preparer = Preparer(catalog=catalog, pseudonyms=self._pseudonyms)
        self._locks: OrderedDict[tuple[str, int, bytes], PolicyLock] = OrderedDict()
        self.live = LiveConnections(self.conflict)
        self.sequences = Sequences(self._last_seq)
        self.commit = GroupCommit(
            store=events,
            writer=writer,
            sequences=self.sequences,
            metrics=metrics,
            health=health,
            on_refused=self._keep_refused,
            on_trouble=self._ask_for_silence,
            now_us=self.now_us,
        )
        self.server_rows = ServerRows(self, fleet_keys=keys.fleet_epochs)
        self.connection_rows = ConnectionRows(self, self.server_rows, places)
        self.status_changes = 0  # lets a stream notice that a device's status changed meanwhile
        self.stopping = False
        self.handlers = 0  # streams whose handler has not returned, with or without a Hello
        self._pushing = asyncio.Lock()
        self._no_handler = asyncio.Event()
        self._no_handler.set()
        devices.on_status(self.notify_status)
        policies.on_publish(self.notify_published)

    def now_us(self) -> int:
        return int(self._clock() * 1_000_000)

    def now_s(self) -> float:
        return self._clock()

    def connected_devices(self) -> set[UUID]:
        """Devices that have an open stream now."""
        return {connection.device_id for connection in self.live}

    def is_settled(self, device_id: UUID) -> bool:
        """Whether it has no stream, and nothing of it is on its way to the event store."""
        return self.live.get(device_id) is None and not self.sequences.in_use(device_id.bytes)

    def forget(self, device_id: UUID) -> None:
        """Lets go of what is remembered of a device, from where it came above all."""
        self._loop.call_soon_threadsafe(self.connection_rows.forget, device_id)
        self._loop.call_soon_threadsafe(self.changes_told.forget, device_id)

    def notify_status(self, device_id: UUID, status: DeviceStatus, reason: str) -> None:
        self._loop.call_soon_threadsafe(self._status_changed, device_id, status, reason)

    def notify_published(self, _group: str) -> None:
        self._loop.call_soon_threadsafe(lambda: self.start_task(self._push_policies()))

    def notify_keys(self, keys: EpochKeys) -> None:
        """Keys were made or destroyed: from here on only these are used and handed out.

        A policy that is published afterwards reaches each laptop behind the keys.
        """
        self._loop.call_soon_threadsafe(self._keys_changed, keys)

    def start(self) -> None:
        self._commit_task = asyncio.create_task(self.commit.run())
        self._seen_task = asyncio.create_task(self._keep_seen())

    async def stop(self) -> None:
        """No new batches; what was accepted is stored and acknowledged; then streams end."""
        self.stopping = True
        self.commit.stop()
        sentence = "the server is stopping; the laptop keeps its rows and reconnects"
        for connection in self.live:
            connection.drain(grpc.StatusCode.UNAVAILABLE, sentence)
        try:
            async with asyncio.timeout(STOP_S * 0.5):
                await self._commit_task
                await self._no_handler.wait()
        except TimeoutError:
            _log.warning("stop_was_not_graceful", streams=self.handlers)
            self._commit_task.cancel()
        for connection in self.live:
            connection.close(grpc.StatusCode.UNAVAILABLE, sentence)
        self._seen_task.cancel()
        await asyncio.gather(
            self._commit_task, self._seen_task, *self._tasks, return_exceptions=True
        )
        await self.in_thread(self._record_seen, self._seen())

    async def lock_of(self, group: str, version: int, sha256: bytes) -> PolicyLock | None:
        """The second lock for batches of this policy; None where the group never had it."""
        key = (group, version, sha256)
        lock = self._locks.get(key)
        if lock is not None:
            self._locks.move_to_end(key)
            return lock
        policy = await self.in_thread(self.policies.named, group, version, sha256)
        if policy is None:
            return None
        lock = self._locks[key] = PolicyLock(policy, self.catalog)
        if len(self._locks) > POLICIES_COMPILED_MAX:
            self._locks.popitem(last=False)
        return lock

    async def in_thread(self, call: Callable[..., _Result], *arguments: object) -> _Result:
        """Runs what blocks on the control store apart from the event loop."""
        return await self._loop.run_in_executor(self._executor, call, *arguments)

    @contextlib.contextmanager
    def handler(self) -> Iterator[None]:
        """Around one stream's handler: `stop` waits for it."""
        self.handlers += 1
        self._no_handler.clear()
        try:
            yield
        finally:
            self.handlers -= 1
            if not self.handlers:
                self._no_handler.set()

    def read(
        self,
        connection: Connection,
        reading: Coroutine[object, object, None],
        finish: Callable[[asyncio.Task[None]], Coroutine[object, object, None]],
    ) -> asyncio.Task[None]:
        """Starts a stream's reader; `finish` runs when it has ended, however it did."""
        task = self._loop.create_task(reading)
        connection.reader = task
        if connection.drained is not None:
            task.cancel()  # the server began to stop while the stream was being opened
        task.add_done_callback(lambda ended: self.start_task(finish(ended)))
        return task

    def start_task(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _last_seq(self, device_id: bytes, stream_id: bytes) -> int:
        return await self.in_thread(self._events.last_seq, device_id, stream_id)

    def reached(self) -> dict[tuple[bytes, bytes], int]:
        """How far streams are known to have been stored, without asking the event store: by what
        was acknowledged to laptops that are here, and by refusals. Blocks on the control store."""
        reached = self.quarantine.reached()
        for key, seq in self.sequences.durable().items():
            reached[key] = max(seq, reached.get(key, 0))
        return reached

    async def last_receipt(self, device_id: bytes, stream_id: bytes, seq: int) -> str | None:
        """The stored receipt of batch `seq`, in hex; None where it has none to be followed."""
        page = await self.in_thread(
            lambda: self._events.batches(device_id, stream_id, after_seq=seq - 1, limit=1)
        )
        receipt = page[0].fields.get("receipt") if page and page[0].seq == seq else None
        return receipt if isinstance(receipt, str) else None

    async def identify(self, certificate_pem: bytes) -> Identified:
        """As `DeviceAuthentication.identify`, in a thread; records a replaced key's use."""
        return await self.authenticated(self.authentication.identify, certificate_pem)

    async def authenticated(
        self, call: Callable[[*_Arguments], _Result], *arguments: *_Arguments
    ) -> _Result:
        """A call of `authentication`, in a thread; what shows a replaced key is recorded."""
        try:
            return await self.in_thread(call, *arguments)
        except ReplacedKeyError as error:
            await self.conflict(error.device_id, REPLACED)
            raise

    async def conflict(self, device_id: UUID, reason: str) -> None:
        """Recorded to the end, even where the connection that showed it goes away meanwhile."""
        await asyncio.shield(self.start_task(self._record_conflict(device_id, reason)))

    async def _record_conflict(self, device_id: UUID, reason: str) -> None:
        self.metrics.conflicts.inc()
        _log.warning("device_conflict", device_id=device_id)
        await self.in_thread(lambda: self.devices.mark_conflict(device_id, reason=reason))
        await self.in_thread(
            lambda: self.record(
                actor="server", action="device.conflict", object=str(device_id), reason=reason
            )
        )

    def _status_changed(self, device_id: UUID, status: DeviceStatus, reason: str) -> None:
        self.status_changes += 1
        self.live.stop_device(device_id, status, reason)

    def _keys_changed(self, keys: EpochKeys) -> None:
        self.pseudonym_keys = _messages(keys.fleet)
        self._pseudonyms.replace_keys(keys.server)
        self.server_rows.replace_keys(keys.fleet)
        push = Response(key_push=telemetry_pb2.KeyPush(pseudonym_keys=self.pseudonym_keys))
        for connection in self.live:
            if connection.welcomed:  # else its Welcome brings them
                connection.send(push)

    async def _push_policies(self) -> None:
        """Offers each open stream the policy that it is to run, where that is another.

        One after the other: what was read before a publication must not be offered after it.
        """
        async with self._pushing:
            await self._push_to_all()

    async def _push_to_all(self) -> None:
        for group in {connection.group for connection in self.live}:
            try:
                lineup = await self.in_thread(self.policies.lineup, group)
            except ServerError as error:
                _log.error("policy_not_pushed", error)
                continue
            for connection in self.live:
                if connection.group == group:
                    self.offer(connection, lineup)

    def offer(self, connection: Connection, lineup: Lineup) -> None:
        """Nothing goes out before the Welcome; after it, the newest policy is offered anyway."""
        policy = lineup.of(connection.device_id, runs=connection.policy_sha256)
        if connection.welcomed and connection.policy_sha256 != policy.sha256:
            connection.policy_sha256 = policy.sha256
            connection.send(Response(policy_push=telemetry_pb2.PolicyPush(policy=policy.signed)))

    def _ask_for_silence(self, delay_ms: int, reason: str) -> None:
        for connection in self.live:
            connection.retry_after(delay_ms, reason)

    def _keep_refused(self, refused: list[Pending], received_at_us: int) -> None:
        entries = [
            RefusedBatch(
                device_id=UUID(bytes=pending.batch.device_id),
                stream_id=pending.batch.stream_id,
                seq=pending.batch.seq,
                rows=pending.frame_rows,
                reason=pending.refusal.reason,
                detail=pending.refusal.detail,
                refused_us=received_at_us,
            )
            for pending in refused
            if pending.refusal is not None
        ]
        for entry in entries:
            _log.warning(
                "batch_refused", device_id=entry.device_id, seq=entry.seq, reason=entry.reason
            )
        self.start_task(self._quarantine(entries))

    async def _quarantine(self, entries: list[RefusedBatch]) -> None:
        try:
            await self.in_thread(self.quarantine.add, entries)
        except Exception as error:  # noqa: BLE001 - the receipts in the event store say it too
            _log.error("quarantine_not_written", error, batches=len(entries))

    async def _keep_seen(self) -> None:
        while True:
            await asyncio.sleep(SEEN_EVERY_S)
            self.close_expired()
            await self.in_thread(self._record_seen, self._seen())

    def close_expired(self) -> None:
        """TLS checks a certificate at the handshake; a stream may outlive it, and must not."""
        for connection in self.live:
            if connection.certificate_expires_s <= self.now_s():
                connection.drain(
                    grpc.StatusCode.UNAVAILABLE,
                    "the certificate expired while the stream was open; what was accepted is "
                    "stored; renew the certificate and reconnect",
                )

    def _seen(self) -> dict[UUID, int]:
        return {c.device_id: int(c.last_frame_s) for c in self.live if c.last_frame_s}

    def _record_seen(self, seen: dict[UUID, int]) -> None:
        try:
            self.devices.record_seen(seen)
        except Exception as error:  # noqa: BLE001 - the next round writes it
            _log.error("last_seen_not_written", error, devices=len(seen))


def _messages(fleet_keys: Mapping[int, bytes]) -> list[policy_pb2.PseudonymKey]:
    return [
        policy_pb2.PseudonymKey(epoch=epoch, key=key) for epoch, key in sorted(fleet_keys.items())
    ]
