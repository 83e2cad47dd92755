"""Seeing and ending sessions and locks, one's own and other people's, with the audit entries.

For the API and the console alike. `caller` is who does it, `name` whose account it is. What is done
and its entry are stored together or not at all.
"""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.requests import Request

from reticent_server.audit.service import Entry, recorded
from reticent_server.auth import Caller
from reticent_server.auth.errors import AccountError
from reticent_server.auth.names import fold
from reticent_server.auth.openings import Openings
from reticent_server.auth.sessions import SessionView
from reticent_server.http.granting import beyond_as_problem
from reticent_server.http.guard import address_of
from reticent_server.http.login import Visitor, prove
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
    """Raises ProblemError 404 where the account has no such session, 403 where it gives more than
    the caller holds; so do all that follow."""
    number, about = _number(services, name), f"account {fold(name)}, session {session_id}"

    def ended(db: Session) -> Entry:
        sessions = services.accounts.sessions.within(db)
        if not sessions.end_one(number, session_id, by=caller.grants):
            raise not_found("session")
        return _entry(request, caller, "session.end", about)

    with beyond_as_problem(request, services, caller, action="session.end", about=about):
        services.audit.record_with(ended)


def end_sessions_of(
    services: Services, request: Request, caller: Caller, *, name: str, keep: str | None = None
) -> int:
    """All but `keep`; how many those were. Raises ProblemError 404, 403."""
    number, about = _number(services, name), f"account {fold(name)}, sessions"

    def ended(db: Session) -> tuple[int, Entry]:
        sessions = services.accounts.sessions.within(db)
        count = sessions.end_others(number, by=caller.grants, keep=keep)
        which = f"{'all other' if keep else 'all'} sessions: {count}"
        return count, _entry(request, caller, "session.end", f"account {fold(name)}, {which}")

    with beyond_as_problem(request, services, caller, action="session.end", about=about):
        return recorded(services.audit.record_with, ended)


def unlock(services: Services, request: Request, caller: Caller, *, name: str) -> None:
    """Raises ProblemError 404 where there is no such account, 403."""
    _number(services, name)
    about = f"account {fold(name)}"

    def unlocked(db: Session) -> Entry:
        services.accounts.within(db).unlock(name, by=caller.grants)
        return _entry(request, caller, "account.unlock", about)

    with beyond_as_problem(request, services, caller, action="account.unlock", about=about):
        services.audit.record_with(unlocked)


def end_all_of(services: Services, request: Request, caller: Caller, *, name: str) -> Openings:
    """Sessions, API tokens and passkeys, but not the session that asks; how many those were.

    Raises ProblemError 404, 403.
    """
    number, about = _number(services, name), f"account {fold(name)}"

    def ended(db: Session) -> tuple[Openings, Entry]:
        openings = services.accounts.openings.within(db)
        found = openings.end_all(number, by=caller.grants, keep=caller.session_id)
        return found, _entry(request, caller, "account.end_all", f"{about}: {said(found)}")

    with beyond_as_problem(request, services, caller, action="account.end_all", about=about):
        return recorded(services.audit.record_with, ended)


def end_all_own(services: Services, request: Request, caller: Caller, *, password: str) -> Openings:
    """Asks for the password: else whoever finds an open session could shut its holder out.

    Raises NotLoggedOnError, ThrottledError.
    """
    prove(services, caller.name, password, visitor=Visitor.of(request))
    return end_all_of(services, request, caller, name=caller.name)


def said(ended: Openings) -> str:
    return f"{ended.sessions} sessions, {ended.api_tokens} API tokens, {ended.passkeys} passkeys"


def _entry(request: Request, caller: Caller, action: str, about: str) -> Entry:
    return Entry(actor=caller.name, action=action, object=about, source_address=address_of(request))


def _number(services: Services, name: str) -> int:
    try:
        return services.accounts.number_of(name)
    except AccountError:
        raise not_found("account") from None
