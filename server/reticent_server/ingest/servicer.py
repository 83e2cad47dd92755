"""The telemetry port: gRPC in, `IngestService` behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
from reticent_contract.v1 import telemetry_pb2, telemetry_pb2_grpc

from reticent_server.errors import (
    CertificateError,
    DeviceRefusedError,
    NotFoundError,
    OverloadedError,
    ServerError,
)
from reticent_server.ingest.connection import Connection
from reticent_server.ingest.incoming import Incoming
from reticent_server.ingest.live import dismissal
from reticent_server.ingest.opening import Frames, Opened, StreamEndedError, open_stream, welcome
from reticent_server.ingest.sequence import Sequence
from reticent_server.ingest.service import IngestService
from reticent_server.log import Log
from reticent_server.peer import PeerAddress, address_of, network_of

_log = Log("ingest")
Context = grpc.aio.ServicerContext[Any, Any]


class TelemetryServicer(telemetry_pb2_grpc.TelemetryServiceServicer):
    def __init__(self, service: IngestService, *, peer_address: PeerAddress = address_of) -> None:
        self._service = service
        self._peer_address = peer_address

    async def Stream(  # type: ignore[override] # noqa: N802 - gRPC's name, and its other form
        self, _request_iterator: object, context: Context
    ) -> None:
        """Reads from and writes to `context`: gRPC's iterators hold on to the last message."""
        service, frames = self._service, _frames(context)
        with service.handler():
            try:
                opened = await open_stream(
                    service,
                    frames,
                    certificate_pem=_certificate(context),
                    address=self._peer_address(context.peer()),
                )
            except (StreamEndedError, ServerError) as error:
                ended = _ended(error)
                service.metrics.streams_refused.labels(ended.reason).inc()
                _log.warning(
                    "stream_refused",
                    reason=ended.reason,
                    network=network_of(self._peer_address(context.peer())),
                )
                for frame in ended.frames:
                    await context.write(frame)
                await context.abort(ended.code, ended.sentence)
            connection, sequence = opened.connection, opened.sequence
            reader = self._begin(opened, frames)
            del opened  # what the Hello said is not kept as long as the stream
            await self._speak(connection, sequence, reader, context)
            ending = connection.ending
            if ending is not None and ending.code is not None:
                await context.abort(ending.code, ending.sentence)

    async def Renew(  # noqa: N802 - gRPC's name
        self, request: telemetry_pb2.RenewRequest, context: Context
    ) -> telemetry_pb2.RenewResponse:
        service = self._service
        try:
            issued = await service.authenticated(
                service.authentication.renew, _certificate(context), request.csr_der
            )
        except DeviceRefusedError as error:
            service.metrics.renewals.labels(error.reason).inc()
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, str(error))
        except CertificateError as error:
            service.metrics.renewals.labels("request-bad").inc()
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except ServerError as error:
            _log.error("certificate_not_renewed", error)
            await context.abort(
                grpc.StatusCode.UNAVAILABLE,
                "the server cannot renew just now; the current certificate goes on working; try "
                "again later",
            )
        service.metrics.renewals.labels("renewed").inc()
        _log.info("certificate_renewed", serial=issued.serial)
        return telemetry_pb2.RenewResponse(
            certificate_der=issued.der,
            ca_certificates_der=service.authentication.ca_certificates_der,
            ca_links_der=service.authentication.ca_links_der,
        )

    def _begin(self, opened: Opened, frames: Frames) -> asyncio.Task[None]:
        """The Welcome is on its way, and the stream is read by the task that is returned."""
        service, connection = self._service, opened.connection
        service.metrics.streams.inc()
        incoming = Incoming(service, connection=connection, sequence=opened.sequence)
        connection.send(welcome(service, opened))
        connection.welcomed = True
        reader = service.read(connection, incoming.run(frames), incoming.finish)
        service.start_task(self._greet(opened))
        _log.info("stream_opened", device_id=connection.device_id)
        return reader

    async def _speak(
        self,
        connection: Connection,
        sequence: Sequence,
        reader: asyncio.Task[None],
        context: Context,
    ) -> None:
        service = self._service
        try:
            async for response in connection.outgoing():
                await context.write(response)
                del response  # a policy, say, which would stay in memory as well
        finally:
            connection.close()
            reader.cancel()
            service.live.leave(connection)
            service.sequences.release(sequence, connection)
            service.metrics.streams.dec()
            _log.info("stream_closed", device_id=connection.device_id)

    async def _greet(self, opened: Opened) -> None:
        """What the Hello said is kept; where it is to run another policy, that one is offered."""
        service, connection, hello = self._service, opened.connection, opened.hello
        now_s = service.now_s()
        may_change = service.changes_told.may_change(connection.device_id, now_s=now_s)
        try:
            compared = await service.in_thread(
                lambda: service.devices.record_hello(
                    connection.device_id,
                    agent_version=hello.agent_version,
                    catalog_version=hello.catalog_version,
                    instance_id=hello.instance_id,
                    policy_version=hello.policy_version,
                    policy_sha256=hello.policy_sha256,
                    clock_offset_us=hello.now_us - service.now_us(),
                    device_key_kept=hello.device_key_kept,
                    pseudonym_keys_kept=hello.pseudonym_keys_kept,
                    trusted_ca_sha256=hello.trusted_ca_sha256,
                    machine_signals=opened.shown,
                    may_change=may_change,
                )
            )
            if (compared.changed or not compared.vouched) and may_change:
                service.changes_told.told(connection.device_id, now_s=now_s)
                await service.in_thread(
                    lambda: service.record(
                        actor="laptop",
                        action="device.hardware",
                        object=str(connection.device_id),
                        reason=compared.sentence,
                    )
                )
            await service.remote.deliver(connection)
            lineup = await service.in_thread(service.policies.lineup, connection.group)
        except NotFoundError:
            return  # no policy is published: the laptop collects nothing
        except Exception as error:  # noqa: BLE001 - the stream works without; the next Hello says it
            _log.error("hello_not_recorded", error, device_id=connection.device_id)
            return
        service.offer(connection, lineup)


async def _frames(context: Context) -> AsyncIterator[telemetry_pb2.StreamRequest]:
    while True:
        frame = await context.read()
        if frame is grpc.aio.EOF:
            return
        yield frame
        del frame  # up to a MiB, which would stay in memory until the next one comes


def _certificate(context: Context) -> bytes:
    """The client's certificate in PEM; TLS let nobody through without one."""
    return next(iter(context.auth_context().get("x509_pem_cert", ())), b"")


def _ended(error: StreamEndedError | ServerError) -> StreamEndedError:
    if isinstance(error, StreamEndedError):
        return error
    if isinstance(error, DeviceRefusedError):
        command = dismissal(error.reason, str(error))
        return StreamEndedError(
            error.reason, grpc.StatusCode.PERMISSION_DENIED, str(error), command
        )
    if isinstance(error, OverloadedError):
        return StreamEndedError("busy", grpc.StatusCode.ABORTED, str(error))
    _log.error("stream_not_opened", error)
    return StreamEndedError(
        "failed",
        grpc.StatusCode.UNAVAILABLE,
        "the server cannot take a stream just now; the laptop keeps its rows; reconnect later",
    )
