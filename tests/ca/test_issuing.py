"""Issuing keys below our own root: renewed under open streams, and with the root's key away."""

from __future__ import annotations

import errno
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from reticent_server.ca import issuing as ca_issuing
from reticent_server.ca.authority import ISSUING_DAYS, make_root
from reticent_server.ca.issuing import issuing_path, load_issuing, pem_of, root_key, root_key_path
from reticent_server.ca.renewing import ending_soon, renew_issuing, renew_issuing_if_due
from reticent_server.ca.root_file import export_root, read_root, remove_root
from reticent_server.errors import NotInitialisedError, ServerError
from reticent_server.initialise import initialise
from reticent_server.keys import load_keys
from support.running import Running, batch, running
from support.telemetry_client import Laptop, make_key

pytestmark = pytest.mark.enable_socket

DAY_S = 86_400
_SOMEBODY = UUID(int=7)
PASSPHRASE = b"a long passphrase, kept apart"


def renew(data_dir: Path, *, now_s: float | None = None, trust_former: bool = True) -> None:
    renew_issuing(
        data_dir,
        root_key=root_key(data_dir),
        now_s=time.time() if now_s is None else now_s,
        token=None,
        trust_former=trust_former,
    )


async def taken_over(run: Running) -> None:
    """What the server does every minute."""
    assert run.services.ca.reload()
    assert await run.server.certificate.renew_if_due()


async def hello(laptop: Laptop) -> grpc.StatusCode | None:
    try:
        async with laptop.streaming():
            return None
    except grpc.aio.AioRpcError as error:
        return error.code()


async def test_a_new_issuing_key_takes_over_under_open_streams(data_dir: Path) -> None:
    async with running(data_dir) as run:
        before = await run.laptop(run.token())
        async with before.streaming() as stream:
            renew(data_dir)
            await taken_over(run)
            await stream.send(1, batch())
            await stream.acknowledged(1)
        assert await hello(before.other_run()) is None
        after = await run.laptop(run.token())
        assert await hello(after) is None
        names = [
            x509.load_der_x509_certificate(laptop.certificate_der).issuer
            for laptop in (before, after)
        ]
        assert names[0] != names[1]
        assert before.answer.ca_certificates_der == after.answer.ca_certificates_der
        assert not run.services.ca.reload()


async def test_certificates_of_a_stolen_issuing_key_are_good_no_longer(data_dir: Path) -> None:
    async with running(data_dir) as run:
        before = await run.laptop(run.token())
        renew(data_dir, trust_former=False)
        await taken_over(run)
        assert await hello(before) is grpc.StatusCode.UNAVAILABLE
        assert await hello(await run.laptop(run.token())) is None


