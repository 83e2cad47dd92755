"""Requests that were refused, counted for Prometheus and written to the log, strangers' too.

Who is known stands in the audit trail with what was refused; a stranger does not (a scanner would
fill it), and is seen here.

Must hold: nothing that was sent gets in. A line names the route as the code does, a method of the
standard, and the status; no address, no header, no path that nobody declared. It is written once a
minute at most for each of them, with how often it happened, so that a flood fills no disk.
"""

from __future__ import annotations

import threading
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reticent_server.log import Log

EVERY_S = 60
_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
_NO_ROUTE = "none"

_log = Log("http")


class NoteRefused:
    """Counts each answer of 400 to 499 and 503. Thread-safe."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._told_at: dict[tuple[int, str, str], float] = {}  # as many as routes allow
        self._untold: dict[tuple[int, str, str], int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                if 400 <= status < 500 or status == 503:
                    self._note(scope, status)
            await send(message)

        await self._app(scope, receive, watch)

    def _note(self, scope: Scope, status: int) -> None:
        state = scope["app"].state
        route = state.methods.declared(scope["path"]) or _NO_ROUTE
        method = scope["method"] if scope["method"] in _METHODS else "other"
        state.services.metrics.http_refused.labels(route, str(status)).inc()
        key = (status, route, method)
        now = time.monotonic()
        with self._lock:
            times = self._untold.get(key, 0) + 1
            is_due = now - self._told_at.get(key, -EVERY_S) >= EVERY_S
            self._untold[key] = 0 if is_due else times
            if is_due:
                self._told_at[key] = now
        if is_due:
            _log.warning("request_refused", status=status, route=route, method=method, times=times)
