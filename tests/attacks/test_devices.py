"""What somebody gets who speaks to the device ports with what is not theirs."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from reticent_contract import enrolment_token
from reticent_contract.v1 import identity_pb2, telemetry_pb2
from reticent_contract.v1.telemetry_pb2_grpc import TelemetryServiceStub
from reticent_server.audit.filters import AuditFilter
from reticent_server.keys import load_keys
from support import telemetry_client
from support.running import Running, batch, running
from support.telemetry_client import Laptop, make_key, make_request, pem

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


async def refused(run: Running, token: str, request: bytes) -> grpc.StatusCode:
    made = enrolment_token.decode(token)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await telemetry_client.ask(
            made.address,
            ca_certificate_der=made.ca_certificate_der,
            secret=made.secret,
            csr_der=request,
        )
    return caught.value.code()


async def test_a_replayed_request_gives_no_key_and_no_second_device(data_dir: Path) -> None:
    """The request to enrol of a laptop, sent again by somebody who read it, and a token of theirs:
    a certificate for a key that they do not have, of the same device."""
    async with running(data_dir) as run:
        request = make_request(key := make_key())
        first = enrolment_token.decode(run.token())
        theirs = enrolment_token.decode(run.token())
        answers = [
            await telemetry_client.ask(
                made.address,
                ca_certificate_der=made.ca_certificate_der,
                secret=made.secret,
                csr_der=request,
            )
            for made in (first, theirs)
        ]
        assert {answer.device_id for answer in answers} == {answers[0].device_id}
        replayed = x509.load_der_x509_certificate(answers[1].certificate_der)
        assert replayed.public_key() == key.public_key()
        thief = Laptop(
            answer=answers[1], key=make_key(), certificate_der=answers[1].certificate_der
        )
        await cannot_connect(thief, as_can=replace(thief, key=key))
        tampered = bytearray(request)
        tampered[-5] ^= 1  # of the signature
        assert await refused(run, run.token(), bytes(tampered)) == grpc.StatusCode.INVALID_ARGUMENT


async def test_a_stolen_enrolment_token_is_good_until_it_is_used_up_over_or_revoked(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        gone = grpc.StatusCode.UNAUTHENTICATED
        used, over, revoked = run.token(), run.token(expires_s=int(time.time()) + 1), run.token()
        await run.laptop(used)
        assert await refused(run, used, make_request(make_key())) == gone
        newest = run.services.enrolment.list()[0]
        run.services.enrolment.revoke(newest.token_id)
        assert await refused(run, revoked, make_request(make_key())) == gone
        await asyncio.sleep(1.1)
        assert await refused(run, over, make_request(make_key())) == gone
        assert len(run.services.devices.list().devices) == 1
        tried = run.services.audit.page(only=AuditFilter(action="device.enrol")).entries
        assert [e.outcome for e in tried] == ["refused"] * 3 + ["done"]


async def test_a_device_writes_as_itself_whatever_stream_it_names(data_dir: Path) -> None:
    """The device of a row is the certificate's; no frame has a word for it. The stream of another
    laptop is, under one's own certificate, a stream of one's own."""
    async with running(data_dir) as run:
        victim, thief = await run.laptop(), await run.laptop()
        async with victim.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        copied = replace(thief, stream_id=victim.stream_id)
        async with copied.streaming() as stream:
            assert stream.welcome.last_seq == 0
            for seq in (1, 2, 3):
                await stream.send(seq, batch())
            await stream.acknowledged(3)
        async with victim.streaming() as stream:
            assert stream.welcome.last_seq == 1
        rows = [
            (stored.device_id, stored.seq)
            for group in run.events.groups
            for stored in group.batches
            if stored.stream_id == victim.stream_id
        ]
        ours, theirs = victim.answer.device_id, thief.answer.device_id
        assert sorted(rows) == sorted([(ours, 1), *((theirs, seq) for seq in (1, 2, 3))])


async def test_a_certificate_of_a_server_is_no_laptops(data_dir: Path) -> None:
    """Also where it is of the same CA, of the laptop's own key, and has the laptop's name."""
    async with running(data_dir) as run:
        laptop = await run.laptop()
        ca = load_keys(data_dir, clock=time.time).ca
        issued = ca.issue_server(laptop.key.public_key(), [str(run.device_id(laptop))])
        wrong = replace(laptop, certificate_der=issued.public_bytes(Encoding.DER))
        await cannot_connect(wrong, as_can=laptop)


async def cannot_connect(laptop: Laptop, *, as_can: Laptop) -> None:
    """`as_can`: the same but for what must not be enough, who comes in by the same way."""
    for _ in range(2):  # before, so that the way is open, and after, so that it stayed so
        assert await connects(as_can) is None
        assert await connects(laptop) is grpc.StatusCode.UNAVAILABLE  # TLS let nobody in


async def connects(laptop: Laptop) -> grpc.StatusCode | None:
    """What it is refused with; None where the server welcomes it."""
    async with laptop.channel() as channel:
        call = TelemetryServiceStub(channel).Stream()
        try:
            await call.write(laptop.hello())
            answer = await call.read()
        except grpc.aio.AioRpcError as error:
            return error.code()
        assert isinstance(answer, telemetry_pb2.StreamResponse)
        assert answer.WhichOneof("frame") == "welcome"
        call.cancel()
    return None


async def test_a_replayed_request_undoes_no_renewal(data_dir: Path) -> None:
    """Else whoever has a token and a laptop's old request could have it taken for a copy."""
    async with running(data_dir) as run:
        laptop, theirs = await run.laptop(), enrolment_token.decode(run.token())
        renewed = replace(laptop, key=make_key())
        issued = run.services.ingest.authentication.renew(
            pem(laptop.certificate_der), make_request(renewed.key)
        )
        await telemetry_client.ask(
            theirs.address,
            ca_certificate_der=theirs.ca_certificate_der,
            secret=theirs.secret,
            csr_der=make_request(laptop.key),
        )
        async with replace(renewed, certificate_der=issued.der).streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        assert run.services.devices.get(run.device_id(laptop)).status == "active"


@pytest.mark.parametrize("what", ["text", "actions", "signals"])
async def test_a_hello_is_small(data_dir: Path, what: str) -> None:
    """It is kept as long as its stream; a stolen token makes many."""
    async with running(data_dir) as run:
        laptop = await run.laptop()
        hello = laptop.hello()
        if what == "text":
            hello.hello.agent_version = "9" * (1 << 20)
        elif what == "actions":
            hello.hello.actions.extend(range(1 << 15, 1 << 17))  # type: ignore[arg-type]  # open
        else:
            signal = identity_pb2.MachineSignal(kind="disk", token=bytes(16))
            hello.hello.machine_signals.extend([signal] * 10_000)
        async with laptop.streaming() as stream:  # else it could be another reason
            assert stream.welcome.last_seq == 0
        async with laptop.connected() as stream:
            await stream.say(hello)
            code, said = await stream.end()
        assert (code, "Hello has at most" in said) == (grpc.StatusCode.INVALID_ARGUMENT, True)
