"""What has to be done when it stops is done then, and not before."""

from __future__ import annotations

import threading

from reticent_agent.collect.stopping import StopSignal
from reticent_agent.collect.windows.when_stopped import when_stopped


def test_a_call_is_made_when_it_stops_and_not_when_the_block_ends_first() -> None:
    stop, called = StopSignal(), threading.Event()
    with when_stopped(stop, called.set):
        pass
    assert not called.is_set()
    with when_stopped(stop, called.set):
        stop.set()
        assert called.wait(5)
