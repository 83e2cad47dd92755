"""Logging on with a passkey, adding and removing one, with cookies and audit entries."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from reticent_server.audit.service import Entry, recorded
from reticent_server.auth import Caller
from reticent_server.auth.errors import LocalLogOnOffError, PasskeyError
from reticent_server.auth.passkeys import PasskeyView
from reticent_server.auth.sessions import NewSession
from reticent_server.auth.settings import CHALLENGE_S
from reticent_server.http import settings
from reticent_server.http.login import LEFT_TO_SSO, Visitor, prove
from reticent_server.http.problems import not_found
from reticent_server.services import Services


def ask(services: Services, response: Response) -> dict[str, Any]:
    """Options to log on with, bound to this browser by a cookie. Raises AccountError."""
    browser = secrets.token_urlsafe(32)
    options = services.accounts.passkeys.ask(browser)
    response.set_cookie(
        settings.PASSKEY_COOKIE,
        browser,
        max_age=CHALLENGE_S,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )
    return options


def log_on_with_passkey(
    services: Services, credential: Mapping[str, Any], *, browser: str | None, visitor: Visitor
) -> NewSession:
    """Raises PasskeyError, or LocalLogOnOffError, which is recorded. Other failures are not: they
    say nothing of whose they are, and each would let a stranger fill the disk."""
    if not browser:
        raise PasskeyError
    account_id = services.accounts.passkeys.verify(credential, browser=browser)
    try:
        session = services.accounts.start(
            account_id,
            address=visitor.address,
            user_agent=visitor.user_agent,
            browser=visitor.browser,
            replaces=visitor.session,
        )
    except LocalLogOnOffError as error:
        services.audit.record(
            actor=error.account,
            action="login",
            outcome="refused",
            reason=LEFT_TO_SSO,
            source_address=visitor.address,
        )
        raise
    services.audit.record(
        actor=session.caller.name,
        action="login",
        reason="with a passkey",
        source_address=visitor.address,
    )
    return session


def offer_passkey(
    services: Services, caller: Caller, *, password: str, visitor: Visitor
) -> dict[str, Any]:
    """Asks for the password. Raises NotLoggedOnError, ThrottledError, AccountError."""
    prove(services, caller.name, password, visitor=visitor)
    return services.accounts.passkeys.offer(
        caller.account_id, caller.name, session_id=caller.session_id or ""
    )


def add_passkey(
    services: Services,
    caller: Caller,
    credential: Mapping[str, Any],
    *,
    name: str,
    visitor: Visitor,
) -> PasskeyView:
    """Raises PasskeyError, AccountError."""
    passkeys = services.accounts.passkeys
    proved = passkeys.proved(caller.account_id, credential, session_id=caller.session_id or "")

    def added(db: Session) -> tuple[PasskeyView, Entry]:
        view = passkeys.within(db).add(caller.account_id, proved, name=name)
        return view, _entry(caller, f"passkey {view.passkey_id} added", visitor)

    return recorded(services.audit.record_with, added)


def rename_passkey(
    services: Services, caller: Caller, passkey_id: str, *, name: str, visitor: Visitor
) -> None:
    """Raises ProblemError 404."""

    def renamed(db: Session) -> Entry:
        if not services.accounts.passkeys.within(db).rename(caller.account_id, passkey_id, name):
            raise not_found("passkey")
        return _entry(caller, f"passkey {passkey_id} renamed", visitor)

    services.audit.record_with(renamed)


def remove_passkey(
    services: Services, caller: Caller, passkey_id: str, *, password: str, visitor: Visitor
) -> None:
    """Asks for the password. Raises NotLoggedOnError, ThrottledError, ProblemError 404."""
    prove(services, caller.name, password, visitor=visitor)

    def removed(db: Session) -> Entry:
        passkeys = services.accounts.passkeys.within(db)
        if not passkeys.remove(caller.account_id, passkey_id, by=caller.grants):
            raise not_found("passkey")
        return _entry(caller, f"passkey {passkey_id} removed", visitor)

    services.audit.record_with(removed)


def _entry(caller: Caller, what: str, visitor: Visitor) -> Entry:
    return Entry(
        actor=caller.name,
        action="account.factor",
        object=f"account {caller.name}, {what}",
        source_address=visitor.address,
    )
