"""Whether the laptop that says Hello is the machine of its record.

Enters: the record and the signals that the laptop shows. Leaves: nothing, where it may go on. Must
hold: a key that speaks from wholly other hardware is a conflict, which neither side survives. What
changed beside what is as it was (a new disk, a new board) passes, and is told when it is recorded.
A laptop that shows nothing of its record passes too, for it may have lost the right to read its
parts; that is told, and its record stays as it was.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from reticent_contract.limits import STREAMS_MAX

from reticent_server.devices import signals
from reticent_server.devices.models import DeviceStatus
from reticent_server.devices.view import DeviceView
from reticent_server.errors import DeviceRefusedError
from reticent_server.ingest.connection import Connection
from reticent_server.ingest.live import facts_of

if TYPE_CHECKING:
    from reticent_server.ingest.service import IngestService

CHANGE_TOLD_EVERY_S = 600.0
OTHER_HARDWARE = "the device's key was used on other hardware"


async def check_machine(
    service: IngestService, device: DeviceView, connection: Connection, shown: signals.Signals
) -> None:
    """Raises DeviceRefusedError where everything is other: the key was copied."""
    compared = signals.compare(device.machine_signals, shown)
    if compared.another_machine:
        seen = datetime.fromtimestamp(device.heard_s, UTC)
        await service.conflict(
            device.device_id,
            f"{OTHER_HARDWARE}: {facts_of(connection)}, {compared.sentence}; the record's laptop "
            f"was last heard of at {seen:%Y-%m-%d %H:%M:%S} UTC, agent {device.agent_version}",
        )
        raise DeviceRefusedError(DeviceStatus.CONFLICT.value, OTHER_HARDWARE)


class ChangesTold:
    """Which laptops' changed parts were told of just now: else one that shows others with each
    stream would fill the audit trail. Of the event loop's thread; forgets the oldest."""

    def __init__(self) -> None:
        self._told: OrderedDict[UUID, float] = OrderedDict()

    def may_change(self, device_id: UUID, *, now_s: float) -> bool:
        told_s = self._told.get(device_id)
        return told_s is None or not 0 <= now_s - told_s < CHANGE_TOLD_EVERY_S

    def forget(self, device_id: UUID) -> None:
        self._told.pop(device_id, None)

    def told(self, device_id: UUID, *, now_s: float) -> None:
        self._told[device_id] = now_s
        self._told.move_to_end(device_id)
        if len(self._told) > STREAMS_MAX:
            self._told.popitem(last=False)
