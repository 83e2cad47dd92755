"""Logging on and off, for the API and the console alike, with its cookie and its audit entry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.audit.service import Entry
from reticent_server.auth import Caller
from reticent_server.auth.errors import (
    LocalLogOnOffError,
    NotLoggedOnError,
    ThrottledError,
    WrongCodeError,
)
from reticent_server.auth.sessions import NewSession
from reticent_server.auth.settings import BROWSER_KNOWN_S, HALF_OPEN_S
from reticent_server.http import settings
from reticent_server.http.guard import address_of
from reticent_server.services import Services

LEFT_TO_SSO = "this way is left to administrators; others log on by single sign-on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever is at the other end before anybody is logged on."""

    address: str
    user_agent: str
    browser: str | None  # the cookie of a browser that an account was used from
    session: str | None  # the session's cookie, which a new one replaces
    step: str | None  # the cookie of a log-on that is half open

    @classmethod
    def of(cls, request: Request) -> Visitor:
        return cls(
            address=address_of(request),
            user_agent=request.headers.get("user-agent", ""),
            browser=_short(request.cookies.get(settings.BROWSER_COOKIE)),
            session=request.cookies.get(settings.SESSION_COOKIE),
            step=_short(request.cookies.get(settings.STEP_COOKIE)),
        )


def log_on(
    services: Services, *, name: str, password: str, visitor: Visitor, code: str | None = None
) -> NewSession:
    """Raises NotLoggedOnError, ThrottledError or WrongCodeError, each of which is recorded, and
    SecondFactorNeededError."""
    address = visitor.address
    try:
        session = services.accounts.log_on(
            name,
            password,
            address=address,
            user_agent=visitor.user_agent,
            browser=visitor.browser,
            replaces=visitor.session,
            code=code,
        )
    except WrongCodeError:
        _record_refusal(services, name, "wrong code of the second factor", address)
        raise
    except LocalLogOnOffError:
        _record_refusal(services, name, LEFT_TO_SSO, address)
        raise
    except NotLoggedOnError:
        _record_refusal(services, name, "wrong name or password", address)
        raise
    except ThrottledError as error:
        if error.locked:
            _record_lock(services, name, error.retry_after_s, address)
        elif error.first:  # each would let a stranger fill the disk
            _record_refusal(services, name, "throttled from now on", address)
        raise
    services.audit.record(actor=session.caller.name, action="login", source_address=address)
    return session


def finish_log_on(services: Services, *, code: str, visitor: Visitor) -> NewSession:
    """The second step. Raises NotLoggedOnError where the first is over, ThrottledError or
    WrongCodeError, which are recorded."""
    address = visitor.address
    holder = services.accounts.half_open.holder(visitor.step)
    name = holder.name if holder else ""
    try:
        session = services.accounts.finish(
            visitor.step,
            code,
            address=address,
            user_agent=visitor.user_agent,
            browser=visitor.browser,
            replaces=visitor.session,
        )
    except WrongCodeError:
        _record_refusal(services, name, "wrong code of the second factor", address)
        raise
    except LocalLogOnOffError:
        _record_refusal(services, name, LEFT_TO_SSO, address)
        raise
    except ThrottledError as error:
        if error.first:
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


def _record_lock(services: Services, name: str, seconds: int, address: str) -> None:
    known = services.accounts.get(name)
    services.audit.record(
        actor=known.name if known else "unknown",
        action="account.lock" if known else "login",
        object=f"account {known.name}" if known else "",
        outcome="refused",
        reason=f"too many failed log-ons; locked for {seconds} s",
        source_address=address,
    )


def prove(services: Services, name: str, password: str, *, visitor: Visitor) -> None:
    """Asks for the password again. Raises NotLoggedOnError, ThrottledError; both are recorded."""
    with _refusals_recorded(services, name, visitor, action="account.prove"):
        services.accounts.prove(name, password, address=visitor.address, browser=visitor.browser)


@contextmanager
def _refusals_recorded(
    services: Services, name: str, visitor: Visitor, *, action: str
) -> Iterator[None]:
    """Of who is logged on, and says the password again."""
    try:
        yield
    except NotLoggedOnError:
        _record_wrong(services, name, visitor, action, "the password is wrong")
        raise
    except ThrottledError as error:
        if error.locked:
            _record_lock(services, name, error.retry_after_s, visitor.address)
        elif error.first:
            _record_wrong(services, name, visitor, action, "throttled from now on")
        raise


def _record_wrong(
    services: Services, name: str, visitor: Visitor, action: str, reason: str
) -> None:
    services.audit.record(
        actor=name,
        action=action,
        object=f"account {name}",
        outcome="refused",
        reason=reason,
        source_address=visitor.address,
    )


def change_password(services: Services, name: str, *, old: str, new: str, visitor: Visitor) -> None:
    """Raises as `AccountService.change_password` does; a refusal is recorded."""
    with _refusals_recorded(services, name, visitor, action="account.password"):
        hashed = services.accounts.proved_change(
            name, old=old, new=new, address=visitor.address, browser=visitor.browser
        )

    def changed(db: Session) -> Entry:
        services.accounts.within(db).store_change(name, hashed)
        return Entry(
            actor=name,
            action="account.password",
            object=f"account {name}",
            source_address=visitor.address,
        )

    services.audit.record_with(changed)


def set_first_password(
    services: Services, secret: str, new: str, *, end_all: bool, address: str
) -> None:
    """By a one-time link. Raises as `LinkService.set_password` does."""
    hashed = services.accounts.links.hash_for(secret, new)

    def changed(db: Session) -> Entry:
        name = services.accounts.links.within(db).use(secret, hashed, end_all=end_all)
        return Entry(
            actor=name,
            action="account.password",
            object=f"account {name}",
            reason="by a one-time link" + (", API tokens and passkeys ended" if end_all else ""),
            source_address=address,
        )

    services.audit.record_with(changed)


def end_session(services: Services, request: Request, response: Response, caller: Caller) -> None:
    token = request.cookies.get(settings.SESSION_COOKIE)
    if token and caller.via == "session":

        def ended(db: Session) -> Entry:
            services.accounts.sessions.within(db).end(token)
            return Entry(actor=caller.name, action="logout", source_address=address_of(request))

        services.audit.record_with(ended)
    response.delete_cookie(
        settings.SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="strict"
    )
    response.headers["Clear-Site-Data"] = '"cache"'


def set_cookies(response: Response, session: NewSession) -> None:
    """The session's, and the one by which the browser is known, which outlives it and opens
    nothing."""
    set_session_cookie(response, session)
    response.set_cookie(
        settings.BROWSER_COOKIE,
        session.browser,
        max_age=BROWSER_KNOWN_S,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )


def set_session_cookie(response: Response, session: NewSession) -> None:
    """Gone when the browser closes; the server ends the session earlier if unused."""
    response.set_cookie(
        settings.SESSION_COOKIE,
        session.token,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )


def set_step_cookie(response: Response, token: str) -> None:
    """Of a log-on that is half open."""
    response.set_cookie(
        settings.STEP_COOKIE,
        token,
        max_age=HALF_OPEN_S,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )


def _short(cookie: str | None) -> str | None:
    return cookie if cookie and len(cookie) <= settings.COOKIE_CHARS_MAX else None
