"""The serial numbers of the firmware's tables; the kernel shows them to root alone.

Enters: /sys/class/dmi/id. Leaves: one record, or none without DMI. Source: the kernel's
Documentation/ABI/testing/sysfs-class-dmi (mode 0400).
"""

from __future__ import annotations

from reticent_contract import limits

from reticent_agent.collect.linux.readable import is_there
from reticent_agent.collect.model import Answer, CommandRunner, FileRoot

FOLDER = "/sys/class/dmi/id"
KEYS = frozenset({"product_serial", "product_uuid", "board_serial", "chassis_serial"})


def read(files: FileRoot, _commands: CommandRunner) -> Answer:
    """Raises PermissionError where one of them may not be read."""
    record = {}
    for name in sorted(KEYS):
        if is_there(files, f"{FOLDER}/{name}"):
            text = files.read_text(f"{FOLDER}/{name}") or ""
            record[name] = text[: limits.PRIVILEGED_TEXT_CHARS_MAX]
    return [record] if record else []
