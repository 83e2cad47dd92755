"""How a thread that sleeps in the kernel learns that it shall end.

Enters: `set()` from any thread. Leaves: a file descriptor that turns readable, and stays so, for
everybody who polls it. Must hold: nobody has to wake up now and then to ask.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, runtime_checkable

ASK_AGAIN_S = 0.5  # only where `stopping` is a plain function that cannot be polled


@runtime_checkable
class Pollable(Protocol):
    """A `stopping` that can be waited for."""

    def fileno(self) -> int: ...


class EventBell:
    """A descriptor that turns readable when it rings: eventfd(2), of Linux."""

    _fd: int

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise RuntimeError("eventfd is Linux's")
        self._fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def fileno(self) -> int:
        return self._fd

    def ring(self) -> None:
        with suppress(BlockingIOError):  # full of rings it rings as well
            os.write(self._fd, (1).to_bytes(8, "little"))

    def silence(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._fd, 8)

    def __del__(self) -> None:  # whoever still polls the descriptor also holds this object
        os.close(self._fd)


class SocketBell:
    """The same of two sockets, which every system can wait for; Windows for nothing else."""

    def __init__(self) -> None:
        self._inside, self._outside = socket.socketpair()
        self._inside.setblocking(False)
        self._outside.setblocking(False)

    def fileno(self) -> int:
        return self._inside.fileno()

    def ring(self) -> None:
        with suppress(BlockingIOError):
            self._outside.send(b"!")

    def silence(self) -> None:
        with suppress(BlockingIOError):
            while self._inside.recv(4096):
                pass

    def __del__(self) -> None:
        self._inside.close()
        self._outside.close()


def _bell() -> EventBell | SocketBell:
    return EventBell() if sys.platform == "linux" else SocketBell()


class StopSignal:
    """Is false until `set()`, then true for ever. The context's `stopping` of every source."""

    def __init__(self) -> None:
        self._set = False
        self._bell = _bell()

    def __call__(self) -> bool:
        return self._set

    def set(self) -> None:
        if not self._set:
            self._set = True
            self._bell.ring()

    def fileno(self) -> int:
        """Readable once set; nobody reads it empty."""
        return self._bell.fileno()

    def wait(self, seconds_max: float) -> bool:
        """Sleeps until set, at most `seconds_max`; says whether it is set."""
        wait_readable(self, (), seconds_max=seconds_max)
        return self._set


class WakeUp:
    """Ends the one wait that polls it, again and again."""

    def __init__(self) -> None:
        self._bell = _bell()

    def fileno(self) -> int:
        return self._bell.fileno()

    def wake(self) -> None:
        self._bell.ring()

    def clear(self) -> None:
        self._bell.silence()


def wait_readable(
    stopping: Callable[[], bool], fds: Sequence[int], *, seconds_max: float | None
) -> tuple[int, ...]:
    """Which of `fds` can be read; () when it stops or after `seconds_max` (None: no limit).

    On Windows `fds` must be sockets: it cannot wait for anything else.
    """
    if stopping():
        return ()
    if isinstance(stopping, Pollable):
        ready = _readable((*fds, stopping.fileno()), seconds_max)
        return tuple(fd for fd in fds if fd in ready)
    left_s = float("inf") if seconds_max is None else seconds_max
    while left_s > 0 and not stopping():
        step_s = min(left_s, ASK_AGAIN_S)
        if ready := _readable(fds, step_s):
            return tuple(fd for fd in fds if fd in ready)
        left_s -= step_s
    return ()


def by_poll(fds: Sequence[int], seconds_max: float | None) -> frozenset[int]:
    """poll(2): no bound on how high a descriptor's number is."""
    if sys.platform == "win32":
        raise RuntimeError("Windows has no poll")
    poller = select.poll()
    for fd in fds:
        poller.register(fd, select.POLLIN)
    ready = poller.poll(None if seconds_max is None else max(0, round(seconds_max * 1000)))
    return frozenset(fd for fd, _ in ready)


def by_select(fds: Sequence[int], seconds_max: float | None) -> frozenset[int]:
    """select(2), of sockets. Windows' own cannot wait for none at all, hence the sleep."""
    if not fds:
        time.sleep(ASK_AGAIN_S if seconds_max is None else max(0.0, seconds_max))
        return frozenset()
    ready, _, _ = select.select(fds, [], [], None if seconds_max is None else max(0.0, seconds_max))
    return frozenset(ready)


_readable = by_select if sys.platform == "win32" else by_poll
