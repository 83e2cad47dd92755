"""How often a round follows another, and what a failure does to the next one."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from reticent_server.errors import StoreError
from reticent_server.limits import ERASURE_LOOK_S, ERASURE_POLL_S
from reticent_server.log import Log
from reticent_server.paced import PacedThread


class Told(Log):
    def __init__(self) -> None:
        super().__init__("test")
        self.events: list[str] = []

    def error(self, event: str, error: BaseException | None = None, **_: object) -> None:
        self.events.append(event)


def paced(step: object, log: Log, **more: object) -> PacedThread:
    return PacedThread("test", step, log=log, unfinished="unfinished", failed="failed", **more)  # type: ignore[arg-type]


def test_what_stays_undone_is_looked_for_less_and_less_often() -> None:
    waits: list[float] = []
    thread = paced(lambda: 1, Told())

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 40:
            thread._ending.set()
        return len(waits) == 30  # somebody asks for another one

    thread._asked = SimpleNamespace(wait=wait, clear=lambda: None)  # type: ignore[assignment]
    thread._run()
    assert waits[0] == waits[30] == ERASURE_POLL_S
    assert waits[29] == ERASURE_LOOK_S
    assert sum(waits[:10]) < 20  # as long as the engine needs, as a rule


@pytest.mark.parametrize(
    ("error", "event"),
    [(StoreError("not now; it stays; wait"), "unfinished"), (KeyError("x"), "failed")],
)
def test_a_round_that_fails_is_told_and_done_again(error: Exception, event: str) -> None:
    log, done, rounds = Told(), threading.Event(), [error]

    def step() -> int:
        if rounds:
            raise rounds.pop()
        done.set()
        return 0

    thread = paced(step, log, wait_s=lambda: 0.001)
    thread.start()
    try:
        assert done.wait(10)
    finally:
        thread.stop()
    assert log.events == [event]


def test_what_is_asked_for_is_done_at_once() -> None:
    rounds = threading.Semaphore(0)

    def step() -> int:
        rounds.release()
        return 0

    thread = paced(step, Told())
    thread.start()
    try:
        assert rounds.acquire(timeout=10)
        thread.ask()
        assert rounds.acquire(timeout=10)
    finally:
        thread.stop()
