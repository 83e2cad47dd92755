"""Table `usb`: what is plugged in, without root hubs and without the parts of devices."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.usb import USB
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import Instance, flag, text
from reticent_agent.collect.windows.plugged import devices, usb_name, usb_port
from reticent_agent.collect.worthless import described


def collect(context: Context) -> Iterator[Row]:
    """One row a device."""
    ts_us = context.clock.now_us()
    return present(_row(context, device, ts_us) for device in devices(context))


def _row(context: Context, device: Instance, ts_us: int) -> Row | None:
    name = usb_name(text(device, "PNPDeviceID") or "")
    if name is None or flag(device, "Present") is False:
        return None
    return snapshot(
        USB,
        ts_us,
        {
            # The key of the table: without a place, the numbers of the model stand for it.
            "port": usb_port(context, name) or f"{name.vendor_id}:{name.product_id}",
            "vendor_id": name.vendor_id,
            "product_id": name.product_id,
            "vendor": maker(text(device, "Manufacturer")),
            "product": described(text(device, "Name")),
            "serial": name.serial,
        },
    )


def maker(text: str | None) -> str | None:
    """None for what Windows writes, in its own language, of drivers for any maker's devices."""
    found = described(text)
    return None if found is None or found.startswith("(") else found


COLLECTOR = StateCollector(
    table=USB.name,
    collect=collect,
    watches=(Watch(WatchKind.UEVENT, subsystem="usb"),),
    seconds_max=30.0,
)