async def test_a_server_works_and_renews_its_own_without_the_roots_key(
    data_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "root.pem"
    export_root(data_dir, file, passphrase=PASSPHRASE)
    remove_root(data_dir, file, passphrase=PASSPHRASE)
    assert not root_key_path(data_dir).exists()
    with pytest.raises(NotInitialisedError, match=r"ca\.key is missing"):
        renew(data_dir)
    initialise(data_dir)  # changes nothing
    assert not root_key_path(data_dir).exists()
    async with running(data_dir) as run:
        assert await hello(await run.laptop()) is None
        (data_dir / "secrets" / "server.pem").write_bytes(b"damaged")
        assert await run.server.certificate.renew_if_due()
        key = read_root(file, passphrase=PASSPHRASE)
        renew_issuing(data_dir, root_key=key, now_s=time.time(), token=None)
        await taken_over(run)
        assert await hello(await run.laptop(run.token())) is None


def test_an_exported_root_opens_with_its_passphrase_alone(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    export_root(data_dir, file, passphrase=PASSPHRASE)
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in file.read_bytes()
    for passphrase in (b"another", b""):
        with pytest.raises(ServerError, match="the passphrase is another") as raised:
            remove_root(data_dir, file, passphrase=passphrase)
        assert PASSPHRASE.decode() not in str(raised.value)
    with pytest.raises(ServerError, match="not there yet"):
        export_root(data_dir, file, passphrase=PASSPHRASE)
    assert root_key_path(data_dir).exists()


def test_the_roots_key_is_removed_only_once_the_files_name_is_on_disk(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, synced, syncing = root_key_path(data_dir), list[tuple[int, bool]](), os.fsync

    def noting(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_ino, key.exists()))
        syncing(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    (tmp_path / "safe").mkdir()
    file = tmp_path / "safe" / "root.pem"
    export_root(data_dir, file, passphrase=PASSPHRASE)
    remove_root(data_dir, file, passphrase=PASSPHRASE)
    assert (file.parent.stat().st_ino, True) in synced
    assert synced[-1] == (key.parent.stat().st_ino, False)


def test_a_file_for_the_safe_that_cannot_be_written_whole_leaves_nothing(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = tmp_path / "root.pem"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full_disk)
        with pytest.raises(ServerError, match="cannot be written"):
            export_root(data_dir, file, passphrase=PASSPHRASE)
    assert not file.exists()
    export_root(data_dir, file, passphrase=PASSPHRASE)


def test_the_roots_key_is_not_removed_for_a_file_of_another(data_dir: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    initialise(other)
    export_root(other, tmp_path / "root.pem", passphrase=PASSPHRASE)
    with pytest.raises(ServerError, match="holds another key"):
        remove_root(data_dir, tmp_path / "root.pem", passphrase=PASSPHRASE)
    key = read_root(tmp_path / "root.pem", passphrase=PASSPHRASE)
    before = issuing_path(data_dir).read_bytes()
    with pytest.raises(ServerError, match="not the one of the certificate that laptops pin"):
        renew_issuing(data_dir, root_key=key, now_s=time.time(), token=None)
    assert issuing_path(data_dir).read_bytes() == before


def as_before_issuing_certificates(data_dir: Path) -> None:
    """As a server of the first version left it: a root that may have no issuer below it."""
    key = root_key(data_dir)
    made = make_root(key, time.time())
    name = made.subject
    old = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made.not_valid_before_utc)
        .not_valid_after(made.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (data_dir / "ca.crt").write_bytes(pem_of([old]))
    issuing_path(data_dir).unlink()
    (data_dir / "secrets" / "server.pem").unlink()


async def test_a_server_set_up_before_issuing_certificates_goes_on(data_dir: Path) -> None:
    as_before_issuing_certificates(data_dir)
    initialise(data_dir)
    assert not issuing_path(data_dir).exists()
    with pytest.raises(ServerError, match="made by an earlier version"):
        renew(data_dir)
    async with running(data_dir) as run:
        assert await hello(await run.laptop()) is None
    export = data_dir / "root.pem"
    export_root(data_dir, export, passphrase=PASSPHRASE)
    with pytest.raises(ServerError, match="cannot do without its key"):
        remove_root(data_dir, export, passphrase=PASSPHRASE)


def test_nothing_is_valid_longer_than_its_issuer(data_dir: Path) -> None:
    late = time.time() + (ISSUING_DAYS - 5) * DAY_S
    ca = load_keys(data_dir, clock=lambda: late).ca
    issued = ca.issue_server(make_key().public_key(), ["localhost"])
    assert issued.not_valid_after_utc == ca.ends
    assert ca.issue_device(make_key().public_key(), _SOMEBODY).expires_s == int(ca.ends.timestamp())


def test_it_is_renewed_by_itself_where_the_roots_key_is_here(data_dir: Path) -> None:
    now = time.time()
    ca = load_keys(data_dir, clock=lambda: now).ca
    first = ca.issuing.certificate
    assert not renew_issuing_if_due(data_dir, ca, now_s=now, token=None)
    late = now + ISSUING_DAYS * DAY_S * 2 / 3 + DAY_S
    key = root_key_path(data_dir)
    key.rename(data_dir / "away")
    assert not renew_issuing_if_due(data_dir, ca, now_s=late, token=None)
    (data_dir / "away").rename(key)
    assert renew_issuing_if_due(data_dir, ca, now_s=late, token=None)
    assert ca.issuing.former == (first,)
    assert ca.ends > datetime.fromtimestamp(late, UTC) + timedelta(days=ISSUING_DAYS - 1)
    assert not renew_issuing_if_due(data_dir, ca, now_s=late, token=None)


def test_who_has_to_renew_by_hand_is_told_in_time(data_dir: Path) -> None:
    found, now = load_issuing(data_dir, token=None), time.time()
    assert ending_soon(found, now) is None
    assert "ends in 50 days" in str(ending_soon(found, now + (ISSUING_DAYS - 50) * DAY_S))


def test_issuers_that_ended_are_forgotten(data_dir: Path) -> None:
    renew(data_dir)
    late = time.time() + (ISSUING_DAYS + 1) * DAY_S
    assert len(load_issuing(data_dir, token=None).former) == 1
    renew(data_dir, now_s=late)
    assert load_issuing(data_dir, token=None).former == ()


def test_a_crash_between_the_two_files_loses_nobody(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_issuing(data_dir, token=None)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ca_issuing, "write_secret", crash)
        with pytest.raises(KeyboardInterrupt):
            renew(data_dir)
    after = load_issuing(data_dir, token=None)
    assert after.certificate == before.certificate
    renew(data_dir)
    assert before.certificate in load_issuing(data_dir, token=None).former


@pytest.mark.parametrize("name", ["issuing.pem", "ca.crt", "former.crt"])
def test_damage_is_found_at_start_and_changes_nothing_in_a_running_server(
    data_dir: Path, name: str
) -> None:
    renew(data_dir)
    ca = load_keys(data_dir, clock=time.time).ca
    before = ca.issuing
    path = data_dir / ("secrets" if name == "issuing.pem" else ".") / name
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ServerError, match=r"damaged|missing"):
        load_keys(data_dir, clock=time.time)
    with pytest.raises(ServerError):
        ca.reload()
    assert ca.issuing is before


def test_an_issuer_below_another_root_is_refused(data_dir: Path, tmp_path: Path) -> None:
    initialise(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "ca.crt", data_dir / "ca.crt")
    with pytest.raises(ServerError, match="do not follow from each other"):
        load_keys(data_dir, clock=time.time)


def test_the_keys_are_in_no_repr(data_dir: Path) -> None:
    assert "key" not in repr(load_issuing(data_dir, token=None)).replace("key_usage", "")
