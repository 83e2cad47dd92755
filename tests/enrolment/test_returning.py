"""A laptop whose certificate expired while it was off: by its old key, or not at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from reticent_contract.v1 import enrolment_pb2
from reticent_contract.v1.enrolment_pb2_grpc import EnrolmentServiceStub
from reticent_server.ca.authority import make_root
from reticent_server.devices.groups import GroupSettings
from reticent_server.keys import load_keys
from support.authorities import self_issuing
from support.running import Running, running
from support.telemetry_client import Laptop, make_key, make_request, messages, pem

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

DAY_S = 86_400
HARDWARE = {"board": b"b" * 16, "disk": b"d" * 16}


def off_for(run: Running, laptop: Laptop, *, days: int) -> Laptop:
    """The same laptop with the certificate that it got so long ago; one lives 14 days."""
    ca = load_keys(run.data_dir, clock=lambda: time.time() - days * DAY_S).ca
    issued = ca.issue_device(laptop.key.public_key(), run.device_id(laptop))
    return replace(laptop, certificate_der=issued.der)


@asynccontextmanager
async def known_laptop(
    data_dir: Path, *, signals: Mapping[str, bytes] = HARDWARE
) -> AsyncIterator[tuple[Running, Laptop]]:
    """A server, and a laptop that it has seen once with these signals."""
    async with running(data_dir) as run:
        laptop = replace(await run.laptop(), signals=signals)
        async with laptop.streaming():
            await until(lambda: run.services.devices.get(run.device_id(laptop)).last_seen_s)
        yield run, laptop


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def take_back(
    run: Running,
    laptop: Laptop,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    certificate_der: bytes | None = None,
    signals: Mapping[str, bytes] = HARDWARE,
) -> enrolment_pb2.ReturnResponse:
    credentials = grpc.ssl_channel_credentials(pem(laptop.answer.ca_certificates_der[0]))
    async with grpc.aio.secure_channel(run.server.addresses["enrolment"], credentials) as channel:
        return await EnrolmentServiceStub(channel).Return(
            enrolment_pb2.ReturnRequest(
                certificate_der=certificate_der or laptop.certificate_der,
                csr_der=make_request(key or laptop.key),
                machine_signals=messages(signals),
            )
        )


async def refused(run: Running, laptop: Laptop, **how: object) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await take_back(run, laptop, **how)  # type: ignore[arg-type]
    return caught.value.code(), last_reason(run)


def last_reason(run: Running) -> str:
    entry = next(e for e in run.services.audit.page().entries if e.action == "device.return")
    return f"{entry.outcome}: {entry.reason}"


async def test_the_old_key_and_the_same_hardware_bring_a_laptop_back(data_dir: Path) -> None:
    async with known_laptop(data_dir) as (run, laptop):
        old = off_for(run, laptop, days=20)
        answer = await take_back(run, old)
        again = await take_back(run, old)  # the first answer was lost
        for one in (answer, again):
            certificate = x509.load_der_x509_certificate(one.certificate_der)
            assert certificate.public_key() == laptop.key.public_key()
            assert certificate.not_valid_after_utc.timestamp() > time.time()
        async with replace(laptop, certificate_der=again.certificate_der).streaming() as stream:
            assert stream.welcome.last_seq == 0
        assert len(run.services.devices.list().devices) == 1
        assert last_reason(run) == "done: by its old key and matching hardware"


async def test_what_does_not_fit_needs_a_token(data_dir: Path) -> None:
    async with known_laptop(data_dir) as (run, laptop):
        denied, bad = grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.INVALID_ARGUMENT
        assert await refused(run, laptop) == (denied, "refused: return-not-expired")
        laptop = off_for(run, laptop, days=22)
        disk_alone = {"disk": HARDWARE["disk"]}  # all that whoever took the disk can show
        for other in ({}, {"board": b"x" * 16}, {**HARDWARE, "disk": b"x" * 16}, disk_alone):
            found = await refused(run, laptop, signals=other)
            assert found == (denied, "refused: return-other-hardware")
        assert await refused(run, laptop, key=make_key()) == (bad, "refused: request-bad")
        foreign = make_key()
        ca = self_issuing(foreign, make_root(foreign, time.time()), clock=time.time)
        made_up = ca.issue_device(laptop.key.public_key(), run.device_id(laptop)).der
        found = await refused(run, laptop, certificate_der=made_up)
        assert found == (bad, "refused: request-bad")
        run.services.groups.set(GroupSettings(group="default", return_within_s=0))
        assert await refused(run, laptop) == (denied, "refused: return-too-late")
        run.services.groups.set(GroupSettings(group="default", return_within_s=7 * DAY_S))
        assert await refused(run, laptop) == (denied, "refused: return-too-late")
        run.services.devices.revoke(run.device_id(laptop), reason="stolen")
        assert await refused(run, laptop) == (denied, "refused: return-revoked")


async def test_a_laptop_that_never_showed_its_hardware_needs_a_token(data_dir: Path) -> None:
    async with known_laptop(data_dir, signals={}) as (run, laptop):
        assert (await refused(run, off_for(run, laptop, days=20)))[
            1
        ] == "refused: return-other-hardware"


async def test_a_key_that_a_renewal_replaced_brings_nobody_back(data_dir: Path) -> None:
    async with known_laptop(data_dir) as (run, laptop):
        new = make_key()
        renewed = run.services.ingest.authentication.renew(
            pem(laptop.certificate_der), make_request(new)
        )
        run.services.ingest.authentication.confirm(run.device_id(laptop), renewed.public_key_sha256)
        assert (await refused(run, off_for(run, laptop, days=20)))[1] == "refused: return-conflict"
        assert run.services.devices.get(run.device_id(laptop)).status == "conflict"
