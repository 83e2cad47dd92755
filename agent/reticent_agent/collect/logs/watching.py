"""Sleeps until something may have happened to one file.

On Linux the kernel tells. Elsewhere the file is looked at every other second: that costs a few
system calls, and nothing has to be waited for in a form that each system has of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol

from reticent_agent.collect.stopping import wait_readable

LOOK_S = 2.0


class FileWatch(Protocol):
    """`arm` before looking at the file, `wait` after."""

    def arm(self, fd: int | None) -> None:
        """For the file at the path, and the one behind `fd`."""

    def wait(self, stopping: Callable[[], bool], *, seconds_max: float | None = None) -> bool:
        """Until it may have changed, it stops, or at most that long; True: something happened."""

    def close(self) -> None: ...


class Looking:
    """Knows nothing: whoever waits looks again."""

    def arm(self, fd: int | None) -> None:  # noqa: ARG002 - as FileWatch has it
        return

    def wait(self, stopping: Callable[[], bool], *, seconds_max: float | None = None) -> bool:
        wait_readable(stopping, (), seconds_max=min(LOOK_S, seconds_max or LOOK_S))
        return False

    def close(self) -> None:
        return


def watch(path: str) -> FileWatch:
    """That of this system."""
    if sys.platform == "linux":
        from reticent_agent.collect.linux.file_watch import FileWatch as KernelFileWatch

        return KernelFileWatch(path)
    return Looking()
