"""The open streams by device; where two agents speak with one identity, both are stopped.

The same run of an agent (`instance_id`) that comes again has lost its connection: the new stream
replaces the old. Another run is a restart if the old stream is dead, a clone if it answers a ping.
Of the event loop's thread only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import grpc
from reticent_contract.limits import PONG_WAIT_S
from reticent_contract.v1 import telemetry_pb2

from reticent_server.devices.models import DeviceStatus
from reticent_server.devices.view import version_text
from reticent_server.errors import DeviceRefusedError, OverloadedError
from reticent_server.ingest.connection import Connection, Response
from reticent_server.peer import network_of

ConflictListener = Callable[[UUID, str], Awaitable[None]]
CONFLICT = "two agents spoke with this device's key at the same time"


class LiveConnections:
    """`on_conflict(device_id, reason)` records a conflict; it is awaited before both are told."""

    def __init__(self, on_conflict: ConflictListener, *, pong_wait_s: float = PONG_WAIT_S) -> None:
        self._on_conflict = on_conflict
        self._pong_wait_s = pong_wait_s
        self._by_device: dict[UUID, Connection] = {}
        self._entering: set[UUID] = set()

    def __len__(self) -> int:
        return len(self._by_device)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_device.values()))

    def get(self, device_id: UUID) -> Connection | None:
        return self._by_device.get(device_id)

    async def enter(self, connection: Connection) -> None:
        """Makes this the device's one stream.

        Raises DeviceRefusedError (conflict), OverloadedError (another stream of the device is
        being examined at this moment).
        """
        device_id = connection.device_id
        if device_id in self._entering:
            raise OverloadedError(
                "another connection of this device is just being examined; nothing was accepted; "
                "try again"
            )
        self._entering.add(device_id)
        try:
            old = self._by_device.get(device_id)
            if old is not None:
                await self._displace(old, connection)
            self._by_device[device_id] = connection
        finally:
            self._entering.discard(device_id)

    def leave(self, connection: Connection) -> None:
        if self._by_device.get(connection.device_id) is connection:
            del self._by_device[connection.device_id]

    def stop_device(self, device_id: UUID, status: DeviceStatus, reason: str) -> None:
        """Tells an open stream of a device that is no longer in service, and closes it."""
        connection = self._by_device.get(device_id)
        if connection is not None and status is not DeviceStatus.ACTIVE:
            dismiss(connection, status.value, f"the device is {status.value}: {reason}")

    async def _displace(self, old: Connection, new: Connection) -> None:
        other_run = old.instance_id != new.instance_id
        if other_run and old.ending is None and await old.answers_ping(self._pong_wait_s):
            both = f"{CONFLICT}: one {facts_of(old)}; the other {facts_of(new)}"
            await self._on_conflict(new.device_id, both)
            dismiss(old, DeviceStatus.CONFLICT.value, CONFLICT)
            raise DeviceRefusedError(DeviceStatus.CONFLICT.value, CONFLICT)
        old.close(grpc.StatusCode.ABORTED, "a newer connection of this device took over")


def facts_of(connection: Connection) -> str:
    """What tells one of two connections from the other, for whoever has to decide."""
    at = datetime.fromtimestamp(connection.opened_s, UTC)
    version = version_text(connection.agent_version)[:16]
    return (
        f"from {network_of(connection.address)} since {at:%Y-%m-%d %H:%M:%S} UTC, agent "
        f"{version or 'unknown'}, run {connection.instance_id.hex()[:8]}"
    )


def dismissal(reason: str, sentence: str) -> Response:
    """The last word to a device that may not send: stop, wait, or make a new key and enrol."""
    if reason in (DeviceStatus.REVOKED, DeviceStatus.RETIRED, DeviceStatus.ERASED):
        action = telemetry_pb2.Command.ACTION_STOP
    elif reason == DeviceStatus.WAITING:
        action = telemetry_pb2.Command.ACTION_WAIT
    else:
        action = telemetry_pb2.Command.ACTION_REKEY
    return Response(command=telemetry_pb2.Command(action=action, reason=sentence))


def dismiss(connection: Connection, reason: str, sentence: str) -> None:
    connection.send(dismissal(reason, sentence))
    connection.close(grpc.StatusCode.PERMISSION_DENIED, sentence)
