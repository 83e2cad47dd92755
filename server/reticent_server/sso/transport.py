"""HTTPS to the provider, within bounds: one connection's bytes, no redirect, no proxy, no cookie.

A provider is foreign: its answers are cut off at BODY_BYTES_MAX whatever length they declare, and
one that is compressed is refused, because its length would say nothing.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2

from reticent_server.errors import ConfigError
from reticent_server.sso import settings
from reticent_server.sso.errors import ProviderError


class BoundedTransport(httpx2.AsyncBaseTransport):
    def __init__(self, context: ssl.SSLContext) -> None:
        self._inner = httpx2.AsyncHTTPTransport(verify=context, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise ProviderError("the provider's answer is compressed, which was not asked for")
        stream = response.stream
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise ProviderError("the provider's answer has no body")
        return httpx2.Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=_Bounded(stream),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._inner:
            read += len(part)
            if read > settings.BODY_BYTES_MAX:
                raise ProviderError("the provider's answer is too large")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


def context_of(ca_file: Path | None) -> ssl.SSLContext:
    """Who may have signed the provider's certificate: the operating system's list, or the file's.

    Raises ConfigError.
    """
    if ca_file is None:
        return httpx2.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError):
        raise ConfigError(
            f"configuration key oidc.ca_file: {ca_file} holds no certificates that can be read; "
            "the server was not started; name a PEM file"
        ) from None
