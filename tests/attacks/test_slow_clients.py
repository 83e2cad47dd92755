"""Slowloris on the three ports: whoever says little keeps a connection for a bounded time only.

With times of tests; those that hold are in `limits.py`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from reticent_server import ports
from reticent_server.front import patience
from support.running import Running, running
from support.telemetry_client import key_pem, pem

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

SECONDS = 0.5
CONNECTIONS = 8
SHORT = {
    "grpc.max_allowed_incoming_connections": CONNECTIONS,
    "grpc.server_handshake_timeout_ms": 500,
    "grpc.max_connection_idle_ms": 500,
    "grpc.max_connection_age_ms": 500,
    "grpc.max_connection_age_grace_ms": 200,
}
# HTTP/2's preface and empty settings, and nothing after.
HTTP_2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
HEAD = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def impatient(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    for name in ("_OPTIONS", "_ENROLMENT_OPTIONS"):
        options = [(key, SHORT.get(key, value)) for key, value in getattr(ports, name)]
        monkeypatch.setattr(ports, name, options)
    monkeypatch.setattr(patience, "_SECONDS", {"head": SECONDS, "body": SECONDS})
    monkeypatch.setattr(patience, "HTTP_STALL_S", SECONDS)
    monkeypatch.setattr(patience, "HTTP_WAITING_PER_ADDRESS_MAX", 4)
    async with running(data_dir) as run:
        yield run


async def connect(run: Running, port: str, *, certificate: Path | None = None) -> Ends:
    host, _, number = run.server.addresses[port].rpartition(":")
    context = ssl.create_default_context(cafile=str(run.data_dir / "ca.crt"))
    if port != "console":
        context.set_alpn_protocols(["h2"])
    if certificate is not None:
        context.load_cert_chain(certificate)
    return await asyncio.open_connection(host, int(number), ssl=context, server_hostname=host)


async def hung_up(ends: Ends) -> float:
    """How long until the server ends it."""
    reader, writer = ends
    began = time.monotonic()
    try:
        async with asyncio.timeout(10):
            while await reader.read(65_536):
                pass
    except ConnectionError:
        pass
    writer.transport.abort()
    return time.monotonic() - began


async def test_half_a_request_to_the_console_is_not_waited_for(impatient: Running) -> None:
    for said in (
        b"",
        HEAD,  # and no end of it
        HEAD + b"Content-Length: 100\r\n\r\n{",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ):
        ends = await connect(impatient, "console")
        ends[1].write(said)
        assert SECONDS * 0.8 < await hung_up(ends) < SECONDS * 10, said


async def test_a_byte_now_and_then_buys_no_time(impatient: Running) -> None:
    ends = await connect(impatient, "console")

    async def drip() -> None:
        for byte in HEAD * 100:
            ends[1].write(bytes([byte]))
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    assert await hung_up(ends) < SECONDS * 6
    dripping.cancel()


async def test_waiting_connections_of_one_address_are_bounded(
    impatient: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_SECONDS", {"head": 20.0, "body": 20.0})
    several = [await connect(impatient, "console") for _ in range(4)]
    assert await hung_up(await connect(impatient, "console")) < 8
    for _, writer in several:
        writer.transport.abort()
    async with asyncio.timeout(8):
        while not await answers(impatient):  # the room is free again
            await asyncio.sleep(0.05)


async def answers(run: Running) -> bool:
    reader, writer = await connect(run, "console")
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    try:
        return b"200" in await reader.readline()
    except ConnectionError:
        return False
    finally:
        writer.transport.abort()


async def test_who_is_only_idle_between_requests_is_not_cut_off(impatient: Running) -> None:
    reader, writer = await connect(impatient, "console")
    for _ in range(2):
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"200" in head.splitlines()[0]
        await asyncio.sleep(SECONDS * 1.5)
        await reader.read(4_096)
    writer.transport.abort()


async def test_who_does_not_read_the_answer_is_cut_off(impatient: Running) -> None:
    """What was asked for comes only in part: the server gave up."""
    host, _, number = impatient.server.addresses["console"].rpartition(":")
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, (host, int(number)))
    context = ssl.create_default_context(cafile=str(impatient.data_dir / "ca.crt"))
    reader, writer = await asyncio.open_connection(
        sock=plain, ssl=context, server_hostname=host, limit=1_024
    )
    asked, answer = 100, b"HTTP/1.1 200 OK"
    for _ in range(asked):  # far more than the buffers on the way hold
        writer.write(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
    await asyncio.sleep(SECONDS * 6)
    got = b""
    try:
        async with asyncio.timeout(20):
            while data := await reader.read(1 << 20):
                got += data
    except (ConnectionError, ssl.SSLError):
        pass
    assert got.startswith(answer)
    assert got.count(answer) < asked
    writer.transport.abort()


async def test_a_connection_without_a_call_ends_on_both_grpc_ports(
    impatient: Running, tmp_path: Path
) -> None:
    laptop = await impatient.laptop()
    certificate = tmp_path / "laptop.pem"
    certificate.write_bytes(pem(laptop.certificate_der) + key_pem(laptop.key))
    for port, shown in (("enrolment", None), ("telemetry", certificate)):
        for said in (b"", HTTP_2[:10], HTTP_2):
            ends = await connect(impatient, port, certificate=shown)
            ends[1].write(said)
            assert await hung_up(ends) < 5, (port, len(said))


async def test_half_open_handshakes_are_bounded_in_number_on_both_grpc_ports(
    impatient: Running,
) -> None:
    """The rest is hung up on at once; the room comes back with the end of the handshakes."""
    for port in ("enrolment", "telemetry") * 2:
        host, _, number = impatient.server.addresses[port].rpartition(":")
        ends = [await asyncio.open_connection(host, int(number)) for _ in range(CONNECTIONS + 2)]
        took = sorted(await asyncio.gather(*map(hung_up, ends)))
        assert took[1] < SECONDS * 0.8 < took[2], port


async def test_half_a_call_to_the_enrolment_port_ends(impatient: Running) -> None:
    laptop = await impatient.laptop()
    credentials = grpc.ssl_channel_credentials(pem(laptop.answer.ca_certificates_der[0]))
    address = impatient.server.addresses["enrolment"]
    async with grpc.aio.secure_channel(address, credentials) as channel:
        method = "/reticent_contract.v1.EnrolmentService/Enrol"
        call: Any = channel.stream_unary(method)()  # its one message never comes
        with pytest.raises(grpc.aio.AioRpcError):
            async with asyncio.timeout(10):
                await call


async def test_strangers_write_no_lines_of_the_log(
    impatient: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither by what is no HTTP, nor by enrolments beyond what their address may try; of what is
    HTTP and refused there is one line a minute, however often."""
    asking = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: y\r\n\r\n"
    for said in (b"\x00\x01\r\n\r\n", asking, asking, asking):
        ends = await connect(impatient, "console")
        ends[1].write(said + b"\r\n")
        await hung_up(ends)
    tries = impatient.services.enrolment._limits
    tries.let_try = lambda address: False  # type: ignore[method-assign]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await impatient.laptop()
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    # A server has no access log; within this process another test's library may have turned it on.
    lines = [record for record in caplog.records if record.name != "uvicorn.access"]
    assert [record.message for record in lines] == ["request_refused"]
