"""Whether the laptop that says Hello is the machine of its record.

Enters: the record and the signals that the laptop shows. Leaves: nothing, where it may go on. Must
hold: a key that speaks from wholly other hardware is a conflict, which neither side survives. What
changed beside what is as it was (a new disk, a new board) passes, and is told when it is recorded.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reticent_server.devices import signals
from reticent_server.devices.models import DeviceStatus
from reticent_server.devices.view import DeviceView
from reticent_server.errors import DeviceRefusedError
from reticent_server.ingest.connection import Connection
from reticent_server.ingest.live import facts_of

if TYPE_CHECKING:
    from reticent_server.ingest.service import IngestService

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
