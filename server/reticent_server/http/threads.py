"""Blocking calls off the event loop, and only so many at once.

The event store has few readers, and a password takes 64 MiB and a tenth of a second to check. Each
kind has its own threads; what waits for one is bounded, and beyond that a client is told when to
come back. So neither searches nor guessers hold up the guards and the health checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ParamSpec, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends
from starlette.requests import Request

from reticent_server.http.problems import ProblemError

P = ParamSpec("P")
R = TypeVar("R")


class BusyError(ProblemError):
    """Too many wait already, or no thread was free in time."""

    def __init__(self) -> None:
        super().__init__(
            503,
            "busy",
            "too many ask for the same already; nothing was done; try again shortly",
            headers={"Retry-After": "5"},
        )


class BoundedThreads:
    """`at_once` calls run, `waiting_max` wait."""

    def __init__(self, *, at_once: int, waiting_max: int) -> None:
        self._at_once = at_once
        self._waiting_max = waiting_max
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The call's result. Raises BusyError where too many wait already."""
        if self._limiter is None:  # made here, because it belongs to the running loop
            self._limiter = anyio.CapacityLimiter(self._at_once)
        if self._limiter.statistics().tasks_waiting >= self._waiting_max:
            raise BusyError
        return await anyio.to_thread.run_sync(lambda: call(*args, **kwargs), limiter=self._limiter)

    async def run_soon(self, call: Callable[[], R], *, wait_s: float) -> R:
        """As `run`, and raises BusyError too where no thread was free within `wait_s`. A call that
        has begun is waited for: it would keep its thread all the same."""
        with anyio.move_on_after(wait_s):
            return await self.run(call)
        raise BusyError


def store_threads_of(request: Request) -> BoundedThreads:
    threads: BoundedThreads = request.app.state.store_threads
    return threads


def login_threads_of(request: Request) -> BoundedThreads:
    threads: BoundedThreads = request.app.state.login_threads
    return threads


StoreThreadsDep = Annotated[BoundedThreads, Depends(store_threads_of)]
LoginThreadsDep = Annotated[BoundedThreads, Depends(login_threads_of)]
