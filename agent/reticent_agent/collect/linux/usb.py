"""Table `usb`: what is plugged in, without the root hubs that are part of the laptop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from reticent_contract.catalog.usb import USB
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, FileRoot, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described, identifying

FOLDER = "/sys/bus/usb/devices"
# Bus, then the port of each hub on the way. Root hubs are `usb1`, interfaces `1-4:1.0`.
PORT = re.compile(r"[0-9]+-[0-9]+(\.[0-9]+)*")


def collect(context: Context) -> Iterator[Row]:
    """One row a device, in the order of the ports."""
    files, ts_us = context.files, context.clock.now_us()
    return present(
        snapshot(USB, ts_us, {"port": port, **device(files, port)}) for port in ports(files)
    )


def ports(files: FileRoot) -> Iterator[str]:
    """Those where something is plugged in."""
    names = (basename(path) for path in files.glob(f"{FOLDER}/*"))
    return (name for name in names if PORT.fullmatch(name))


def device(files: FileRoot, port: str) -> dict[str, str | None]:
    """What a device tells of itself; without any value when it is gone."""
    path = f"{FOLDER}/{port}"
    return {
        "vendor_id": files.read_text(f"{path}/idVendor"),
        "product_id": files.read_text(f"{path}/idProduct"),
        "vendor": described(files.read_text(f"{path}/manufacturer")),
        "product": described(files.read_text(f"{path}/product")),
        "serial": identifying(files.read_text(f"{path}/serial")),
    }


COLLECTOR = StateCollector(
    table=USB.name,
    collect=collect,
    watches=(Watch(WatchKind.UEVENT, subsystem="usb"),),
)
