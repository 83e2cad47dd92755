"""Who can log on, who is locked, where they are logged on: for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.http.access import (
    end_all_of,
    end_session_of,
    end_sessions_of,
    note_view,
    sessions_of,
    unlock,
)
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.params import AccountName, SessionId
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.access import (
    AccessListOut,
    AccessOut,
    EndedAllOut,
    EndedOut,
    LoginSessionsOut,
)
from reticent_server.http.second_factor import reset_of
from reticent_server.http.seldom import note_list
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/access", tags=["access"])
Administrator = Annotated[Caller, requires(Scope.ADMIN_ACCOUNTS)]


@router.get("", summary="List who can log on")
def list_access(request: Request, services: ServicesDep, caller: Administrator) -> AccessListOut:
    """Every account by name, with its lock and how many sessions, API tokens and passkeys open
    it."""
    note_list(request, caller, "account.list", "accounts")
    openings = services.accounts.openings.by_name()
    return AccessListOut(
        accounts=[AccessOut.of(view, openings[view.name]) for view in services.accounts.list()]
    )


@router.delete(
    "/{name}/lock", status_code=204, summary="Unlock an account", responses=refusals(404)
)
def unlock_account(
    name: AccountName, request: Request, services: ServicesDep, caller: Administrator
) -> None:
    """Ends a lock after failed log-ons, and forgets these."""
    unlock(services, request, caller, name=name)


@router.delete(
    "/{name}/second-factor",
    status_code=204,
    summary="Remove an account's second factor",
    responses=refusals(404),
)
def reset_factor(
    name: AccountName, request: Request, services: ServicesDep, caller: Administrator
) -> None:
    """Of somebody who lost it, who holds no more than the caller. The password alone lets in until
    a new one is set up."""
    reset_of(services, request, caller, name=name)


@router.get("/{name}/sessions", summary="List an account's sessions", responses=refusals(404))
def list_account_sessions(
    name: AccountName, request: Request, services: ServicesDep, caller: Administrator
) -> LoginSessionsOut:
    """The last used first."""
    views = sessions_of(services, name)
    note_view(services, request, caller, name=name)
    return LoginSessionsOut.of(views, current=caller.session_id)


@router.delete(
    "/{name}/sessions", summary="End all sessions of an account", responses=refusals(404)
)
def end_account_sessions(
    name: AccountName, request: Request, services: ServicesDep, caller: Administrator
) -> EndedOut:
    """They open nothing from the next request on."""
    return EndedOut(ended=end_sessions_of(services, request, caller, name=name))


@router.post("/{name}/end-all", summary="End whatever opens an account", responses=refusals(404))
def end_everything(
    name: AccountName, request: Request, services: ServicesDep, caller: Administrator
) -> EndedAllOut:
    """Sessions, API tokens and passkeys, for instance after a theft; its password stays."""
    return EndedAllOut.of(end_all_of(services, request, caller, name=name))


@router.delete(
    "/{name}/sessions/{session_id}",
    status_code=204,
    summary="End a session of an account",
    responses=refusals(404),
)
def end_account_session(
    name: AccountName,
    session_id: SessionId,
    request: Request,
    services: ServicesDep,
    caller: Administrator,
) -> None:
    """It opens nothing from the next request on."""
    end_session_of(services, request, caller, name=name, session_id=session_id)
