"""Parts by which a laptop is told from a copy of it: the fixed words of `MachineSignal.kind`.

Enters: nothing. Leaves: `Part`. Must hold: a word never gets another meaning.
"""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    BOARD = "board"  # the main board's serial number
    DISK = "disk"  # serial numbers of disks that are built in
    NETWORK = "network"  # MAC addresses of interfaces that are built in


SIGNAL_BYTES = 16
SIGNALS_PER_PART_MAX = 8
