"""Plug and play devices, asked for once for the tables `usb` and `peripheral`, and their names.

An instance ID is `BUS\\DEVICE\\INSTANCE`; a USB device's is `USB\\VID_vvvv&PID_pppp\\serial`
(Microsoft's "Standard USB Identifiers"). Where a device has no serial number Windows makes up the
last part, with an ampersand in its second place; that one names the port, not the device.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reticent_agent.collect.model import Context
from reticent_agent.collect.windows import registry
from reticent_agent.collect.windows.cim import Instance, Question, ask
from reticent_agent.collect.worthless import identifying

_DEVICES = Question(
    cim_class="Win32_PnPEntity",
    properties=("PNPDeviceID", "Name", "Manufacturer", "Present"),
    # In WQL a backslash is doubled, and _ stands for any sign.
    columns_vary=True,
    where=r"PNPDeviceID LIKE 'USB\\VID_%' OR PNPDeviceID LIKE 'BTH%\\DEV_%'",
)
_ENUM = rf"{registry.MACHINE}\SYSTEM\CurrentControlSet\Enum"
_USB = re.compile(
    r"USB[\\#]VID_(?P<vendor>[0-9A-F]{4})&PID_(?P<product>[0-9A-F]{4})[\\#](?P<instance>[^\\#]{1,256})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbName:
    instance_id: str
    vendor_id: str  # four hex digits, as on Linux
    product_id: str
    serial: str | None


def devices(context: Context) -> tuple[Instance, ...]:
    return ask(context, (_DEVICES,))["Win32_PnPEntity"].instances


def usb_name(text: str) -> UsbName | None:
    """Of an instance ID or a symbolic link that begins with one; None for parts of a device."""
    match = _USB.match(text)
    if match is None:
        return None
    instance = match["instance"]
    return UsbName(
        instance_id=match[0].replace("#", "\\"),
        vendor_id=match["vendor"].lower(),
        product_id=match["product"].lower(),
        serial=None if "&" in instance else identifying(instance),
    )


def usb_port(context: Context, name: UsbName) -> str | None:
    """Such as Port_#0004.Hub_#0001. None where it is not told, and then nothing stands for it:
    the instance may be the serial number."""
    found = registry.values(context, rf"{_ENUM}\{name.instance_id}")
    return registry.text(found, "LocationInformation")
