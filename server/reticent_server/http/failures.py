"""The last net: an exception nobody expected becomes a 500 without details and one log line.

A browser gets it as a page, unless what failed is what a page takes.

Must hold: the log line names the exception's type and the places in the code, never its text,
which may hold a collected value.
"""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reticent_server.console.problems import answer_in_html, wants_page
from reticent_server.http.problems import unexpected
from reticent_server.log import Log

_log = Log("http")


class CatchFailures:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if scope["type"] != "http":
                raise
            incident = secrets.token_hex(6)
            _log.error("request_failed", error, incident=incident)
            if not started:
                answer = await _answer(Request(scope), incident)
                await answer(scope, receive, send)


async def _answer(request: Request, incident: str) -> Response:
    problem = unexpected(incident)
    if not wants_page(request):
        return problem.response()
    try:
        return await answer_in_html(request, problem)
    except Exception as error:  # noqa: BLE001 - whatever fails, the client is told
        _log.error("failure_page_failed", error, incident=incident)
        return problem.response()
