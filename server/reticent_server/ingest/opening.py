"""From a new telemetry stream to a connection that may send batches.

Verification, in this order:
 1. the server is not stopping and has room for one more stream; those that have not said Hello
    yet count too;
 2. the certificate (which TLS has checked) belongs to a device in service, by its current key
    or that of a renewal; a key that was replaced before is a conflict;
 3. the first frame is a Hello, in time and not larger than one is, of a protocol version that both
    speak, with identifiers of 16 bytes, and of a stream that is not the server's own;
 4. the laptop's hardware is not another than the record says; where nothing of it is as it was,
    the key is on another laptop, and that is a conflict;
 5. no other run of an agent speaks for this device at this moment (`live`);
 6. the device is still in service: its status may have changed since step 2;
 7. what an earlier connection sent and is on its way is waited for a moment, then it is read from
    the event store where the stream stands, so that the laptop hears of all that has arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import grpc
from cryptography import x509
from reticent_contract.limits import (
    HELLO_WAIT_S,
    IN_FLIGHT_ALL_STREAMS,
    IN_FLIGHT_BATCHES_MAX,
    RETRY_AFTER_NO_ROOM_MS,
    STREAMS_MAX,
)
from reticent_contract.v1 import telemetry_pb2

from reticent_server.devices import signals
from reticent_server.devices.view import DeviceView
from reticent_server.ingest.connection import Connection, Response
from reticent_server.ingest.machine import check_machine
from reticent_server.ingest.sequence import Sequence
from reticent_server.ingest.server_rows import SERVER_STREAM
from reticent_server.ingest.service import IngestService
from reticent_server.limits import HELLO_BYTES_MAX

PROTOCOL_VERSION = 1
ID_BYTES = 16
# A group commit takes less. A laptop whose owner withdrew consent changes what has not arrived
# (`spool.reseal`): where this runs out, its chain of receipts breaks, which doctor shows.
SETTLE_S = 2.0

Frames = AsyncIterator[telemetry_pb2.StreamRequest]


class StreamEndedError(Exception):
    """The stream ends here: `frames` still go out, then the status."""

    def __init__(
        self, reason: str, code: grpc.StatusCode, sentence: str, *frames: Response
    ) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.code = code
        self.sentence = sentence
        self.frames = frames


@dataclass(frozen=True, slots=True)
class Opened:
    connection: Connection
    sequence: Sequence
    hello: telemetry_pb2.Hello
    shown: signals.Signals


async def open_stream(
    service: IngestService, frames: Frames, *, certificate_pem: bytes, address: str
) -> Opened:
    """Raises StreamEndedError, DeviceRefusedError, OverloadedError, StoreError."""
    if service.stopping or service.handlers > STREAMS_MAX:
        raise _no_room()
    changes = service.status_changes
    identified = await service.identify(certificate_pem)
    hello = await _hello(frames)
    shown = signals.read(hello.machine_signals)
    connection = _connection(identified.device, hello, address)
    connection.opened_s = service.now_s()
    await check_machine(service, identified.device, connection, shown)
    connection.renewed_key_sha256 = identified.renewed_key_sha256
    connection.last_frame_s = service.now_s()
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    connection.certificate_expires_s = certificate.not_valid_after_utc.timestamp()
    await service.live.enter(connection)
    try:
        if service.stopping:
            raise _no_room()
        if changes != service.status_changes:
            await service.identify(certificate_pem)
        key = (connection.device_id.bytes, hello.stream_id)
        with suppress(TimeoutError):  # else what is on its way is acknowledged on this connection
            async with asyncio.timeout(SETTLE_S):
                await service.sequences.settled(key)
        sequence = await service.sequences.open(key, connection)
    except BaseException:
        service.live.leave(connection)
        raise
    return Opened(connection, sequence, hello, shown)


def welcome(service: IngestService, opened: Opened) -> Response:
    return Response(
        welcome=telemetry_pb2.Welcome(
            protocol_version=PROTOCOL_VERSION,
            catalog_version=service.catalog.version,
            last_seq=opened.sequence.durable,
            in_flight_max=in_flight_max(len(service.live), service.commit.room.load),
            pseudonym_keys=service.pseudonym_keys,
            now_us=service.now_us(),
        )
    )


def in_flight_max(streams: int, load: float) -> int:
    """Batches that a stream may have on their way: fewer for many streams and a full queue.

    By Little's law what all have on their way, divided by what is stored a second, is how long an
    acknowledgement takes; a single laptop needs several to fill a group.
    """
    share = IN_FLIGHT_ALL_STREAMS // max(1, streams)
    return max(1, min(IN_FLIGHT_BATCHES_MAX, share, int(IN_FLIGHT_BATCHES_MAX * (1 - load)) + 1))


async def _hello(frames: Frames) -> telemetry_pb2.Hello:
    try:
        async with asyncio.timeout(HELLO_WAIT_S):
            first = await anext(frames, None)
    except TimeoutError:
        raise StreamEndedError(
            "no-hello",
            grpc.StatusCode.DEADLINE_EXCEEDED,
            f"no Hello within {HELLO_WAIT_S:.0f} s; the stream was closed; reconnect",
        ) from None
    if first is None or first.WhichOneof("frame") != "hello":
        raise _bad_hello("the first frame is not a Hello")
    if first.hello.ByteSize() > HELLO_BYTES_MAX:
        raise _bad_hello(f"a Hello has at most {HELLO_BYTES_MAX >> 10} KiB")
    hello = first.hello
    if hello.protocol_version != PROTOCOL_VERSION:
        raise StreamEndedError(
            "protocol-version",
            grpc.StatusCode.FAILED_PRECONDITION,
            f"this server speaks protocol version {PROTOCOL_VERSION}, not "
            f"{hello.protocol_version}; nothing was accepted; upgrade the server first",
        )
    if len(hello.stream_id) != ID_BYTES or len(hello.instance_id) != ID_BYTES:
        raise _bad_hello("stream_id and instance_id have 16 bytes each")
    if hello.stream_id == SERVER_STREAM:
        raise _bad_hello("stream_id is that of the server's own rows")
    if len(hello.policy_sha256) not in (0, 32):
        raise _bad_hello("policy_sha256 has 32 bytes")
    return hello


def _no_room() -> StreamEndedError:
    sentence = "the server has no room for a stream just now; the laptop keeps its rows"
    retry = telemetry_pb2.RetryAfter(delay_ms=RETRY_AFTER_NO_ROOM_MS, reason=sentence)
    return StreamEndedError(
        "no-room", grpc.StatusCode.UNAVAILABLE, sentence, Response(retry_after=retry)
    )


def _bad_hello(what: str) -> StreamEndedError:
    return StreamEndedError(
        "bad-hello",
        grpc.StatusCode.INVALID_ARGUMENT,
        f"{what}; nothing was accepted; the agent does not follow the protocol",
    )


def _connection(device: DeviceView, hello: telemetry_pb2.Hello, address: str) -> Connection:
    connection = Connection(device_id=device.device_id, group=device.group, address=address)
    connection.stream_id = hello.stream_id
    connection.instance_id = hello.instance_id
    connection.agent_version = hello.agent_version
    connection.actions = frozenset(hello.actions)
    connection.catalog_version = hello.catalog_version
    connection.policy_sha256 = hello.policy_sha256
    return connection
