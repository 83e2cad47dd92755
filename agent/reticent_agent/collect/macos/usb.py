"""Table `usb`: what is plugged in, by the registry's plane of USB.

system_profiler has two forms of this list, by release; the registry has had one since 10.11.
"""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.usb import USB
from reticent_contract.rows import Row, Value

from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.asking import Report
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described, identifying


def collect(context: Context) -> Iterator[Row]:
    """One row a device, in the order of the registry. Raises UnknownFormError."""
    ts_us = context.clock.now_us()
    return present(snapshot(USB, ts_us, values) for values in devices(context))


def devices(context: Context) -> list[dict[str, Value | None]]:
    """Fields of `usb` of each device; root hubs have no numbers. Raises UnknownFormError."""
    return [
        _values(entry)
        for entry in asking.io_registry(context, "-p", "IOUSB", "-l", "-w0")
        if asking.number(entry.get("idVendor")) is not None
    ]


def _values(entry: Report) -> dict[str, Value | None]:
    return {
        "port": _hex(entry.get("locationID"), 8),
        "vendor_id": _hex(entry.get("idVendor"), 4),
        "product_id": _hex(entry.get("idProduct"), 4),
        "vendor": described(_either(entry, "USB Vendor Name", "kUSBVendorString")),
        "product": described(_either(entry, "USB Product Name", "kUSBProductString")),
        "serial": identifying(_either(entry, "USB Serial Number", "kUSBSerialNumberString")),
    }


def _either(entry: Report, old: str, new: str) -> str | None:
    """Both names are in use, by release and driver."""
    return asking.text(entry.get(old)) or asking.text(entry.get(new))


def _hex(value: object, digits: int) -> str | None:
    number = asking.number(value)
    return None if number is None or number < 0 else f"{number:0{digits}x}"


COLLECTOR = StateCollector(table=USB.name, collect=collect)
