"""The values by which clones are told apart: read where they are, and never worthless ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reticent_agent.collect import platform

from .conftest import collected, write

LAPTOP = "laptop"
WORTHLESS = (
    "Default string",
    "To Be Filled By O.E.M.",
    "System Serial Number",
    "None",
    "N/A",
    "Unknown",
    "Not Specified",
    "Not Present",
    "Not Available",
    "00000000-0000-0000-0000-000000000000",
    "03000200-0400-0500-0006-000700080009",
    "03020100-0504-0706-0809-0a0b0c0d0e0f",
    "10000000-0000-8000-0040-000000000000",
)
SIGNALS = {
    "/sys/devices/virtual/dmi/id/product_uuid": ("host", "hardware_uuid"),
    "/sys/devices/virtual/dmi/id/product_serial": ("host", "system_serial"),
    "/sys/devices/virtual/dmi/id/board_serial": ("board", "serial"),
    "/sys/devices/pci0000:00/0000:00:06.0/nvme/nvme0/serial": ("disk", "serial"),
    "/sys/devices/pci0000:00/0000:00:14.3/net/wlp0s20f3/address": (
        "network_interface",
        "mac_address",
    ),
}


@pytest.mark.parametrize("path", SIGNALS)
def test_what_tells_clones_apart_is_read_and_never_worthless(machine: Callable, path: str) -> None:
    table, name = SIGNALS[path]
    (collector,) = [c for c in platform.collectors("linux") if c.table == table]
    built = machine(LAPTOP)
    sound = [row.get(name) for row in collected(built, collector)[0]]
    for text in (*WORTHLESS, "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"):
        for form in (text, text.upper(), f"  {text.lower()}\t"):
            write(built, path, f"{form}\n")
            left = [row.get(name) for row in collected(built, collector)[0]]
            assert len([v for v in left if v]) == len([v for v in sound if v]) - 1, form
