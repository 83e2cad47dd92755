"""Finishing single sign-on: the session, its cookie, and what the audit trail says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.auth.errors import ThrottledError
from reticent_server.auth.sessions import NewSession
from reticent_server.auth.sources import OIDC
from reticent_server.auth.sso_accounts import AdmissionError
from reticent_server.http import settings
from reticent_server.http.login import Visitor
from reticent_server.http.problems import not_found
from reticent_server.http.seldom import Seldom
from reticent_server.scim.applying import Change
from reticent_server.services import Services
from reticent_server.sso.errors import SsoError
from reticent_server.sso.exchange import Finished, WayBack
from reticent_server.sso.settings import ATTEMPT_S

if TYPE_CHECKING:  # its libraries are loaded where there is a provider alone
    from reticent_server.sso.service import SingleSignOn


def sso_of(services: Services) -> SingleSignOn:
    """Raises ProblemError 404 where the operator configured no provider."""
    if services.sso is None:
        raise not_found("sign-on service")
    return services.sso


def set_attempt_cookie(response: Response, sealed: str) -> None:
    """Lax, not strict: the way back begins at the provider, and a browser would leave it out."""
    response.set_cookie(
        settings.SSO_COOKIE,
        sealed,
        max_age=ATTEMPT_S,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


def end_attempt(response: Response) -> None:
    response.delete_cookie(
        settings.SSO_COOKIE, path="/", secure=True, httponly=True, samesite="lax"
    )


async def finish_sso(
    services: Services, request: Request, back: WayBack, *, visitor: Visitor
) -> tuple[NewSession, str]:
    """The session, and the page that was asked for. Raises SsoError, AdmissionError or
    ThrottledError, which are recorded."""
    throttle, sso = services.accounts.throttle, sso_of(services)
    try:
        attempt = sso.opened(request.cookies.get(settings.SSO_COOKIE), back)
        # Only now: a page elsewhere could count for others what comes back without their cookie.
        throttle.admit_return(address=visitor.address)
        finished = await sso.finish(attempt, back)
    except AdmissionError as error:
        throttle.return_succeeded(address=visitor.address)  # nobody guessed anything
        if error.change is not None:
            await run_in_threadpool(_record_change, services, error.change, visitor.address)
        await _record_refusal(services, request, error.account, error.reason, visitor.address)
        raise
    except SsoError as error:
        await _record_refusal(services, request, "", error.reason, visitor.address)
        raise
    except ThrottledError as error:
        if error.first:
            reason = "throttled from now on"
            await _record_refusal(services, request, "", reason, visitor.address)
        raise
    throttle.return_succeeded(address=visitor.address)
    session = await run_in_threadpool(_start, services, finished, visitor)
    return session, finished.next


def _start(services: Services, finished: Finished, visitor: Visitor) -> NewSession:
    admitted = finished.admitted
    if visitor.session:
        services.accounts.sessions.end(visitor.session)
    session = services.accounts.sessions.create(
        admitted.account_id, address=visitor.address, user_agent=visitor.user_agent, way=OIDC
    )
    if admitted.made:
        services.audit.record(
            actor=OIDC,
            action="account.create",
            object=f"account {admitted.name}",
            source_address=visitor.address,
        )
    _record_change(services, admitted.change, visitor.address)
    services.audit.record(
        actor=admitted.name,
        action="login",
        reason=finished.way,
        source_address=visitor.address,
    )
    return session


def _record_change(services: Services, change: Change, address: str) -> None:
    if change.is_one:
        services.audit.record(
            actor=OIDC,
            action="account.roles",
            object=str(change),
            reason="by the groups of the sign-on service",
            source_address=address,
        )


async def _record_refusal(
    services: Services, request: Request, account: str, reason: str, address: str
) -> None:
    """Once in a while for each reason and address: a stranger could fill the disk."""
    seldom: Seldom = request.app.state.views
    if seldom.is_due(("sso", account, reason, address)):
        await run_in_threadpool(
            services.audit.record,
            actor=account or "unknown",
            action="login",
            outcome="refused",
            reason=f"oidc: {reason}",
            source_address=address,
        )
