"""The laptop's clock.

Enters: nothing. Leaves: wall-clock and monotonic time. Must hold: nobody else in `collect` asks
the system for the time, so that a test can turn it.
"""

from __future__ import annotations

import time


class SystemClock:
    """The `Clock` of a running agent."""

    def now_us(self) -> int:
        """Microseconds since 1970-01-01 UTC; jumps when the laptop's clock is set."""
        return time.time_ns() // 1_000

    def monotonic(self) -> float:
        """Seconds since some start; never goes back."""
        return time.monotonic()
