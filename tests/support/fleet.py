"""Simulated laptops: real enrolment, real certificates, real streams, rows made beforehand.

What a simulated laptop leaves out is collection and the spool; what it sends went through the
default policy's redaction and the real batch codec.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from reticent_contract.enrolment_token import EnrolmentToken
from reticent_contract.limits import IN_FLIGHT_BATCHES_MAX, MESSAGE_BYTES_MAX
from reticent_contract.v1 import enrolment_pb2, telemetry_pb2
from reticent_contract.v1.enrolment_pb2_grpc import EnrolmentServiceStub
from reticent_contract.v1.telemetry_pb2_grpc import TelemetryServiceStub


def pem(certificate_der: bytes) -> bytes:
    certificate = x509.load_der_x509_certificate(certificate_der)
    return certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class Laptop:
    device_id: bytes
    key_pem: bytes
    certificate_pem: bytes
    ca_pem: bytes
    telemetry_address: str
    policy_version: int
    policy_sha256: bytes

    def channel(self) -> grpc.aio.Channel:
        credentials = grpc.ssl_channel_credentials(self.ca_pem, self.key_pem, self.certificate_pem)
        options = [("grpc.max_send_message_length", MESSAGE_BYTES_MAX)]
        return grpc.aio.secure_channel(self.telemetry_address, credentials, options)


@dataclass(frozen=True)
class Payload:
    """One encoded batch: the same bytes may be sent under many numbers."""

    data: bytes
    plain_bytes: int
    rows: int


@dataclass
class Sent:
    """What one laptop saw: batches acknowledged, and how long each acknowledgement took."""

    batches: int = 0
    rows: int = 0
    wire_bytes: int = 0
    ack_s: list[float] = field(default_factory=list)
    started: float = 0.0  # monotonic: the first batch
    ended: float = 0.0  # monotonic: the last acknowledgement


async def enrol(address: str, *, ca_certificate_der: bytes, secret: str) -> Laptop:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "laptop")])
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    credentials = grpc.ssl_channel_credentials(pem(ca_certificate_der))
    async with grpc.aio.secure_channel(address, credentials) as channel:
        answer = await EnrolmentServiceStub(channel).Enrol(
            enrolment_pb2.EnrolRequest(
                token_secret=secret,
                csr_der=csr.public_bytes(serialization.Encoding.DER),
                agent_version="0.1.0",
                catalog_version=1,
                os_family="linux",
            ),
            timeout=20,
        )
    return Laptop(
        device_id=answer.device_id,
        key_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate_pem=pem(answer.certificate_der),
        ca_pem=b"".join(pem(der) for der in answer.ca_certificates_der),
        telemetry_address=answer.telemetry_address,
        policy_version=answer.policy.version,
        policy_sha256=answer.policy.sha256,
    )


async def run_fleet(
    token: EnrolmentToken, feeds: Sequence[Iterator[Payload]], *, seconds: float
) -> list[Sent]:
    """One laptop a feed: all enrol, then all stream until their feed or the time is over."""
    laptops = [
        await enrol(token.address, ca_certificate_der=token.ca_certificate_der, secret=token.secret)
        for _ in feeds
    ]
    until = time.monotonic() + seconds
    return await asyncio.gather(
        *(stream(laptop, feed, until=until) for laptop, feed in zip(laptops, feeds, strict=True))
    )


async def stream(laptop: Laptop, feed: Iterator[Payload], *, until: float) -> Sent:
    """Sends batches until monotonic time `until`, as many unacknowledged as Welcome allows.

    Raises RuntimeError where the server answers anything but acknowledgements.
    """
    sent = Sent()
    pending: deque[tuple[int, float, int]] = deque()
    window = asyncio.Semaphore(0)
    welcome = asyncio.Event()
    last = asyncio.Event()

    async def frames() -> AsyncIterator[telemetry_pb2.StreamRequest]:
        yield telemetry_pb2.StreamRequest(
            hello=telemetry_pb2.Hello(
                protocol_version=1,
                catalog_version=1,
                agent_version="0.1.0",
                stream_id=secrets.token_bytes(16),
                instance_id=secrets.token_bytes(16),
                policy_version=laptop.policy_version,
                policy_sha256=laptop.policy_sha256,
                now_us=time.time_ns() // 1000,
            )
        )
        await welcome.wait()
        for seq, payload in enumerate(feed, start=1):
            await window.acquire()
            if time.monotonic() >= until:
                break
            request = telemetry_pb2.StreamRequest(
                batch=telemetry_pb2.BatchFrame(
                    seq=seq,
                    policy_version=laptop.policy_version,
                    policy_sha256=laptop.policy_sha256,
                    rows=payload.rows,
                    plain_bytes=payload.plain_bytes,
                    payload=payload.data,
                )
            )
            sent.wire_bytes += request.ByteSize()
            pending.append((seq, time.perf_counter(), payload.rows))
            yield request
        last.set()
        while pending:  # half-closing the stream would end it before the last acknowledgements
            await asyncio.sleep(0.01)

    async with laptop.channel() as channel:
        call = TelemetryServiceStub(channel).Stream(frames())
        async for response in call:
            frame = response.WhichOneof("frame")
            if frame == "welcome":
                sent.started = time.monotonic()
                for _ in range(min(IN_FLIGHT_BATCHES_MAX, response.welcome.in_flight_max)):
                    window.release()
                welcome.set()
            elif frame == "ack":
                now = time.perf_counter()
                while pending and pending[0][0] <= response.ack.seq:
                    _, started, rows = pending.popleft()
                    sent.ack_s.append(now - started)
                    sent.batches += 1
                    sent.rows += rows
                    window.release()
                sent.ended = time.monotonic()
                if last.is_set() and not pending:
                    break
            elif frame in {"refused", "gap", "command"}:
                raise RuntimeError(f"the server answered {frame}: {response}")
    return sent
