"""One conversation: Hello, Welcome, then batches out and acks in, until one side ends it.

Two tasks: one reads and acts, one writes. Nothing here wakes up while there is nothing to do.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NoReturn, TypeVar

from reticent_contract import limits
from reticent_contract.kept import Kept
from reticent_contract.v1 import telemetry_pb2

from reticent_agent.errors import SpoolError, StreamError
from reticent_agent.spool import SealedBatch, Spool
from reticent_agent.stream.hello import PROTOCOL_VERSION, hello_of
from reticent_agent.stream.model import (
    ApprovalAwaitedError,
    RekeyOrderedError,
    Steering,
    StopOrderedError,
    UninstallBegunError,
    Welcomed,
)

if TYPE_CHECKING:
    import grpc.aio

    Call = grpc.aio.StreamStreamCall[telemetry_pb2.StreamRequest, telemetry_pb2.StreamResponse]

T = TypeVar("T")
COUNTS_ALONE_AFTER_S = 30.0  # counts without rows wait this long for rows to travel with
DISK_FULL_WAIT_S = 10.0
DRAIN_JITTER_MAX_S = 30.0
_RETRY_AFTER_MAX_S = limits.RECONNECT_MAX_S
_HEARD_WAIT_S = 5.0
_REPLIES_MAX = 64  # answers to pings and policies that the connection does not take


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a session uses of the process."""

    spool: Spool
    disk: Executor  # one thread: the event loop never waits for fsync
    steering: Steering
    wake: asyncio.Event  # set where rows were spooled
    now_us: Callable[[], int]
    chance: Callable[[], float]
    batch_sent: Callable[[], None]


