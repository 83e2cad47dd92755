"""Table `peripheral`: monitors, printers and Bluetooth devices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from reticent_contract.catalog.peripheral import PERIPHERAL
from reticent_contract.rows import Row, Value

from reticent_agent.collect.model import Context, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import Instance, Question, ask, flag, items, text, whole
from reticent_agent.collect.windows.plugged import devices
from reticent_agent.collect.windows.usb import maker
from reticent_agent.collect.worthless import described, identifying

_MONITORS = Question(
    namespace="root/wmi",
    cim_class="WmiMonitorID",
    properties=(
        "InstanceName",
        "Active",
        "ManufacturerName",
        "UserFriendlyName",
        "ProductCodeID",
        "SerialNumberID",
        "YearOfManufacture",
    ),
)
_PRINTERS = Question(cim_class="Win32_Printer", properties=("Name", "DriverName", "PortName"))
_NO_DEVICE_PORTS = ("portprompt:", "nul:", "file:", "shrfax:", "xpsport:", "microsoft.")
_BLUETOOTH = re.compile(r"(BTH(?:ENUM|LE))\\DEV_([0-9A-F]{12})\\", re.IGNORECASE)
_YEAR_MIN = 1_990  # EDID counts from there


def collect(context: Context) -> Iterator[Row]:
    """One row a device; what has no source here has no rows."""
    answers = ask(context, (_MONITORS, _PRINTERS))
    ts_us = context.clock.now_us()
    found = chain(
        map(_monitor, answers["WmiMonitorID"].instances),
        map(_printer, answers["Win32_Printer"].instances),
        _bluetooth(devices(context)),
    )
    return present(snapshot(PERIPHERAL, ts_us, values) for values in found if values)


def characters(found: tuple[object, ...]) -> str | None:
    """Text that WMI gives as an array of UTF-16 units, filled up with zeros."""
    units = []
    for unit in found[:256]:
        if not isinstance(unit, int) or isinstance(unit, bool) or not 0 < unit <= 0xFFFF:
            break
        units.append(unit)
    content = b"".join(unit.to_bytes(2, "little") for unit in units)
    return content.decode("utf-16-le", "replace") or None


def _monitor(monitor: Instance) -> dict[str, Value | None] | None:
    if flag(monitor, "Active") is False:
        return None
    year = whole(monitor, "YearOfManufacture")
    return {
        "type": "monitor",
        "port": text(monitor, "InstanceName"),
        "vendor": described(characters(items(monitor, "ManufacturerName"))),
        "model": described(characters(items(monitor, "UserFriendlyName")))
        or described(characters(items(monitor, "ProductCodeID"))),
        "serial": identifying(characters(items(monitor, "SerialNumberID"))),
        "made_year": year if year and year > _YEAR_MIN else None,
    }


def _printer(printer: Instance) -> dict[str, Value | None] | None:
    """None for what prints into a file, a fax or a note."""
    port = (text(printer, "PortName") or "").casefold()
    if port.startswith(_NO_DEVICE_PORTS):
        return None
    return {
        "type": "printer",
        "port": text(printer, "Name"),
        "model": described(text(printer, "DriverName")),
    }


def _bluetooth(found: tuple[Instance, ...]) -> Iterator[dict[str, Value | None]]:
    """One an address: a headset of today is listed as a classic and as a low-energy device."""
    seen: set[str] = set()
    for device in sorted(found, key=lambda device: text(device, "PNPDeviceID") or ""):
        match = _BLUETOOTH.match(text(device, "PNPDeviceID") or "")
        if match is None or match[2].lower() in seen:
            continue
        digits = match[2].lower()
        seen.add(digits)
        yield {
            "type": "bluetooth",
            # The instance holds the address, which has a field of its own.
            "port": f"{match[1].lower()}/{len(seen)}",
            "vendor": maker(text(device, "Manufacturer")),
            "label": text(device, "Name"),
            "mac_address": ":".join(digits[at : at + 2] for at in range(0, 12, 2)),
        }


COLLECTOR = StateCollector(
    table=PERIPHERAL.name,
    collect=collect,
    watches=(Watch(WatchKind.UEVENT, subsystem="usb"),),
    seconds_max=30.0,
)
