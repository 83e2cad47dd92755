"""The list of devices, and one device's page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.connections import CONNECTED, connections_of
from reticent_server.console.facts import facts_of
from reticent_server.console.lines import lines_of
from reticent_server.console.pages import render
from reticent_server.console.routes.erasure import erased_page
from reticent_server.devices.diagnostics import DiagnosticsView
from reticent_server.devices.models import DeviceStatus
from reticent_server.devices.view import DeviceView
from reticent_server.erasure.service import BACKUPS
from reticent_server.errors import NotFoundError, ServerError
from reticent_server.http.cursors import bad_cursor
from reticent_server.http.device_states import DeviceState, Group, State, narrowed_by
from reticent_server.http.guard import ServicesDep, address_of, requires, requires_form
from reticent_server.http.params import Cursor, DeviceId
from reticent_server.http.reaching import as_seen, device_in_reach, events_of, listed_groups
from reticent_server.http.revoking import revoke_device
from reticent_server.http.seldom import note_list
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.policies.lineup import Lineup
from reticent_server.query import parse_query

router = APIRouter(include_in_schema=False, prefix="/devices")
Reader = Annotated[Caller, requires(Scope.READ_DEVICES)]
PAGE = 50
LAST_EVENTS = 10
LAST_CONNECTIONS = 5
ONLINE_S = 600  # a laptop's keep-alive comes at least every four minutes


@router.get("")
async def devices_page(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
    cursor: Cursor = None,
    state: State = None,
    group: Group = None,
) -> Response:
    def read() -> Response:
        reach = caller.groups(Scope.READ_DEVICES)
        groups = listed_groups(caller, Scope.READ_DEVICES, group)
        try:
            page = services.devices.list(
                limit=PAGE, cursor=cursor, groups=groups, **narrowed_by(state)
            )
        except ServerError:
            raise bad_cursor() from None
        note_list(request, caller, "device.list", "devices")
        events = events_of(services, caller, Scope.READ_DEVICES)
        summaries = events.device_summaries([d.device_id.bytes for d in page.devices])
        return render(
            request,
            "devices.html",
            {
                "rows": [
                    (as_seen(caller, Scope.READ_DEVICES, d), summaries.get(d.device_id.bytes))
                    for d in page.devices
                ],
                "counts": services.devices.counts_by_status(groups=reach),
                "silent": services.groups.count_silent(groups=reach),
                "groups": services.groups.list(groups=caller.groups(Scope.ADMIN_DEVICES)),
                "state": state,
                "group": group,
                "narrowed": _narrowed(state, group),
                "current_policy": _current_policy(services) if reach is None else None,
                "due": _due(services, page.devices),
                "next_cursor": page.next_cursor,
                "cursor": cursor,
                "online_after_s": time.time() - ONLINE_S,
            },
            caller=caller,
        )

    return await threads.run(read)


@router.get("/{device_id}")
async def device_page(
    device_id: DeviceId,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
    table: str | None = None,
) -> Response:
    def read() -> Response:
        device = device_in_reach(services, caller, Scope.READ_DEVICES, device_id)
        raw = device_id.bytes
        events, connections, facts, dropped = [], [], [], []
        services.audit.record(
            actor=caller.name,
            action="device.view",
            object=f"device {device_id}",
            source_address=address_of(request),
        )
        if device.status is DeviceStatus.ERASED:
            return erased_page(request, services, caller, device)
        if caller.reaches(Scope.READ_EVENTS, device.group):
            seen = events_of(services, caller, Scope.READ_EVENTS)
            events = lines_of(
                seen.search(
                    parse_query(f"device:{device_id} -event:snapshot"), limit=LAST_EVENTS
                ).rows
            )
            connections = connections_of(
                seen.search(
                    parse_query(f"device:{device_id} kind:{CONNECTED}"), limit=LAST_CONNECTIONS
                ).rows
            )
        if caller.reaches(Scope.READ_FACTS, device.group):
            stated = events_of(services, caller, Scope.READ_FACTS)
            facts = facts_of(stated.current_state(raw), whole=table)
            dropped = [r for r in stated.rule_counts(raw) if r[2] != "kept" and r[3]]
        summaries = events_of(services, caller, Scope.READ_DEVICES).device_summaries([raw])
        return render(
            request,
            "device.html",
            {
                "device": as_seen(caller, Scope.READ_DEVICES, device),
                "summary": summaries.get(raw),
                "facts": facts,
                "events": events,
                "connections": connections,
                "dropped": sorted(dropped, key=lambda rule: (-rule[3], rule)),
                "due": _due(services, [device]),
                "backups": BACKUPS,
                "diagnostics": _diagnostics(services, device_id),
                "actions": services.actions.list(device_id),
                "silent_after_s": services.groups.get(device.group).silent_after_s,
                "now_s": time.time(),
                "online_after_s": time.time() - ONLINE_S,
            },
            caller=caller,
        )

    return await threads.run(read)


@router.post("/{device_id}/revoke")
def revoke(
    device_id: DeviceId,
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires_form(Scope.ADMIN_DEVICES)],
    reason: Annotated[str, Form(min_length=1, max_length=500)],
) -> Response:
    device_in_reach(services, caller, Scope.ADMIN_DEVICES, device_id)
    revoke_device(
        services.devices,
        services.audit.record_with,
        device_id,
        reason=reason,
        actor=caller.name,
        source_address=address_of(request),
    )
    return RedirectResponse(f"/devices/{device_id}", status_code=303)


def _diagnostics(services: ServicesDep, device_id: UUID) -> DiagnosticsView | None:
    try:
        return services.diagnostics.get(device_id)
    except NotFoundError:
        return None


def _narrowed(state: DeviceState | None, group: str | None) -> str:
    """What narrows the list, as the query of its addresses."""
    given = {"state": state, "group": group}
    return urlencode({name: value for name, value in given.items() if value is not None})


def _current_policy(services: ServicesDep) -> int:
    """The default group's newest version; 0 where none is published."""
    try:
        return services.policies.current().version
    except NotFoundError:
        return 0


def _due(services: ServicesDep, devices: Sequence[DeviceView]) -> dict[UUID, int]:
    """The version that each of them is to run; 0 where none is published."""
    lineups: dict[str, Lineup | None] = {}
    for group in {device.group for device in devices}:
        try:
            lineups[group] = services.policies.lineup(group)
        except NotFoundError:
            lineups[group] = None
    due: dict[UUID, int] = {}
    for device in devices:
        lineup = lineups[device.group]
        runs = device.policy_sha256
        due[device.device_id] = lineup.of(device.device_id, runs=runs).version if lineup else 0
    return due
