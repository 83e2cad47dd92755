"""How a thread that sleeps learns that it shall end, where only sockets can be waited for.

Enters: `set()` from any thread. Leaves: a socket's descriptor that turns readable, and stays so.
Must hold: nobody wakes up now and then to ask. What `collect.stopping` has, with select(2) and a
pair of sockets for poll(2) and a pipe; it works on every system and is needed on Windows.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

ASK_AGAIN_S = 0.5  # only where `stopping` is a plain function that cannot be waited for


class StopSignal:
    """Is false until `set()`, then true for ever. The context's `stopping` of every source."""

    def __init__(self) -> None:
        self._set = False
        self._reader, self._writer = wake_pair()

    def __call__(self) -> bool:
        return self._set

    def set(self) -> None:
        if not self._set:
            self._set = True
            self._writer.send(b"\0")

    def fileno(self) -> int:
        """Readable once set; nobody reads it empty."""
        return self._reader.fileno()

    def wait(self, seconds_max: float) -> bool:
        """Sleeps until set, at most `seconds_max`; says whether it is set."""
        wait_readable(self, (), seconds_max=seconds_max)
        return self._set

    def __del__(self) -> None:  # whoever still waits for the descriptor also holds this object
        self._reader.close()
        self._writer.close()


class WakeUp:
    """Ends the one wait that waits for it, again and again."""

    def __init__(self) -> None:
        self._reader, self._writer = wake_pair()

    def fileno(self) -> int:
        return self._reader.fileno()

    def wake(self) -> None:
        with suppress(BlockingIOError):  # full of wake-ups wakes as well
            self._writer.send(b"\0")

    def clear(self) -> None:
        with suppress(BlockingIOError):
            self._reader.recv(4_096)

    def __del__(self) -> None:
        self._reader.close()
        self._writer.close()


def wait_readable(
    stopping: Callable[[], bool], fds: Sequence[int], *, seconds_max: float | None
) -> tuple[int, ...]:
    """Which of `fds` can be read; () when it stops or after `seconds_max` (None: no limit)."""
    fileno = getattr(stopping, "fileno", None)
    left_s = float("inf") if seconds_max is None else max(0.0, seconds_max)
    while not stopping():
        step_s = left_s if fileno is not None else min(left_s, ASK_AGAIN_S)
        watched = [*fds] if fileno is None else [*fds, fileno()]
        if ready := _select(watched, step_s):
            return tuple(fd for fd in ready if fd in fds)
        left_s -= step_s
        if left_s <= 0:
            break
    return ()


@contextmanager
def when_stopped(stopping: Callable[[], bool], call: Callable[[], object]) -> Iterator[None]:
    """Makes the call, from a thread of its own, if it stops before the block ends."""
    ended = StopSignal()

    def watch() -> None:
        wait_readable(stopping, (ended.fileno(),), seconds_max=None)
        if stopping():
            call()

    watcher = threading.Thread(target=watch, name="when-stopped", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()  # `call` may use what the block's owner closes next


def wake_pair() -> tuple[socket.socket, socket.socket]:
    """Two ends: what is sent to the second makes the first readable."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    return reader, writer


def _select(fds: Sequence[int], seconds: float) -> list[int]:
    """Windows's select takes no empty list."""
    if not fds:
        threading.Event().wait(seconds)
        return []
    ready, _, _ = select.select(fds, [], [], None if seconds == float("inf") else seconds)
    return [int(fd) for fd in ready]
