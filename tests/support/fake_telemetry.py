"""A server of the telemetry and enrolment services in this process, over TLS on loopback.

It keeps batches as the real one does (last + 1 or a gap, duplicates acked), and a test can make it
misbehave: `on_batch` is asked first for every batch.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID
from reticent_contract.enrolment_token import EnrolmentToken
from reticent_contract.policy import sign_policy
from reticent_contract.v1 import (
    enrolment_pb2,
    enrolment_pb2_grpc,
    policy_pb2,
    telemetry_pb2,
    telemetry_pb2_grpc,
)

Request: TypeAlias = telemetry_pb2.StreamRequest
Response: TypeAlias = telemetry_pb2.StreamResponse
Send = Callable[[telemetry_pb2.StreamResponse], Awaitable[None]]


class FakeCa:
    """One ECDSA root that signs the server's certificate and the devices'."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign("fake CA", self.key.public_key(), ca=True)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def server(self) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.DNSName("localhost")]
        certificate = self._sign("server", key.public_key(), names=names)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return pem, certificate.public_bytes(serialization.Encoding.PEM)

    def device(self, csr_der: bytes, device_id: uuid.UUID, *, life_s: float = 86_400) -> bytes:
        request = x509.load_der_x509_csr(csr_der)
        assert request.is_signature_valid
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(f"urn:uuid:{device_id}")]
        key = request.public_key()
        certificate = self._sign(str(device_id), key, names=names, life_s=life_s)
        return certificate.public_bytes(serialization.Encoding.DER)

    def _sign(
        self,
        name: str,
        key: CertificatePublicKeyTypes,
        *,
        names: list[x509.GeneralName] | None = None,
        ca: bool = False,
        life_s: float = 86_400,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fake CA")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(seconds=60))
            .not_valid_after(now + timedelta(seconds=life_s))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())


@dataclass
class FakeServer:
    """Start it, look at `stored`, `hellos`, `reports`; push frames with `push`."""

    ca: FakeCa = field(default_factory=FakeCa)
    policy_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    policy: policy_pb2.SignedPolicy = field(default_factory=policy_pb2.SignedPolicy)
    in_flight_max: int = 4
    certificate_life_s: float = 86_400
    clock_ahead_us: int = 0
    epoch_keys: dict[int, bytes] = field(default_factory=lambda: {1: b"\x11" * 32})
    stored: dict[bytes, list[telemetry_pb2.BatchFrame]] = field(default_factory=dict)
    last_seq: dict[bytes, int] = field(default_factory=dict)
    received: list[bytes] = field(default_factory=list)  # every message, as it came in
    hellos: list[telemetry_pb2.Hello] = field(default_factory=list)
    reports: list[telemetry_pb2.PolicyReport] = field(default_factory=list)
    pongs: list[int] = field(default_factory=list)
    enrolled: dict[bytes, uuid.UUID] = field(default_factory=dict)
    enrol_error: tuple[grpc.StatusCode, str] | None = None
    stream_error: tuple[grpc.StatusCode, str] | None = None
    only_key: bytes | None = None  # a device certificate (PEM): others are refused
    renewals: int = 0
    on_hello: Callable[[Send], Awaitable[bool]] | None = None
    on_batch: Callable[[telemetry_pb2.BatchFrame, Send], Awaitable[bool]] | None = None
    address: str = ""
    enrolment_address: str = ""
    most_in_flight: int = 0
    ack_delay_s: float = 0.0
    group: str = ""  # what it says at enrolment; a server from before does not say it
    renewed_cas: Sequence[bytes] | None = None  # what a renewal tells to trust; its own CA
    renewed_links: Sequence[bytes] = ()

    async def start(self, port: int = 0) -> None:
        key, certificate = self.ca.server()
        pair = [(key, certificate)]
        self._server = grpc.aio.server()
        telemetry_pb2_grpc.add_TelemetryServiceServicer_to_server(_Telemetry(self), self._server)
        mutual = grpc.ssl_server_credentials(pair, self.ca.pem, require_client_auth=True)
        bound = self._server.add_secure_port(f"localhost:{port}", mutual)
        self.address = f"localhost:{bound}"
        await self._server.start()
        self._enrolment = grpc.aio.server()
        enrolment_pb2_grpc.add_EnrolmentServiceServicer_to_server(_Enrolment(self), self._enrolment)
        plain = grpc.ssl_server_credentials(pair)
        self.enrolment_address = (
            f"localhost:{self._enrolment.add_secure_port('localhost:0', plain)}"
        )
        await self._enrolment.start()
        self.senders: list[Send] = []

    async def stop(self) -> None:
        await self._server.stop(grace=None)
        await self._enrolment.stop(grace=None)

    def token(self, *, expires_s: int = 4_000_000_000) -> str:
        """An enrolment token that leads here."""
        return EnrolmentToken(
            address=self.enrolment_address,
            ca_certificate_der=self.ca.der,
            secret="s" * 32,
            expires_s=expires_s,
            uses=9,
            group="default",
        ).encode()

    def publish(self, document: dict[str, object]) -> policy_pb2.SignedPolicy:
        self.policy = sign_policy(document, self.policy_key)
        return self.policy

    async def push(self, frame: telemetry_pb2.StreamResponse) -> None:
        await self.senders[-1](frame)

    @property
    def rows(self) -> int:
        return sum(frame.rows for frames in self.stored.values() for frame in frames)

    async def until(self, holds: Callable[[], bool], *, seconds: float = 15.0) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.01)


