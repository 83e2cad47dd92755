"""One telemetry stream's outgoing side: frames in order, acks merged, bounded.

Enters: what the server has to say to a laptop, from any part of the event loop. Leaves: frames for
the wire. Must hold: a slow laptop costs bounded memory; a `Refused` is never overtaken by an ack
that covers it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import grpc
from reticent_contract.limits import STREAM_FRAMES_MAX
from reticent_contract.policy import Policy
from reticent_contract.v1 import telemetry_pb2

from reticent_server.ingest.refusal import Refusal

Response = telemetry_pb2.StreamResponse


@dataclass(frozen=True, slots=True)
class Ending:
    """How the stream ends. `code` None: well."""

    code: grpc.StatusCode | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a connection comes, as a policy left it.

    `basis`: what it depends on; made anew once that is another, or `policy` (None: none left
    anything) is not valid any more. `delivered_from`: as `StoredBatch` has it.
    """

    basis: tuple[bytes, int]
    policy: Policy | None
    delivered_from: Mapping[str, str | int]


class Connection:
    """Of the event loop's thread only. `address`: where from, without the port."""

    def __init__(self, *, device_id: UUID, group: str, address: str) -> None:
        self.device_id = device_id
        self.group = group
        self.address = address
        self.stream_id = b""
        self.instance_id = b""
        self.agent_version = ""
        self.actions: frozenset[int] = frozenset()  # what its agent does for an administrator
        self.actions_sent: set[UUID] = set()
        self.opened_s = 0.0
        self.catalog_version = 0
        self.policy_sha256 = b""  # what the laptop has or was last offered
        self.origin: Origin | None = None  # None: not asked for yet
        self.last_frame_s = 0.0
        self.certificate_expires_s = 0.0
        self.renewed_key_sha256: bytes | None = None  # which the laptop has not confirmed yet
        self.ending: Ending | None = None
        self.reader: asyncio.Task[None] | None = None
        self.welcomed = False  # nothing else goes out before the Welcome
        self.drained: Ending | None = None
        self._frames: deque[Response] = deque()
        self._ack: int | None = None
        self._duplicate = False
        self._wake = asyncio.Event()
        self._pongs: dict[int, asyncio.Future[None]] = {}

    def send(self, frame: Response) -> None:
        """Queues a frame; a laptop that reads too slowly is cut off."""
        if self.ending is not None:
            return
        self._flush_ack()
        self._frames.append(frame)
        if len(self._frames) > STREAM_FRAMES_MAX:
            self.close(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                "the laptop reads the server's frames too slowly; the stream was closed; what was "
                "not acknowledged is sent again after reconnecting",
            )
        self._wake.set()

    def acknowledge(self, seq: int, *, duplicate: bool = False) -> None:
        """Acks are cumulative: of several that wait, the newest goes out."""
        if self.ending is not None:
            return
        if self._ack is not None and self._duplicate != duplicate:
            self._flush_ack()
        self._ack = max(seq, self._ack or 0)
        self._duplicate = duplicate
        self._wake.set()

    def refuse(self, seq: int, refusal: Refusal) -> None:
        self.send(
            Response(
                refused=telemetry_pb2.Refused(
                    seq=seq, reason=refusal.reason, detail=refusal.detail[:512]
                )
            )
        )

    def retry_after(self, delay_ms: int, reason: str) -> None:
        """Asks for silence; nothing that was sent needs to be sent again."""
        self.send(Response(retry_after=telemetry_pb2.RetryAfter(delay_ms=delay_ms, reason=reason)))

    async def answers_ping(self, wait_s: float) -> bool:
        """True where the laptop sends the matching Pong within `wait_s`."""
        nonce = secrets.randbits(63)
        pong = asyncio.get_running_loop().create_future()
        self._pongs[nonce] = pong
        self.send(Response(ping=telemetry_pb2.Ping(nonce=nonce)))
        try:
            async with asyncio.timeout(wait_s):
                await pong
        except TimeoutError:
            return False
        finally:
            del self._pongs[nonce]
        return self.ending is None

    def pong(self, nonce: int) -> None:
        future = self._pongs.get(nonce)
        if future is not None and not future.done():
            future.set_result(None)

    def close(self, code: grpc.StatusCode | None = None, sentence: str = "") -> None:
        """Ends the stream once what is queued has gone out. The first ending counts."""
        if self.ending is None:
            self._flush_ack()
            self.ending = Ending(code, sentence)
            self._wake.set()

    def drain(self, code: grpc.StatusCode, sentence: str) -> None:
        """Reads no more; ends once what was accepted is stored and acknowledged."""
        if self.drained is None:
            self.drained = Ending(code, sentence)
            if self.reader is not None:
                self.reader.cancel()

    async def outgoing(self) -> AsyncIterator[Response]:
        """Frames as they come, until `close`."""
        while True:
            self._flush_ack()
            while self._frames:
                yield self._frames.popleft()
            if self._ack is None:
                if self.ending is not None:
                    return
                self._wake.clear()
                await self._wake.wait()

    def _flush_ack(self) -> None:
        if self._ack is not None:
            ack = telemetry_pb2.Ack(seq=self._ack, duplicate=self._duplicate)
            self._ack = None
            self._frames.append(Response(ack=ack))
