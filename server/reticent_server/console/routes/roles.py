"""The roles' page: what each role gives, who holds which; for who may, the forms to change it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.auth.recorded_roles import RoleWish
from reticent_server.auth.scopes import BASE, LIMITABLE, SENTENCES
from reticent_server.console.pages import render
from reticent_server.http.granting import recorded_roles, role_refused_as_problem
from reticent_server.http.guard import ServicesDep, requires, requires_form
from reticent_server.http.seldom import note_list

router = APIRouter(include_in_schema=False, prefix="/roles")
Manager = Annotated[Caller, requires_form(Scope.ADMIN_ACCOUNTS)]
Scopes = Annotated[list[str], Form(max_length=64)]
Lines = Annotated[str, Form(max_length=70_000)]
Name = Annotated[str, Form(min_length=1, max_length=64)]


@router.get("")
def roles_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.READ_ACCOUNTS)],
) -> Response:
    note_list(request, caller, "account.list", "accounts")
    context = {
        "roles": services.accounts.roles.list(),
        "accounts": services.accounts.list(),
        "scopes": {s: text for s, text in SENTENCES.items() if s not in BASE},
        "base": {s: text for s, text in SENTENCES.items() if s in BASE},
        "limitable": LIMITABLE,
    }
    return render(request, "roles.html", context, caller=caller)


@router.post("")
def create(
    request: Request,
    services: ServicesDep,
    caller: Manager,
    name: Name,
    scopes: Scopes = [],  # noqa: B006 - FastAPI copies it
    groups: Lines = "",
    columns: Lines = "",
) -> Response:
    with role_refused_as_problem():
        wish = _wish(scopes, groups, columns)
        recorded_roles(request, services, caller).create(name, wish)
    return _back()


@router.post("/change")
def change(
    request: Request,
    services: ServicesDep,
    caller: Manager,
    name: Name,
    scopes: Scopes = [],  # noqa: B006 - FastAPI copies it
    groups: Lines = "",
    columns: Lines = "",
) -> Response:
    with role_refused_as_problem():
        wish = _wish(scopes, groups, columns)
        recorded_roles(request, services, caller).change(name, wish)
    return _back()


@router.post("/remove")
def remove(request: Request, services: ServicesDep, caller: Manager, name: Name) -> Response:
    with role_refused_as_problem():
        recorded_roles(request, services, caller).remove(name)
    return _back()


@router.post("/assign")
def assign(
    request: Request,
    services: ServicesDep,
    caller: Manager,
    account: Name,
    roles: Annotated[list[str], Form(max_length=64)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    with role_refused_as_problem():
        recorded_roles(request, services, caller).assign(account, roles)
    return _back()


def _wish(scopes: list[str], groups: str, columns: str) -> RoleWish:
    return RoleWish(scopes=scopes, groups=_lines(groups), columns=_lines(columns))


def _lines(text: str) -> list[str] | None:
    """One a line; an empty field is no limit, as the form says."""
    return [line.strip() for line in text.splitlines() if line.strip()] or None


def _back() -> Response:
    return RedirectResponse("/roles", status_code=303)
