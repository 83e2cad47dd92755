"""What the firmware says of the machine, from /sys/class/dmi/id.

Enters: the file root. Leaves: single values. Must hold: forms that a maker never filled in count
as absent. Serial numbers and UUID are readable by root only.
"""

from __future__ import annotations

from collections.abc import Mapping

from reticent_agent.collect import worthless
from reticent_agent.collect.linux import root_only
from reticent_agent.collect.linux.dmi_serials import FOLDER
from reticent_agent.collect.model import NEEDS_ROOT, Absence, Context, FileRoot

_FIELDS = {
    "product_serial": "system_serial",
    "product_uuid": "hardware_uuid",
    "chassis_serial": "chassis_serial",
}


def described(files: FileRoot, name: str) -> str | None:
    """A model, vendor or version."""
    return worthless.described(files.read_text(f"{FOLDER}/{name}"))


def identifying(files: FileRoot, name: str) -> str | None:
    """A serial number or tag."""
    return worthless.identifying(files.read_text(f"{FOLDER}/{name}"))


def serials(context: Context, *, board: bool) -> Mapping[str, str]:
    """What the kernel shows to root alone, by its file's name; worthless values are among them.

    `board`: whose absence is told where it needs root: the board's, or that of the host.
    """
    answer = root_only.known(context, "dmi_serials")
    if answer is None:
        for field in ("serial",) if board else _FIELDS.values():
            context.absent(Absence(NEEDS_ROOT, field))
        return {}
    return answer[0] if answer else {}
