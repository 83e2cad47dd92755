"""Enrolment over loopback: real TLS, real gRPC, real control store."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from reticent_contract import enrolment_token
from reticent_contract.catalog import CATALOG
from reticent_contract.limits import CSR_BYTES_MAX
from reticent_contract.policy import verify_signed
from support.running import Running, running
from support.telemetry_client import ask, make_key, make_request

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


async def refused(run: Running, *, secret: str, csr: bytes | None = None) -> tuple[str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ask(
            run.server.addresses["enrolment"],
            ca_certificate_der=run.services.ca.anchor_der,
            secret=secret,
            csr_der=make_request(make_key()) if csr is None else csr,
        )
    return caught.value.code().name, caught.value.details() or ""


async def again(run: Running, token: str, csr: bytes) -> bytes:
    made = enrolment_token.decode(token)
    answer = await ask(
        made.address,
        ca_certificate_der=made.ca_certificate_der,
        secret=made.secret,
        csr_der=csr,
    )
    return answer.device_id


def secret_of(token: str) -> str:
    return enrolment_token.decode(token).secret


async def test_a_laptop_gets_an_identity_and_a_policy_it_can_verify(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        answer = laptop.answer
        policy = verify_signed(
            answer.policy,
            public_key=answer.policy_public_key,
            now_s=int(time.time()),
            version_in_force=0,
            catalog=CATALOG,
        )
        assert policy.version == 1
        assert answer.telemetry_address == run.server.addresses["telemetry"]
        certificate = x509.load_der_x509_certificate(answer.certificate_der)
        certificate.verify_directly_issued_by(run.services.ca.issuing.certificate)
        device = run.services.devices.get(run.device_id(laptop))
        assert (device.group, device.status, device.os_family) == ("default", "active", "linux")
        entry = run.services.audit.page().entries[0]
        assert (entry.action, entry.object) == ("device.enrol", str(device.device_id))


async def test_a_lost_answer_makes_no_second_device(data_dir: Path) -> None:
    async with running(data_dir) as run:
        token = run.token(uses=1)
        csr = make_request(make_key())
        first = await again(run, token, csr)
        assert await again(run, token, csr) == first  # though the token is used up
        assert run.services.enrolment.list()[0].used == 1
        assert len(run.services.devices.list().devices) == 1


async def test_many_at_once_use_a_token_no_more_often_than_it_says(data_dir: Path) -> None:
    async with running(data_dir) as run:
        token = run.token(uses=3)
        tries = [again(run, token, make_request(make_key())) for _ in range(8)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        enrolled = {result for result in results if isinstance(result, bytes)}
        assert len(enrolled) == 3
        assert run.services.enrolment.list()[0].used == 3
        assert len(run.services.devices.list().devices) == 3


async def test_a_known_key_with_another_token_keeps_its_device_and_counts(data_dir: Path) -> None:
    async with running(data_dir) as run:
        csr = make_request(make_key())
        first = await again(run, run.token(), csr)
        assert await again(run, run.token(), csr) == first
        assert [token.used for token in run.services.enrolment.list()] == [1, 1]


async def test_the_log_of_a_refusal_holds_no_address(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(data_dir) as run:
        await refused(run, secret="x" * 43)
        laptop = await run.laptop()
        run.services.devices.revoke(run.device_id(laptop), reason="stolen")
        async with laptop.connected() as stream:
            with contextlib.suppress(grpc.aio.AioRpcError):
                await stream.call.write(laptop.hello())
                await stream.call.read()
    told = {r.getMessage(): r.__dict__.get("reticent", {}) for r in caplog.records}
    for event in ("enrolment_refused", "stream_refused"):
        assert told[event]["network"] == "127.0.0.0/24"
        assert "127.0.0.1" not in told[event].values()


async def test_bad_tokens_are_told_apart(data_dir: Path) -> None:
    now = [time.time()]
    async with running(data_dir, clock=lambda: now[0]) as run:
        code, sentence = await refused(run, secret="x" * 43)
        assert (code, "unknown" in sentence) == ("UNAUTHENTICATED", True)

        used_up = run.token()
        await again(run, used_up, make_request(make_key()))
        code, sentence = await refused(run, secret=secret_of(used_up))
        assert (code, "used up" in sentence) == ("UNAUTHENTICATED", True)

        revoked = run.token()
        for view in run.services.enrolment.list():
            run.services.enrolment.revoke(view.token_id)
        code, sentence = await refused(run, secret=secret_of(revoked))
        assert (code, "revoked" in sentence) == ("UNAUTHENTICATED", True)

        expired = run.token(expires_s=int(now[0]) + 60)
        now[0] += 61
        code, sentence = await refused(run, secret=secret_of(expired))
        assert (code, "expired" in sentence) == ("UNAUTHENTICATED", True)
        assert "no device was enrolled" in sentence


def _rsa_request() -> bytes:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "laptop")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.DER)


def _other_curve() -> bytes:
    return make_request(ec.generate_private_key(ec.SECP384R1()))


def _signature_broken() -> bytes:
    good = bytearray(make_request(make_key()))
    good[-1] ^= 1
    return bytes(good)


@pytest.mark.parametrize(
    "make",
    [
        _rsa_request,
        _other_curve,
        _signature_broken,
        lambda: b"",
        lambda: b"nonsense",
        lambda: bytes(CSR_BYTES_MAX + 1),
    ],
    ids=["rsa", "p-384", "broken-signature", "empty", "nonsense", "too-large"],
)
async def test_a_bad_request_is_refused_and_uses_nothing_up(data_dir: Path, make) -> None:
    async with running(data_dir) as run:
        token = run.token()
        code, sentence = await refused(run, secret=secret_of(token), csr=make())
        assert (code, "no certificate was issued" in sentence) == ("INVALID_ARGUMENT", True)
        assert run.services.enrolment.list()[0].used == 0
        await again(run, token, make_request(make_key()))


async def test_a_revoked_devices_key_cannot_enrol_again(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        run.services.devices.revoke(run.device_id(laptop), reason="stolen")
        token = run.token()
        code, sentence = await refused(run, secret=secret_of(token), csr=make_request(laptop.key))
        assert (code, "device.key" in sentence) == ("FAILED_PRECONDITION", True)
        assert run.services.enrolment.list()[0].used == 0


async def test_guessing_tokens_is_slowed_down(data_dir: Path) -> None:
    async with running(data_dir) as run:
        token = run.token()
        codes = [(await refused(run, secret=f"{n:043}"))[0] for n in range(22)]
        assert codes[:20] == ["UNAUTHENTICATED"] * 20
        assert codes[-1] == "RESOURCE_EXHAUSTED"
        assert (await refused(run, secret=secret_of(token)))[0] == "RESOURCE_EXHAUSTED"


async def test_no_secret_is_stored(data_dir: Path) -> None:
    async with running(data_dir) as run:
        token = run.token()
        await again(run, token, make_request(make_key()))
    stored = b"".join(path.read_bytes() for path in data_dir.glob("control.db*"))
    assert secret_of(token).encode() not in stored
    assert token.encode() not in stored
