"""Who asks, and whether they may: the one dependency that every route has.

1. A bearer token if there is one, else the session cookie; neither: 401.
2. With a cookie and a method that changes something: the request must come from this very origin
   and carry the session's CSRF token.
3. The caller must hold the route's scope; else 403. Some routes take no API token.
4. A password that somebody else chose must be changed before anything else, and a second factor
   that the configuration asks for set up.

Whoever is known is recorded when refused: by 2, 3 or 4, or by 1 with a token that is dead.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.auth.scopes import NEVER_FOR_TOKENS
from reticent_server.auth.sessions import csrf_matches
from reticent_server.http import settings
from reticent_server.http.problems import ProblemError
from reticent_server.services import Services

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER_CHARS_MAX = 128


class Public:
    """Marks a route that needs no caller; `why` is for whoever reviews the inventory."""

    def __init__(self, why: str) -> None:
        self.why = why

    def __call__(self) -> None:
        return None


class ScopeGuard:
    """Gives the route its caller, who holds `scope`."""

    def __init__(
        self,
        scope: Scope,
        *,
        temporary_password_is_enough: bool = False,
        factor_may_be_missing: bool = False,
        no_api_token: bool = False,
    ) -> None:
        """Of what a temporary password is enough for, a missing factor keeps nobody either. But
        not the other way round: who saw such a password must not add a factor of their own."""
        self.scope = scope
        self._temporary_is_enough = temporary_password_is_enough
        self._may_be_missing = temporary_password_is_enough or factor_may_be_missing
        self.takes_tokens = scope not in NEVER_FOR_TOKENS and not no_api_token

    def __call__(self, request: Request) -> Caller:
        return self.admit(request, csrf=request.headers.get(settings.CSRF_HEADER))

    def admit(self, request: Request, *, csrf: str | None) -> Caller:
        """Blocks. Raises ProblemError 401 or 403."""
        caller = find_caller(request)
        if caller is None:
            _record_dead_token(request)
            raise ProblemError(
                401,
                "not-logged-on",
                "nobody is logged on; nothing was done; send an API token as `Authorization: "
                "Bearer ...` or log on",
                headers={"WWW-Authenticate": 'Bearer realm="reticent"'},
            )
        if caller.via == "session" and request.method not in SAFE_METHODS:
            try:
                check_origin(request)
                if not csrf_matches(caller.csrf_secret, csrf):
                    raise forgery()
            except ProblemError:
                record_refusal(request, caller, "not proved to come from the console")
                raise
        if not caller.may(self.scope):
            record_refusal(request, caller, f"needs {self.scope.value}")
            raise ProblemError(
                403,
                "missing-scope",
                f"this needs the scope {self.scope.value}, which {caller.name} does not hold here; "
                "nothing was done; ask an administrator, or use another token",
                extra={"scope": self.scope.value},
            )
        if not self.takes_tokens and caller.via == "token":
            record_refusal(request, caller, "not by an API token")
            raise ProblemError(
                403,
                "not-by-token",
                "no API token may do this, only a person who is logged on; nothing was done; log "
                "on, or use the command line on the server",
            )
        if caller.must_set_password and not self._temporary_is_enough:
            record_refusal(request, caller, "the password is temporary")
            raise ProblemError(
                403,
                "password-is-temporary",
                "the password was chosen by somebody else; nothing was done; set your own first "
                "(PUT /api/v1/account/password, or the console's account page)",
            )
        if caller.must_add_factor and not self._may_be_missing:
            record_refusal(request, caller, "the second factor is missing")
            raise ProblemError(
                403,
                "second-factor-missing",
                "this server asks for a second factor, and the account has none; nothing was done; "
                "set one up first (POST /api/v1/account/second-factor, or the console's account "
                "page)",
            )
        return caller


class FormGuard(ScopeGuard):
    """The same for a posted form, which carries the CSRF token as a field."""

    async def __call__(self, request: Request) -> Caller:  # type: ignore[override]  # FastAPI awaits
        form = await request.form(max_files=0, max_fields=settings.FORM_FIELDS_MAX)
        token = form.get("csrf_token")
        csrf = token if isinstance(token, str) else None
        return await run_in_threadpool(self.admit, request, csrf=csrf)


def requires(
    scope: Scope,
    *,
    temporary_password_is_enough: bool = False,
    factor_may_be_missing: bool = False,
    no_api_token: bool = False,
) -> Any:
    """For `Annotated[Caller, requires(Scope.X)]`."""
    return Depends(
        ScopeGuard(
            scope,
            temporary_password_is_enough=temporary_password_is_enough,
            factor_may_be_missing=factor_may_be_missing,
            no_api_token=no_api_token,
        )
    )


def requires_form(
    scope: Scope, *, temporary_password_is_enough: bool = False, factor_may_be_missing: bool = False
) -> Any:
    """`requires`, for the console's forms."""
    return Depends(
        FormGuard(
            scope,
            temporary_password_is_enough=temporary_password_is_enough,
            factor_may_be_missing=factor_may_be_missing,
        )
    )


def public(why: str) -> Any:
    """For `dependencies=[public("...")]`."""
    return Depends(Public(why))


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]


def find_caller(request: Request) -> Caller | None:
    """Whoever the request proves to be; a bearer token that is good for nothing is nobody."""
    services = services_of(request)
    token = _bearer(request)
    if token is not None:
        caller = services.accounts.tokens.caller(token) if token else None
        if caller is not None and caller.token_id is not None:
            request.app.state.token_uses.note(caller, address_of(request))
        return caller
    return find_person(request)


def find_person(request: Request) -> Caller | None:
    """Whoever is logged on in the browser that sent this. Blocks."""
    services = services_of(request)
    cookie = request.cookies.get(settings.SESSION_COOKIE)
    if not cookie or len(cookie) > _BEARER_CHARS_MAX:
        return None
    is_use = settings.POLL_HEADER not in request.headers
    return services.accounts.sessions.caller(cookie, is_use=is_use)


def record_refusal(request: Request, caller: Caller, reason: str) -> None:
    services_of(request).audit.record(
        actor=caller.name,
        action="access",
        object=f"{request.method} {route_path(request)}",
        outcome="refused",
        reason=reason,
        source_address=address_of(request),
    )


def _record_dead_token(request: Request) -> None:
    token = _bearer(request)
    dead = services_of(request).accounts.tokens.dead(token) if token else None
    if dead is not None:
        request.app.state.token_uses.refuse(dead, address_of(request))


def _bearer(request: Request) -> str | None:
    """The bearer token; empty where the header is none, None without a header."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    kind, _, token = header.partition(" ")
    fits = kind.lower() == "bearer" and 0 < len(token) <= _BEARER_CHARS_MAX
    return token.strip() if fits else ""


def check_origin(request: Request) -> None:
    """Raises ProblemError 403 where a browser says that another site sent this.

    Against forged log-ins too, where there is no session to hold a CSRF token yet.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise forgery()
    origin = request.headers.get("origin")
    if origin is not None and origin != f"https://{request.headers.get('host', '')}":
        raise forgery()


def forgery() -> ProblemError:
    return ProblemError(
        403,
        "forged",
        "the request does not prove that it comes from this console (CSRF token or origin); "
        "nothing was done; reload the page and try again",
    )


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def route_path(request: Request) -> str:
    """The route's template (`/devices/{device_id}`), never the path with what was asked for."""
    return str(request.app.state.route_paths.get(request.scope.get("endpoint"), "unknown"))