class Session:
    """`offline_s`: how long the server has been away, which spreads the start of the drain."""

    def __init__(
        self,
        call: Call,
        tools: Tools,
        *,
        offline_s: float,
        device_key_kept: Kept,
        trusted_ca_sha256: Sequence[bytes],
    ) -> None:
        self._call = call
        self._trusted_ca_sha256 = trusted_ca_sha256
        self._device_key_kept = device_key_kept
        self._tools = tools
        self._offline_s = offline_s
        self._window = 1
        self._resend: deque[SealedBatch] = deque()
        self._in_flight: set[int] = set()
        self._last_seq = 0
        self._replies: deque[telemetry_pb2.StreamRequest] = deque()
        self._uninstall: telemetry_pb2.Command | None = None  # begun: nothing follows the answer
        self._silent_until = 0.0
        self._rewound_to = 0
        self._gaps_to_ignore = 0
        self._rewinds = 0
        self._changes = 0  # of sealed batches, as the spool counts them, when these were read
        self.delivered = False  # something that was sent here has been acknowledged

    async def run(self, welcomed: Callable[[], None]) -> NoReturn:
        """Never returns: raises StreamError, OrderedError or grpc.aio.AioRpcError at its end.

        `welcomed` is called once the server has accepted this agent.
        """
        await self._greet()
        welcomed()
        tasks = {asyncio.create_task(self._read()), asyncio.create_task(self._write())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self._uninstall is not None:
                raise UninstallBegunError("uninstalled", reason=self._uninstall.reason)
            for task in done:
                task.result()
            raise StreamError(
                "the server closed the stream; what is spooled stays", permanent=False
            )
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _greet(self) -> None:
        standing = self._tools.steering.standing()
        stats = await self._disk(self._tools.spool.stats)
        stream_id = await self._disk(lambda: self._tools.spool.stream_id)
        hello = hello_of(
            standing,
            stream_id=stream_id,
            now_us=self._tools.now_us(),
            device_key_kept=self._device_key_kept,
            trusted_ca_sha256=self._trusted_ca_sha256,
        )
        await self._call.write(telemetry_pb2.StreamRequest(hello=hello))
        try:
            async with asyncio.timeout(limits.HELLO_WAIT_S):
                frame = await self._next()
        except TimeoutError:
            raise StreamError(
                f"no welcome within {limits.HELLO_WAIT_S:g} s; what is spooled stays; the agent "
                "tries again by itself",
                permanent=False,
            ) from None
        if frame.WhichOneof("frame") == "command":
            self._obey(frame.command)
        if frame.WhichOneof("frame") == "retry_after":
            raise StreamError(
                f"the server asks to come back later ({frame.retry_after.reason[:200]})",
                permanent=False,
            )
        if frame.WhichOneof("frame") != "welcome":
            raise StreamError(
                "the server did not begin with a welcome; what is spooled stays; compare the "
                "versions of agent and server",
                permanent=False,
            )
        welcome = frame.welcome
        if welcome.protocol_version != PROTOCOL_VERSION:
            raise StreamError(
                f"the server speaks protocol {welcome.protocol_version}, this agent "
                f"{PROTOCOL_VERSION}; what is spooled stays; update the older of the two",
                permanent=False,
            )
        self._window = max(1, min(limits.IN_FLIGHT_BATCHES_MAX, welcome.in_flight_max))
        await self._align(welcome.last_seq, acked=stats.acked_seq, last=stats.last_seq)
        report = await self._tools.steering.welcomed(
            Welcomed(
                catalog_version=welcome.catalog_version,
                clock_ahead_us=welcome.now_us - self._tools.now_us(),
                keys=list(welcome.pseudonym_keys),
            )
        )
        if report is not None:
            self._reply(telemetry_pb2.StreamRequest(policy_report=report))
        jitter_s = min(DRAIN_JITTER_MAX_S, self._offline_s / 10)
        self._silence(self._tools.chance() * jitter_s)

    async def _align(self, server_last: int, *, acked: int, last: int) -> None:
        """Brings both ends to the same number, or starts a new stream where that cannot be."""
        if not acked <= server_last <= last:
            await self._replace(server_last, acked=acked, last=last)
        self._last_seq = last
        await self._acknowledge(server_last)
        self._changes = await self._retry_disk(partial(self._tools.spool.settle, server_last))
        self._resend = deque(await self._disk(self._tools.spool.waiting))

    async def _replace(self, server_last: int, *, acked: int, last: int) -> NoReturn:
        """The numbers do not fit together: see DECISIONS.md, "A stream that does not fit"."""
        batches = await self._disk(self._tools.spool.new_stream)
        behind = server_last < acked
        self._tools.steering.stream_replaced(
            reason="server_behind" if behind else "server_ahead", batches=batches
        )
        raise StreamError(
            f"the server has batch {server_last} of this stream, the spool {acked} to {last}; "
            f"{batches} waiting batches go out under a new stream; nothing needs to be done",
            permanent=False,
        )

    # Reading.

    async def _read(self) -> None:
        while True:
            frame = await self._next()
            kind = frame.WhichOneof("frame")
            if kind == "ack":
                await self._acknowledge(frame.ack.seq)
                self.delivered = True
            elif kind == "gap":
                await self._rewind(frame.gap.expected_seq)
            elif kind == "refused":
                await self._refused(frame.refused)
            elif kind == "policy_push":
                report = await self._tools.steering.offered(frame.policy_push.policy)
                self._reply(telemetry_pb2.StreamRequest(policy_report=report))
            elif kind == "key_push":
                keys = list(frame.key_push.pseudonym_keys)
                trouble = await self._tools.steering.keyed(keys)
                if trouble is not None:
                    self._reply(telemetry_pb2.StreamRequest(policy_report=trouble))
            elif kind == "retry_after":
                delay_s = min(_RETRY_AFTER_MAX_S, frame.retry_after.delay_ms / 1000)
                self._silence(delay_s * (1 + self._tools.chance() / 2))
            elif kind == "command":
                self._obey(frame.command)
                await self._ask(frame.command)
            elif kind == "ping":
                pong = telemetry_pb2.Pong(nonce=frame.ping.nonce)
                self._reply(telemetry_pb2.StreamRequest(pong=pong))
            self._tools.wake.set()

    async def _next(self) -> telemetry_pb2.StreamResponse:
        frame = await self._call.read()
        if isinstance(frame, telemetry_pb2.StreamResponse):
            return frame
        code, details = await self._call.code(), await self._call.details()
        said = f"{code.name}: {details}" if details else code.name
        raise StreamError(
            f"the server ended the stream ({said}); what is spooled stays; the agent tries again "
            "by itself",
            permanent=code.name in ("UNAUTHENTICATED", "PERMISSION_DENIED"),
        )

    async def _acknowledge(self, seq: int) -> None:
        if seq > self._last_seq:
            raise StreamError(
                f"the server acked batch {seq}, the last one sent is {self._last_seq}; nothing was "
                "deleted; the agent connects again",
                permanent=False,
            )
        rows = await self._retry_disk(partial(self._tools.spool.acknowledge, seq))
        self._in_flight = {number for number in self._in_flight if number > seq}
        while self._resend and self._resend[0].seq <= seq:
            self._resend.popleft()
        if rows:
            self._tools.steering.acked(rows)

    async def _rewind(self, expected: int) -> None:
        """Goes on from the number that the server expects.

        Every batch that was in flight behind the missing one is answered by a gap of its own:
        those are the same news.
        """
        if expected == self._rewound_to and self._gaps_to_ignore > 0:
            self._gaps_to_ignore -= 1
            return
        self._check_unchanged()
        self._rewinds += 1  # a batch that is being sealed right now is among those read below
        stats = await self._disk(self._tools.spool.stats)
        self._rewound_to = expected
        self._gaps_to_ignore = max(0, len(self._in_flight) - 1)
        self._in_flight.clear()
        await self._align(expected - 1, acked=stats.acked_seq, last=stats.last_seq)

    async def _refused(self, refused: telemetry_pb2.Refused) -> None:
        reason = refused.reason if refused.reason.isascii() else "unknown"
        rows = await self._retry_disk(partial(self._tools.spool.refuse, refused.seq, reason=reason))
        self._in_flight.discard(refused.seq)
        self._resend = deque(batch for batch in self._resend if batch.seq != refused.seq)
        self._tools.steering.batch_refused(seq=refused.seq, rows=rows, reason=reason)

    async def _ask(self, command: telemetry_pb2.Command) -> None:
        """What has no number, and what this agent does not know, is not answered."""
        known = command.action in self._tools.steering.standing().actions
        if not command.command_id or not known or self._uninstall is not None:
            return
        report = await self._tools.steering.asked(command)
        if report is not None:
            self._reply(telemetry_pb2.StreamRequest(command_report=report))
            self._uninstall = command if report.begun else None

    def _obey(self, command: telemetry_pb2.Command) -> None:
        if command.action == telemetry_pb2.Command.ACTION_REKEY:
            raise RekeyOrderedError(
                f"the server asks for a new key ({command.reason}); what is spooled stays; the "
                "laptop has to enrol again",
                reason=command.reason,
            )
        if command.action == telemetry_pb2.Command.ACTION_WAIT:
            raise ApprovalAwaitedError
        if command.action == telemetry_pb2.Command.ACTION_STOP:
            raise StopOrderedError(
                f"the server stopped this device ({command.reason}); nothing is collected any "
                "more; to take it into service again, enrol it with a new token",
                reason=command.reason,
            )

    # Writing.

    async def _write(self) -> None:
        while True:
            self._tools.wake.clear()
            while self._replies:
                await self._call.write(self._replies.popleft())
            if self._uninstall is not None:
                await self._call.done_writing()
                await asyncio.sleep(_HEARD_WAIT_S)  # the server ends the stream when it has read it
                return
            batch = await self._next_batch(also_counts_alone=False)
            if batch is None:
                batch = await self._wait()
            if batch is not None:
                await self._send(batch)

    async def _next_batch(self, *, also_counts_alone: bool) -> SealedBatch | None:
        """What may be sent now: something already sealed first, then the next one."""
        self._check_unchanged()
        if self._silent_s() > 0 or len(self._in_flight) >= self._window:
            return None
        if self._resend:
            return self._resend.popleft()
        rewinds = self._rewinds
        try:
            batch = await self._disk(
                partial(self._tools.spool.seal, also_counts_alone=also_counts_alone)
            )
        except SpoolError:  # full disk: what is there stays, and acks will free space
            self._silence(DISK_FULL_WAIT_S)
            return None
        return batch if rewinds == self._rewinds else None

    async def _wait(self) -> SealedBatch | None:
        """Sleeps until there may be something to do; counts that nobody takes along go alone."""
        silent_s = self._silent_s()
        timeout_s: float | None = None
        if silent_s > 0:
            timeout_s = silent_s
        elif len(self._in_flight) < self._window and await self._disk(self._tools.spool.has_counts):
            timeout_s = COUNTS_ALONE_AFTER_S
        try:
            async with asyncio.timeout(timeout_s):
                await self._tools.wake.wait()
        except TimeoutError:
            return await self._next_batch(also_counts_alone=True)
        return None

    def _check_unchanged(self) -> None:
        """Only the next welcome says which of the batches that were changed the server has."""
        if self._tools.spool.changes != self._changes:
            raise StreamError(
                "somebody withdrew consent: rows were taken out of what waits to be sent; the "
                "agent connects again",
                permanent=False,
            )

    async def _send(self, batch: SealedBatch) -> None:
        self._check_unchanged()
        self._in_flight.add(batch.seq)
        self._last_seq = max(self._last_seq, batch.seq)
        frame = telemetry_pb2.BatchFrame(
            seq=batch.seq,
            policy_version=batch.policy.version,
            policy_sha256=batch.policy.sha256,
            rows=batch.rows,
            plain_bytes=batch.plain_bytes,
            payload=batch.payload,
        )
        if batch.receipt is not None:
            frame.receipt.previous = batch.receipt.previous
            frame.receipt.counts_sha256 = batch.receipt.counts_sha256
            frame.receipt.sha256 = batch.receipt.sha256
        await self._call.write(telemetry_pb2.StreamRequest(batch=frame))
        self._tools.batch_sent()

    def _reply(self, frame: telemetry_pb2.StreamRequest) -> None:
        if len(self._replies) >= _REPLIES_MAX:
            raise StreamError(
                "the server asks faster than it reads; the agent connects again", permanent=False
            )
        self._replies.append(frame)

    # Both.

    def _silence(self, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        self._silent_until = max(self._silent_until, now + seconds)

    def _silent_s(self) -> float:
        return self._silent_until - asyncio.get_running_loop().time()

    async def _disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._tools.disk, work)

    async def _retry_disk(self, work: Callable[[], T]) -> T:
        """Acks are not lost to a full disk: the same note is written again a little later."""
        while True:
            try:
                return await self._disk(work)
            except SpoolError as error:
                if error.permanent:
                    raise
            await asyncio.sleep(DISK_FULL_WAIT_S)
