"""Searching what laptops sent."""

from __future__ import annotations

import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from reticent_server.auth import Caller, Scope
from reticent_server.http import settings
from reticent_server.http.exporting import blocks, prepare
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.params import Cursor, QueryText
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import events_of
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.base import time_of
from reticent_server.http.schemas.events import (
    CountOut,
    CountsOut,
    EventsOut,
    ExportIn,
    HistogramOut,
)
from reticent_server.http.searching import count_by, search
from reticent_server.http.seldom import note_list
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.query.export_lines import MEDIA_TYPES

router = APIRouter(prefix=settings.API_PREFIX + "/events", tags=["events"])
Reader = Annotated[Caller, requires(Scope.READ_EVENTS)]
HOUR_S = 3_600


@router.get("", summary="Search events", responses=refusals(400))
async def list_events(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
    q: QueryText = "*",
    limit: Annotated[
        int, Query(ge=1, le=settings.EVENTS_LIMIT_MAX, examples=[100])
    ] = settings.EVENTS_LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> EventsOut:
    """Newest first. The search is recorded by its shape: which fields, never which values.

    Only of the groups, tables and columns that the caller's roles reach; columns that they do not
    show come back as `[masked]`, named in `masked`, and cannot be searched by.
    """
    page = await threads.run(
        search,
        services,
        caller=caller,
        text=q,
        limit=limit,
        cursor=cursor,
        address=address_of(request),
    )
    return EventsOut.of(page)


@router.get("/counts", summary="Count events by the values of a field", responses=refusals(400))
async def count_events(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
    by: Annotated[
        str,
        Query(
            max_length=64,
            description="kind, table, event, device, or a field of text, whole numbers or true and "
            "false, as a query names it.",
            examples=["delivered_from_country"],
        ),
    ],
    q: QueryText = "*",
    limit: Annotated[
        int, Query(ge=1, le=settings.EVENTS_LIMIT_MAX, examples=[20])
    ] = settings.COUNTS_LIMIT_DEFAULT,
) -> CountsOut:
    """The commonest values first. Events without a value are not counted."""
    counts = await threads.run(
        count_by,
        services,
        caller=caller,
        text=q,
        by=by,
        limit=limit,
        address=address_of(request),
    )
    return CountsOut(by=by, counts=[CountOut(value=v, rows=n) for v, n in counts])


@router.post(
    "/export",
    summary="Export events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events, newest first: one a line. The last says how many; what has "
            "none is not whole.",
            "content": {
                MEDIA_TYPES["jsonl"]: {
                    "example": '{"id":"6f96...","ts":"2026-11-22T ...\n{"end":{"rows":1}}\n'
                },
                MEDIA_TYPES["csv"]: {
                    "example": "id,ts,received_at,device_id,table, ...\nend,0,,,, ...\n"
                },
            },
        },
        **refusals(400, 409),
    },
)
async def export_events(
    body: ExportIn,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Annotated[Caller, requires(Scope.EXPORT_EVENTS)],
) -> StreamingResponse:
    """Streamed, with the limits of the caller's roles as in a search. More events than the
    configuration lets everybody export need a reason and, as a rule, a second person: 409
    `approval-needed` names the request; once that is approved, ask for just the same again."""
    export = await threads.run(
        prepare,
        services,
        caller=caller,
        text=body.query,
        rows_max=body.rows,
        form=body.format,
        reason=body.reason,
        address=address_of(request),
    )
    return StreamingResponse(
        blocks(export, threads),
        media_type=MEDIA_TYPES[body.format],
        headers={"Content-Disposition": f'attachment; filename="reticent-events.{body.format}"'},
    )


@router.get("/histogram", summary="Count events by hour and kind")
async def histogram(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
    hours: Annotated[
        int,
        Query(
            ge=1,
            le=24 * settings.HISTOGRAM_DAYS_MAX,
            description="How far back from `until`.",
            examples=[168],
        ),
    ] = 168,
    until: Annotated[
        int | None,
        Query(
            ge=0,
            le=253_402_300_799,
            description="Seconds since 1970 UTC; now if left out.",
            examples=[1795329125],
        ),
    ] = None,
    device_id: Annotated[
        UUID | None, Query(examples=["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"])
    ] = None,
) -> HistogramOut:
    """Rows by hour of the laptop's clock, and kind."""
    until_s = int(time.time()) if until is None else until
    since_s = max(0, until_s - hours * HOUR_S)
    if until_s <= since_s:
        raise ProblemError(
            422, "invalid-request", "`until` must be after 1970; nothing was counted"
        )
    # One laptop's hours are its owner's: they say when somebody works.
    about = f"events by hour of device {device_id}" if device_id else "events by hour"
    await threads.run(note_list, request, caller, "events.count", about)
    counts = await threads.run(
        lambda: events_of(services, caller, Scope.READ_EVENTS).counts_by_hour(
            since_us=since_s * 1_000_000,
            until_us=until_s * 1_000_000,
            device_id=device_id.bytes if device_id else None,
        )
    )
    return HistogramOut(
        since=time_of(since_s),
        until=time_of(until_s),
        hours=[HistogramOut.hour(count) for count in counts],
    )
