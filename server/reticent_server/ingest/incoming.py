"""One telemetry stream's incoming side: frames of a laptop, one after the other.

Enters: frames after the Hello. Leaves: accepted batches in the group commit, reports in the
control store. Must hold: numbers of a stream are taken in order and each once; nothing waits
without a bound, and while this waits the laptop's flow stands still (HTTP/2 does that).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import grpc
from reticent_contract.limits import (
    BATCH_PLAIN_BYTES_MAX,
    BATCH_ROWS_MAX,
    GAPS_PER_STREAM_MAX,
)
from reticent_contract.v1 import telemetry_pb2

from reticent_server.devices.authentication import ReplacedKeyError
from reticent_server.errors import ServerError
from reticent_server.ingest.appending import Pending
from reticent_server.ingest.connection import Connection, Response
from reticent_server.ingest.live import dismiss
from reticent_server.ingest.opening import Frames
from reticent_server.ingest.prepare import Prepared, Sender
from reticent_server.ingest.receipts import follows
from reticent_server.ingest.sequence import Sequence
from reticent_server.ingest.service import IngestService
from reticent_server.log import Log

WARN_EVERY_S = 60.0  # a stream's reports cannot fill the log
INLINE_BYTES_MAX = 256 << 10  # a larger batch is prepared in a thread, so that others go on
_log = Log("ingest")


class Incoming:
    """`run` reads until the laptop ends the stream, the server drains it, or it goes wrong."""

    def __init__(
        self, service: IngestService, *, connection: Connection, sequence: Sequence
    ) -> None:
        self._service = service
        self._connection = connection
        self._sequence = sequence
        self._warn_from_s = 0.0  # monotonic
        self._sender = Sender(
            device_id=connection.device_id.bytes,
            stream_id=connection.stream_id,
            catalog_version=connection.catalog_version,
        )

    async def run(self, frames: Frames) -> None:
        await self._service.connection_rows.note(self._connection)
        self._take_origin()
        async for frame in frames:
            if not await self._take(frame):
                return
            del frame  # else it stays in memory until the next one comes

    async def _take(self, frame: telemetry_pb2.StreamRequest) -> bool:
        """False where nothing further is to be read."""
        connection = self._connection
        if connection.renewed_key_sha256 is not None:
            await self._confirm(connection.renewed_key_sha256)
        if connection.ending is not None:
            return False
        connection.last_frame_s = self._service.now_s()
        kind = frame.WhichOneof("frame")
        if kind == "batch":
            await self._batch(frame.batch, time.monotonic())
        elif kind == "pong":
            connection.pong(frame.pong.nonce)
        elif kind == "policy_report":
            await self._policy_report(frame.policy_report)
        elif kind == "command_report":
            await self._service.remote.answered(connection.device_id, frame.command_report)
        else:
            connection.close(
                grpc.StatusCode.INVALID_ARGUMENT,
                "a frame that is not allowed here; the stream was closed; what was not "
                "acknowledged is sent again after reconnecting",
            )
            return False
        return True

    async def finish(self, reading: asyncio.Task[None]) -> None:
        """After `run`: what was accepted is acknowledged, then the stream ends."""
        if not reading.cancelled() and (error := reading.exception()) is not None:
            _log.error("stream_failed", error, device_id=self._connection.device_id)
            self._connection.close(
                grpc.StatusCode.UNAVAILABLE,
                "the server failed on this stream; what was not acknowledged is sent again after "
                "reconnecting",
            )
            return
        await self._sequence.settled()
        drained = self._connection.drained
        if drained is None:
            self._connection.close()
        else:
            self._connection.close(drained.code, drained.sentence)

    async def _batch(self, frame: telemetry_pb2.BatchFrame, received_s: float) -> None:
        if not self._is_next(frame.seq):
            return
        commit = self._service.commit
        await self._sequence.below_bound()
        rows = min(frame.rows, BATCH_ROWS_MAX) + 1  # the receipt is a row too
        bytes_ = min(frame.plain_bytes, BATCH_PLAIN_BYTES_MAX)
        await commit.room.take(rows, bytes_)
        held = rows, bytes_
        put = False
        try:
            prepared = await self._prepare(frame)
            if prepared.unfolded_bytes > bytes_:
                # Who waits holds nothing, or all could wait for each other.
                commit.room.give_back(*held)
                held = 0, 0
                bytes_ = prepared.unfolded_bytes
                await commit.room.take(rows, bytes_)
                held = rows, bytes_
            # A failed append or a newer connection may have moved the stream meanwhile.
            if self._connection.ending is None and self._is_next(frame.seq):
                self._chain(prepared, frame.seq)
                commit.put(
                    Pending(
                        sequence=self._sequence,
                        batch=prepared.batch,
                        refusal=prepared.refusal,
                        rows=rows,
                        bytes=bytes_,
                        frame_rows=frame.rows,
                        received_s=received_s,
                    )
                )
                put = True
                if prepared.unknown:
                    self._service.metrics.fields_unknown.inc(prepared.unknown)
        finally:
            if not put:
                commit.room.give_back(*held)

    def _chain(self, prepared: Prepared, seq: int) -> None:
        """A batch that does not follow the one before is stored all the same, and told.

        Refusing it would cost a laptop its rows for what may have happened here; its receipt says
        what it follows, so `doctor --receipts` shows the break for as long as it is stored.
        """
        receipt = prepared.batch.receipt
        if not follows(receipt, self._sequence.receipt):
            self._service.metrics.receipts_broken.inc()
            _log.warning("receipt_chain_broken", device_id=self._connection.device_id, seq=seq)
        known = receipt.get("receipt")
        self._sequence.accept(seq, known if isinstance(known, str) else None)

    def _is_next(self, seq: int) -> bool:
        """Answers a duplicate or a gap; True for the number after the last accepted one."""
        sequence = self._sequence
        if sequence.connection is not self._connection:
            return False  # a newer connection took the stream over; this one is being closed
        if seq == sequence.accepted + 1:
            return True
        if seq <= sequence.accepted:
            self._service.metrics.batches.labels("duplicate").inc()
            if seq <= sequence.durable:
                self._connection.acknowledge(sequence.durable, duplicate=True)
            return False  # else it is on its way to the store, and its ack comes with that
        self._service.metrics.gaps.inc()
        sequence.gaps += 1
        gap = telemetry_pb2.Gap(expected_seq=sequence.accepted + 1)
        self._connection.send(Response(gap=gap))
        if sequence.gaps > GAPS_PER_STREAM_MAX:
            self._connection.close(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"the server expects batch {sequence.accepted + 1} and never got it; the stream "
                "was closed; reconnect and go on from there",
            )
        return False

    async def _prepare(self, frame: telemetry_pb2.BatchFrame) -> Prepared:
        service = self._service
        if not service.connection_rows.is_current(self._connection):
            await service.connection_rows.renew(self._connection)
            self._take_origin()
        lock = await service.lock_of(
            self._connection.group, frame.policy_version, frame.policy_sha256
        )
        if frame.plain_bytes <= INLINE_BYTES_MAX:
            return service.preparer.prepare(frame, sender=self._sender, lock=lock)
        return await service.in_thread(
            lambda: service.preparer.prepare(frame, sender=self._sender, lock=lock)
        )

    def _take_origin(self) -> None:
        origin = self._connection.origin
        if origin is not None:
            self._sender = replace(self._sender, delivered_from=origin.delivered_from)

    async def _confirm(self, key_sha256: bytes) -> None:
        """A frame after the Welcome: the laptop has put away the key before this one."""
        service, connection = self._service, self._connection
        connection.renewed_key_sha256 = None
        try:
            await service.authenticated(
                service.authentication.confirm, connection.device_id, key_sha256
            )
        except ReplacedKeyError as error:
            dismiss(connection, error.reason, str(error))
        except Exception as error:  # noqa: BLE001 - both keys stay good; the next stream confirms
            _log.error("renewal_not_confirmed", error, device_id=connection.device_id)

    async def _policy_report(self, report: telemetry_pb2.PolicyReport) -> None:
        service = self._service
        try:
            await service.in_thread(
                lambda: service.devices.record_policy_report(
                    self._connection.device_id,
                    version=report.version,
                    sha256=report.sha256[:32],
                    in_force=report.in_force,
                    refusal=report.refusal,
                )
            )
        except ServerError as error:
            _log.error("policy_report_not_written", error)
        now_s = time.monotonic()
        if not report.in_force and now_s >= self._warn_from_s:
            self._warn_from_s = now_s + WARN_EVERY_S
            _log.warning(
                "policy_refused_by_laptop",
                device_id=self._connection.device_id,
                version=report.version,
            )
