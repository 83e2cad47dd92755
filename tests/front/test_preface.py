"""Whoever opens connections and says nothing takes neither long nor everybody's room."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from reticent_server.front.balanced import BalancedFront
from reticent_server.front.networks import Networks
from reticent_server.front.preface import Prefaces
from reticent_server.metrics import Metrics

pytestmark = pytest.mark.enable_socket

BALANCER = "127.0.0.2"
ASKS_AGAIN = bytes(11) + hashlib.sha256(b"HelloRetryRequest").digest()
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Front:
    """In front of a port that answers each word with a word; `inside` are its connections."""

    port: int
    metrics: Metrics
    inside: list[asyncio.StreamWriter]
    opened: list[asyncio.StreamWriter]

    async def connect(self, source: str, first: bytes = b"") -> Ends:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=(source, 0)
        )
        self.opened.append(writer)
        writer.write(first)
        return reader, writer

    def refused(self, why: str) -> int:
        text = self.metrics.render().decode()
        (line,) = (
            x
            for x in text.splitlines()
            if x.startswith("reticent_fronts_refused_total{") and f'"{why}"' in x
        )
        return int(float(line.split()[-1]))


@asynccontextmanager
async def front(*, listen: str = "127.0.0.1") -> AsyncIterator[Front]:
    metrics = Metrics()
    inside: list[Any] = []
    opened: list[Any] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside.append(writer)
        while said := await reader.read(1_024):
            writer.write(ASKS_AGAIN if said == b"another" else b"" if said == b"half" else b"word")
        writer.close()

    inner = await asyncio.start_server(serve, "127.0.0.1", 0)
    both = ":" in listen  # as `ports` makes it
    family = socket.AF_INET6 if both else socket.AF_INET
    outer = socket.create_server((listen, 0), family=family, dualstack_ipv6=both)
    made = BalancedFront(
        Networks([BALANCER]), refused=metrics.fronts_refused, passing=metrics.fronts_open
    )
    await made.start(outer, inner_port=inner.sockets[0].getsockname()[1])
    try:
        yield Front(outer.getsockname()[1], metrics, inside, opened)
    finally:
        for writer in (*opened, *inside):
            writer.close()
        await made.stop()
        inner.close()
        await inner.wait_closed()


async def hung_up(reader: asyncio.StreamReader) -> bytes:
    """What was said before the end, which is a reset where something was left unread."""
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b""


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("first", [b"", b"hello"], ids=["silent", "silent after a word"])
async def test_a_client_that_does_not_answer_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    monkeypatch.setattr("reticent_server.front.balanced.PROXY_PREFACE_S", 0.2)
    async with front() as here:
        reader, _ = await here.connect("127.0.0.1", first)
        assert await hung_up(reader) in (b"", b"word")
        assert here.refused("idle") == 1


@pytest.mark.parametrize("words", [(b"hello", b"half"), (b"another", b"hello", b"half")])
async def test_half_an_answer_is_none(
    monkeypatch: pytest.MonkeyPatch, words: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr("reticent_server.front.balanced.PROXY_PREFACE_S", 0.3)
    async with front() as here:
        reader, writer = await here.connect("127.0.0.1")
        for word in words:
            writer.write(word)
            if word != b"half":
                assert await asyncio.wait_for(reader.read(1_024), 5)
        assert await hung_up(reader) == b""
        assert here.refused("idle") == 1


async def test_a_client_that_answers_may_be_silent_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reticent_server.front.balanced.PROXY_PREFACE_S", 0.3)
    async with front() as here:
        reader, writer = await here.connect("127.0.0.1", b"hello")
        assert await reader.readexactly(4) == b"word"
        writer.write(b"answer")
        assert await reader.readexactly(4) == b"word"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(), 0.6)


@pytest.mark.parametrize(
    ("bound", "source", "idle", "other"),
    [
        ("PROXY_PREFACES_PER_ADDRESS_MAX", "127.0.0.3", b"", ("127.0.0.1", b"")),
        (
            "PROXY_PREFACES_PER_ADDRESS_MAX",
            BALANCER,
            b"PROXY TCP4 203.0.113.9 10.0.0.1 50000 7443\r\n",
            (BALANCER, b"PROXY TCP4 203.0.113.8 10.0.0.1 50000 7443\r\n"),
        ),
        ("PROXY_HEADERS_PER_BALANCER_MAX", BALANCER, b"PROXY ", ("127.0.0.1", b"")),
    ],
    ids=["of a client", "of a client behind a balancer", "of a balancer, without a header"],
)
async def test_idle_connections_of_one_address_are_bounded_and_others_still_come(
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
    source: str,
    idle: bytes,
    other: tuple[str, bytes],
) -> None:
    monkeypatch.setattr(f"reticent_server.front.balanced.{bound}", 2)
    async with front() as here:
        held = [await here.connect(source, idle) for _ in range(2)]
        await asyncio.sleep(0)
        if not idle.endswith(b" "):
            await until(lambda: len(here.inside) == 2)
        reader, _ = await here.connect(source, idle)
        assert await hung_up(reader) == b""
        assert here.refused("address") == 1
        reader, writer = await here.connect(*other)
        writer.write(b"hello")
        assert await asyncio.wait_for(reader.readexactly(4), 5) == b"word"
        before = len(here.inside)
        held[0][1].transport.abort()  # room again
        if not idle.endswith(b" "):
            async with asyncio.timeout(5):
                while len(here.inside) == before:
                    await here.connect(source, idle)
                    await asyncio.sleep(0.02)


async def test_a_customer_of_ipv6_is_one_whatever_address_of_his_network_he_takes() -> None:
    prefaces = Prefaces()

    def enter(address: str) -> bool:
        one = prefaces.enter(address, at_most=1, seconds=60, too_late=lambda: None)
        return one is not None

    assert enter("2001:db8:0:1::1")
    assert not enter("2001:db8:0:1:ffff::2%eth0")
    assert enter("2001:db8:0:2::1")
    assert enter("192.0.2.1")
    assert not enter("192.0.2.1")


async def test_clients_of_ipv4_are_told_apart_on_a_socket_for_both_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reticent_server.front.balanced.PROXY_PREFACES_PER_ADDRESS_MAX", 1)
    async with front(listen="::") as here:
        await here.connect("127.0.0.3")
        await until(lambda: len(here.inside) == 1)
        reader, _ = await here.connect("127.0.0.3")
        assert await hung_up(reader) == b""
        reader, writer = await here.connect("127.0.0.1")
        writer.write(b"hello")
        assert await asyncio.wait_for(reader.readexactly(4), 5) == b"word"
