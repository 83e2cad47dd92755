"""Looking up a named person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.auth import Caller, Scope
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.looking_up import look_up
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.people import LookedUpOut, LookUpIn
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import StoreThreadsDep

router = APIRouter(prefix=API_PREFIX + "/people", tags=["people"])


@router.post("/look-up", summary="Look up a named person", responses=refusals(400, 409))
async def look_up_person(
    body: LookUpIn,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Annotated[Caller, requires(Scope.REIDENTIFY_PERSONS)],
) -> LookedUpOut:
    """By user name, e-mail address, phone number or full name, under the keys of every epoch that
    is left. A POST, so that no name stands in an address that proxies and browsers keep.

    Needs a reason and, as a rule, a second person: 409 `approval-needed` names the request; once
    that is approved, ask again."""
    found = await threads.run(
        look_up,
        services,
        caller=caller,
        text=body.query,
        reason=body.reason,
        limit=body.limit,
        address=address_of(request),
    )
    return LookedUpOut.of(found)
