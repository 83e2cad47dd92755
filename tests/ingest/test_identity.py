"""Who may speak: certificates, revocation, renewal, and two agents with one identity."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from reticent_contract.v1 import telemetry_pb2
from reticent_contract.v1.telemetry_pb2_grpc import TelemetryServiceStub
from reticent_server.ca.authority import CertificateAuthority, make_root
from reticent_server.keys import load_keys
from support.authorities import self_issuing
from support.running import Running, batch, running
from support.telemetry_client import Laptop, make_key, make_request

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

STOP = telemetry_pb2.Command.ACTION_STOP
REKEY = telemetry_pb2.Command.ACTION_REKEY


async def cannot_connect(laptop: Laptop) -> None:
    async with laptop.connected() as stream:
        assert await greeted(stream.call, laptop) is grpc.StatusCode.UNAVAILABLE


async def greeted(call: grpc.aio.StreamStreamCall, laptop: Laptop) -> grpc.StatusCode | None:
    """How a Hello failed; None where it was heard."""
    try:
        await call.write(laptop.hello())
        await call.read()
    except grpc.aio.AioRpcError as error:
        return error.code()
    return None


def authority(data_dir: Path, *, days: float = 0) -> CertificateAuthority:
    """The server's own CA, at another time."""
    return load_keys(data_dir, clock=lambda: time.time() + days * 86_400).ca


def issued_by(ca: CertificateAuthority, laptop: Laptop) -> Laptop:
    device_id = uuid.UUID(bytes=laptop.answer.device_id)
    certificate = ca.issue_device(laptop.key.public_key(), device_id)
    return replace(laptop, certificate_der=certificate.der)


async def test_a_clock_a_day_off_does_not_matter(data_dir: Path) -> None:
    async with running(data_dir, clock=lambda: time.time() + 86_400) as run:
        laptop = await run.laptop(run.token(expires_s=int(time.time()) + 200_000))
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 0
    certificate = x509.load_pem_x509_certificate((data_dir / "ca.crt").read_bytes())
    assert certificate.not_valid_before_utc < datetime.now(UTC) - timedelta(hours=47)


@pytest.mark.parametrize(("state", "days"), [("expired", -15), ("not valid yet", 3)])
async def test_a_certificate_out_of_its_time_is_refused(
    data_dir: Path, state: str, days: float
) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        await cannot_connect(issued_by(authority(data_dir, days=days), laptop))
        async with issued_by(authority(data_dir), laptop).streaming():
            pass  # the same key with a certificate of today


async def test_a_stream_does_not_outlive_its_certificate(data_dir: Path) -> None:
    now = [time.time()]
    async with running(data_dir, clock=lambda: now[0]) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            run.services.ingest.close_expired()
            await stream.send(1, batch())
            await stream.acknowledged(1)
            now[0] += 14 * 86_400 + 1
            run.services.ingest.close_expired()
            code, sentence = await stream.end()
            assert (code, "expired" in sentence) == (grpc.StatusCode.UNAVAILABLE, True)


async def test_a_certificate_of_a_foreign_ca_is_refused(data_dir: Path) -> None:
    key = make_key()
    foreign = self_issuing(key, make_root(key, time.time()), clock=time.time)
    async with running(data_dir) as run:
        await cannot_connect(issued_by(foreign, await run.laptop()))


