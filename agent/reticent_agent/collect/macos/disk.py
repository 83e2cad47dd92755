"""Table `disk`: whole disks, as their controllers report them."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.disk import DISK
from reticent_contract.rows import Row

from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.asking import Report
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described, identifying

_TYPES = ("SPNVMeDataType", "SPSerialATADataType")
_SATA_MEDIUM = "spsata_medium_type"
_YES = {"yes": True, "no": False}


def collect(context: Context) -> Iterator[Row]:
    """One row a disk of the NVMe and SATA controllers, in their order."""
    ts_us = context.clock.now_us()
    report = asking.system_profiler(context, *_TYPES)
    return present(
        snapshot(
            DISK,
            ts_us,
            {
                "name": asking.text(item.get("bsd_name")),
                "model": described(asking.text(item.get("device_model"))),
                "serial": identifying(asking.text(item.get("device_serial"))),
                "size_bytes": asking.number(item.get("size_in_bytes")),
                "removable": _YES.get(asking.text(item.get("removable_media")) or ""),
                "rotational": _rotational(kind, item),
            },
        )
        for kind in _TYPES
        for item in report.get(kind, [])
        if asking.text(item.get("bsd_name"))
    )


def _rotational(kind: str, item: Report) -> bool | None:
    if kind == "SPNVMeDataType":
        return False
    medium = asking.text(item.get(_SATA_MEDIUM))
    return None if medium is None else medium != "Solid State"


COLLECTOR = StateCollector(table=DISK.name, collect=collect, seconds_max=30.0)
