"""Table `peripheral`: monitors, printers, Bluetooth devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from posixpath import basename, dirname

from reticent_contract.catalog.peripheral import PERIPHERAL
from reticent_contract.rows import Row, Value

from reticent_agent.collect.linux import cups, edid, root_only
from reticent_agent.collect.model import (
    NEEDS_ROOT,
    Absence,
    Context,
    StateCollector,
    Watch,
    WatchKind,
)
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described, identifying

_LPSTAT = "/usr/bin/lpstat"
_LPSTAT_SECONDS_MAX = 5.0
_EDID_BYTES_MAX = 32 << 10  # 256 blocks

_Values = Mapping[str, Value | None]


def collect(context: Context) -> Iterator[Row]:
    """One row a device. Raises OSError or CommandError where a source is there and broken."""
    ts_us = context.clock.now_us()
    found = list(chain(_monitors(context), _printers(context), _bluetooth(context)))
    return present(snapshot(PERIPHERAL, ts_us, values) for values in found)


def _monitors(context: Context) -> Iterator[_Values]:
    for path in context.files.glob("/sys/class/drm/*/edid"):
        monitor = edid.parse(context.files.read_bytes(path, bytes_max=_EDID_BYTES_MAX))
        if monitor is not None:
            yield {
                "type": "monitor",
                "port": basename(dirname(path)).partition("-")[2],  # without the card's number
                "vendor": described(monitor.vendor),
                "model": described(monitor.model),
                "serial": identifying(monitor.serial),
                "made_year": monitor.made_year,
            }


def _printers(context: Context) -> Iterator[_Values]:
    printers = root_only.known(context, "cups_printers")
    if printers is None:
        for field in ("vendor", "model"):
            context.absent(Absence(NEEDS_ROOT, field))
        printers = [{"name": name} for name in _queues(context)]
    for printer in printers:
        yield {
            "type": "printer",
            "port": printer.get("name"),
            "vendor": described(printer.get("maker")),
            "model": described(printer.get("model")),
        }


def _queues(context: Context) -> list[str]:
    """The names alone, which CUPS tells everybody."""
    if not context.files.exists(_LPSTAT):
        return []
    output = context.commands.run([_LPSTAT, "-e"], seconds_max=_LPSTAT_SECONDS_MAX)
    return list(cups.queues(output))


def _bluetooth(context: Context) -> Iterator[_Values]:
    devices = root_only.known(context, "bluetooth_devices")
    if devices is None:
        context.absent(Absence(NEEDS_ROOT, "mac_address"))
        return
    for number, device in enumerate(devices):
        yield {
            "type": "bluetooth",
            "port": f"{device.get('adapter')}/{number}",
            "label": described(device.get("label")),
            "mac_address": device.get("address"),
        }


COLLECTOR = StateCollector(
    table=PERIPHERAL.name,
    collect=collect,
    watches=(
        Watch(WatchKind.UEVENT, subsystem="drm"),
        Watch(WatchKind.UEVENT, subsystem="bluetooth"),
        Watch(WatchKind.PATH, path="/etc/cups/printers.conf"),
    ),
    seconds_max=25.0,
)
