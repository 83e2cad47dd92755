"""Table `disk`: whole disks with hardware behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from reticent_contract import limits
from reticent_contract.catalog.disk import DISK
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, FileRoot, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import flag, integer, present, snapshot
from reticent_agent.collect.worthless import described, identifying

_SECTOR_BYTES = 512  # of /sys/block/*/size, whatever the disk's own sectors are
_SCSI_CD_ROM = "5"
_MMC_PART = re.compile(r"mmcblk\d+(boot\d+|rpmb|gp\d+)")  # areas of a card that is listed itself
_UDEV_SERIAL = re.compile(r"^E:ID_SERIAL_SHORT=(.*)$", re.MULTILINE)
_WWID_PREFIX = re.compile(r"(?:eui|naa|t10|uuid|nvme)\.", re.IGNORECASE)


def collect(context: Context) -> Iterator[Row]:
    """One row a disk: no loop, RAM, mapped, optical or hidden multipath devices."""
    files, ts_us = context.files, context.clock.now_us()
    return present(
        snapshot(
            DISK,
            ts_us,
            {
                "name": basename(path).replace("!", "/"),  # as sysfs writes a slash
                "model": _model(files, path),
                "serial": _serial(files, path),
                "wwid": _wwid(files, path),
                "size_bytes": _size_bytes(files, path),
                "removable": _removable(files, path),
                "rotational": flag(files, f"{path}/queue/rotational"),
            },
        )
        for path in files.glob("/sys/block/*")
        if _is_disk(files, path)
    )


def _is_disk(files: FileRoot, path: str) -> bool:
    return (
        files.exists(f"{path}/device")
        and files.read_text(f"{path}/hidden") != "1"
        and files.read_text(f"{path}/device/type") != _SCSI_CD_ROM
        and not _MMC_PART.fullmatch(basename(path))
    )


def _model(files: FileRoot, path: str) -> str | None:
    return described(files.read_text(f"{path}/device/model")) or described(
        files.read_text(f"{path}/device/name")
    )


def _serial(files: FileRoot, path: str) -> str | None:
    """NVMe and MMC, virtio, what udev asked the disk, and SCSI's page of vital product data."""
    return (
        identifying(files.read_text(f"{path}/device/serial"))
        or identifying(files.read_text(f"{path}/serial"))
        or identifying(_udev_serial(files, path))
        or identifying(_scsi_serial(files, path))
    )


def _udev_serial(files: FileRoot, path: str) -> str | None:
    numbers = files.read_text(f"{path}/dev") or ""
    if not re.fullmatch(r"\d{1,6}:\d{1,8}", numbers):
        return None
    match = _UDEV_SERIAL.search(files.read_text(f"/run/udev/data/b{numbers}") or "")
    return match[1] if match else None


def _scsi_serial(files: FileRoot, path: str) -> str | None:
    """SPC-4, page 80h: four bytes of head, the last two the length of the text that follows."""
    try:
        page = files.read_bytes(f"{path}/device/vpd_pg80", bytes_max=limits.SMALL_FILE_BYTES_MAX)
    except OSError:
        return None
    return page[4 : 4 + int.from_bytes(page[2:4], "big")].decode(errors="replace").strip("\0 ")


def _wwid(files: FileRoot, path: str) -> str | None:
    for name in ("wwid", "device/wwid"):
        wwid = identifying(files.read_text(f"{path}/{name}"))
        if wwid and identifying(_WWID_PREFIX.sub("", wwid, count=1)):
            return wwid
    return None


def _size_bytes(files: FileRoot, path: str) -> int | None:
    sectors = integer(files.read_text(f"{path}/size"))
    return None if sectors is None else sectors * _SECTOR_BYTES


def _removable(files: FileRoot, path: str) -> bool | None:
    return "/usb" in (files.readlink(path) or "") or flag(files, f"{path}/removable")


COLLECTOR = StateCollector(
    table=DISK.name,
    collect=collect,
    watches=(Watch(WatchKind.UEVENT, subsystem="block"),),
)
