"""The signals that Windows needs do what those of other systems do."""

from __future__ import annotations

import threading
import time

import pytest
from reticent_agent.collect import stopping as shared
from reticent_agent.collect.windows import stopping


@pytest.fixture(params=[shared, stopping], ids=["shared", "windows"])
def kind(request: pytest.FixtureRequest) -> object:
    return request.param


def test_a_wait_ends_at_once_when_it_stops(kind) -> None:
    stop = kind.StopSignal()
    threading.Timer(0.05, stop.set).start()
    begun = time.monotonic()
    assert stop.wait(5.0)
    assert time.monotonic() - begun < 4
    assert stop()
    assert stop.wait(5.0)
    stop.set()


def test_a_wait_ends_after_its_time(kind) -> None:
    begun = time.monotonic()
    assert not kind.StopSignal().wait(0.05)
    assert kind.wait_readable(lambda: False, (), seconds_max=0.05) == ()
    assert time.monotonic() - begun >= 0.08


def test_a_wake_up_ends_one_wait_however_often_it_was_given(kind) -> None:
    stop, wake_up = kind.StopSignal(), kind.WakeUp()
    fds = (wake_up.fileno(),)
    for _ in range(3):
        wake_up.wake()
    assert kind.wait_readable(stop, fds, seconds_max=5.0) == fds
    wake_up.clear()
    assert kind.wait_readable(stop, fds, seconds_max=0.01) == ()
    wake_up.wake()
    assert kind.wait_readable(lambda: False, fds, seconds_max=5.0) == fds
    stop.set()
    assert kind.wait_readable(stop, fds, seconds_max=5.0) == ()


def test_a_flood_of_wake_ups_does_not_block() -> None:
    wake_up = stopping.WakeUp()
    for _ in range(100_000):
        wake_up.wake()


def test_a_call_is_made_when_it_stops_and_not_when_the_block_ends_first() -> None:
    stop, called = stopping.StopSignal(), threading.Event()
    with stopping.when_stopped(stop, called.set):
        pass
    assert not called.is_set()
    with stopping.when_stopped(stop, called.set):
        stop.set()
        assert called.wait(5)
