"""Speaks to the provider: its documents, kept for an hour, and codes for tokens.

All of one call has CALL_S, and a provider that failed is not asked again for FAILED_S, so that one
that hangs takes neither the server's time nor its connections. A key that is not known makes the
key set be fetched anew, at most once in KEYS_AGAIN_S: keys are changed, and tokens are forged.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from reticent_server.config_oidc import OidcConfig
from reticent_server.sso import settings
from reticent_server.sso.attempts import Attempt
from reticent_server.sso.documents import Endpoints, discovery_address, endpoints_of, keys_of
from reticent_server.sso.errors import DeclinedError, ProviderError, TokenError
from reticent_server.sso.id_token import Key, Person, UnknownKeyError, header_of, pick_key, verify
from reticent_server.sso.transport import BoundedTransport, context_of


class Provider:
    """`secret`: of the client; None for a public one. Belongs to one event loop."""

    def __init__(
        self,
        oidc: OidcConfig,
        *,
        secret: str | None,
        redirect_uri: str,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._oidc = oidc
        self._secret = secret
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._monotonic = monotonic
        self._context = context_of(oidc.ca_file)
        self._fetching = anyio.Lock()
        self._places = anyio.CapacityLimiter(settings.CALLS_AT_ONCE)
        self._endpoints: Endpoints | None = None
        self._keys: tuple[Key, ...] = ()
        self._fetched_at = self._keys_at = self._failed_at = float("-inf")

    async def address(self, attempt: Attempt) -> str:
        """Where the browser goes to log on. Raises ProviderError."""
        endpoints = await self._documents()
        async with self._client(endpoints) as client:
            address, _ = client.create_authorization_url(
                endpoints.authorization,
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(address)

    async def end_session_address(self) -> tuple[str, str] | None:
        """Where a browser is logged off there, and our client ID; None where there is no such
        place, or it cannot be found out now."""
        try:
            endpoints = await self._documents()
        except ProviderError:
            return None
        return (endpoints.end_session, self._oidc.client_id) if endpoints.end_session else None

    async def check_issuer(self, said: str | None) -> None:
        """RFC 9207: another provider's answer is none to our question. Raises TokenError."""
        endpoints = await self._documents()
        if said is None and not endpoints.says_issuer:
            return
        if said != self._oidc.issuer:
            raise TokenError("the way back names another issuer")

    async def redeem(self, code: str, attempt: Attempt) -> Person:
        """The person for whom the provider gave this code. Raises SsoError."""
        endpoints = await self._documents()
        async with self._call(), self._client(endpoints) as client:
            try:
                answer = await client.fetch_token(
                    endpoints.token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                    redirect_uri=self._redirect_uri,
                )
            except AuthlibBaseError:
                raise DeclinedError("the provider does not take the code") from None
        token, access = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            raise TokenError("the provider gave no ID token")
        await self._know_key(token)
        return verify(
            token,
            keys=self._keys,
            oidc=self._oidc,
            nonce=attempt.nonce,
            access_token=access if isinstance(access, str) else None,
            now_s=self._clock(),
        )

    async def _know_key(self, token: str) -> None:
        """Fetches the keys anew where the token names one that is not known, and it is time."""
        header = header_of(token)
        try:
            pick_key(header, self._keys)
        except UnknownKeyError:
            async with self._fetching:
                if self._endpoints and self._monotonic() - self._keys_at >= settings.KEYS_AGAIN_S:
                    await self._fetch_keys(self._endpoints)

    async def _documents(self) -> Endpoints:
        async with self._fetching:
            now = self._monotonic()
            if self._endpoints and now - self._fetched_at < settings.KEEP_DOCUMENTS_S:
                return self._endpoints
            if now - self._failed_at < settings.FAILED_S:
                raise ProviderError("the provider failed a moment ago")
            try:
                document = await self._get(discovery_address(self._oidc))
                endpoints = endpoints_of(document, self._oidc)
                await self._fetch_keys(endpoints)
            except ProviderError:
                self._failed_at = self._monotonic()
                raise
            self._endpoints, self._fetched_at = endpoints, self._monotonic()
            return endpoints

    async def _fetch_keys(self, endpoints: Endpoints) -> None:
        self._keys_at = self._monotonic()  # also where it fails: the next try waits
        self._keys = keys_of(await self._get(endpoints.keys))

    async def _get(self, address: str) -> object:
        async with self._call(), httpx2.AsyncClient(**self._options()) as client:
            answer = await client.get(address, headers={"Accept": "application/json"})
        if answer.status_code != 200:
            raise ProviderError(f"the provider answered {answer.status_code} for its documents")
        try:
            return json.loads(answer.content)
        except (ValueError, RecursionError):
            raise ProviderError("the provider's documents are no JSON") from None

    def _client(self, endpoints: Endpoints) -> AsyncOAuth2Client:
        way = "client_secret_post" if endpoints.secret_in_body else "client_secret_basic"
        return AsyncOAuth2Client(
            client_id=self._oidc.client_id,
            client_secret=self._secret,
            token_endpoint_auth_method=way if self._secret else "none",
            scope=" ".join(self._oidc.scopes),
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            **self._options(),
        )

    def _options(self) -> dict[str, Any]:
        return {
            "transport": BoundedTransport(self._context),
            "follow_redirects": False,
            "trust_env": False,
            "timeout": settings.CALL_S,
            "headers": {"Accept-Encoding": "identity", "User-Agent": "reticent-server"},
        }

    @asynccontextmanager
    async def _call(self) -> AsyncIterator[None]:
        """Bounds one exchange; whatever breaks it is a ProviderError without its text."""
        if self._places.statistics().tasks_waiting >= settings.CALLS_WAITING_MAX:
            raise ProviderError("too many wait for the provider already")
        try:
            with anyio.fail_after(settings.CALL_S):
                async with self._places:
                    yield
        except TimeoutError:
            raise ProviderError("the provider does not answer in time") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise ProviderError(f"the provider cannot be asked: {type(error).__name__}") from None