class _Enrolment(enrolment_pb2_grpc.EnrolmentServiceServicer):
    def __init__(self, fake: FakeServer) -> None:
        self._fake = fake

    async def Return(  # noqa: N802 - gRPC's name
        self, request: enrolment_pb2.ReturnRequest, context: grpc.aio.ServicerContext
    ) -> enrolment_pb2.ReturnResponse:
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, "nobody comes back to this one")
        raise AssertionError

    async def Enrol(  # noqa: N802 - gRPC's name
        self, request: enrolment_pb2.EnrolRequest, context: grpc.aio.ServicerContext
    ) -> enrolment_pb2.EnrolResponse:
        fake = self._fake
        fake.received.append(request.SerializeToString())
        if fake.enrol_error is not None:
            await context.abort(*fake.enrol_error)
        key = x509.load_der_x509_csr(request.csr_der).public_key()
        raw = key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        device_id = fake.enrolled.setdefault(raw, uuid.uuid4())
        return enrolment_pb2.EnrolResponse(
            device_id=device_id.bytes,
            certificate_der=fake.ca.device(
                request.csr_der, device_id, life_s=fake.certificate_life_s
            ),
            ca_certificates_der=[fake.ca.der],
            telemetry_address=fake.address,
            policy_public_key=fake.policy_key.public_key().public_bytes_raw(),
            policy=fake.policy,
            group=fake.group,
        )


class _Telemetry(telemetry_pb2_grpc.TelemetryServiceServicer):
    def __init__(self, fake: FakeServer) -> None:
        self._fake = fake

    async def Renew(  # noqa: N802 - gRPC's name
        self, request: telemetry_pb2.RenewRequest, context: grpc.aio.ServicerContext
    ) -> telemetry_pb2.RenewResponse:
        self._fake.renewals += 1
        device_id = uuid.UUID(next(iter(context.auth_context()["x509_common_name"])).decode())
        certificate = self._fake.ca.device(request.csr_der, device_id)
        return telemetry_pb2.RenewResponse(
            certificate_der=certificate,
            ca_certificates_der=self._fake.renewed_cas or [self._fake.ca.der],
            ca_links_der=self._fake.renewed_links,
        )

    async def Stream(  # type: ignore[override]  # noqa: N802 - gRPC's name; it may write to the context
        self, requests: AsyncIterator[Request], context: grpc.aio.ServicerContext
    ) -> None:
        fake = self._fake

        one_at_a_time = asyncio.Lock()  # gRPC takes no second write while one is under way

        async def send(frame: telemetry_pb2.StreamResponse) -> None:
            async with one_at_a_time:
                await context.write(frame)

        presented = next(iter(context.auth_context()["x509_pem_cert"]))
        if fake.only_key is not None and presented != fake.only_key:
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "another key")
        if fake.stream_error is not None:
            await context.abort(*fake.stream_error)
        fake.senders.append(send)
        first = await anext(requests)
        fake.received.append(first.SerializeToString())
        hello = first.hello
        fake.hellos.append(hello)
        if fake.on_hello is not None and await fake.on_hello(send):
            return
        await send(self._welcome(hello.stream_id))
        unacked: set[asyncio.Task[None]] = set()
        async for request in requests:
            fake.received.append(request.SerializeToString())
            kind = request.WhichOneof("frame")
            if kind == "policy_report":
                fake.reports.append(request.policy_report)
            elif kind == "pong":
                fake.pongs.append(request.pong.nonce)
            elif kind == "batch":
                task = asyncio.create_task(self._batch(hello.stream_id, request.batch, send))
                unacked.add(task)
                task.add_done_callback(unacked.discard)
                fake.most_in_flight = max(fake.most_in_flight, len(unacked))
                if not fake.ack_delay_s:
                    await task

    def _welcome(self, stream_id: bytes) -> telemetry_pb2.StreamResponse:
        fake = self._fake
        welcome = telemetry_pb2.Welcome(
            protocol_version=1,
            catalog_version=1,
            last_seq=fake.last_seq.get(stream_id, 0),
            in_flight_max=fake.in_flight_max,
            pseudonym_keys=[
                policy_pb2.PseudonymKey(epoch=epoch, key=key)
                for epoch, key in fake.epoch_keys.items()
            ],
            now_us=int(datetime.now(UTC).timestamp() * 1e6) + fake.clock_ahead_us,
        )
        return telemetry_pb2.StreamResponse(welcome=welcome)

    async def _batch(self, stream_id: bytes, frame: telemetry_pb2.BatchFrame, send: Send) -> None:
        fake = self._fake
        if fake.ack_delay_s:
            await asyncio.sleep(fake.ack_delay_s)
        if fake.on_batch is not None and await fake.on_batch(frame, send):
            return
        last = fake.last_seq.get(stream_id, 0)
        if frame.seq > last + 1:
            await send(Response(gap=telemetry_pb2.Gap(expected_seq=last + 1)))
            return
        duplicate = frame.seq <= last
        if not duplicate:
            fake.stored.setdefault(stream_id, []).append(frame)
            fake.last_seq[stream_id] = frame.seq
        await send(Response(ack=telemetry_pb2.Ack(seq=frame.seq, duplicate=duplicate)))
