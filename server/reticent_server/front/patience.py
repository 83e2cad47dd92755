"""How long the console's port waits for a client that says little, or reads little.

uvicorn waits for ever for the rest of a request. Here the head of one must be there in
HTTP_HEAD_S from when the connection is open or the head began, its body HTTP_BODY_S later, and
whoever does not read an answer for HTTP_STALL_S is cut off. Must hold: whoever says nothing takes
room from his own address alone, and not for long (as `preface` does on the gRPC ports); somebody
who waits for us is never cut off.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Literal

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from reticent_server.front.networks import Networks
from reticent_server.front.preface import Preface, Prefaces
from reticent_server.limits import (
    HTTP_BODY_S,
    HTTP_HEAD_S,
    HTTP_STALL_S,
    HTTP_WAITING_PER_ADDRESS_MAX,
)

Phase = Literal["head", "body"]
_SECONDS: dict[Phase, float] = {"head": HTTP_HEAD_S, "body": HTTP_BODY_S}

# uvicorn warns of each request that it cannot read: a stranger's, who would fill the disk.
_quiet = logging.getLogger("reticent_server.https")
_quiet.setLevel(logging.ERROR)


class PatientProtocol(H11Protocol):
    """One connection. `trusted`: proxies, behind whose one address stand many people."""

    waiting = Prefaces()
    trusted = Networks(())

    def connection_made(  # type: ignore[override]  # as uvicorn narrows it
        self, transport: asyncio.Transport
    ) -> None:
        self.logger = _quiet
        super().connection_made(transport)
        self._now: tuple[Phase, RequestResponseCycle | None] | None = None
        self._turn: Preface | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._look()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(HTTP_STALL_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _look(self) -> None:
        """Which part of a request is being waited for, if any."""
        state = self.conn.their_state
        begun = self.cycle is None or bool(self.conn.trailing_data[0])
        if self.transport.is_closing():
            self._wait_no_more()
        elif state is h11.SEND_BODY:
            self._wait_for("body")
        elif state is h11.IDLE and begun:
            self._wait_for("head")
        else:
            self._wait_no_more()

    def _wait_for(self, phase: Phase) -> None:
        """The same part of the same request is given no more time."""
        if self._now is not None and self._now[0] == phase and self._now[1] is self.cycle:
            return
        self._wait_no_more()
        self._now = (phase, self.cycle)
        address = self.client[0] if self.client else ""
        at_most = sys.maxsize if address in self.trusted else HTTP_WAITING_PER_ADDRESS_MAX
        self._turn = self.waiting.enter(
            address, at_most=at_most, seconds=_SECONDS[phase], too_late=self._too_late
        )
        if self._turn is None:
            self.transport.abort()

    def _wait_no_more(self) -> None:
        self._now = None
        if self._turn is not None:
            self._turn.leave()
            self._turn = None

    def _too_late(self) -> None:
        if self.flow.read_paused:  # it is we who do not read on
            self._wait_no_more()
            self._look()
        else:
            self.transport.abort()


def patient(trusted: Networks) -> type[PatientProtocol]:
    """For `uvicorn.Config(http=…)`, of one server."""
    return type("Patient", (PatientProtocol,), {"waiting": Prefaces(), "trusted": trusted})
