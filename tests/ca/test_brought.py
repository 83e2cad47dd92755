"""Issuing by an intermediate certificate that a customer brings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from reticent_server import minding
from reticent_server.ca.brought import bring_issuing
from reticent_server.ca.issuing import (
    Issuing,
    IssuingKey,
    issuing_path,
    load_issuing,
    root_key_path,
)
from reticent_server.ca.server_certificate import ServerCertificate
from reticent_server.config import ServerConfig
from reticent_server.data_dir import secrets_dir
from reticent_server.enrolment.pinned import nobody_pins
from reticent_server.errors import ServerError
from reticent_server.health import Health
from reticent_server.keys import load_keys
from reticent_server.store.control.engine import open_control
from support.authorities import Corporate, certificate, corporate
from support.committing import committed
from support.running import running

pytestmark = pytest.mark.enable_socket

NAMES = ("localhost", "127.0.0.1", "::1")


def bring(
    data_dir: Path,
    chain: list[x509.Certificate],
    key: IssuingKey | None,
    *,
    may_change_anchor: bool = True,
) -> Issuing:
    return bring_issuing(
        data_dir,
        chain=chain,
        key=key,
        token=None,
        names=NAMES,
        clock=time.time,
        may_change_anchor=may_change_anchor,
    )


KEYS: dict[str, Callable[[], Any]] = {
    "p-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa-3072": lambda: rsa.generate_private_key(public_exponent=65_537, key_size=3_072),
}


@pytest.mark.parametrize("kind", KEYS)
async def test_laptops_enrol_and_stream_below_a_companys_root(data_dir: Path, kind: str) -> None:
    given = corporate(KEYS[kind]())
    bring(data_dir, given.chain, given.key)
    async with running(data_dir) as run:
        laptop = await run.laptop()
        assert (
            x509.load_der_x509_certificate(laptop.certificate_der).issuer == given.issuing.subject
        )
        assert laptop.answer.ca_certificates_der[0] == run.services.ca.anchor_der
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 0


async def test_what_laptops_pin_may_be_the_intermediate_below_the_root(data_dir: Path) -> None:
    given = corporate()
    lower_key = ec.generate_private_key(ec.SECP256R1())
    lower = certificate(
        "Example issuing for laptops", lower_key, by=(given.key, given.issuing), path_length=0
    )
    bring(data_dir, [lower, given.issuing], lower_key)
    async with running(data_dir) as run, (await run.laptop()).streaming() as stream:
        assert stream.welcome.last_seq == 0


async def test_a_companys_next_intermediate_follows_while_laptops_are_there(data_dir: Path) -> None:
    given = corporate()
    bring(data_dir, given.chain, given.key)
    async with running(data_dir) as run:
        laptop = await run.laptop()
        key = ec.generate_private_key(ec.SECP256R1())
        following = certificate("Example issuing 2", key, by=(given.root_key, given.root))
        bring(data_dir, [following, given.root], key, may_change_anchor=False)
        assert run.services.ca.reload()
        assert await run.server.certificate.renew_if_due()
        async with laptop.streaming() as stream:  # its certificate is of the one before
            assert stream.welcome.last_seq == 0
        async with (await run.laptop(run.token())).streaming() as stream:
            assert stream.welcome.last_seq == 0


async def test_laptops_enrol_below_a_root_that_a_running_server_was_given(data_dir: Path) -> None:
    given = corporate()
    async with running(data_dir) as run:
        bring(data_dir, given.chain, given.key)
        assert run.services.ca.reload()
        assert await run.server.certificate.renew_if_due()
        laptop = await run.laptop(run.token())  # its token pins what it will see
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 0


async def test_an_intermediate_that_ends_soon_keeps_no_certificate_of_the_server_from_renewal(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = corporate(days=200)  # a third of the life of one of our own is more
    bring(data_dir, given.chain, given.key)
    assert root_key_path(data_dir).exists()  # that of the root before
    monkeypatch.setattr(minding, "MINDER_S", 0.01)
    ca, health, clock = load_keys(data_dir, clock=time.time).ca, Health(), Later()
    path = secrets_dir(data_dir) / "server.pem"
    certificate = ServerCertificate(ca=ca, path=path, names=NAMES, clock=clock)
    before = path.read_bytes()
    clock.ahead_s = 70 * 86_400
    config = ServerConfig(data_dir=data_dir)
    minder = asyncio.create_task(minding.mind(config, ca, certificate, health, clock))
    async with asyncio.timeout(10):
        while path.read_bytes() == before:
            await asyncio.sleep(0.01)
    minder.cancel()
    assert "another key" not in str(health.notices)
    assert "not the one" not in str(health.notices)


class Later:
    ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


async def test_what_laptops_pin_cannot_be_changed_behind_them(data_dir: Path) -> None:
    given, control = corporate(), open_control(data_dir / "control.db")
    try:
        assert nobody_pins(control, now_s=time.time())
        async with running(data_dir) as run:
            token = run.token()
            assert not nobody_pins(control, now_s=time.time())
            assert nobody_pins(control, now_s=time.time() + 7_200)  # the token is over
            laptop = await run.laptop(token)
            assert not nobody_pins(control, now_s=time.time() + 7_200)
            run.services.devices.revoke(run.device_id(laptop), reason="stolen")
            assert nobody_pins(control, now_s=time.time())
            erased = run.device_id(await run.laptop(run.token()))
            committed(run.services.control, run.services.erasures.ask, erased, asked_by="admin")
            assert nobody_pins(control, now_s=time.time())
    finally:
        control.close()
    before = issuing_path(data_dir).read_bytes()
    with pytest.raises(ServerError, match="pin another certificate"):
        bring(data_dir, given.chain, given.key, may_change_anchor=False)
    assert issuing_path(data_dir).read_bytes() == before


def weak() -> Corporate:
    return corporate(rsa.generate_private_key(public_exponent=65_537, key_size=2_048))


def only_servers() -> Corporate:
    return corporate(extra=(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),))


BAD = {
    "too weak": weak,
    "may not sign others": lambda: corporate(ca=False),
    "ends within 30 days": lambda: corporate(days=20),
    "both servers and clients": only_servers,
}


@pytest.mark.parametrize("why", BAD)
def test_an_issuer_that_will_not_do_changes_nothing(data_dir: Path, why: str) -> None:
    given, before = BAD[why](), load_issuing(data_dir, token=None)
    with pytest.raises(ServerError, match=why):
        bring(data_dir, given.chain, given.key)
    after = load_issuing(data_dir, token=None)
    assert (after.chain, after.anchor) == (before.chain, before.anchor)


def test_order_and_key_must_fit(data_dir: Path) -> None:
    given, other = corporate(), corporate()
    with pytest.raises(ServerError, match="do not follow from each other"):
        bring(data_dir, [given.root, given.issuing], given.key)
    with pytest.raises(ServerError, match="do not follow from each other"):
        bring(data_dir, [given.issuing, other.root], given.key)
    with pytest.raises(ServerError, match="fewer than two"):
        bring(data_dir, [given.issuing], given.key)
    with pytest.raises(ServerError, match="not the one of the first certificate"):
        bring(data_dir, given.chain, other.key)


def test_an_issuer_that_is_not_for_this_servers_name_is_found_before_laptops_do(
    data_dir: Path,
) -> None:
    elsewhere = x509.NameConstraints([x509.DNSName("example.net")], None)
    given = corporate(extra=(elsewhere,))
    with pytest.raises(ServerError, match="does not verify"):
        bring(data_dir, given.chain, given.key)


def test_after_a_crash_between_the_two_files_it_can_be_brought_again(data_dir: Path) -> None:
    given = corporate()
    anchor = (data_dir / "ca.crt").read_bytes()
    bring(data_dir, given.chain, given.key)
    (data_dir / "ca.crt").write_bytes(anchor)  # what a crash would have left
    with pytest.raises(ServerError):
        load_issuing(data_dir, token=None)
    assert bring(data_dir, given.chain, given.key).anchor == given.root
