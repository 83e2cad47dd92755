"""Waits until the laptop's clock jumps: it was set, or the laptop slept.

Enters: nothing. Leaves: a file descriptor to wait on. Must hold: no privilege, no waking up in
between. A timer on the wall clock with TFD_TIMER_CANCEL_ON_SET, set to a time that does not come,
turns readable when the clock jumps, also when the laptop wakes up (timerfd_create(2)).
"""

from __future__ import annotations

import errno
import os

from reticent_contract import limits

from reticent_agent.collect.available import SourceUnavailableError

_CLOCK_REALTIME = 0
_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC  # TFD_NONBLOCK, TFD_CLOEXEC
_ABSOLUTE_CANCEL_ON_SET = 0x1 | 0x2  # TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET
_TRIES = 10
_NEVER_S = limits.TS_US_MAX // 1_000_000


class ClockChange:
    """Raises SourceUnavailableError where the kernel refuses such a timer."""

    def __init__(self) -> None:
        import ctypes  # late: only where somebody asks for these events

        self._library = ctypes.CDLL(None, use_errno=True)
        # struct itimerspec: the interval, then the time, each in seconds and nanoseconds.
        self._never = (ctypes.c_long * 4)(0, 0, _NEVER_S, 0)
        self._errno = ctypes.get_errno
        self._fd = int(self._library.timerfd_create(_CLOCK_REALTIME, _FLAGS))
        if self._fd < 0:
            raise self._refused()
        self.arm()

    def fileno(self) -> int:
        return self._fd

    def arm(self) -> None:
        """After a jump, before one looks at the clocks: the next jump is then seen too."""
        for _ in range(_TRIES):
            code = self._library.timerfd_settime(
                self._fd, _ABSOLUTE_CANCEL_ON_SET, self._never, None
            )
            if code == 0:
                return
            if self._errno() != errno.ECANCELED:  # the jump that we know of, or one just now
                break
        raise self._refused()

    def close(self) -> None:
        os.close(self._fd)

    def _refused(self) -> SourceUnavailableError:
        code = errno.errorcode.get(self._errno(), "no reason")
        return SourceUnavailableError(
            f"the kernel refuses a timer that sees the clock jump ({code})",
            "allow the agent's service timerfd_create",
        )
