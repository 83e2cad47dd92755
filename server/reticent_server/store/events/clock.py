"""The store's clock: microseconds since 1970 UTC. Passed in, so that tests can turn it."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]


def wall_clock() -> int:
    return time.time_ns() // 1_000
