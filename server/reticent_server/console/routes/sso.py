"""Single sign-on's three pages: the way to the provider, the way back, and logging off there.

The way back ends in a page that goes on by itself, not in a redirect: browsers leave strict cookies
out of a request that another site began, and the session's is strict.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth.errors import AuthError, ThrottledError
from reticent_server.auth.sso_accounts import AdmissionError
from reticent_server.console.pages import render
from reticent_server.console.routes.login import START, inside, login_view, start_of
from reticent_server.http.guard import ServicesDep, public
from reticent_server.http.login import Visitor, set_session_cookie
from reticent_server.http.sso import end_attempt, finish_sso, set_attempt_cookie, sso_of
from reticent_server.sso.errors import AttemptError, ProviderError, SsoError
from reticent_server.sso.exchange import WayBack
from reticent_server.sso.settings import CODE_CHARS_MAX, STATE_CHARS_MAX

router = APIRouter(include_in_schema=False, prefix="/login/oidc")
_TEXT_CHARS_MAX = 2_048


@router.get("", dependencies=[public("nobody is logged on before this")])
async def begin(
    request: Request,
    services: ServicesDep,
    following: Annotated[str, Query(alias="next")] = START,
) -> Response:
    try:
        address, sealed = await sso_of(services).begin(inside(following))
    except ProviderError as error:
        return login_view(request, following=following, error=str(error), status=503)
    response = RedirectResponse(address, status_code=303)
    set_attempt_cookie(response, sealed)
    return response


@router.get("/return", dependencies=[public("nobody is logged on before this")])
async def come_back(
    request: Request,
    services: ServicesDep,
    state: Annotated[str, Query(max_length=STATE_CHARS_MAX)] = "",
    code: Annotated[str, Query(max_length=CODE_CHARS_MAX)] = "",
    iss: Annotated[str | None, Query(max_length=_TEXT_CHARS_MAX)] = None,
    error: Annotated[str, Query(max_length=_TEXT_CHARS_MAX)] = "",
) -> Response:
    back = WayBack(state=state, code=code, issuer=iss, error=error)
    try:
        session, following = await finish_sso(services, request, back, visitor=Visitor.of(request))
    except (SsoError, AuthError) as refused:
        response = login_view(request, following=START, error=str(refused), status=_status(refused))
        if not isinstance(refused, AttemptError | ThrottledError):
            end_attempt(response)  # else anybody could end the attempt that is under way
        return response
    wanted = inside(following)
    if wanted == START:
        wanted = start_of(session.caller)
    response = render(request, "sso_done.html", {"following": wanted, "name": session.caller.name})
    set_session_cookie(response, session)
    end_attempt(response)
    return response


def _status(error: Exception) -> int:
    if isinstance(error, ProviderError):
        return 503
    if isinstance(error, ThrottledError):
        return 429
    return 403 if isinstance(error, AdmissionError) else 401


@router.get("/out", dependencies=[public("whoever logged off has no session any more")])
async def log_off(request: Request, services: ServicesDep) -> Response:
    """After this server's session ended: the provider's may be open still."""
    address = await sso_of(services).log_off_address()
    return render(request, "sso_out.html", {"address": address})
