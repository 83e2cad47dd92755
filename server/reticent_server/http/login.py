"""Logging on and off, for the API and the console alike, with its cookie and its audit entry."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from reticent_server.auth import Caller
from reticent_server.auth.errors import NotLoggedOnError, ThrottledError
from reticent_server.auth.sessions import NewSession
from reticent_server.http import settings
from reticent_server.http.guard import address_of
from reticent_server.services import Services


def log_on(
    services: Services, *, name: str, password: str, address: str, replaces: str | None
) -> NewSession:
    """Raises NotLoggedOnError or ThrottledError; either is recorded."""
    try:
        session = services.accounts.log_on(name, password, address=address, replaces=replaces)
    except (NotLoggedOnError, ThrottledError) as error:
        known = services.accounts.get(name)
        services.audit.record(
            # What was typed as a name may be a password; only a name that exists is written down.
            actor=known.name if known else "unknown",
            action="login",
            outcome="refused",
            reason="throttled" if isinstance(error, ThrottledError) else "wrong name or password",
            source_address=address,
        )
        raise
    services.audit.record(actor=session.caller.name, action="login", source_address=address)
    return session


def end_session(services: Services, request: Request, response: Response, caller: Caller) -> None:
    token = request.cookies.get(settings.SESSION_COOKIE)
    if token and caller.via == "session":
        services.accounts.sessions.end(token)
        services.audit.record(
            actor=caller.name, action="logout", source_address=address_of(request)
        )
    response.delete_cookie(
        settings.SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="strict"
    )
    response.headers["Clear-Site-Data"] = '"cache"'


def set_cookie(response: Response, token: str) -> None:
    """A session cookie: gone when the browser closes; the server ends it earlier if unused."""
    response.set_cookie(
        settings.SESSION_COOKIE, token, path="/", secure=True, httponly=True, samesite="strict"
    )
