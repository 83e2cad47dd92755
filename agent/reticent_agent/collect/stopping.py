"""How a thread that sleeps in the kernel learns that it shall end.

Enters: `set()` from any thread. Leaves: a file descriptor that turns readable, and stays so, for
everybody who polls it. Must hold: nobody has to wake up now and then to ask.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

ASK_AGAIN_S = 0.5  # only where `stopping` is a plain function that cannot be polled


@runtime_checkable
class Pollable(Protocol):
    """A `stopping` that can be waited for."""

    def fileno(self) -> int: ...


class StopSignal:
    """Is false until `set()`, then true for ever. The context's `stopping` of every source."""

    def __init__(self) -> None:
        self._set = False
        self._read_fd, self._write_fd = _wake_pair()

    def __call__(self) -> bool:
        return self._set

    def set(self) -> None:
        if not self._set:
            self._set = True
            os.write(self._write_fd, (1).to_bytes(8, "little"))

    def fileno(self) -> int:
        """Readable once set; nobody reads it empty."""
        return self._read_fd

    def wait(self, seconds_max: float) -> bool:
        """Sleeps until set, at most `seconds_max`; says whether it is set."""
        wait_readable(self, (), seconds_max=seconds_max)
        return self._set

    def __del__(self) -> None:  # whoever still polls the descriptor also holds this object
        for fd in {self._read_fd, self._write_fd}:
            os.close(fd)


class WakeUp:
    """Ends the one wait that polls it, again and again."""

    def __init__(self) -> None:
        self._read_fd, self._write_fd = _wake_pair()

    def fileno(self) -> int:
        return self._read_fd

    def wake(self) -> None:
        try:
            os.write(self._write_fd, (1).to_bytes(8, "little"))
        except BlockingIOError:
            return  # a pipe full of wake-ups wakes as well

    def clear(self) -> None:
        try:
            os.read(self._read_fd, 4096)
        except BlockingIOError:
            return

    def __del__(self) -> None:
        for fd in {self._read_fd, self._write_fd}:
            os.close(fd)


def wait_readable(
    stopping: Callable[[], bool], fds: Sequence[int], *, seconds_max: float | None
) -> tuple[int, ...]:
    """Which of `fds` can be read; () when it stops or after `seconds_max` (None: no limit)."""
    if stopping():
        return ()
    poller = select.poll()
    for fd in fds:
        poller.register(fd, select.POLLIN)
    if isinstance(stopping, Pollable):
        poller.register(stopping.fileno(), select.POLLIN)
        ready = poller.poll(None if seconds_max is None else max(0, round(seconds_max * 1000)))
        return tuple(fd for fd, _ in ready if fd in fds)
    left_s = float("inf") if seconds_max is None else seconds_max
    while left_s > 0 and not stopping():
        step_s = min(left_s, ASK_AGAIN_S)
        if ready := poller.poll(round(step_s * 1000)):
            return tuple(fd for fd, _ in ready)
        left_s -= step_s
    return ()


def _wake_pair() -> tuple[int, int]:
    if sys.platform == "linux":
        fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        return fd, fd
    read_fd, write_fd = os.pipe()
    os.set_blocking(read_fd, False)
    os.set_blocking(write_fd, False)
    return read_fd, write_fd
