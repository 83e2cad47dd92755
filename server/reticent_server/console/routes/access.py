"""Who can log on, who is locked, where they are logged on: for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.auth.names import fold
from reticent_server.console.pages import render
from reticent_server.http.access import (
    end_all_of,
    end_session_of,
    end_sessions_of,
    note_view,
    sessions_of,
    unlock,
)
from reticent_server.http.guard import ServicesDep, requires, requires_form
from reticent_server.http.params import AccountName
from reticent_server.http.problems import not_found
from reticent_server.http.second_factor import reset_of
from reticent_server.http.seldom import note_list

router = APIRouter(include_in_schema=False, prefix="/access")
Administrator = Annotated[Caller, requires(Scope.ADMIN_ACCOUNTS)]
Acting = Annotated[Caller, requires_form(Scope.ADMIN_ACCOUNTS)]
SessionId = Annotated[str, Path(max_length=64)]


@router.get("")
def access_page(request: Request, services: ServicesDep, caller: Administrator) -> Response:
    note_list(request, caller, "account.list", "accounts")
    context = {
        "accounts": services.accounts.list(),
        "openings": services.accounts.openings.by_name(),
        "now": services.accounts.now_s(),
    }
    return render(request, "access.html", context, caller=caller)


@router.get("/{name}")
def one_page(
    name: AccountName, request: Request, services: ServicesDep, caller: Administrator
) -> Response:
    account = services.accounts.get(name)
    if account is None:
        raise not_found("account")
    note_view(services, request, caller, name=name)
    context = {
        "account": account,
        "sessions": sessions_of(services, account.name),
        "openings": services.accounts.openings.of(services.accounts.number_of(account.name)),
        "now": services.accounts.now_s(),
    }
    return render(request, "access_one.html", context, caller=caller)


@router.post("/{name}/unlock")
def unlock_account(
    name: AccountName, request: Request, services: ServicesDep, caller: Acting
) -> Response:
    unlock(services, request, caller, name=name)
    return _back(name)


@router.post("/{name}/reset-factor")
def reset_factor(
    name: AccountName, request: Request, services: ServicesDep, caller: Acting
) -> Response:
    reset_of(services, request, caller, name=name)
    return _back(name)


@router.post("/{name}/sessions/end")
def end_sessions(
    name: AccountName, request: Request, services: ServicesDep, caller: Acting
) -> Response:
    end_sessions_of(services, request, caller, name=name)
    return _back(name)


@router.post("/{name}/end-all")
def end_all(name: AccountName, request: Request, services: ServicesDep, caller: Acting) -> Response:
    end_all_of(services, request, caller, name=name)
    return _back(name)


@router.post("/{name}/sessions/{session_id}/end")
def end_session(
    name: AccountName,
    session_id: SessionId,
    request: Request,
    services: ServicesDep,
    caller: Acting,
) -> Response:
    end_session_of(services, request, caller, name=name, session_id=session_id)
    return _back(name)


def _back(name: str) -> Response:
    """Only ever of an account that exists, whose name has no character to be escaped."""
    return RedirectResponse(f"/access/{fold(name)}", status_code=303)
