"""Who asks at the HTTPS port, where a configured proxy stands in between.

Enters: requests. Leaves: the same, with the client's address in the place of the proxy's. Must
hold: the header is read from its end and only as far as trusted proxies wrote it; a word that is no
address ends the reading, and the last one that was believed stays.
"""

from __future__ import annotations

import ipaddress

from starlette.types import ASGIApp, Receive, Scope, Send

from reticent_server.front.networks import Networks

_HEADER = b"x-forwarded-for"
_HOPS_MAX = 16


class Forwarded:
    """ASGI middleware; without trusted proxies it changes nothing."""

    def __init__(self, app: ASGIApp, *, trusted: Networks) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client") and self._trusted:
            said = b",".join(value for name, value in scope["headers"] if name == _HEADER)
            address = self._client(scope["client"][0], said.decode("latin-1").split(","))
            if address != scope["client"][0]:
                scope = {**scope, "client": (address, 0)}
        await self._app(scope, receive, send)

    def _client(self, address: str, said: list[str]) -> str:
        for word in reversed(said[-_HOPS_MAX:]):
            if address not in self._trusted:
                break
            try:
                known = ipaddress.ip_address(word.strip())
            except ValueError:
                break
            if isinstance(known, ipaddress.IPv6Address) and known.scope_id is not None:
                break  # a zone is any text, and means nothing but on the machine that wrote it
            address = str(known)
        return address
