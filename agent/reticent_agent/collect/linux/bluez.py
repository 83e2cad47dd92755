"""Bluetooth devices that were paired with this laptop, from BlueZ.

Enters: the system bus. Leaves: adapter, address, label. Must hold: devices that are merely in
reach belong to somebody else and are not told; pairing keys are not read (its folder in
/var/lib has them, the bus has not). Source: BlueZ doc/org.bluez.Device.rst.
"""

from __future__ import annotations

import re

from reticent_contract import limits

from reticent_agent.collect.linux import managed_objects
from reticent_agent.collect.linux.managed_objects import Objects, text
from reticent_agent.collect.model import Answer, CommandRunner, FileRoot

KEYS = frozenset({"adapter", "address", "label"})
_DEVICE = re.compile(r"/org/bluez/(hci\d{1,3})/dev_[0-9A-F_]{17}")
_ADDRESS = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}")


def paired(files: FileRoot, commands: CommandRunner) -> Answer:
    """Sorted by adapter and address. Raises PermissionError, CommandError."""
    if not files.glob("/sys/class/bluetooth/hci*"):
        return []
    objects = managed_objects.managed(files, commands, "org.bluez", "/")
    return [] if objects is None else devices(objects)


def devices(objects: Objects) -> Answer:
    """The paired ones among what BlueZ manages."""
    found = []
    for path, interfaces in objects.items():
        match = _DEVICE.fullmatch(path)
        device = interfaces.get("org.bluez.Device1", {})
        address = text(device, "Address").upper()
        if match and device.get("Paired") is True and _ADDRESS.fullmatch(address):
            label = text(device, "Alias")[: limits.PRIVILEGED_TEXT_CHARS_MAX]
            unnamed = label.upper().replace("-", ":") == address  # BlueZ's stand-in for a name
            found.append(
                {"adapter": match[1], "address": address, "label": "" if unnamed else label}
            )
    found.sort(key=lambda record: (record["adapter"], record["address"]))
    return found[: limits.PRIVILEGED_RECORDS_MAX]
