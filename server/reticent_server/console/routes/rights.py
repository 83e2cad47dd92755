"""The privacy officer's pages: requests of persons, one of them, and its answer to take along."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from reticent_server.auth import Caller
from reticent_server.console.pages import render
from reticent_server.http import answering
from reticent_server.http.guard import ServicesDep, address_of, requires, requires_form
from reticent_server.http.problems import ProblemError
from reticent_server.http.schemas.rights import REFERENCE
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.limits import (
    PERSON_CHARS_MAX,
    RIGHTS_COUNTS_SHOWN_MAX,
    RIGHTS_DEVICES_MAX,
    RIGHTS_IDENTIFIERS_MAX,
)
from reticent_server.query.export_lines import MEDIA_TYPES
from reticent_server.rights.words import GROUNDS, Ground, Right, State

router = APIRouter(include_in_schema=False, prefix="/people/requests")
Reader = Annotated[Caller, requires(answering.SCOPE)]
Officer = Annotated[Caller, requires_form(answering.SCOPE)]
_LINES_CHARS_MAX = RIGHTS_IDENTIFIERS_MAX * (PERSON_CHARS_MAX + 2)


@router.get("")
def cases_page(request: Request, services: ServicesDep, caller: Reader) -> Response:
    context = {
        "cases": services.rights.list(),
        "now_s": services.rights.now_s(),
        "rights": list(Right),
    }
    return render(request, "rights.html", context, caller=caller)


@router.post("")
def open_case(
    request: Request,
    services: ServicesDep,
    caller: Officer,
    right: Annotated[Right, Form()],
    identifiers: Annotated[str, Form(min_length=1, max_length=_LINES_CHARS_MAX)],
    reference: Annotated[str, Form(pattern=REFERENCE)],
    devices: Annotated[str, Form(max_length=RIGHTS_DEVICES_MAX * 40)] = "",
    received: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """`identifiers`: one a line; `devices`: IDs with blanks between them."""
    given = [line for line in identifiers.splitlines() if line.strip()]
    if not 0 < len(given) <= RIGHTS_IDENTIFIERS_MAX:
        raise _not_understood(f"give 1 to {RIGHTS_IDENTIFIERS_MAX} lines that identify the person")
    try:
        theirs = [UUID(one) for one in devices.split()]
        day = date.fromisoformat(received) if received else None
    except ValueError:
        raise _not_understood("a laptop is named by its ID, a day as 2026-11-20") from None
    case = answering.open_case(
        services,
        caller,
        right,
        identifiers=given,
        devices=theirs,
        reference=reference,
        received=day,
        address=address_of(request),
    )
    return _to(case.case_id)


@router.get("/{case_id}")
def case_page(case_id: UUID, request: Request, services: ServicesDep, caller: Reader) -> Response:
    case = answering.get(services, case_id)
    context = {
        "case": case,
        "counts": case.counts[:RIGHTS_COUNTS_SHOWN_MAX],
        "grounds": GROUNDS,
        "State": State,
        "Right": Right,
        "now_s": services.rights.now_s(),
    }
    return render(request, "rights_one.html", context, caller=caller)


@router.post("/{case_id}/run")
async def run(
    case_id: UUID,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Officer,
    confirm: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Where a second person is asked for, the problem's page says so, and which request waits."""
    address = address_of(request)
    await threads.run(answering.run, services, caller, case_id, confirm=confirm, address=address)
    return _to(case_id)


@router.post("/{case_id}/extend")
def extend(case_id: UUID, request: Request, services: ServicesDep, caller: Officer) -> Response:
    answering.extend(services, caller, case_id, address=address_of(request))
    return _to(case_id)


@router.post("/{case_id}/refuse")
def refuse(
    case_id: UUID,
    request: Request,
    services: ServicesDep,
    caller: Officer,
    ground: Annotated[Ground, Form()],
) -> Response:
    answering.refuse(services, caller, case_id, ground, address=address_of(request))
    return _to(case_id)


@router.post("/{case_id}/close")
def close(case_id: UUID, request: Request, services: ServicesDep, caller: Officer) -> Response:
    answering.close(services, caller, case_id, address=address_of(request))
    return _to(case_id)


@router.get("/{case_id}/answer.txt")
async def answer_text(
    case_id: UUID,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
) -> Response:
    address = address_of(request)
    told = await threads.run(answering.text, services, caller, case_id, address=address)
    return PlainTextResponse(told, headers=_file("txt"))


@router.get("/{case_id}/answer.jsonl")
async def answer_rows(
    case_id: UUID,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Reader,
) -> Response:
    address = address_of(request)
    prepared = await threads.run(answering.prepare, services, caller, case_id, address=address)
    return StreamingResponse(
        answering.rows(services, caller, threads, prepared),
        media_type=MEDIA_TYPES["jsonl"],
        headers=_file("jsonl"),
    )


def _file(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="reticent-answer.{ending}"'}


def _to(case_id: UUID) -> Response:
    return RedirectResponse(f"/people/requests/{case_id}", status_code=303)


def _not_understood(what: str) -> ProblemError:
    return ProblemError(422, "invalid-request", f"{what}; nothing was opened; send it again")
