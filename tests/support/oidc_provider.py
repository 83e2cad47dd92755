"""A real OpenID provider on loopback over https: Authlib's server side, served by uvicorn.

It checks what a provider checks: the client and its secret, the redirect URI, that a code is used
once and within its time, and the verifier of PKCE. `token_of` may replace the ID token that it
made, and `answers` any of its documents, for what a bad provider does.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import uvicorn
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Error, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey, RSAKey
from reticent_server.ca.authority import make_root
from reticent_server.ca.server_certificate import ServerCertificate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from support.authorities import self_issuing

CLIENT_ID = "reticent"
SECRET = "the client's secret"
START_S = 30.0


class _Payload(OAuth2Payload):  # type: ignore[misc]  # authlib ships no types
    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._data = dict(pairs)
        self._lists: defaultdict[str, list[str]] = defaultdict(list)
        for key, value in pairs:
            self._lists[key].append(value)

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return self._lists


class _Asked(OAuth2Request):  # type: ignore[misc]  # authlib ships no types
    def __init__(self, method: str, uri: str, headers: Any, form: list[tuple[str, str]]) -> None:
        super().__init__(method, uri, headers=headers)
        query = parse_qsl(urlsplit(uri).query)
        self.payload = _Payload([*query, *form])
        self._form = dict(form)
        self._args = dict(query)

    @property
    def form(self) -> dict[str, str]:
        return self._form

    @property
    def args(self) -> dict[str, str]:
        return self._args


class _Client:
    id_token_signed_response_alg: str | None = None

    def __init__(self, provider: OidcProvider) -> None:
        self._provider = provider

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self._provider.redirect_uris

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic" and endpoint == "token"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class _Code:
    code: str
    user: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    made: float = field(default_factory=time.time)

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.made)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> list[str]:
        return ["pwd", "otp"]


class OidcProvider:
    """`users`: name to claims. Change any of it while it runs."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        root = make_root(key, time.time())
        ca = self_issuing(key, root, clock=time.time)
        self.ca_file = folder / "provider-ca.pem"
        self.ca_file.write_bytes(root.public_bytes(Encoding.PEM))
        self._certificate = ServerCertificate(
            ca=ca, path=folder / "provider.pem", names=("localhost",), clock=time.time
        )
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.issuer = f"https://localhost:{self._socket.getsockname()[1]}/realm"
        self.redirect_uris: set[str] = set()
        self.signing: RSAKey | ECKey = RSAKey.generate_key(2048, {"kid": "first"})
        self.users: dict[str, dict[str, Any]] = {}
        self.now: Callable[[], float] = time.time
        self.reset()
        self._server = _authorization_server(self)

    def reset(self) -> None:
        """Honest again."""
        self.codes: dict[str, _Code] = {}
        self.asked: list[str] = []  # paths, in order
        self.answers: dict[str, Callable[[], Response]] = {}
        self.wait_s: dict[str, float] = {}
        self.claims: dict[str, Any] = {}
        self.token_of: Callable[[str], str] = lambda token: token

    def app(self) -> Starlette:
        prefix = urlsplit(self.issuer).path
        return Starlette(
            routes=[
                Route(f"{prefix}/.well-known/openid-configuration", self._discovery),
                Route(f"{prefix}/keys", self._keys),
                Route(f"{prefix}/authorize", self._authorize, methods=["GET", "POST"]),
                Route(f"{prefix}/token", self._token, methods=["POST"]),
                Route(f"{prefix}/logout", self._logout),
            ]
        )

    @property
    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    async def _answer(self, request: Request, honest: Callable[[], Response]) -> Response:
        what = request.url.path.rpartition("/")[2]
        self.asked.append(what)
        await asyncio.sleep(self.wait_s.get(what, 0))
        return self.answers.get(what, honest)()

    async def _discovery(self, request: Request) -> Response:
        return await self._answer(request, lambda: JSONResponse(self.document))

    async def _keys(self, request: Request) -> Response:
        public = {**self.signing.as_dict(private=False), "use": "sig"}
        return await self._answer(request, lambda: JSONResponse({"keys": [public]}))

    async def _authorize(self, request: Request) -> Response:
        """A form that asks who one is, and then back with a code."""
        form = await _form_of(request)
        user = dict(form).get("user")
        if user not in self.users:
            return HTMLResponse(
                "<!doctype html><title>Provider</title><form method='post'>"
                "<input name='user'><button>Sign in</button></form>"
                f"<p>{escape(str(user or ''))}</p>"
            )

        def granted() -> Response:
            asked = _Asked("GET", str(request.url), request.headers, [])
            try:
                grant = self._server.get_consent_grant(asked, end_user=user)
            except OAuth2Error as error:
                return JSONResponse({"error": error.error}, 400)
            status, body, headers = self._server.create_authorization_response(
                asked, grant_user=user, grant=grant
            )
            return Response(body or "", status, dict(headers))

        return await self._answer(request, granted)

    async def _token(self, request: Request) -> Response:
        asked = _Asked("POST", str(request.url), request.headers, await _form_of(request))

        def made() -> Response:
            status, body, headers = self._server.create_token_response(asked)
            return Response(json.dumps(body), status, dict(headers))

        return await self._answer(request, made)

    async def _logout(self, request: Request) -> Response:
        self.asked.append("logout")
        return HTMLResponse("<!doctype html><title>Provider</title><p>Signed out")

    def serve(self) -> _Serving:
        config = uvicorn.Config(
            self.app(),
            ssl_context_factory=lambda _c, _d: self._certificate.https_context(),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        return _Serving(config, self._socket)


class _Serving(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, listening: socket.socket) -> None:
        super().__init__(config)
        self._listening = listening

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    @contextmanager
    def on_thread(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run, args=([self._listening],), daemon=True)
        thread.start()
        until = time.monotonic() + START_S
        while not self.started and time.monotonic() < until:
            time.sleep(0.01)
        try:
            yield
        finally:
            self.should_exit = True
            thread.join()


async def _form_of(request: Request) -> list[tuple[str, str]]:
    return parse_qsl((await request.body()).decode())


def _authorization_server(provider: OidcProvider) -> AuthorizationServer:
    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            data = request.payload.data
            provider.codes[code] = _Code(
                code=code,
                user=request.user,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                nonce=data.get("nonce"),
                code_challenge=data.get("code_challenge"),
                code_challenge_method=data.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, client: _Client) -> _Code | None:
            found = provider.codes.get(code)
            return found if found and time.time() - found.made < 60 else None

        def delete_authorization_code(self, authorization_code: _Code) -> None:
            provider.codes.pop(authorization_code.code, None)

        def authenticate_user(self, authorization_code: _Code) -> str:
            return authorization_code.user

    class IdToken(OpenIDCode):  # type: ignore[misc]  # Authlib has no types
        def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
            return any(code.nonce == nonce for code in provider.codes.values())

        def resolve_client_private_key(self, client: _Client) -> RSAKey | ECKey:
            return provider.signing

        def get_client_algorithm(self, client: _Client) -> str:
            return "RS256" if isinstance(provider.signing, RSAKey) else "ES256"

        def get_encode_header(self, client: _Client) -> dict[str, str]:
            kid = str(provider.signing.kid)
            return {"alg": self.get_client_algorithm(client), "kid": kid}

        def get_compatible_claims(self, request: OAuth2Request) -> dict[str, Any]:
            now = int(provider.now())
            return {"iss": provider.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300}

        def generate_user_info(self, user: str, scope: str) -> dict[str, Any]:
            return {**provider.users[user], **provider.claims}

        def process_token(self, grant: Grant, response: Any) -> dict[str, Any]:
            token: dict[str, Any] = super().process_token(grant, response)
            token["id_token"] = provider.token_of(token["id_token"])  # it is sent as it is now
            return token

    class Server(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
        def query_client(self, client_id: str) -> _Client | None:
            return _Client(provider) if client_id == CLIENT_ID else None

        def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
            return None

        def create_oauth2_request(self, request: _Asked) -> _Asked:
            return request

        def handle_response(self, status: int, body: Any, headers: Any) -> Any:
            return status, body, headers

        def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
            return None

    server = Server()
    server.register_token_generator(
        "default", BearerTokenGenerator(lambda **_: secrets.token_urlsafe(32))
    )
    server.register_grant(Grant, [IdToken(require_nonce=True), CodeChallenge(required=True)])
    return server
