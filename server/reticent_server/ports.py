"""The three ports: bound when made (so that port 0 is known early), serving after `start`."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from concurrent.futures import Executor

import grpc
import uvicorn
from reticent_contract import limits
from reticent_contract.v1 import enrolment_pb2_grpc, telemetry_pb2_grpc

from reticent_server.ca.authority import CertificateAuthority
from reticent_server.ca.server_certificate import ServerCertificate
from reticent_server.config import ServerConfig, host_port
from reticent_server.enrolment.returning import ReturnService
from reticent_server.enrolment.service import EnrolmentService
from reticent_server.enrolment.servicer import EnrolmentServicer
from reticent_server.errors import ConfigError
from reticent_server.front.balanced import INNER_HOST, BalancedFront
from reticent_server.front.forwarded import Forwarded
from reticent_server.front.networks import Networks
from reticent_server.front.patience import patient
from reticent_server.ingest.service import IngestService
from reticent_server.ingest.servicer import TelemetryServicer
from reticent_server.limits import (
    GRPC_CONNECTIONS_MAX,
    GRPC_ENROLMENT_S,
    GRPC_HANDSHAKE_S,
    GRPC_IDLE_S,
    TLS_RECORD_BYTES_MAX,
)
from reticent_server.metrics import Metrics
from reticent_server.peer import PeerAddress, address_of
from reticent_server.policies.service import PolicyService
from reticent_server.services import Services

_CALL_GRACE_S = 0.5  # for what is left when the streams have ended
_HTTP_GRACE_S = 1
_BACKLOG = 1_024
_OPTIONS = (
    ("grpc.so_reuseport", 0),  # two servers on one port would each get half of the laptops
    ("grpc.max_receive_message_length", limits.MESSAGE_BYTES_MAX),
    ("grpc.max_metadata_size", 16 << 10),
    ("grpc.max_connection_age_grace_ms", 5_000),
    # A laptop that vanished is noticed; one on battery is not woken more often than it allows.
    ("grpc.keepalive_time_ms", int(limits.KEEPALIVE_S * 1_000)),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.min_ping_interval_without_data_ms", int(limits.KEEPALIVE_S * 500)),
    ("grpc.max_concurrent_streams", 16),  # of one connection
    ("grpc.tsi.max_frame_size", TLS_RECORD_BYTES_MAX),
    # Whoever opens a connection and brings nothing on it does not keep it, nor all the memory.
    ("grpc.max_allowed_incoming_connections", GRPC_CONNECTIONS_MAX),
    ("grpc.server_handshake_timeout_ms", int(GRPC_HANDSHAKE_S * 1_000)),
    ("grpc.max_connection_idle_ms", int(GRPC_IDLE_S * 1_000)),
)
# Here anybody may come, and half a request is a call.
_ENROLMENT_OPTIONS = (*_OPTIONS, ("grpc.max_connection_age_ms", int(GRPC_ENROLMENT_S * 1_000)))


class TelemetryPort:
    """gRPC with client certificates of this server's CA."""

    def __init__(
        self,
        config: ServerConfig,
        ingest: IngestService,
        certificate: ServerCertificate,
        metrics: Metrics,
    ) -> None:
        self._server = grpc.aio.server(options=_OPTIONS)
        self._door = _Door(config, config.ports.telemetry, "telemetry", metrics)
        telemetry_pb2_grpc.add_TelemetryServiceServicer_to_server(
            TelemetryServicer(ingest, peer_address=self._door.peer_address), self._server
        )
        credentials = certificate.grpc_credentials(ask_for_client_certificate=True)
        self.port = self._door.bind(self._server, credentials)

    async def start(self) -> None:
        await self._server.start()
        await self._door.open()

    async def stop(self) -> None:
        await self._server.stop(_CALL_GRACE_S)
        await self._door.close()


