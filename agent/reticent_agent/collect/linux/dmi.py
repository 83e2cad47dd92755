"""What the firmware says of the machine, from /sys/class/dmi/id.

Enters: the file root. Leaves: single values. Must hold: forms that a maker never filled in count
as absent. Serial numbers and UUID are readable by root only.
"""

from __future__ import annotations

from reticent_agent.collect import worthless
from reticent_agent.collect.model import FileRoot

FOLDER = "/sys/class/dmi/id"


def described(files: FileRoot, name: str) -> str | None:
    """A model, vendor or version."""
    return worthless.described(files.read_text(f"{FOLDER}/{name}"))


def identifying(files: FileRoot, name: str) -> str | None:
    """A serial number or tag."""
    return worthless.identifying(files.read_text(f"{FOLDER}/{name}"))
