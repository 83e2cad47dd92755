"""An erased device's page, and the form that erases one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.pages import render
from reticent_server.devices.view import DeviceView
from reticent_server.erasure.service import BACKUPS
from reticent_server.http import erasing
from reticent_server.http.guard import ServicesDep, address_of, requires_form
from reticent_server.http.params import DeviceId
from reticent_server.services import Services

router = APIRouter(include_in_schema=False, prefix="/devices")


@router.post("/{device_id}/erase")
def erase(
    device_id: DeviceId,
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires_form(Scope.ADMIN_DEVICES)],
    reason: Annotated[str, Form(min_length=1, max_length=400)],
    confirm: Annotated[str, Form(min_length=1, max_length=64)],
) -> Response:
    """Where a second person is asked for, the problem's page says so, and which request waits."""
    erasing.erase(
        services,
        caller,
        device_id,
        confirm=confirm,
        reason=reason,
        source_address=address_of(request),
    )
    return RedirectResponse(f"/devices/{device_id}", status_code=303)


def erased_page(
    request: Request, services: Services, caller: Caller, device: DeviceView
) -> Response:
    return render(
        request,
        "device_erased.html",
        {
            "device": device,
            "erasure": services.erasures.get(device.device_id),
            "backups": BACKUPS,
        },
        caller=caller,
    )
