"""Devices erased."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.http import erasing
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.params import DeviceId
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.erasure import EraseIn, ErasureOut
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/devices", tags=["devices"])


@router.post(
    "/{device_id}/erase", status_code=202, summary="Erase a device", responses=refusals(404, 409)
)
def erase_device(
    device_id: DeviceId,
    body: EraseIn,
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.ADMIN_DEVICES)],
) -> ErasureOut:
    """All that it sent and its record, for good; its stream is closed at once, its key never good
    again. Where a second person is asked for, the first call asks (409) and the same call does it
    once somebody has agreed."""
    view = erasing.erase(
        services,
        caller,
        device_id,
        confirm=body.confirm,
        reason=body.reason,
        source_address=address_of(request),
    )
    return ErasureOut.of(view)


@router.get("/{device_id}/erasure", summary="Show how far an erasure is", responses=refusals(404))
def get_erasure(
    device_id: DeviceId,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.READ_DEVICES)],
) -> ErasureOut:
    """Done within a minute as a rule: the event store removes the files of before seconds later."""
    return ErasureOut.of(erasing.erasure_in_reach(services, caller, device_id))
