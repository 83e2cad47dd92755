"""The collectors of Linux's state tables, in the catalog's order."""

from __future__ import annotations

from reticent_agent.collect.linux import (
    board,
    cpu,
    disk,
    host,
    modem,
    network_interface,
    os_release,
    peripheral,
    posture,
    software,
    usb,
    user_account,
)
from reticent_agent.collect.model import StateCollector

COLLECTORS: tuple[StateCollector, ...] = (
    os_release.COLLECTOR,
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
