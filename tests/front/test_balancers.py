"""Laptops behind a TCP balancer: real TLS and gRPC through a front that reads the PROXY header."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from reticent_server.config import ServerConfig
from reticent_server.front.balanced import BalancedFront
from reticent_server.front.networks import Networks
from reticent_server.metrics import Metrics
from support.running import ANY_PORTS, Running, batch, running
from support.telemetry_client import Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

BALANCER = "127.0.0.2"  # loopback too, and not where the test itself comes from
HEADER = b"PROXY TCP4 203.0.113.9 10.0.0.1 50000 7443\r\n"


@asynccontextmanager
async def behind(data_dir: Path) -> AsyncIterator[Running]:
    config = ServerConfig(data_dir=data_dir, ports=ANY_PORTS, balancers=(BALANCER,))
    async with running(data_dir, config=config) as run:
        yield run


@asynccontextmanager
async def balancer(run: Running, header: bytes, *, source: str = BALANCER) -> AsyncIterator[str]:
    """The address of a balancer that sends `header` before what its client sends."""
    port = int(run.server.addresses["telemetry"].rpartition(":")[2])
    tasks: list[asyncio.Task[None]] = []

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):
                while data := await reader.read(1 << 16):
                    writer.write(data)
                    await writer.drain()
        finally:
            writer.transport.abort()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(
            "127.0.0.1", port, local_addr=(source, 0)
        )
        up_writer.write(header)
        tasks.append(asyncio.create_task(copy(reader, up_writer)))
        tasks.append(asyncio.create_task(copy(up_reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"localhost:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def through(laptop: Laptop, address: str) -> Laptop:
    answer = type(laptop.answer)()
    answer.CopyFrom(laptop.answer)
    answer.telemetry_address = address
    return replace(laptop, answer=answer)


def addresses(run: Running) -> list[str]:
    return [connection.address for connection in run.services.ingest.live]


def refused(run: Running) -> str:
    lines = run.services.metrics.render().decode().splitlines()
    found = [line for line in lines if line.startswith("reticent_fronts_refused_total{")]
    return found[0].split()[-1] if found else "0.0"


def open_connections(run: Running) -> str:
    lines = run.services.metrics.render().decode().splitlines()
    (found,) = (line for line in lines if line.startswith("reticent_fronts_open "))
    return found.split()[-1]


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (HEADER, "203.0.113.9"),
        (b"PROXY TCP6 2001:db8::9 2001:db8::1 50000 7443\r\n", "2001:db8::9"),
        (
            bytes.fromhex("0D0A0D0A000D0A515549540A 21 11 000C CB007109 0A000001 C350 1D13"),
            "203.0.113.9",
        ),
        (b"PROXY UNKNOWN\r\n", BALANCER),
    ],
)
async def test_the_address_that_the_balancer_names_is_the_laptops(
    data_dir: Path, header: bytes, client: str
) -> None:
    async with behind(data_dir) as run, balancer(run, header) as address:
        laptop = through(await run.laptop(), address)
        async with laptop.streaming() as stream:
            assert addresses(run) == [client]
            await stream.send(1, batch())
            await stream.acknowledged(1)
        (row,) = run.events.from_server
        (column,) = (c for c in row.tables[0].columns if c.field == "wan_address")
        prefix = client.rpartition(".")[0] or "2001:db8"
        assert str((column.dictionary or [""])[0]).startswith(prefix)


async def test_whoever_is_no_balancer_is_who_the_socket_says(data_dir: Path) -> None:
    async with behind(data_dir) as run, (await run.laptop()).streaming():
        assert addresses(run) == ["127.0.0.1"]


async def test_a_header_from_elsewhere_is_not_read(data_dir: Path) -> None:
    async with behind(data_dir) as run, balancer(run, HEADER, source="127.0.0.3") as address:
        laptop = through(await run.laptop(), address)
        with pytest.raises(grpc.aio.AioRpcError):  # TLS begins otherwise
            async with laptop.streaming():
                pass
        assert addresses(run) == []


@pytest.mark.parametrize(
    "header", [b"", HEADER.replace(b"TCP4", b"TCP9"), b"PROXY " + b"x" * 5_000]
)
async def test_a_balancer_without_a_good_header_is_hung_up_on(
    data_dir: Path, header: bytes
) -> None:
    async with behind(data_dir) as run, balancer(run, header) as address:
        laptop = through(await run.laptop(), address)
        with pytest.raises(grpc.aio.AioRpcError):
            async with laptop.streaming():
                pass
        assert float(refused(run)) >= 1


async def test_a_balancer_that_says_nothing_is_hung_up_on_in_time(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.front.balanced.PROXY_HEADER_S", 0.2)
    async with behind(data_dir) as run:
        port = int(run.server.addresses["telemetry"].rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(BALANCER, 0))
        writer.write(HEADER[:10])
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        assert refused(run) == "1.0"


async def test_a_stream_that_breaks_off_leaves_nothing_behind(data_dir: Path) -> None:
    async with behind(data_dir) as run, balancer(run, HEADER) as address:
        laptop = through(await run.laptop(), address)
        for _ in range(3):
            async with laptop.streaming():
                pass
        async with asyncio.timeout(10):
            while open_connections(run) != "0.0":
                await asyncio.sleep(0.05)


async def test_another_program_of_the_server_is_not_taken_for_a_client_of_the_front() -> None:
    """It may come from the port that the front has, at another address of loopback."""
    metrics = Metrics()
    front = BalancedFront(
        Networks([BALANCER]), refused=metrics.fronts_refused, passing=metrics.fronts_open
    )
    inner_ports: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_ports.append(writer.get_extra_info("peername")[1])
        await reader.read()
        writer.close()

    inner = await asyncio.start_server(serve, "127.0.0.1", 0)
    outer = socket.create_server(("127.0.0.1", 0))
    await front.start(outer, inner_port=inner.sockets[0].getsockname()[1])
    _, writer = await asyncio.open_connection(
        "127.0.0.1", outer.getsockname()[1], local_addr=(BALANCER, 0)
    )
    writer.write(HEADER)
    while not inner_ports:
        await asyncio.sleep(0.01)
    assert front.peer_address(f"ipv4:127.0.0.1:{inner_ports[0]}") == "203.0.113.9"
    assert front.peer_address(f"ipv4:127.0.0.3:{inner_ports[0]}") == "127.0.0.3"
    writer.close()
    await writer.wait_closed()
    await front.stop()
    inner.close()
    await inner.wait_closed()
