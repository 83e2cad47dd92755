"""Ending at once whatever opens one's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.auth.errors import NotLoggedOnError, ThrottledError
from reticent_server.http.access import end_all_own
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.refusals import refusals
from reticent_server.http.routes.second_factor import password_problem
from reticent_server.http.schemas.access import EndedAllOut
from reticent_server.http.schemas.second_factor import AgainIn
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import LoginThreadsDep

router = APIRouter(prefix=API_PREFIX + "/account", tags=["account"])
Holder = Annotated[Caller, requires(Scope.OWN_PASSWORD)]


@router.post(
    "/end-all",
    summary="End whatever else opens one's account",
    responses=refusals(429),
)
async def end_everything(
    body: AgainIn,
    request: Request,
    services: ServicesDep,
    threads: LoginThreadsDep,
    caller: Holder,
) -> EndedAllOut:
    """The other sessions, API tokens and passkeys. Asks for the password, which stays."""
    try:
        ended = await threads.run(end_all_own, services, request, caller, password=body.password)
    except (NotLoggedOnError, ThrottledError) as error:
        raise password_problem(error) from error
    return EndedAllOut.of(ended)
