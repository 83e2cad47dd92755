"""TLS 1.3 and nothing below, on every port, seen by another implementation."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from reticent_server import minding
from reticent_server.ca.authority import SERVER_DAYS
from reticent_server.ca.server_certificate import ServerCertificate
from reticent_server.config import ServerConfig
from reticent_server.data_dir import secrets_dir
from reticent_server.errors import ServerError
from reticent_server.health import Health
from reticent_server.keys import load_keys
from support.running import batch, running

PORTS = ("enrolment", "telemetry", "console")
OPENSSL = shutil.which("openssl") or "openssl"


def handshake(address: str, version: str, ca: Path) -> str:
    """What openssl says of a handshake in this version."""
    done = subprocess.run(
        [OPENSSL, "s_client", "-connect", address, f"-{version}", "-CAfile", str(ca), "-brief"],
        input=b"",
        capture_output=True,
        timeout=20,
        check=False,
    )
    return (done.stdout + done.stderr).decode(errors="replace")


@pytest.mark.e2e
@pytest.mark.enable_socket
@pytest.mark.parametrize("port", PORTS)
async def test_only_tls_1_3_is_spoken(data_dir: Path, port: str) -> None:
    async with running(data_dir) as run:
        address = run.server.addresses[port]
        new = await asyncio.to_thread(handshake, address, "tls1_3", data_dir / "ca.crt")
        old = await asyncio.to_thread(handshake, address, "tls1_2", data_dir / "ca.crt")
    assert "Protocol version: TLSv1.3" in new
    assert "Verification: OK" in new
    assert "Protocol version" not in old
    assert ":error:" in old


def test_grpc_imported_without_the_setting_is_refused() -> None:
    code = "import os; os.environ.pop('GRPC_SSL_CIPHER_SUITES', 0); import grpc, reticent_server"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode != 0
    assert b"TLS 1.2 would be accepted" in done.stderr


def served(address: str, ca: Path) -> int:
    """Serial number of the certificate that a port serves."""
    host, _, port = address.rpartition(":")
    context = ssl.create_default_context(cafile=str(ca))
    with (
        socket.create_connection((host, int(port))) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        der = tls.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der).serial_number


@pytest.mark.e2e
@pytest.mark.enable_socket
async def test_a_renewed_certificate_is_served_without_a_restart(data_dir: Path) -> None:
    now = [time.time()]
    async with running(data_dir, clock=lambda: now[0]) as run:
        laptop = await run.laptop()
        certificate = run.server.certificate
        async with laptop.streaming() as stream:
            ports = ("enrolment", "console")
            ca = data_dir / "ca.crt"
            addresses = [run.server.addresses[port] for port in ports]
            before = [await asyncio.to_thread(served, address, ca) for address in addresses]
            assert not await certificate.renew_if_due()
            now[0] += (SERVER_DAYS * 2 / 3 + 1) * 86_400
            # From the clock's future, but back-dated: only 48 h of it are ahead of this machine.
            now_real = time.time()
            certificate._clock = lambda: now[0]
            run.services.ca._clock = lambda: now_real
            assert await certificate.renew_if_due()
            after = [await asyncio.to_thread(served, address, ca) for address in addresses]
            assert set(before).isdisjoint(after)
            assert len(set(after)) == 1
            await stream.send(1, batch())  # open streams go on
            await stream.acknowledged(1)


def test_the_certificate_is_made_anew_for_another_name_only(data_dir: Path) -> None:
    ca = load_keys(data_dir, clock=time.time).ca
    path = secrets_dir(data_dir) / "server.pem"

    def serial(*names: str) -> int:
        ServerCertificate(ca=ca, path=path, names=names, clock=time.time)
        assert path.stat().st_mode & 0o777 == 0o600
        return x509.load_pem_x509_certificate(path.read_bytes()).serial_number

    first = serial("localhost", "127.0.0.1")
    assert serial("localhost") == first
    other = serial("telemetry.example.com", "2001:db8::1")
    assert other != first
    path.write_bytes(b"damaged")
    assert serial("telemetry.example.com") != other


def test_a_key_that_others_could_read_serves_no_longer(data_dir: Path) -> None:
    ca, path = load_keys(data_dir, clock=time.time).ca, secrets_dir(data_dir) / "server.pem"

    def served_by() -> ServerCertificate:
        return ServerCertificate(ca=ca, path=path, names=["localhost"], clock=time.time)

    served_by()
    before = path.read_bytes()
    served_by()
    assert path.read_bytes() == before
    path.chmod(0o644)
    served_by()
    assert path.read_bytes() != before
    assert path.stat().st_mode & 0o777 == 0o600


async def test_whatever_is_wrong_with_a_key_the_next_minute_looks_again(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minding, "MINDER_S", 0.01)
    ca, health = load_keys(data_dir, clock=time.time).ca, Health()
    path = secrets_dir(data_dir) / "server.pem"
    certificate = ServerCertificate(ca=ca, path=path, names=["localhost"], clock=time.time)
    rounds = 0

    def reload() -> bool:
        nonlocal rounds
        rounds += 1
        if rounds < 3:
            raise UnsupportedAlgorithm("a curve of somebody's own")
        return False

    monkeypatch.setattr(ca, "reload", reload)
    config = ServerConfig(data_dir=data_dir)
    minder = asyncio.create_task(minding.mind(config, ca, certificate, health, time.time))
    async with asyncio.timeout(10):
        while not (health.notices or minder.done()):
            await asyncio.sleep(0.005)
        while (rounds < 4 or health.notices) and not minder.done():
            await asyncio.sleep(0.005)
    assert not minder.done()
    minder.cancel()


class Minded:
    """The minder of a server whose token fails by `error`, or does not answer while it may not."""

    def __init__(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.health, self.logged, self.rounds = Health(), list[str](), 0
        self.error: Exception | None = None
        self.may_answer, self.answers = threading.Event(), list[bool]()
        self.may_answer.set()
        ca = load_keys(data_dir, clock=time.time).ca
        path = secrets_dir(data_dir) / "server.pem"
        certificate = ServerCertificate(ca=ca, path=path, names=["localhost"], clock=time.time)

        def reload() -> bool:
            self.rounds += 1
            self.answers.append(self.may_answer.wait(5))
            if self.error is not None:
                raise self.error
            return False

        monkeypatch.setattr(minding, "MINDER_S", 0.01)
        monkeypatch.setattr(ca, "reload", reload)
        monkeypatch.setattr(minding._log, "error", lambda _, error: self.logged.append(str(error)))
        config = ServerConfig(data_dir=data_dir)
        self.task = asyncio.create_task(
            minding.mind(config, ca, certificate, self.health, time.time)
        )

    async def some_rounds(self) -> None:
        until = self.rounds + 3
        async with asyncio.timeout(10):
            while self.rounds < until:
                await asyncio.sleep(0.005)


async def test_another_error_is_logged_although_the_first_one_goes_on(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minded = Minded(data_dir, monkeypatch)
    minded.error = ServerError("the token does not answer")
    await minded.some_rounds()
    assert minded.logged == ["the token does not answer"]
    minded.error = ServerError("the PIN is wrong")
    await minded.some_rounds()
    assert minded.logged == ["the token does not answer", "the PIN is wrong"]
    assert minded.health.notices == {"certificates": "the PIN is wrong"}
    (secrets_dir(data_dir) / "server.pem").unlink()
    monkeypatch.setattr(ServerCertificate, "_make", full_disk)
    await minded.some_rounds()
    assert minded.logged[2:] == ["no room"]
    assert minded.health.notices == {"certificates": "the PIN is wrong. no room"}
    minded.error = None
    monkeypatch.undo()
    minded.task.cancel()


def full_disk(_: object) -> bytes:
    raise ServerError("no room")


async def test_a_slow_token_holds_nothing_else_up(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minded = Minded(data_dir, monkeypatch)
    minded.may_answer.clear()
    while minded.rounds == 0:
        await asyncio.sleep(0.005)
    minded.may_answer.set()  # by what goes on meanwhile
    await minded.some_rounds()
    minded.task.cancel()
    assert minded.answers
    assert all(minded.answers)
