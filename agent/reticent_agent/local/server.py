"""Takes requests at the agent's door, one a connection."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from reticent_contract import limits

from reticent_agent.errors import AgentError
from reticent_agent.local import peer, place

log = logging.getLogger("reticent_agent.local")

Request = Mapping[str, object]
Handler = Callable[[int, Request], Awaitable[Mapping[str, object]]]

_NOT_UNDERSTOOD = "this agent does not understand the request; use the command of its own release"


class LocalServer:
    """`handlers` by what a request asks to do; each gets the asker's account number."""

    def __init__(self, folder: Path, handlers: Mapping[str, Handler]) -> None:
        self._folder = folder
        self._handlers = handlers
        self._server: asyncio.Server | None = None
        self._open: Counter[int] = Counter()  # connections, by account

    async def start(self) -> bool:
        """False, and logged, where there can be no socket: the agent goes on, and nobody can ask it
        for consent, report to it, or have it uninstall itself."""
        try:
            listening = place.listening(self._folder)
            self._server = await asyncio.start_unix_server(
                self._answer, sock=listening, limit=limits.LOCAL_REQUEST_BYTES_MAX
            )
        except (OSError, AttributeError) as error:  # Windows has no AF_UNIX here
            fields = {"errno": getattr(error, "errno", None)}
            log.warning("there is no door for people at this laptop", extra={"fields": fields})
            return False
        return True

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            with suppress(OSError):
                (self._folder / place.NAME).unlink()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        user_id: int | None = None
        try:
            user_id = peer.user_id(writer.get_extra_info("socket"))
            if user_id is None or not self._admit(user_id):
                user_id = None
                return
            async with asyncio.timeout(limits.LOCAL_WAIT_S):
                line = await reader.readline()
            answer = await self._handle(user_id, line)
            writer.write(json.dumps(answer).encode() + b"\n")
            async with asyncio.timeout(limits.LOCAL_WAIT_S):
                await writer.drain()
        except (OSError, TimeoutError, ValueError):  # gone, slow, or a line without end
            pass
        finally:
            if user_id is not None:
                self._open[user_id] -= 1
                self._open += Counter()  # forgets who has none
            writer.close()

    def _admit(self, user_id: int) -> bool:
        """Whoever has too many open has to wait; so have all where there are too many."""
        if self._open[user_id] >= limits.LOCAL_CONNECTIONS_PER_USER_MAX:
            return False
        if self._open.total() >= limits.LOCAL_CONNECTIONS_MAX:
            return False
        self._open[user_id] += 1
        return True

    async def _handle(self, user_id: int, line: bytes) -> Mapping[str, object]:
        try:
            request = json.loads(line)
            handler = self._handlers[request["do"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            return {"ok": False, "error": _NOT_UNDERSTOOD}
        try:
            return {"ok": True, **await handler(user_id, request)}
        except AgentError as error:
            return {"ok": False, "error": str(error)}
        except Exception as error:  # a bug here must not end the agent
            log.error("a local request failed", exc_info=error)
            return {"ok": False, "error": "the agent could not do it; its log says where it failed"}
