"""Table `disk`: physical disks, as the storage service knows them, else as the drivers do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract.catalog.disk import DISK
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import Instance, Question, ask, text, whole
from reticent_agent.collect.worthless import described, identifying

_PHYSICAL = Question(
    namespace="root/Microsoft/Windows/Storage",
    cim_class="MSFT_PhysicalDisk",
    properties=(
        "DeviceId",
        "Model",
        "AdapterSerialNumber",
        "SerialNumber",
        "UniqueId",
        "Size",
        "MediaType",
        "BusType",
    ),
    columns_vary=True,
)
_DRIVE = Question(
    cim_class="Win32_DiskDrive",
    properties=("Index", "Model", "SerialNumber", "Size", "InterfaceType"),
)
# MSFT_PhysicalDisk.BusType: no hardware of their own behind them.
_VIRTUAL_BUSES = frozenset({14, 15, 16})  # virtual, file-backed, storage spaces
_REMOVABLE_BUSES = frozenset({7, 12, 13})  # USB, SD, MMC
_WWID = re.compile(r"(?:eui\.|naa\.)?([0-9A-F]{16,32})", re.IGNORECASE)
_ROTATIONAL = {3: True, 4: False, 5: False}  # MediaType: HDD, SSD, SCM; 0 is not known


def collect(context: Context) -> Iterator[Row]:
    """One row a disk."""
    answers = ask(context, (_PHYSICAL, _DRIVE))
    ts_us = context.clock.now_us()
    disks = [
        disk
        for disk in answers["MSFT_PhysicalDisk"].instances
        if whole(disk, "BusType") not in _VIRTUAL_BUSES
    ]
    if disks:
        return present(_physical(disk, ts_us) for disk in disks)
    return present(_drive(drive, ts_us) for drive in answers["Win32_DiskDrive"].instances)


def _physical(disk: Instance, ts_us: int) -> Row | None:
    bus, media = whole(disk, "BusType"), whole(disk, "MediaType")
    return snapshot(
        DISK,
        ts_us,
        {
            "name": text(disk, "DeviceId"),
            "model": described(text(disk, "Model")),
            # Of NVMe disks SerialNumber is the EUI-64; the label's number is the adapter's.
            "serial": identifying(text(disk, "AdapterSerialNumber"))
            or identifying(text(disk, "SerialNumber")),
            "wwid": _wwid(text(disk, "UniqueId")),
            "size_bytes": whole(disk, "Size"),
            "removable": None if bus is None else bus in _REMOVABLE_BUSES,
            "rotational": None if media is None else _ROTATIONAL.get(media),
        },
    )


def _wwid(unique_id: str | None) -> str | None:
    """EUI-64 or NAA in hex; what else stands there is made of names, the laptop's among them."""
    found = (unique_id or "").strip()
    match = _WWID.fullmatch(found)
    return found if match is not None and identifying(match[1]) else None


def _drive(drive: Instance, ts_us: int) -> Row | None:
    index, bus = whole(drive, "Index"), text(drive, "InterfaceType")
    return snapshot(
        DISK,
        ts_us,
        {
            "name": None if index is None else str(index),
            "model": described(text(drive, "Model")),
            "serial": identifying(text(drive, "SerialNumber")),
            "size_bytes": whole(drive, "Size"),
            "removable": None if bus is None else bus.upper() == "USB",
        },
    )


COLLECTOR = StateCollector(
    table=DISK.name,
    collect=collect,
    watches=(Watch(WatchKind.UEVENT, subsystem="usb"),),
    seconds_max=30.0,
)
