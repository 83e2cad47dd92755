"""What the kernel says when a device comes or goes.

Enters: a message "add@/devices/…", NUL, then KEY=value, each ended by a NUL (the kernel's
lib/kobject_uevent.c). Leaves: its keys. Must hold: no error for any input.
"""

from __future__ import annotations

from collections.abc import Mapping

KEYS_MAX = 64  # of one message; the kernel's own bound (UEVENT_NUM_ENVP)


def parse_uevent(message: bytes) -> Mapping[str, str]:
    """The keys; {} for what is no message of the kernel (udev's own begin with "libudev")."""
    head, *parts = message.split(b"\0", KEYS_MAX + 1)
    if b"@" not in head:
        return {}
    found: dict[str, str] = {}
    for part in parts[:KEYS_MAX]:
        key, sign, value = part.partition(b"=")
        if sign and key:
            found[key.decode(errors="replace")] = value.decode(errors="replace")
    return found
