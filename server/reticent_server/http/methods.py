"""Which methods an address takes. A literal address goes before one with a parameter.

The router alone would hand `GET /api/v1/devices/import` to `/api/v1/devices/{device_id}`, as a
device of that name, and `Allow` would name the methods of the first route that fits alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reticent_server.console.problems import answer_in_html
from reticent_server.http.inventory import Entry


class Methods:
    """What the inventory says, ready to be asked for each request."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_path: dict[str, frozenset[str]] = {}
        for entry in entries:
            known = self._by_path.get(entry.path, frozenset())
            self._by_path[entry.path] = known | entry.methods
        self._literal = {path for path in self._by_path if "{" not in path}
        self._templates: dict[re.Pattern[str], str] = {}
        for path in self._by_path:
            if path in self._literal:
                continue
            pieces = (re.escape(piece) for piece in re.split(r"{\w+}", path))
            self._templates[re.compile("[^/]+".join(pieces))] = path

    def forbidden(self, path: str, method: str) -> frozenset[str] | None:
        """The methods of a literal address that does not take this one, else None."""
        if path not in self._literal or method in self._by_path[path]:
            return None
        return self._by_path[path]

    def of(self, path: str) -> frozenset[str]:
        """All that the address takes; none where nothing is there."""
        return self._by_path.get(self.declared(path), frozenset())

    def declared(self, path: str) -> str:
        """The address as its route declares it, parameters in braces; "" where nothing is there."""
        if path in self._literal:
            return path
        return next((t for pattern, t in self._templates.items() if pattern.fullmatch(path)), "")


class KnownMethods:
    """Answers 405 for a literal address, and completes the `Allow` of every other 405."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known: Methods = scope["app"].state.methods
        path = scope["path"]
        methods = known.forbidden(path, scope["method"])
        if methods is not None:
            refusal = HTTPException(405, headers=_allow(methods))
            answer = await answer_in_html(Request(scope), refusal)
            await answer(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                named = _allow(known.of(path))["Allow"].encode()
                message["headers"] = [
                    (name, named or value) if name == b"allow" else (name, value)
                    for name, value in message["headers"]
                ]
            await send(message)

        await self._app(scope, receive, complete)


def _allow(methods: Iterable[str]) -> Mapping[str, str]:
    return {"Allow": ", ".join(sorted(methods))}
