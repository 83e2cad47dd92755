"""Devices approved, refused, retired, asked for something; what their groups say of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.devices.actions import Action
from reticent_server.devices.groups import GroupSettings
from reticent_server.http import living
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.living import Decision
from reticent_server.http.params import DeviceId
from reticent_server.http.reaching import as_seen, device_in_reach
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.device_life import (
    ActionIn,
    ActionOut,
    ActionsOut,
    DiagnosticsOut,
    GroupIn,
    GroupOut,
    GroupsOut,
    ReasonIn,
)
from reticent_server.http.schemas.devices import DeviceOut
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX, tags=["devices"])
Reader = Annotated[Caller, requires(Scope.READ_DEVICES)]
Admin = Annotated[Caller, requires(Scope.ADMIN_DEVICES)]


@router.post(
    "/devices/{device_id}/approve",
    summary="Approve a device that waits",
    responses=refusals(404, 409),
)
def approve_device(
    device_id: DeviceId, body: ReasonIn, request: Request, services: ServicesDep, caller: Admin
) -> DeviceOut:
    """It gets its policy and keys when it next asks, within about a minute."""
    return _decided(services, device_id, Decision.APPROVE, body, caller, request)


@router.post(
    "/devices/{device_id}/refuse",
    summary="Refuse a device that waits",
    responses=refusals(404, 409),
)
def refuse_device(
    device_id: DeviceId, body: ReasonIn, request: Request, services: ServicesDep, caller: Admin
) -> DeviceOut:
    """It is told to stop. Its key is not trusted from now on."""
    return _decided(services, device_id, Decision.REFUSE, body, caller, request)


@router.post("/devices/{device_id}/retire", summary="Retire a device", responses=refusals(404))
def retire_device(
    device_id: DeviceId, body: ReasonIn, request: Request, services: ServicesDep, caller: Admin
) -> DeviceOut:
    """It left service: its certificate is withdrawn, what it sent and its record stay."""
    return _decided(services, device_id, Decision.RETIRE, body, caller, request)


@router.post(
    "/devices/{device_id}/actions",
    status_code=201,
    summary="Ask something of a laptop",
    responses=refusals(404, 409),
)
def ask_device(
    device_id: DeviceId, body: ActionIn, request: Request, services: ServicesDep, caller: Admin
) -> ActionOut:
    """Delivered at once where it is connected, else when it next is; its owner sees it there. To
    uninstall needs a second person: 409 says which request waits; then ask the same again."""
    view = living.ask(
        services,
        caller,
        device_id,
        Action(body.action),
        reason=body.reason,
        minutes=body.minutes,
        source_address=address_of(request),
    )
    return ActionOut.of(view)


@router.get(
    "/devices/{device_id}/actions",
    summary="List what was asked of a laptop",
    responses=refusals(404),
)
def list_actions(device_id: DeviceId, services: ServicesDep, caller: Reader) -> ActionsOut:
    """Newest first, at most 100, with what the laptop answered."""
    device_in_reach(services, caller, Scope.READ_DEVICES, device_id)
    return ActionsOut(actions=[ActionOut.of(view) for view in services.actions.list(device_id)])


@router.get(
    "/devices/{device_id}/diagnostics",
    summary="Show what a laptop answered to diagnostics",
    responses=refusals(404),
)
def get_diagnostics(
    device_id: DeviceId, request: Request, services: ServicesDep, caller: Reader
) -> DiagnosticsOut:
    """Its newest answer to the action `diagnostics`, kept for 30 days."""
    view = living.diagnostics_of(services, caller, device_id, source_address=address_of(request))
    return DiagnosticsOut.of(view)


@router.get("/device-groups", summary="List groups of devices")
def list_groups(services: ServicesDep, caller: Reader) -> GroupsOut:
    """When a device counts as silent in each, how one that was off returns, how many are silent."""
    reach = caller.groups(Scope.READ_DEVICES)
    silent = services.groups.count_silent(groups=reach)
    listed = services.groups.list(groups=reach)
    return GroupsOut(groups=[GroupOut.of(s, silent=silent.get(s.group, 0)) for s in listed])


@router.put(
    "/device-groups", summary="Set what a group says of its devices", responses=refusals(404)
)
def set_group(body: GroupIn, request: Request, services: ServicesDep, caller: Admin) -> GroupOut:
    """Holds from now on; a group need not have devices yet."""
    settings = living.set_group(
        services,
        caller,
        GroupSettings(
            group=body.group,
            silent_after_s=body.silent_after_hours * 3_600,
            return_within_s=body.return_within_days * 86_400,
        ),
        source_address=address_of(request),
    )
    silent = services.groups.count_silent(groups=[body.group])
    return GroupOut.of(settings, silent=silent.get(body.group, 0))


def _decided(
    services: ServicesDep,
    device_id: DeviceId,
    decision: Decision,
    body: ReasonIn,
    caller: Caller,
    request: Request,
) -> DeviceOut:
    view = living.decide(
        services,
        caller,
        device_id,
        decision,
        reason=body.reason,
        source_address=address_of(request),
    )
    return DeviceOut.of(as_seen(caller, Scope.ADMIN_DEVICES, view), None)
