"""The root that laptops pin is exchanged for another one, and none that comes is left behind."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from reticent_agent.identity import roots
from reticent_contract.v1 import telemetry_pb2
from reticent_contract.v1.telemetry_pb2_grpc import TelemetryServiceStub
from reticent_server.ca import exchange, issuing
from reticent_server.ca.authority import CertificateAuthority
from reticent_server.ca.exchange import begun_s, drop_root, renew_root
from reticent_server.ca.issuing import Issuing, load_issuing, root_key
from reticent_server.ca.renewing import renew_issuing
from reticent_server.ca.root_file import export_root, read_root, remove_root
from reticent_server.commands.stores import audit_of, control_of
from reticent_server.enrolment.pinned import TAKEN_OVER_S, Behind, left_behind
from reticent_server.errors import ServerError
from support.console_site import cli
from support.running import Running, batch, running
from support.telemetry_client import Laptop, make_key, make_request

pytestmark = pytest.mark.enable_socket
PASSPHRASE = b"a long passphrase, kept apart"


def begin(data_dir: Path) -> Issuing:
    return renew_root(data_dir, root_key=root_key(data_dir), now_s=time.time(), token=None)


async def taken_over(run: Running) -> None:
    """What the server does every minute."""
    assert run.services.ca.reload()
    assert await run.server.certificate.renew_if_due()


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


async def streams(laptop: Laptop, *trusts: x509.Certificate) -> bool:
    """Whether it does, trusting these."""
    try:
        async with replace(laptop.other_run(), trusts=tuple(map(der, trusts))).streaming():
            return True
    except grpc.aio.AioRpcError as error:
        if "CERTIFICATE_VERIFY_FAILED" not in str(error.details()):
            raise
        return False


async def opens_console(run: Running, trusts: x509.Certificate) -> bool:
    """Whether OpenSSL takes the console's certificate, trusting this."""
    pem = trusts.public_bytes(Encoding.PEM).decode()
    host, _, port = run.server.addresses["console"].rpartition(":")
    try:
        _, writer = await asyncio.open_connection(
            host, int(port), ssl=ssl.create_default_context(cadata=pem)
        )
    except ssl.SSLCertVerificationError:
        return False
    writer.close()
    return True


async def renewal(laptop: Laptop) -> telemetry_pb2.RenewResponse:
    async with laptop.channel() as channel:
        request = telemetry_pb2.RenewRequest(csr_der=make_request(make_key()))
        answer: telemetry_pb2.RenewResponse = await TelemetryServiceStub(channel).Renew(request)
        return answer


async def test_whoever_trusts_either_root_goes_on_until_the_first_is_dropped(
    data_dir: Path,
) -> None:
    async with running(data_dir) as run:
        before = await run.laptop()
        root_1 = load_issuing(data_dir, token=None).anchor
        async with before.streaming() as stream:
            root_2 = begin(data_dir).root
            await taken_over(run)
            await stream.send(1, batch())  # open streams go on
            await stream.acknowledged(1)
        for trusted in ((root_1,), (root_2,), (root_1, root_2), (root_2, root_1)):
            assert await streams(before, *trusted)
        assert await opens_console(run, root_1)
        assert await opens_console(run, root_2)
        told = await renewal(before)
        assert list(told.ca_certificates_der) == [der(root_2), der(root_1)]
        before_pem = root_1.public_bytes(Encoding.PEM)
        assert roots.taken(told.ca_certificates_der, told.ca_links_der, trusted=before_pem)
        after = await run.laptop(run.token())  # its token pins root 2
        assert list(after.answer.ca_certificates_der) == [der(root_2), der(root_1)]
        assert await streams(after, root_2)
        assert await streams(after, root_1)

        drop_root(data_dir, token=None)
        await taken_over(run)
        for laptop in (before, after):
            assert await streams(laptop, root_2, root_1)
            assert not await streams(laptop, root_1)
        assert not await opens_console(run, root_1)
        assert await opens_console(run, root_2)
        assert list((await renewal(after)).ca_certificates_der) == [der(root_2)]


async def test_who_has_not_said_that_they_trust_the_new_root_is_counted(data_dir: Path) -> None:
    async with running(data_dir) as run:
        old, new, gone = [await run.laptop(run.token()) for _ in range(3)]
        waits = await run.laptop(run.token(needs_approval=True))
        run.token()  # pins root 1
        over = run.token()
        run.services.devices.revoke(run.device_id(gone), reason="stolen")
        root_2 = begin(data_dir).root
        await taken_over(run)
        assert await streams(old)  # an agent of the first version, which names none
        assert await streams(new, root_2)

        def behind(*, now_s: float) -> Behind:
            begun = begun_s(root_2)
            return left_behind(run.services.control, root_2, begun_s=begun, now_s=now_s)

        now = time.time()
        async with asyncio.timeout(10):
            while len(behind(now_s=now).device_ids) > 2:
                await asyncio.sleep(0.02)
        found = behind(now_s=now)
        assert set(found.device_ids) == {run.device_id(old), run.device_id(waits)}
        assert (found.laptops, found.tokens) == (3, 2)
        assert behind(now_s=now + 7_200).tokens == 0  # they are over
        await run.laptop(over)
        assert behind(now_s=now).tokens == 1
        run.services.enrolment._clock = lambda: now + TAKEN_OVER_S + 1
        run.token()
        assert behind(now_s=now).tokens == 1  # this one pins root 2


