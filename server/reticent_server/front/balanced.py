"""A listener before a gRPC port, which takes the PROXY header that gRPC cannot read off.

Enters: TCP connections. Leaves: the same bytes, without the header, on a connection to the inner
port on loopback; and for that connection's port, who the client is. Must hold: the client is known
before its first byte is passed on; a balancer that sends no good header in time is hung up on;
whoever does not come from a balancer's network is who their socket says, and sends no header; idle
connections are bounded by address and time (`preface`).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from prometheus_client import Counter, Gauge

from reticent_server.front.networks import Networks
from reticent_server.front.preface import Preface, Prefaces
from reticent_server.front.proxy_header import ProxyHeaderError, read_proxy_header
from reticent_server.limits import (
    GRPC_CONNECTIONS_MAX,
    PROXY_CONNECT_S,
    PROXY_HEADER_S,
    PROXY_HEADERS_PER_BALANCER_MAX,
    PROXY_PREFACE_S,
    PROXY_PREFACES_PER_ADDRESS_MAX,
)
from reticent_server.log import Log
from reticent_server.peer import address_of, port_of

INNER_HOST = "127.0.0.1"
_CHUNK_BYTES = 64 << 10
_log = Log("front")


class BalancedFront:
    """`peer_address` stands in for `peer.address_of` on the inner port."""

    def __init__(self, balancers: Networks, *, refused: Counter, passing: Gauge) -> None:
        self._balancers = balancers
        self._passing = passing
        self._refused = refused
        self._clients: dict[int, str] = {}  # by the inner connection's own port
        self._headers, self._prefaces = Prefaces(), Prefaces()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._inner_port = 0

    def peer_address(self, peer: str) -> str:
        """Whose connection gRPC's `peer` is. One that this front did not make is who it says."""
        address = address_of(peer)
        if address != INNER_HOST:  # this front comes from no other address of loopback
            return address
        return self._clients.get(port_of(peer), address)

    async def start(self, listening: socket.socket, *, inner_port: int) -> None:
        self._inner_port = inner_port
        self._server = await asyncio.start_server(
            self._serve, sock=listening, limit=_CHUNK_BYTES, backlog=1_024
        )

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            if len(self._tasks) > GRPC_CONNECTIONS_MAX:
                self._refused.labels("full").inc()
                return
            client = await self._client(reader, writer)
            if client is not None:
                await self._pass_on(client, reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()  # the server stops; what the streams had to say is said
        except OSError:
            pass  # one side is gone, and so is the other in a moment
        finally:
            writer.close()

    async def _client(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str | None:
        """Where from; None where the connection is to be closed."""
        seen = str(writer.get_extra_info("peername")[0])
        if seen not in self._balancers:
            return seen
        waiting = self._headers.enter(
            seen,
            at_most=PROXY_HEADERS_PER_BALANCER_MAX,
            seconds=PROXY_HEADER_S,
            too_late=lambda: None,  # the timeout below
        )
        if waiting is None:
            self._refused.labels("address").inc()
            return None
        try:
            async with asyncio.timeout(PROXY_HEADER_S):
                return await read_proxy_header(reader) or seen
        except TimeoutError:
            problem = f"no whole header within {PROXY_HEADER_S:.0f} s"
        except ProxyHeaderError as error:
            problem = str(error)
        finally:
            waiting.leave()
        self._refused.labels("header").inc()
        _log.warning("balancer_refused", problem=problem, address=seen)
        return None

    async def _pass_on(
        self, client: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        def too_late() -> None:
            self._refused.labels("idle").inc()
            writer.transport.abort()

        of_balancer = client in self._balancers  # it speaks for itself, or for clients it hides
        preface = self._prefaces.enter(
            client,
            at_most=PROXY_HEADERS_PER_BALANCER_MAX
            if of_balancer
            else PROXY_PREFACES_PER_ADDRESS_MAX,
            seconds=PROXY_PREFACE_S,
            too_late=too_late,
        )
        if preface is None:
            self._refused.labels("address").inc()
            return
        try:
            await self._to_inner(client, reader, writer, preface)
        finally:
            preface.leave()

    async def _to_inner(
        self,
        client: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        preface: Preface,
    ) -> None:
        async with asyncio.timeout(PROXY_CONNECT_S):
            inner_reader, inner_writer = await asyncio.open_connection(
                INNER_HOST, self._inner_port, limit=_CHUNK_BYTES
            )
        port = inner_writer.get_extra_info("sockname")[1]
        self._clients[port] = client
        self._passing.inc()
        try:
            await _until_the_server_ends((reader, writer), (inner_reader, inner_writer), preface)
        finally:
            self._passing.dec()
            del self._clients[port]
            inner_writer.close()


async def _until_the_server_ends(
    client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    inner: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    preface: Preface,
) -> None:
    """gRPC notices by its pings that a client has vanished; then this ends as well."""
    upward = asyncio.create_task(_copy(client[0], inner[1], preface.client_said))

    def hang_up(ended: asyncio.Task[None]) -> None:
        if ended.cancelled() or ended.exception() is not None:
            inner[1].transport.abort()

    upward.add_done_callback(hang_up)
    try:
        await _copy(inner[0], client[1], preface.server_said)
    finally:
        upward.cancel()
        await asyncio.gather(upward, return_exceptions=True)


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: Callable[[bytes], None]
) -> None:
    while data := await reader.read(_CHUNK_BYTES):
        said(data)
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
