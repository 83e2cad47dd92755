"""The page on which a named person is looked up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.approvals.kinds import Kind
from reticent_server.auth import Caller, Scope
from reticent_server.console.lines import lines_of
from reticent_server.console.pages import render
from reticent_server.http.guard import ServicesDep, address_of, requires, requires_form
from reticent_server.http.looking_up import Found, look_up
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX, PERSON_CHARS_MAX

router = APIRouter(include_in_schema=False, prefix="/people")
ROWS = 200


@router.get("")
def people_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.REIDENTIFY_PERSONS)],
) -> Response:
    needs = services.approvals.rules.needs_second(Kind.PERSON_REIDENTIFY)
    context: dict[str, object] = {"found": None, "events": [], "needs_second": needs}
    return render(request, "people.html", context, caller=caller)


@router.post("")
async def looked_up(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Annotated[Caller, requires_form(Scope.REIDENTIFY_PERSONS)],
    person: Annotated[str, Form(min_length=1, max_length=PERSON_CHARS_MAX)],
    reason: Annotated[str, Form(max_length=APPROVAL_REASON_CHARS_MAX)] = "",
) -> Response:
    quoted = person.replace("\\", "\\\\").replace('"', '\\"')
    found: Found = await threads.run(
        look_up,
        services,
        caller=caller,
        text=f'person:"{quoted}"',
        reason=reason,
        limit=ROWS,
        address=address_of(request),
    )
    needs = services.approvals.rules.needs_second(Kind.PERSON_REIDENTIFY)
    context = {"found": found, "events": lines_of(found.rows), "needs_second": needs}
    return render(request, "people.html", context, caller=caller)
