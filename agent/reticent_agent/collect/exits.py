"""Whether a process that was started has ended, without reaping it.

While it is a zombie nobody else gets its group's number, so that what it left behind can be killed
and nothing else.
"""

from __future__ import annotations

import os
import select
import sys

from reticent_agent.collect.stopping import wait_readable


def has_ended(pid: int, *, seconds_max: float) -> bool:
    """Sleeps in the kernel until the process ends, at most `seconds_max`. For a child alone."""
    if sys.platform == "darwin":
        queue = select.kqueue()
        try:
            exit_of = select.kevent(
                pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT
            )
            try:
                return bool(queue.control([exit_of], 1, max(0.0, seconds_max)))
            except ProcessLookupError:  # what is a zombie already cannot be watched
                return True
        finally:
            queue.close()
    descriptor = os.pidfd_open(pid)
    try:
        return bool(wait_readable(_never, (descriptor,), seconds_max=max(0.0, seconds_max)))
    finally:
        os.close(descriptor)


def _never() -> bool:
    return False