async def test_without_a_certificate_nobody_gets_in(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        certificate = x509.load_der_x509_certificate(laptop.answer.ca_certificates_der[0])
        roots = certificate.public_bytes(serialization.Encoding.PEM)
        credentials = grpc.ssl_channel_credentials(roots)
        address = run.server.addresses["telemetry"]
        async with grpc.aio.secure_channel(address, credentials) as channel:
            call = TelemetryServiceStub(channel).Stream()
            assert await greeted(call, laptop) is grpc.StatusCode.UNAVAILABLE


async def test_a_certificate_for_a_device_that_is_unknown_must_enrol_anew(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        certificate = authority(data_dir).issue_device(laptop.key.public_key(), uuid.uuid4())
        async with replace(laptop, certificate_der=certificate.der).connected() as stream:
            assert (await stream.hear("command")).command.action == REKEY
            assert (await stream.end())[0] is grpc.StatusCode.PERMISSION_DENIED


async def test_another_key_with_the_devices_name_is_refused(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = replace(await run.laptop(), key=make_key())
        async with issued_by(authority(data_dir), laptop).connected() as stream:
            assert (await stream.hear("command")).command.action == REKEY
            assert (await stream.end())[0] is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("status", ["revoke", "retire"])
async def test_a_device_out_of_service_is_told_to_stop(data_dir: Path, status: str) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as stream:
            decide = getattr(run.services.devices, status)
            await asyncio.to_thread(decide, run.device_id(laptop), reason="lost at an airport")
            command = (await stream.hear("command")).command
            assert (command.action, "lost at an airport" in command.reason) == (STOP, True)
            assert (await stream.end())[0] is grpc.StatusCode.PERMISSION_DENIED
        async with laptop.connected() as stream:
            assert (await stream.hear("command")).command.action == STOP
            assert (await stream.end())[0] is grpc.StatusCode.PERMISSION_DENIED
        assert run.events.from_laptops == []


async def test_two_live_agents_with_one_identity_must_both_make_a_new_key(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as first, laptop.other_run().connected() as clone:
            await clone.say(clone.laptop.hello())
            nonce = (await first.hear("ping")).ping.nonce
            pong = telemetry_pb2.Pong(nonce=nonce)
            await first.say(telemetry_pb2.StreamRequest(pong=pong))
            for stream in (first, clone):
                assert (await stream.hear("command")).command.action == REKEY
                assert (await stream.end())[0] is grpc.StatusCode.PERMISSION_DENIED
        device = run.services.devices.get(run.device_id(laptop))
        assert (device.status, bool(device.status_reason)) == ("conflict", True)
        actions = [entry.action for entry in run.services.audit.page().entries]
        assert "device.conflict" in actions
        async with laptop.connected() as stream:
            assert (await stream.hear("command")).command.action == REKEY


async def test_a_restarted_agent_takes_over_from_its_dead_stream(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(data_dir) as run:
        run.services.ingest.live._pong_wait_s = 0.2
        laptop = await run.laptop()
        async with laptop.streaming() as dead, laptop.other_run().streaming() as alive:
            await dead.hear("ping")
            assert (await dead.end())[0] is grpc.StatusCode.ABORTED
            await alive.send(1, batch())
            await alive.acknowledged(1)
        assert run.services.devices.get(run.device_id(laptop)).status == "active"


async def test_the_same_run_that_comes_again_replaces_its_stream_at_once(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.streaming() as old, laptop.streaming() as new:
            assert (await old.end())[0] is grpc.StatusCode.ABORTED
            await new.send(1, batch())
            await new.acknowledged(1)
            assert run.services.ingest.connected_devices() == {run.device_id(laptop)}


async def renew(laptop: Laptop) -> Laptop:
    key = make_key()
    async with laptop.channel() as channel:
        answer = await TelemetryServiceStub(channel).Renew(
            telemetry_pb2.RenewRequest(csr_der=make_request(key)), timeout=10
        )
    return replace(laptop, key=key, certificate_der=answer.certificate_der)


async def test_after_a_renewal_both_keys_work_until_the_new_one_is_used(data_dir: Path) -> None:
    async with running(data_dir) as run:
        old = await run.laptop()
        await renew(old)  # the answer to this one is lost
        new = await renew(old)
        async with old.streaming():
            pass
        async with new.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        async with old.connected() as stream:
            assert (await stream.hear("command")).command.action == REKEY


async def test_a_renewed_key_counts_only_once_the_laptop_has_spoken_after_its_welcome(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        old = await run.laptop()
        new = await renew(old)
        async with new.connected() as stream:
            await stream.say(new.hello())  # the Welcome may get lost
        async with new.streaming():
            pass
        async with old.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        async with new.streaming() as stream:
            await stream.send(2, batch())
            await stream.acknowledged(2)
        await refused_as_conflict(run, old)


async def test_a_renewal_by_a_thief_is_noticed_when_the_laptop_comes_back(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        thief = (await renew(laptop)).other_run()
        async with thief.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
            await refused_as_conflict(run, laptop)
            assert (await stream.hear("command")).command.action == REKEY
            assert (await stream.end())[0] is grpc.StatusCode.PERMISSION_DENIED
        async with thief.connected() as stream:
            assert (await stream.hear("command")).command.action == REKEY


async def test_a_thief_who_renews_twice_is_noticed_too(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        thief = await renew(await renew(laptop))  # the second one confirms the first
        async with thief.streaming() as stream:
            await stream.send(1, batch())
            await stream.acknowledged(1)
        await refused_as_conflict(run, laptop)


async def test_a_replaced_key_cannot_renew_and_is_a_conflict(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        await renew(await renew(laptop))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await renew(laptop)
        assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
        assert run.services.devices.get(run.device_id(laptop)).status == "conflict"


async def test_two_renewals_that_both_come_into_use_are_a_conflict(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        first = await renew(laptop)
        async with first.streaming() as stream:
            await renew(laptop)  # by a thief, before the laptop's first frame
            await stream.send(1, batch())
            assert (await stream.hear("command")).command.action == REKEY
            assert (await stream.end())[0] is grpc.StatusCode.PERMISSION_DENIED
        assert run.services.devices.get(run.device_id(laptop)).status == "conflict"
        assert run.events.seqs == []


async def test_a_replaced_key_does_not_bring_a_revoked_device_back(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        await renew(await renew(laptop))
        run.services.devices.revoke(run.device_id(laptop), reason="stolen")
        async with laptop.connected() as stream:
            assert (await stream.hear("command")).command.action == STOP
        run.services.devices.mark_conflict(run.device_id(laptop), reason="late")
        assert run.services.devices.get(run.device_id(laptop)).status == "revoked"


async def refused_as_conflict(run: Running, laptop: Laptop) -> None:
    async with laptop.connected() as stream:
        assert (await stream.hear("command")).command.action == REKEY
        assert (await stream.end())[0] is grpc.StatusCode.PERMISSION_DENIED
    assert run.services.devices.get(run.device_id(laptop)).status == "conflict"
    entries = run.services.audit.page().entries
    (entry,) = [entry for entry in entries if entry.action == "device.conflict"]
    assert entry.object == str(run.device_id(laptop))


async def test_a_renewal_needs_a_proper_request_and_a_device_in_service(data_dir: Path) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        async with laptop.channel() as channel:
            stub = TelemetryServiceStub(channel)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.Renew(telemetry_pb2.RenewRequest(csr_der=b"nonsense"), timeout=10)
            assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            run.services.devices.revoke(run.device_id(laptop), reason="stolen")
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.Renew(
                    telemetry_pb2.RenewRequest(csr_der=make_request(make_key())), timeout=10
                )
            assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_device_certificate_says_what_it_may_do(data_dir: Path) -> None:
    device_id = uuid.uuid4()
    issued = authority(data_dir).issue_device(make_key().public_key(), device_id)
    certificate = x509.load_der_x509_certificate(issued.der)
    uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [use._name for use in uses] == ["clientAuth"]
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [device_id.urn]
    assert certificate.not_valid_after_utc < datetime.now(UTC) + timedelta(days=14, minutes=1)
    assert isinstance(certificate.signature_hash_algorithm, hashes.SHA256)
