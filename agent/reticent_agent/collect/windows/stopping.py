"""Waiting for the end, where descriptors of any kind cannot be polled.

Enters: a `stopping`. Leaves: whether it stopped. Must hold: nobody wakes up now and then to ask:
on Windows the `fileno()` of a `stopping` is a socket, and select(2) takes those on every system.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ASK_AGAIN_S = 0.5  # only where `stopping` is a plain function that cannot be polled


class EndSignal:
    """Wakes whoever waits with it, once."""

    def __init__(self) -> None:
        self._reader, self._writer = wake_pair()
        self._is_set = False

    def set(self) -> None:
        self._is_set = True
        self._writer.send(b"\0")

    def wait_stopped(
        self, stopping: Callable[[], bool], *, seconds_max: float | None = None
    ) -> bool:
        """Until `stopping()` (then True), until it is set, or for at most `seconds_max`."""
        fileno = getattr(stopping, "fileno", None)
        sockets = [self._reader.fileno(), *([fileno()] if fileno else [])]
        left_s = seconds_max
        while not stopping():
            if self._is_set or (left_s is not None and left_s <= 0):
                return False
            step_s = left_s if fileno else min(left_s or ASK_AGAIN_S, ASK_AGAIN_S)
            select.select(sockets, [], [], step_s)
            left_s = None if left_s is None or step_s is None else left_s - step_s
        return True

    def close(self) -> None:
        self._reader.close()
        self._writer.close()


@contextmanager
def when_stopped(stopping: Callable[[], bool], call: Callable[[], object]) -> Iterator[None]:
    """Makes the call, from a thread of its own, if it stops before the block ends."""
    ended = EndSignal()

    def watch() -> None:
        if ended.wait_stopped(stopping):
            call()

    watcher = threading.Thread(target=watch, name="when-stopped", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()  # `call` may use what the block's owner closes next
        ended.close()


def wake_pair() -> tuple[socket.socket, socket.socket]:
    """Two ends: what is sent to the second makes the first readable, for select on Windows."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    return reader, writer
