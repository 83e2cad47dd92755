"""The enrolment page: make a token, see it and the command once, revoke what is not needed."""

from __future__ import annotations

import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.pages import render
from reticent_server.devices.models import DeviceStatus
from reticent_server.errors import NotFoundError
from reticent_server.http.enrolling import ENROL_COMMAND, make_token
from reticent_server.http.guard import ServicesDep, address_of, requires, requires_form
from reticent_server.http.problems import not_found
from reticent_server.http.reaching import as_seen
from reticent_server.http.revoking import revoke_enrolment_token
from reticent_server.http.seldom import note_list
from reticent_server.services import Services

WAITING_SHOWN = 50
router = APIRouter(include_in_schema=False, prefix="/enrolment")
Enroller = Annotated[Caller, requires_form(Scope.ADMIN_ENROLMENT)]


@router.get("")
def enrolment_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.READ_ENROLMENT)],
) -> Response:
    return _page(request, services, caller, token="")


@router.post("")
def create(
    request: Request,
    services: ServicesDep,
    caller: Enroller,
    group: Annotated[str, Form(min_length=1, max_length=64)] = "default",
    uses: Annotated[int, Form(ge=1, le=100_000)] = 1,
    hours: Annotated[int, Form(ge=1, le=8_760)] = 24,
    needs_approval: Annotated[bool, Form()] = False,
) -> Response:
    """Answers with the page itself, not a redirect: the token is nowhere but in this answer."""
    token = make_token(
        services,
        caller,
        group=group,
        uses=uses,
        hours=hours,
        needs_approval=needs_approval,
        source_address=address_of(request),
    )
    return _page(request, services, caller, token=token)


@router.post("/{token_id}/revoke")
def revoke(token_id: UUID, request: Request, services: ServicesDep, caller: Enroller) -> Response:
    try:
        revoke_enrolment_token(
            services.enrolment,
            services.audit.record_with,
            token_id,
            actor=caller.name,
            source_address=address_of(request),
            groups=caller.groups(Scope.ADMIN_ENROLMENT),
        )
    except NotFoundError:
        raise not_found("enrolment token") from None
    return RedirectResponse("/enrolment", status_code=303)


def _page(request: Request, services: Services, caller: Caller, *, token: str) -> Response:
    now = time.time()
    views = services.enrolment.list(groups=caller.groups(Scope.READ_ENROLMENT))
    waiting = services.devices.list(
        limit=WAITING_SHOWN,
        status=DeviceStatus.WAITING,
        groups=caller.groups(Scope.READ_DEVICES),
    )
    if waiting.devices:  # from which networks they asked is shown
        note_list(request, caller, "device.list", "devices that wait")
    context = {
        "command": ENROL_COMMAND,
        "token": token,
        "tokens": [(view, view.usable(now)) for view in views],
        "waiting": [as_seen(caller, Scope.READ_DEVICES, device) for device in waiting.devices],
    }
    return render(request, "enrolment.html", context, caller=caller)
