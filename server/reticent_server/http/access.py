"""Seeing and ending sessions and locks, one's own and other people's, with the audit entries.

For the API and the console alike. `caller` is who does it, `name` whose account it is.
"""

from __future__ import annotations

from starlette.requests import Request

from reticent_server.auth import Caller
from reticent_server.auth.errors import AccountError
from reticent_server.auth.names import fold
from reticent_server.auth.sessions import SessionView
from reticent_server.http.guard import address_of
from reticent_server.http.problems import not_found
from reticent_server.services import Services


def sessions_of(services: Services, name: str) -> list[SessionView]:
    """Raises ProblemError 404 where there is no such account."""
    return services.accounts.sessions.list(_number(services, name))


def note_view(services: Services, request: Request, caller: Caller, *, name: str) -> None:
    """That an account and its sessions were shown; one's own is not recorded."""
    if fold(name) != caller.name:
        services.audit.record(
            actor=caller.name,
            action="account.view",
            object=f"account {fold(name)}, sessions",
            source_address=address_of(request),
        )


def end_session_of(
    services: Services, request: Request, caller: Caller, *, name: str, session_id: str
) -> None:
    """Raises ProblemError 404 where the account has no such session."""
    if not services.accounts.sessions.end_one(_number(services, name), session_id):
        raise not_found("session")
    services.audit.record(
        actor=caller.name,
        action="session.end",
        object=f"account {fold(name)}, session {session_id}",
        source_address=address_of(request),
    )


def end_sessions_of(
    services: Services, request: Request, caller: Caller, *, name: str, keep: str | None = None
) -> int:
    """All but `keep`; how many those were. Raises ProblemError 404."""
    ended = services.accounts.sessions.end_others(_number(services, name), keep=keep)
    services.audit.record(
        actor=caller.name,
        action="session.end",
        object=f"account {fold(name)}, {'all other' if keep else 'all'} sessions: {ended}",
        source_address=address_of(request),
    )
    return ended


def unlock(services: Services, request: Request, caller: Caller, *, name: str) -> None:
    """Raises ProblemError 404 where there is no such account."""
    _number(services, name)
    services.accounts.unlock(name)
    services.audit.record(
        actor=caller.name,
        action="account.unlock",
        object=f"account {fold(name)}",
        source_address=address_of(request),
    )


def _number(services: Services, name: str) -> int:
    try:
        return services.accounts.number_of(name)
    except AccountError:
        raise not_found("account") from None
