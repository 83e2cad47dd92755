"""A laptop frame by frame: enrols and speaks the telemetry protocol, well or badly as told."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from reticent_contract.catalog import CATALOG
from reticent_contract.v1 import enrolment_pb2, identity_pb2, telemetry_pb2
from reticent_contract.v1.enrolment_pb2_grpc import EnrolmentServiceStub
from reticent_contract.v1.telemetry_pb2_grpc import TelemetryServiceStub

ANSWER_S = 15.0


def make_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def make_request(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "laptop")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    return request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def messages(signals: Mapping[str, bytes]) -> list[identity_pb2.MachineSignal]:
    return [identity_pb2.MachineSignal(kind=part, token=token) for part, token in signals.items()]


@dataclass(frozen=True, kw_only=True)
class Laptop:
    """What a laptop has after enrolment, and how it speaks."""

    answer: enrolment_pb2.EnrolResponse
    key: ec.EllipticCurvePrivateKey
    certificate_der: bytes
    stream_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    instance_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    catalog_version: int = CATALOG.version
    protocol_version: int = 1
    host: str = "localhost"
    signals: Mapping[str, bytes] = field(default_factory=dict)  # one token of each part
    actions: tuple[telemetry_pb2.Command.Action.ValueType, ...] = ()
    trusts: tuple[bytes, ...] = ()  # CA certificates in DER; none: the answer's first, unsaid

    def other_run(self) -> Laptop:
        return replace(self, instance_id=secrets.token_bytes(16))

    def hello(self) -> telemetry_pb2.StreamRequest:
        return telemetry_pb2.StreamRequest(
            hello=telemetry_pb2.Hello(
                protocol_version=self.protocol_version,
                catalog_version=self.catalog_version,
                agent_version="0.1.0",
                stream_id=self.stream_id,
                instance_id=self.instance_id,
                policy_version=self.answer.policy.version,
                policy_sha256=self.answer.policy.sha256,
                now_us=time.time_ns() // 1_000,
                device_key_kept="tpm",
                pseudonym_keys_kept="tpm-sealed",
                machine_signals=messages(self.signals),
                actions=self.actions,
                trusted_ca_sha256=[hashlib.sha256(one).digest() for one in self.trusts],
            )
        )

    def channel(self) -> grpc.aio.Channel:
        trusted = self.trusts or self.answer.ca_certificates_der[:1]
        credentials = grpc.ssl_channel_credentials(
            b"".join(map(pem, trusted)), key_pem(self.key), pem(self.certificate_der)
        )
        return grpc.aio.secure_channel(self.answer.telemetry_address, credentials)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Conversation]:
        """A stream on which nothing has been said yet."""
        async with self.channel() as channel:
            call = TelemetryServiceStub(channel).Stream()
            try:
                yield Conversation(self, call)
            finally:
                call.cancel()

    @asynccontextmanager
    async def streaming(self) -> AsyncIterator[Conversation]:
        """A stream after Hello and Welcome."""
        async with self.connected() as conversation:
            await conversation.say(self.hello())
            conversation.welcome = (await conversation.hear("welcome")).welcome
            yield conversation


class Conversation:
    def __init__(self, laptop: Laptop, call: grpc.aio.StreamStreamCall) -> None:
        self.laptop = laptop
        self.call = call
        self.welcome = telemetry_pb2.Welcome()

    async def say(self, request: telemetry_pb2.StreamRequest) -> None:
        await self.call.write(request)

    async def send(self, seq: int, batch: telemetry_pb2.BatchFrame) -> None:
        """The batch under this number; names the enrolled policy unless the frame does."""
        await self.say(telemetry_pb2.StreamRequest(batch=self.frame(seq, batch)))

    def frame(self, seq: int, batch: telemetry_pb2.BatchFrame) -> telemetry_pb2.BatchFrame:
        frame = telemetry_pb2.BatchFrame()
        frame.CopyFrom(batch)
        frame.seq = seq
        if not frame.policy_sha256:
            frame.policy_version = self.laptop.answer.policy.version
            frame.policy_sha256 = self.laptop.answer.policy.sha256
        return frame

    async def answer(self) -> telemetry_pb2.StreamResponse | None:
        """The next frame; None when the server ended the stream well."""
        response: Any = await asyncio.wait_for(self.call.read(), ANSWER_S)
        return None if response is grpc.aio.EOF else response

    async def hear(self, kind: str) -> telemetry_pb2.StreamResponse:
        response = await self.answer()
        assert response is not None, f"the stream ended, {kind} was expected"
        assert response.WhichOneof("frame") == kind, f"{response.WhichOneof('frame')}, not {kind}"
        return response

    async def acknowledged(self, seq: int) -> None:
        """Waits until everything up to `seq` is acknowledged."""
        while (await self.hear("ack")).ack.seq < seq:
            pass

    async def end(self) -> tuple[grpc.StatusCode, str]:
        """How the server ended the stream; frames before it are skipped."""
        try:
            while await self.answer() is not None:
                pass
        except grpc.aio.AioRpcError as error:
            return error.code(), error.details() or ""
        return await self.call.code(), await self.call.details() or ""


async def enrol(
    address: str,
    *,
    ca_certificate_der: bytes,
    secret: str,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> Laptop:
    key = key or make_key()
    answer = await ask(
        address, ca_certificate_der=ca_certificate_der, secret=secret, csr_der=make_request(key)
    )
    return Laptop(answer=answer, key=key, certificate_der=answer.certificate_der)


async def ask(
    address: str, *, ca_certificate_der: bytes, secret: str, csr_der: bytes
) -> enrolment_pb2.EnrolResponse:
    credentials = grpc.ssl_channel_credentials(pem(ca_certificate_der))
    async with grpc.aio.secure_channel(address, credentials) as channel:
        response: enrolment_pb2.EnrolResponse = await EnrolmentServiceStub(channel).Enrol(
            enrolment_pb2.EnrolRequest(
                token_secret=secret,
                csr_der=csr_der,
                agent_version="0.1.0",
                catalog_version=CATALOG.version,
                os_family="linux",
            ),
            timeout=ANSWER_S,
        )
    return response
