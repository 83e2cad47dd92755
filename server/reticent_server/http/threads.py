"""Store calls off the event loop, and only so many at once.

The event store has few readers. What waits for one is bounded; beyond that a client is told when to
come back, and log-ins and health checks (which use other threads) are not held up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ParamSpec, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends
from starlette.requests import Request

from reticent_server.http import settings
from reticent_server.http.problems import ProblemError

P = ParamSpec("P")
R = TypeVar("R")


class StoreThreads:
    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The call's result. Raises ProblemError 503 where too many wait already."""
        if self._limiter is None:  # made here, because it belongs to the running loop
            self._limiter = anyio.CapacityLimiter(settings.STORE_CALLS_AT_ONCE)
        if self._limiter.statistics().tasks_waiting >= settings.STORE_CALLS_WAITING_MAX:
            raise ProblemError(
                503,
                "busy",
                "too many searches wait already; this one was not started; try again shortly",
                headers={"Retry-After": "5"},
            )
        return await anyio.to_thread.run_sync(lambda: call(*args, **kwargs), limiter=self._limiter)


def store_threads_of(request: Request) -> StoreThreads:
    threads: StoreThreads = request.app.state.store_threads
    return threads


StoreThreadsDep = Annotated[StoreThreads, Depends(store_threads_of)]
