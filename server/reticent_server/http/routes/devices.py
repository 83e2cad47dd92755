"""Devices: listed, shown, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.errors import ServerError
from reticent_server.http import revoking, settings
from reticent_server.http.cursors import bad_cursor
from reticent_server.http.device_states import Group, State, narrowed_by
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.params import Cursor, DeviceId
from reticent_server.http.reaching import as_seen, device_in_reach, events_of, listed_groups
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.devices import DeviceOut, DevicesOut, FactsOut, RevokeIn
from reticent_server.http.seldom import note_list
from reticent_server.http.threads import StoreThreadsDep

router = APIRouter(prefix=settings.API_PREFIX + "/devices", tags=["devices"])
Reader = Annotated[Caller, requires(Scope.READ_DEVICES)]


@router.get("", summary="List devices", responses=refusals(400, 404))
async def list_devices(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=settings.DEVICES_LIMIT_MAX, examples=[100])] = 100,
    cursor: Cursor = None,
    state: State = None,
    group: Group = None,
) -> DevicesOut:
    """Newest enrolment first. `silent` are those in service that were not heard of for long."""

    def read() -> DevicesOut:
        groups = listed_groups(caller, Scope.READ_DEVICES, group)
        try:
            page = services.devices.list(
                limit=limit, cursor=cursor, groups=groups, **narrowed_by(state)
            )
        except ServerError:
            raise bad_cursor() from None
        note_list(request, caller, "device.list", "devices")
        events = events_of(services, caller, Scope.READ_DEVICES)
        summaries = events.device_summaries([d.device_id.bytes for d in page.devices])
        return DevicesOut(
            devices=[
                DeviceOut.of(
                    as_seen(caller, Scope.READ_DEVICES, d), summaries.get(d.device_id.bytes)
                )
                for d in page.devices
            ],
            next_cursor=page.next_cursor,
        )

    return await threads.run(read)


@router.get("/{device_id}", summary="Show one device", responses=refusals(404))
async def get_device(
    device_id: DeviceId,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
) -> DeviceOut:
    def read() -> DeviceOut:
        view = device_in_reach(services, caller, Scope.READ_DEVICES, device_id)
        services.audit.record(
            actor=caller.name,
            action="device.view",
            object=f"device {device_id}",
            source_address=address_of(request),
        )
        events = events_of(services, caller, Scope.READ_DEVICES)
        summaries = events.device_summaries([device_id.bytes])
        seen = as_seen(caller, Scope.READ_DEVICES, view)
        return DeviceOut.of(seen, summaries.get(device_id.bytes))

    return await threads.run(read)


@router.get(
    "/{device_id}/facts",
    summary="Show what one device says about itself now",
    responses=refusals(404),
)
async def get_facts(
    device_id: DeviceId,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Annotated[Caller, requires(Scope.READ_FACTS)],
) -> FactsOut:
    """The state tables as they stand, and how many values the policy kept back, by field."""

    def read() -> FactsOut:
        device_in_reach(services, caller, Scope.READ_FACTS, device_id)
        services.audit.record(
            actor=caller.name,
            action="device.view",
            object=f"device {device_id}",
            source_address=address_of(request),
        )
        events = events_of(services, caller, Scope.READ_FACTS)
        state = events.current_state(device_id.bytes)
        return FactsOut(
            device_id=str(device_id),
            tables={table: [dict(row) for row in rows] for table, rows in state.items()},
            dropped=events.dropped_by_field(device_id.bytes),
            masked=FactsOut.hidden(state),
        )

    return await threads.run(read)


@router.post("/{device_id}/revoke", summary="Revoke a device", responses=refusals(404))
def revoke_device(
    device_id: DeviceId,
    body: RevokeIn,
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.ADMIN_DEVICES)],
) -> DeviceOut:
    """Its key is not trusted from now on. What it sent stays stored."""
    device_in_reach(services, caller, Scope.ADMIN_DEVICES, device_id)
    view = revoking.revoke_device(
        services.devices,
        services.audit.record_with,
        device_id,
        reason=body.reason,
        actor=caller.name,
        source_address=address_of(request),
    )
    return DeviceOut.of(as_seen(caller, Scope.ADMIN_DEVICES, view), None)
