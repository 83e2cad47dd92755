"""Where one is logged on, and ending that."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.http.access import end_session_of, end_sessions_of, sessions_of
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.params import SessionId
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.access import EndedOut, LoginSessionsOut
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/account/sessions", tags=["account"])
Holder = Annotated[Caller, requires(Scope.OWN_PASSWORD)]


@router.get("", summary="List one's sessions")
def list_sessions(services: ServicesDep, caller: Holder) -> LoginSessionsOut:
    """The last used first. Of the address only its network is kept, of the browser two words."""
    views = sessions_of(services, caller.name)
    return LoginSessionsOut.of(views, current=caller.session_id)


@router.delete("", summary="End all one's other sessions")
def end_other_sessions(request: Request, services: ServicesDep, caller: Holder) -> EndedOut:
    """The one that asks stays."""
    keep = caller.session_id
    return EndedOut(ended=end_sessions_of(services, request, caller, name=caller.name, keep=keep))


@router.delete(
    "/{session_id}", status_code=204, summary="End one of one's sessions", responses=refusals(404)
)
def end_session(
    session_id: SessionId, request: Request, services: ServicesDep, caller: Holder
) -> None:
    """It opens nothing from the next request on."""
    end_session_of(services, request, caller, name=caller.name, session_id=session_id)
