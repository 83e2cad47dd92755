"""What a thread that waits is woken by, in the forms of every system."""

from __future__ import annotations

import threading
import time

import pytest
from reticent_agent.collect import stopping
from reticent_agent.collect.stopping import EventBell, SocketBell, by_poll, by_select

BELLS = (EventBell, SocketBell)
WAITS = (by_poll, by_select)


@pytest.mark.parametrize("bell_type", BELLS)
@pytest.mark.parametrize("readable", WAITS)
def test_a_bell_rings_until_it_is_silenced(bell_type: type, readable: object) -> None:
    bell = bell_type()
    assert readable([bell.fileno()], 0.0) == frozenset()  # type: ignore[operator]
    for _ in range(3):
        bell.ring()
        bell.ring()
        assert readable([bell.fileno()], 0.0) == {bell.fileno()}  # type: ignore[operator]
        bell.silence()
        bell.silence()
        assert readable([bell.fileno()], 0.0) == frozenset()  # type: ignore[operator]


@pytest.mark.parametrize("bell_type", BELLS)
def test_a_bell_that_nobody_hears_never_blocks(bell_type: type) -> None:
    bell = bell_type()
    for _ in range(100_000):
        bell.ring()
    assert by_poll([bell.fileno()], 0.0) == {bell.fileno()}


@pytest.mark.parametrize("bell_type", BELLS)
@pytest.mark.parametrize("readable", WAITS)
def test_who_waits_is_woken(
    monkeypatch: pytest.MonkeyPatch, bell_type: type, readable: object
) -> None:
    monkeypatch.setattr(stopping, "_bell", bell_type)
    monkeypatch.setattr(stopping, "_readable", readable)
    stop, wake = stopping.StopSignal(), stopping.WakeUp()
    timer = threading.Timer(0.05, wake.wake)
    timer.start()
    assert stopping.wait_readable(stop, (wake.fileno(),), seconds_max=10.0) == (wake.fileno(),)
    wake.clear()
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    began = time.monotonic()
    assert stop.wait(10.0)
    assert time.monotonic() - began < 5.0
    assert stopping.wait_readable(stop, (), seconds_max=None) == ()


@pytest.mark.parametrize("readable", WAITS)
def test_a_plain_function_is_asked_again(monkeypatch: pytest.MonkeyPatch, readable: object) -> None:
    monkeypatch.setattr(stopping, "_readable", readable)
    answers = iter([False, False, True])
    assert stopping.wait_readable(lambda: next(answers), (), seconds_max=None) == ()
    assert stopping.wait_readable(lambda: False, (), seconds_max=0.01) == ()
