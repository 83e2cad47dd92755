"""What has to be done when it stops, for a wait of Windows that no descriptor ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reticent_agent.collect.stopping import StopSignal, wait_readable


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
