"""The collectors of Windows's state tables, in the catalog's order."""

from __future__ import annotations

from reticent_agent.collect.model import StateCollector
from reticent_agent.collect.windows import (
    board,
    cpu,
    disk,
    host,
    modem,
    network_interface,
    os_version,
    peripheral,
    posture,
    software,
    usb,
    user_account,
)

COLLECTORS: tuple[StateCollector, ...] = (
    os_version.COLLECTOR,
    host.COLLECTOR,
    cpu.COLLECTOR,
    board.COLLECTOR,
    disk.COLLECTOR,
    network_interface.COLLECTOR,
    modem.COLLECTOR,
    user_account.COLLECTOR,
    usb.COLLECTOR,
    peripheral.COLLECTOR,
    software.COLLECTOR,
    posture.COLLECTOR,
)
