"""Roles: seen, made, changed, removed; and which account holds which."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.http.granting import recorded_roles, role_refused_as_problem
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.roles import (
    AccountOut,
    AccountRolesIn,
    AccountRolesOut,
    AccountsOut,
    NewRoleIn,
    RoleIn,
    RoleOut,
    RolesOut,
)
from reticent_server.http.seldom import note_list
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX, tags=["roles"])
Reader = Annotated[Caller, requires(Scope.READ_ACCOUNTS)]
Manager = Annotated[Caller, requires(Scope.ADMIN_ACCOUNTS)]
RoleName = Annotated[
    str,
    Path(min_length=1, max_length=64, description="The role.", examples=["lab-helpdesk"]),
]
AccountName = Annotated[
    str, Path(min_length=1, max_length=256, description="The account.", examples=["kiran"])
]


@router.get("/roles", summary="List roles")
def list_roles(services: ServicesDep, _: Reader) -> RolesOut:
    """The built-in ones, then those made here, with what each gives and how many hold it."""
    return RolesOut(roles=[RoleOut.of(view) for view in services.accounts.roles.list()])


@router.post("/roles", status_code=201, summary="Make a role")
def create_role(
    body: NewRoleIn, request: Request, services: ServicesDep, caller: Manager
) -> RoleOut:
    """It gives at most what the caller holds. With limits it can hold no scope of the whole
    fleet."""
    with role_refused_as_problem():
        view = recorded_roles(request, services, caller).create(body.name, body.wish())
    return RoleOut.of(view)


@router.put("/roles/{role}", summary="Change a role", responses=refusals(404))
def change_role(
    role: RoleName, body: RoleIn, request: Request, services: ServicesDep, caller: Manager
) -> RoleOut:
    """All of it anew. Whoever holds it has it changed from the next request on."""
    with role_refused_as_problem():
        view = recorded_roles(request, services, caller).change(role, body.wish())
    return RoleOut.of(view)


@router.delete("/roles/{role}", status_code=204, summary="Remove a role", responses=refusals(404))
def remove_role(role: RoleName, request: Request, services: ServicesDep, caller: Manager) -> None:
    """It is taken from every account that holds it, at once."""
    with role_refused_as_problem():
        recorded_roles(request, services, caller).remove(role)


@router.get("/accounts", summary="List accounts")
def list_accounts(request: Request, services: ServicesDep, caller: Reader) -> AccountsOut:
    """By name, disabled ones included."""
    note_list(request, caller, "account.list", "accounts")
    return AccountsOut(accounts=[AccountOut.of(view) for view in services.accounts.list()])


@router.put("/accounts/{account}/roles", summary="Set an account's roles", responses=refusals(404))
def set_roles(
    account: AccountName,
    body: AccountRolesIn,
    request: Request,
    services: ServicesDep,
    caller: Manager,
) -> AccountRolesOut:
    """Holds at once, on open sessions and API tokens too. The caller must hold what every role
    gives that is added or taken; the last account that can manage accounts keeps that."""
    with role_refused_as_problem():
        after = recorded_roles(request, services, caller).assign(account, body.roles)
    return AccountRolesOut(name=account, roles=list(after))
