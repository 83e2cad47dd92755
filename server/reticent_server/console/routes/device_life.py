"""Forms of the device pages: approve, refuse, retire, ask, and what a group says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.devices.actions import Action
from reticent_server.devices.groups import GroupSettings
from reticent_server.http import living
from reticent_server.http.guard import ServicesDep, address_of, requires_form
from reticent_server.http.living import Decision
from reticent_server.http.params import DeviceId

router = APIRouter(include_in_schema=False, prefix="/devices")
Admin = Annotated[Caller, requires_form(Scope.ADMIN_DEVICES)]
Reason = Annotated[str, Form(min_length=1, max_length=500)]


@router.post("/groups")
def set_group(
    request: Request,
    services: ServicesDep,
    caller: Admin,
    group: Annotated[str, Form(min_length=1, max_length=64)],
    silent_after_hours: Annotated[int, Form(ge=1, le=8_784)],
    return_within_days: Annotated[int, Form(ge=0, le=366)],
) -> Response:
    settings = GroupSettings(
        group=group,
        silent_after_s=silent_after_hours * 3_600,
        return_within_s=return_within_days * 86_400,
    )
    living.set_group(services, caller, settings, source_address=address_of(request))
    return RedirectResponse("/devices#groups", status_code=303)


@router.post("/{device_id}/decide")
def decide(
    device_id: DeviceId,
    request: Request,
    services: ServicesDep,
    caller: Admin,
    decision: Annotated[Decision, Form()],
    reason: Reason,
) -> Response:
    living.decide(
        services,
        caller,
        device_id,
        decision,
        reason=reason,
        source_address=address_of(request),
    )
    return RedirectResponse(f"/devices/{device_id}", status_code=303)


@router.post("/{device_id}/ask")
def ask(
    device_id: DeviceId,
    request: Request,
    services: ServicesDep,
    caller: Admin,
    action: Annotated[Action, Form()],
    reason: Reason,
    minutes: Annotated[int, Form(ge=1, le=43_200)] = 60,
) -> Response:
    """The form always has minutes; they are a pause's alone."""
    living.ask(
        services,
        caller,
        device_id,
        action,
        reason=reason,
        minutes=minutes if action is Action.PAUSE else None,
        source_address=address_of(request),
    )
    return RedirectResponse(f"/devices/{device_id}#asked", status_code=303)
