"""Fills a data directory with made-up laptops, as a process of its own: `console_seed.py DIR`.

In a process of its own because the event store's engine stays in the one that opened it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from reticent_server.commands.stores import control_of, events_of

from support.console_data import add_devices, group_of, laptop_rows

DEVICES, WITH_ROWS = 7, 5


def main() -> int:
    data_dir = Path(sys.argv[1])
    now_s = int(time.time())
    with control_of(data_dir) as control:
        add_devices(control, DEVICES, now_s=now_s)
    with events_of(data_dir) as events:
        for number in range(WITH_ROWS):
            rows = laptop_rows(number, now_us=now_s * 1_000_000)
            events.append(group_of(number, rows, now_us=now_s * 1_000_000))
    return 0
