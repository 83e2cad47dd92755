"""Table `peripheral`: monitors, printers and Bluetooth devices, by system_profiler."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reticent_contract.catalog.peripheral import PERIPHERAL
from reticent_contract.rows import Row, Value

from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.asking import Report
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import integer, present, snapshot
from reticent_agent.collect.worthless import described, identifying

_DISPLAYS, _PRINTERS, _BLUETOOTH = (
    "SPDisplaysDataType",
    "SPPrintersDataType",
    "SPBluetoothDataType",
)
_BUILT_IN = "spdisplays_internal"
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")
_LISTS = ("device_connected", "device_not_connected")

Values = dict[str, Value | None]


def collect(context: Context) -> Iterator[Row]:
    """One row a device: monitors, printers, Bluetooth, each in the report's order."""
    ts_us = context.clock.now_us()
    report = asking.system_profiler(context, _DISPLAYS, _PRINTERS, _BLUETOOTH)
    found = (
        *_numbered("monitor", _monitors(report.get(_DISPLAYS, []))),
        *_printers(report.get(_PRINTERS, [])),
        *_numbered("bluetooth", _bluetooth(report.get(_BLUETOOTH, []))),
    )
    return present(snapshot(PERIPHERAL, ts_us, values) for values in found)


def _numbered(kind: str, found: Iterator[Values]) -> Iterator[Values]:
    for place, values in enumerate(found):
        yield {"type": kind, "port": f"{kind}-{place}", **values}


def _monitors(adapters: Sequence[Report]) -> Iterator[Values]:
    for adapter in adapters:
        shown = adapter.get("spdisplays_ndrvs")
        for display in shown if isinstance(shown, list) else ():
            if not isinstance(display, dict):
                continue
            if asking.text(display.get("spdisplays_connection_type")) == _BUILT_IN:
                continue  # the laptop's own panel
            yield {
                "vendor": _vendor(asking.text(display.get("_spdisplays_display-vendor-id"))),
                "model": described(asking.text(display.get("_name"))),
                "serial": _serial(display),
                "made_year": integer(asking.text(display.get("_spdisplays_display-year"))),
            }


def _vendor(hexadecimal: str | None) -> str | None:
    """EDID's three letters, five bits each, as `10ac` for DEL."""
    number = integer(hexadecimal, base=16)
    if number is None or not 0 < number < 1 << 15:
        return None
    letters = [(number >> shift & 31) for shift in (10, 5, 0)]
    return "".join(chr(64 + n) for n in letters) if all(1 <= n <= 26 for n in letters) else None


def _serial(display: Report) -> str | None:
    """The text on the monitor's label, else the number that EDID holds."""
    label = identifying(asking.text(display.get("spdisplays_display-serial-number")))
    return label or identifying(asking.text(display.get("_spdisplays_display-serial-number")))


def _printers(printers: Sequence[Report]) -> Iterator[Values]:
    for printer in printers:
        name = asking.text(printer.get("_name"))
        if name and asking.text(printer.get("uri")):  # "no printers" has neither
            yield {
                "type": "printer",
                "port": name,
                "model": described(asking.text(printer.get("ppd"))),
            }


def _bluetooth(controllers: Sequence[Report]) -> Iterator[Values]:
    for controller in controllers:
        for listed in _LISTS:
            devices = controller.get(listed)
            for named in devices if isinstance(devices, list) else ():
                for name, device in named.items() if isinstance(named, dict) else ():
                    if not isinstance(device, dict):
                        continue
                    address = asking.text(device.get("device_address")) or ""
                    yield {
                        "label": described(name if isinstance(name, str) else None),
                        "model": described(asking.text(device.get("device_minorType"))),
                        "mac_address": address.lower().replace("-", ":")
                        if _MAC.fullmatch(address)
                        else None,
                    }


COLLECTOR = StateCollector(table=PERIPHERAL.name, collect=collect, seconds_max=30.0)
