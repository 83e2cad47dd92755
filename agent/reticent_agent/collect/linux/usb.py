"""Table `usb`: what is plugged in, without the root hubs that are part of the laptop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from reticent_contract.catalog.usb import USB
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described, identifying

# Bus, then the port of each hub on the way. Root hubs are `usb1`, interfaces `1-4:1.0`.
_PORT = re.compile(r"\d+-\d+(\.\d+)*")


def collect(context: Context) -> Iterator[Row]:
    """One row a device, in the order of the ports."""
    files, ts_us = context.files, context.clock.now_us()
    return present(
        snapshot(
            USB,
            ts_us,
            {
                "port": basename(path),
                "vendor_id": files.read_text(f"{path}/idVendor"),
                "product_id": files.read_text(f"{path}/idProduct"),
                "vendor": described(files.read_text(f"{path}/manufacturer")),
                "product": described(files.read_text(f"{path}/product")),
                "serial": identifying(files.read_text(f"{path}/serial")),
            },
        )
        for path in files.glob("/sys/bus/usb/devices/*")
        if _PORT.fullmatch(basename(path))
    )


COLLECTOR = StateCollector(
    table=USB.name,
    collect=collect,
    watches=(Watch(WatchKind.UEVENT, subsystem="usb"),),
)
