"""This server's own certificate: made when missing or stale, renewed while running.

One certificate serves all three ports. gRPC asks for it at each handshake, the HTTPS context gets
it loaded again, so a renewal needs no restart and breaks no connection.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from reticent_server.ca.authority import SERVER_DAYS, CertificateAuthority
from reticent_server.ca.files import read_secret, write_secret
from reticent_server.ca.issuing import key_pem, pem_of
from reticent_server.log import Log

RENEW_WITH_DAYS_LEFT = SERVER_DAYS / 3

_log = Log("ca")


class ServerCertificate:
    """Key, certificate and chain in one PEM file, `secrets/server.pem`. Thread-safe."""

    def __init__(
        self,
        *,
        ca: CertificateAuthority,
        path: Path,
        names: Sequence[str],
        clock: Callable[[], float],
    ) -> None:
        self._ca = ca
        self._path = path
        self._names = tuple(names)
        self._clock = clock
        self._lock = threading.Lock()
        self._contexts: list[ssl.SSLContext] = []
        self._generation = self._loaded = 0
        self._pem = self._usable() or self._make()

    async def renew_if_due(self) -> bool:
        """Makes and puts in force a new certificate where a third of the old one's life is left.

        So it does where another key issues from now on. A token takes its time to sign, so that is
        in another thread; the HTTPS contexts are loaded in this one, where their handshakes are.
        Raises ServerError: the old one stays.
        """
        made = await asyncio.to_thread(self._make_if_due)
        if self._loaded != self._generation:
            for context in self._contexts:
                context.load_cert_chain(self._path)
            self._loaded = self._generation
        return made

    def grpc_credentials(self, *, ask_for_client_certificate: bool) -> grpc.ServerCredentials:
        """Credentials of a gRPC port. Client certificates must be this CA's where asked for."""
        served = self._generation

        def configuration() -> grpc.ServerCertificateConfiguration:
            roots = self._ca.issuers_pem if ask_for_client_certificate else None
            return grpc.ssl_server_certificate_configuration(
                [(self._key_pem(), self._chain_pem())], roots
            )

        def newer() -> grpc.ServerCertificateConfiguration | None:
            nonlocal served
            if served == self._generation:
                return None
            served = self._generation
            return configuration()

        return grpc.dynamic_ssl_server_credentials(
            configuration(),
            newer,  # type: ignore[arg-type] # None means "no change"; the stubs do not know it
            require_client_authentication=ask_for_client_certificate,
        )

    def https_context(self) -> ssl.SSLContext:
        """A context for the console and the API: TLS 1.3 only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["http/1.1"])
        with self._lock:
            context.load_cert_chain(self._path)
            self._contexts.append(context)
        return context

    def _make_if_due(self) -> bool:
        with self._lock:
            if self._usable() is not None:
                return False
            self._pem = self._make()
            self._generation += 1
        _log.info("server_certificate_renewed")
        return True

    def _key_pem(self) -> bytes:
        return self._pem[: self._pem.index(b"-----BEGIN CERTIFICATE-----")]

    def _chain_pem(self) -> bytes:
        return self._pem[self._pem.index(b"-----BEGIN CERTIFICATE-----") :]

    def _usable(self) -> bytes | None:
        """The file's content while it is this CA's, for these names, and long enough valid."""
        try:
            pem = read_secret(self._path)  # a key that others could read is replaced
            certificate = x509.load_pem_x509_certificate(pem)
            if not (
                self._ca.is_current_issuer_of(certificate) and pem.endswith(self._ca.chain_pem)
            ):
                raise ValueError("of another issuer")
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the file, a new one helps
            _log.info("server_certificate_not_usable", error=type(error).__name__)
            return None
        stated = {str(name.value) for name in names.value}
        left_s = certificate.not_valid_after_utc.timestamp() - self._clock()
        started = certificate.not_valid_before_utc <= datetime.fromtimestamp(self._clock(), UTC)
        as_long_as_may_be = certificate.not_valid_after_utc == self._ca.ends and left_s > 0
        long = left_s > RENEW_WITH_DAYS_LEFT * 86_400 or as_long_as_may_be
        return pem if set(self._names) <= stated and long and started else None

    def _make(self) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._ca.issue_server(key.public_key(), self._names)
        pem = key_pem(key) + pem_of([certificate]) + self._ca.chain_pem
        write_secret(self._path, pem)
        return pem