class EnrolmentPort:
    """gRPC without client certificates: whoever comes has none yet."""

    def __init__(
        self,
        config: ServerConfig,
        service: EnrolmentService,
        returns: ReturnService,
        certificate: ServerCertificate,
        *,
        executor: Executor,
        ca: CertificateAuthority,
        policies: PolicyService,
        telemetry_address: str,
        metrics: Metrics,
    ) -> None:
        self._server = grpc.aio.server(options=_ENROLMENT_OPTIONS)
        self._door = _Door(config, config.ports.enrolment, "enrolment", metrics)
        enrolment_pb2_grpc.add_EnrolmentServiceServicer_to_server(
            EnrolmentServicer(
                service,
                returns,
                executor=executor,
                ca=ca,
                policy_public_key=policies.public_key,
                policy_of=lambda enrolled: (
                    policies.lineup(enrolled.group)
                    .of(enrolled.device_id, runs=enrolled.policy_sha256)
                    .signed
                ),
                telemetry_address=lambda: telemetry_address,
                peer_address=self._door.peer_address,
            ),
            self._server,
        )
        credentials = certificate.grpc_credentials(ask_for_client_certificate=False)
        self.port = self._door.bind(self._server, credentials)

    async def start(self) -> None:
        await self._server.start()
        await self._door.open()

    async def stop(self) -> None:
        await self._server.stop(_CALL_GRACE_S)
        await self._door.close()


class HttpsPort:
    """The console and the API, by uvicorn in this event loop."""

    def __init__(self, config: ServerConfig, certificate: ServerCertificate) -> None:
        self._certificate = certificate
        self._trusted = Networks(config.trusted_proxies)
        self._socket = _listening(config, config.ports.console, "console")
        self._server: _EmbeddedServer | None = None
        self._serving: asyncio.Task[None] | None = None
        self.port: int = self._socket.getsockname()[1]

    async def start(self, services: Services) -> None:
        # Imported here: the application is large, and whoever only tests ingest has no use for it.
        from reticent_server.http.app import create_app

        context = self._certificate.https_context()
        self._server = _EmbeddedServer(
            uvicorn.Config(
                Forwarded(create_app(services), trusted=self._trusted),
                ssl_context_factory=lambda _config, _default: context,
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                ws="none",
                http=patient(self._trusted),
                timeout_graceful_shutdown=_HTTP_GRACE_S,
            )
        )
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            if self._serving.done():
                await self._serving
                raise ConfigError("the console's port could not be served; see the log")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_HTTP_GRACE_S + 0.5):
                    await self._serving
        self._socket.close()


class _EmbeddedServer(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to whoever runs the process."""
        yield


class _Door:
    """What a gRPC port listens on: itself, or behind a front that takes the PROXY header off."""

    def __init__(self, config: ServerConfig, port: int, name: str, metrics: Metrics) -> None:
        self._config, self._port, self._name = config, port, name
        self._inner_port = 0
        self._socket: socket.socket | None = None
        balancers = Networks(config.balancers)
        front = BalancedFront(
            balancers, refused=metrics.fronts_refused, passing=metrics.fronts_open
        )
        self._front = front if balancers else None
        self.peer_address: PeerAddress = self._front.peer_address if self._front else address_of

    def bind(self, server: grpc.aio.Server, credentials: grpc.ServerCredentials) -> int:
        """The port that clients use. Raises ConfigError where it is taken."""
        outer = host_port(self._config.listen, self._port)
        if self._front is not None:
            self._socket = _listening(self._config, self._port, self._name)
            outer = host_port(INNER_HOST, 0)
        else:
            # Tried first: what gRPC cannot bind its core tells on standard error in its own form.
            _listening(self._config, self._port, self._name).close()
        try:
            self._inner_port = server.add_secure_port(outer, credentials)
        except RuntimeError as error:
            raise _taken(self._config, self._port, self._name) from error
        return self._inner_port if self._socket is None else int(self._socket.getsockname()[1])

    async def open(self) -> None:
        if self._front is not None and self._socket is not None:
            await self._front.start(self._socket, inner_port=self._inner_port)

    async def close(self) -> None:
        if self._front is not None:
            await self._front.stop()
        if self._socket is not None:
            self._socket.close()


def _listening(config: ServerConfig, port: int, name: str) -> socket.socket:
    """Raises ConfigError."""
    family = socket.AF_INET6 if ":" in config.listen else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((config.listen, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise _taken(config, port, name) from error
    return listening


def _taken(config: ServerConfig, port: int, name: str) -> ConfigError:
    return ConfigError(
        f"configuration key ports.{name}: {host_port(config.listen, port)} cannot be listened on "
        "(taken, or not an address of this machine); the server was not started; choose another "
        "port, or 0 for any free one"
    )
