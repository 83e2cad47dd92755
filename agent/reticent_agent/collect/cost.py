"""What collecting takes, measured where it happens.

Enters: nothing. Leaves: a `Cost`. Must hold: measuring costs two system calls, and the meter is
read in the thread that it was made in.
"""

from __future__ import annotations

import time

from reticent_agent.collect.health import Cost

try:
    from resource import RUSAGE_CHILDREN, getrusage

    def _programs_s() -> float:
        used = getrusage(RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

except ImportError:  # Windows does not add up what ended programs used

    def _programs_s() -> float:
        return 0.0


class Meter:
    """Starts when it is made.

    The time of programs is that of all that ended meanwhile, another collector's among them: two
    rounds at a time may both show it. A source's program goes on and is not in its time.
    """

    def __init__(self, *, programs: bool = True) -> None:
        self._programs = programs
        self._wall_s = time.monotonic()
        self._cpu_s = self._now_s()

    def read(self) -> Cost:
        """What this thread has used since."""
        return Cost(
            cpu_ms=round((self._now_s() - self._cpu_s) * 1_000),
            wall_ms=round((time.monotonic() - self._wall_s) * 1_000),
        )

    def _now_s(self) -> float:
        return time.thread_time() + (_programs_s() if self._programs else 0.0)
