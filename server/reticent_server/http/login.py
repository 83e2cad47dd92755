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
    except NotLoggedOnError:
        _record_refusal(services, name, "wrong name or password", address)
        raise
    except ThrottledError as error:
        if error.first:  # each would let a stranger fill the disk
            _record_refusal(services, name, "throttled from now on", address)
        raise
    services.audit.record(actor=session.caller.name, action="login", source_address=address)
    return session


def _record_refusal(services: Services, name: str, reason: str, address: str) -> None:
    # What was typed as a name may be a password; only a name that exists is written down.
    known = services.accounts.get(name)
    services.audit.record(
        actor=known.name if known else "unknown",
        action="login",
        outcome="refused",
        reason=reason,
        source_address=address,
    )


def change_password(services: Services, name: str, *, old: str, new: str, address: str) -> None:
    """Raises as `AccountService.change_password` does."""
    services.accounts.change_password(name, old=old, new=new, address=address)
    services.audit.record(
        actor=name, action="account.password", object=f"account {name}", source_address=address
    )


def set_first_password(services: Services, secret: str, new: str, *, address: str) -> None:
    """By a one-time link. Raises as `LinkService.set_password` does."""
    name = services.accounts.links.set_password(secret, new)
    services.audit.record(
        actor=name,
        action="account.password",
        object=f"account {name}",
        reason="by a one-time link",
        source_address=address,
    )


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