def test_everything_is_below_the_new_root_from_the_beginning(
    data_dir: Path, tmp_path: Path
) -> None:
    old_key = root_key(data_dir)
    before = load_issuing(data_dir, token=None)
    begun = begin(data_dir)
    assert (begun.anchor, begun.former) == (before.anchor, (before.certificate,))
    assert begun.root.public_key() == root_key(data_dir).public_key() != old_key.public_key()
    with pytest.raises(ServerError, match="not the one of the certificate that laptops pin"):
        renew_issuing(data_dir, root_key=old_key, now_s=time.time(), token=None)
    renew_issuing(data_dir, root_key=root_key(data_dir), now_s=time.time(), token=None)
    renewed = load_issuing(data_dir, token=None)
    assert renewed.chain[1:] == begun.chain[1:]
    renewed.certificate.verify_directly_issued_by(begun.root)
    file = tmp_path / "root.pem"  # the new one's goes to the safe
    export_root(data_dir, file, passphrase=PASSPHRASE)
    remove_root(data_dir, file, passphrase=PASSPHRASE)
    after = drop_root(data_dir, token=None)
    assert (after.anchor, after.next_root) == (begun.root, None)
    assert after.chain == renewed.chain[:1]
    key = read_root(file, passphrase=PASSPHRASE)
    third = renew_root(data_dir, root_key=key, now_s=time.time(), token=None)  # and once more
    assert third.root not in (begun.root, before.anchor)
    assert third.anchor == begun.root


WRITES = (
    (exchange, "write_secret"),
    (exchange, "write_public"),
    (issuing, "write_public"),
    (issuing, "write_secret"),
    (exchange, "_take_key_over"),
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), WRITES, ids=lambda one: getattr(one, "__name__", one))
def test_a_crash_at_any_write_loses_nobody_and_the_same_again_completes_it(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, after: bool
) -> None:
    before, key = load_issuing(data_dir, token=None), root_key(data_dir)
    crash_at(monkeypatch, module, name, after=after)
    with pytest.raises(KeyboardInterrupt):
        begin(data_dir)
    monkeypatch.undo()
    crashed = load_issuing(data_dir, token=None)
    assert crashed.anchor == before.anchor
    assert crashed.next_root is not None or crashed.chain == before.chain
    if crashed.next_root is None or name == "write_secret":
        begun = renew_root(data_dir, root_key=key, now_s=time.time(), token=None)
        assert begun.next_root is not None
        drop_root(data_dir, token=None)
    elif not after:
        drop_root(data_dir, token=None)  # that completes it as well
    else:
        with pytest.raises(ServerError, match="exchanged already"):
            begin(data_dir)
        drop_root(data_dir, token=None)
    done = load_issuing(data_dir, token=None)
    assert done.anchor.public_key() == root_key(data_dir).public_key() != key.public_key()
    assert sorted(path.name for path in data_dir.rglob("next.*")) == []


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_the_end_leaves_the_old_root_or_the_new_one(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    begun = begin(data_dir)
    crash_at(monkeypatch, exchange, "write_public", after=after)
    with pytest.raises(KeyboardInterrupt):
        drop_root(data_dir, token=None)
    monkeypatch.undo()
    crashed = load_issuing(data_dir, token=None)
    assert crashed.roots == ((begun.root,) if after else begun.roots)
    renew_issuing(data_dir, root_key=root_key(data_dir), now_s=time.time(), token=None)


def crash_at(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, after: bool) -> None:
    real: Callable[..., None] = getattr(module, name)

    def crash(*args: Any) -> None:
        if after:
            real(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, name, crash)


def test_it_is_begun_and_ended_once(data_dir: Path) -> None:
    with pytest.raises(ServerError, match="is not being exchanged"):
        drop_root(data_dir, token=None)
    begin(data_dir)
    with pytest.raises(ServerError, match="exchanged already"):
        begin(data_dir)


def test_nothing_is_begun_without_the_key_of_the_root_that_is_pinned(data_dir: Path) -> None:
    before = {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()}
    with pytest.raises(ServerError, match="not the one of the certificate that laptops pin"):
        renew_root(data_dir, root_key=make_key(), now_s=time.time(), token=None)
    assert {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()} == before


def test_the_commands_say_what_holds_and_the_trail_has_them(data_dir: Path) -> None:
    at = ("--data", data_dir)
    assert cli("ca", "show", *at, "--json").json["exchange"] is None
    assert "is not being exchanged" in cli("ca", "drop-root", *at).err
    assert cli("token", "create", *at).code == 0
    done = cli("ca", "renew-root", *at)
    assert (done.code, "deleted here" in done.err) == (0, True)
    shown = cli("ca", "show", *at, "--json").json
    assert [row["what"] for row in shown["certificates"]][:3] == [
        *("pinned by laptops", "pinned next", "issuing")
    ]
    nobody = {"laptops": 0, "left_behind": 0, "device_ids": [], "tokens": 1}
    assert shown["exchange"] == nobody
    assert "0 of 0 laptops" in cli("ca", "show", *at).err
    refused = cli("ca", "drop-root", *at)
    assert (refused.code, "1 enrolment tokens" in refused.err) == (1, True)
    done = cli("ca", "drop-root", "--force", *at, "--json")
    assert (done.code, done.json["exchange"]) == (0, nobody)
    with control_of(data_dir) as control:
        entries = audit_of(control).page(limit=10).entries
    told = {entry.action: entry.reason for entry in entries if entry.action.startswith("ca.")}
    assert set(told) == {"ca.renew_root", "ca.drop_root"}
    assert "0 of 0 laptops" in told["ca.drop_root"]
    ca = CertificateAuthority(load_issuing(data_dir, token=None), clock=time.time)
    assert ca.issue_device(make_key().public_key(), UUID(int=7)).der
