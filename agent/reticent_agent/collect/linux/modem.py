"""Table `modem`: mobile modems, from ModemManager over the system bus.

Where the kernel shows no device that could be one, nobody is asked. Source: ModemManager's
reference manual, org.freedesktop.ModemManager1.Modem.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import basename

from reticent_contract.catalog.modem import MODEM
from reticent_contract.rows import Row, Value

from reticent_agent.collect.linux import managed_objects
from reticent_agent.collect.linux.managed_objects import Objects, text
from reticent_agent.collect.model import (
    NEEDS_ROOT,
    Absence,
    Context,
    FileRoot,
    StateCollector,
    Watch,
    WatchKind,
)
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described, identifying

_SERVICE, _PATH = "org.freedesktop.ModemManager1", "/org/freedesktop/ModemManager1"
_INTERFACE = f"{_SERVICE}.Modem"
# WWAN framework, QMI and MBIM control ports, serial ports of older ones.
_HARDWARE = (
    "/sys/class/wwan/*",
    "/sys/class/usbmisc/cdc-wdm*",
    "/sys/class/tty/ttyACM*",
    "/sys/class/tty/ttyUSB*",
)
_NUMBERS_MAX = 8


def collect(context: Context) -> Iterator[Row]:
    """One row a modem, in the order of their names. Raises CommandError."""
    if not _may_have_one(context.files):
        context.absent(Absence("no modem"))
        return iter(())
    try:
        objects = managed_objects.managed(context.files, context.commands, _SERVICE, _PATH)
    except PermissionError:
        context.absent(Absence(NEEDS_ROOT))
        return iter(())
    if objects is None:
        context.absent(Absence("ModemManager does not run"))
        return iter(())
    found = modems(objects)
    if not found:
        context.absent(Absence("no modem"))
    ts_us = context.clock.now_us()
    return present(snapshot(MODEM, ts_us, values) for values in found)


def modems(objects: Objects) -> list[Mapping[str, Value | None]]:
    """The values of each modem among what ModemManager manages."""
    found: list[Mapping[str, Value | None]] = []
    for path, interfaces in sorted(objects.items()):
        modem = interfaces.get(_INTERFACE)
        if modem is None:
            continue
        numbers = modem.get("OwnNumbers")
        numbers = numbers if isinstance(numbers, list) else []
        found.append(
            {
                "name": basename(path),
                "vendor": described(text(modem, "Manufacturer")),
                "model": described(text(modem, "Model")),
                "firmware_version": described(text(modem, "Revision")),
                "imei": identifying(text(modem, "EquipmentIdentifier")),
                "phone_numbers": tuple(n for n in numbers[:_NUMBERS_MAX] if isinstance(n, str)),
            }
        )
    return found


def _may_have_one(files: FileRoot) -> bool:
    return any(files.glob(pattern) for pattern in _HARDWARE)


COLLECTOR = StateCollector(
    table=MODEM.name,
    collect=collect,
    watches=(
        Watch(WatchKind.UEVENT, subsystem="wwan"),
        Watch(WatchKind.UEVENT, subsystem="usbmisc"),
    ),
)
