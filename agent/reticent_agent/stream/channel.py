"""gRPC channels: TLS 1.3, the pinned CA, the proxy. The only place that opens connections."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reticent_contract import limits

from reticent_agent.config import NO_PROXY

if TYPE_CHECKING:
    import grpc.aio

    from reticent_agent.keepers.tpm.private_key import HandshakeSigner

_KEEPALIVE_ANSWER_S = 20
# The second: of a CA that has the name of a trusted one, and another key.
_DISTRUST = ("CERTIFICATE_VERIFY_FAILED", "certificate signature failure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to connect and whom to trust. PEM; `certificate` and its key only for mutual TLS.

    The key is `key`, or is in a TPM that `sign` asks.
    """

    address: str  # "host:port"; the server's certificate must name this host
    ca: bytes = field(repr=False)
    key: bytes | None = field(default=None, repr=False)
    sign: HandshakeSigner | None = field(default=None, repr=False)
    certificate: bytes | None = field(default=None, repr=False)
    proxy: str | None = None  # "http://host:port", "none", or None: from the environment


def open_channel(endpoint: Endpoint) -> grpc.aio.Channel:
    """A new channel; connects with the first call. gRPC's own retries are off: ours have jitter."""
    adopt_proxy_environment()
    import grpc.aio  # late: gRPC is a third of the agent's memory, and `status` does without

    options: list[tuple[str, int | str]] = [
        ("grpc.max_receive_message_length", limits.MESSAGE_BYTES_MAX),
        ("grpc.max_send_message_length", limits.MESSAGE_BYTES_MAX),
        ("grpc.keepalive_time_ms", int(limits.KEEPALIVE_S * 1000)),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_ANSWER_S * 1000),
        ("grpc.keepalive_permit_without_calls", 0),
        ("grpc.http2.max_pings_without_data", 0),  # unlimited: KEEPALIVE_S is the bound
        ("grpc.enable_retries", 0),
        ("grpc.use_local_subchannel_pool", 1),  # a new channel is a new connection, at once
        ("grpc.primary_user_agent", "reticent-agent"),
    ]
    if endpoint.proxy == NO_PROXY:
        options.append(("grpc.enable_http_proxy", 0))
    elif endpoint.proxy is not None:
        options.append(("grpc.http_proxy", endpoint.proxy))
    return grpc.aio.secure_channel(endpoint.address, _credentials(endpoint), options=options)


def is_distrust(details: str | None) -> bool:
    """Whether a call ended because the server's certificate is of no CA that is trusted here.

    By the words of gRPC's TLS library (BoringSSL): its status has no other sign of it.
    """
    return any(words in (details or "") for words in _DISTRUST)


def _credentials(endpoint: Endpoint) -> grpc.ChannelCredentials:
    import grpc

    if endpoint.sign is None or endpoint.certificate is None:
        return grpc.ssl_channel_credentials(
            root_certificates=endpoint.ca,
            private_key=endpoint.key,
            certificate_chain=endpoint.certificate,
        )
    from grpc import experimental

    with warnings.catch_warnings():  # that it may change is known: see DECISIONS.md
        warnings.simplefilter("ignore", experimental.ExperimentalApiWarning)
        credentials: grpc.ChannelCredentials = (
            experimental.ssl_channel_credentials_with_custom_signer(
                private_key_sign_fn=endpoint.sign,
                root_certificates=endpoint.ca,
                certificate_chain=endpoint.certificate,
            )
        )
    return credentials


def adopt_proxy_environment() -> None:
    """gRPC reads the lower-case names only; people write HTTPS_PROXY as well."""
    for name in ("https_proxy", "no_proxy"):
        upper = os.environ.get(name.upper())
        if upper is not None and name not in os.environ:
            os.environ[name] = upper
