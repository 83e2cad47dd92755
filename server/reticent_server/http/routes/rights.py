"""Requests of persons about their own data: opened, run, answered, refused."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from reticent_server.auth import Caller
from reticent_server.http import answering
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.rights import (
    CaseDetailOut,
    CaseOut,
    CasesOut,
    OpenIn,
    RefuseIn,
    RunIn,
)
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.query.export_lines import MEDIA_TYPES
from reticent_server.rights.words import Ground, Right

router = APIRouter(prefix=API_PREFIX + "/people/requests", tags=["people"])
Officer = Annotated[Caller, requires(answering.SCOPE)]
CaseId = Annotated[
    UUID, Path(description="The request.", examples=["0b5a6c1d-2e3f-4071-8293-a4b5c6d7e8f9"])
]


@router.get("", summary="List requests of persons")
def list_cases(
    services: ServicesDep,
    _: Officer,
    *,
    only_open: Annotated[
        bool, Query(alias="open", description="Only those that are not over.", examples=[True])
    ] = False,
) -> CasesOut:
    """What is open first, by when it is due. Whom a request is about no list says."""
    found = services.rights.list(only_open=only_open)
    return CasesOut(requests=[CaseOut.of(case) for case in found])


@router.post("", status_code=201, summary="Open a request of a person", responses=refusals(409))
def open_case(
    body: OpenIn, request: Request, services: ServicesDep, caller: Officer
) -> CaseDetailOut:
    """Nothing is looked for yet. What identifies the person is kept encrypted until the request is
    over; a POST, so that no name stands in an address that proxies and browsers keep."""
    case = answering.open_case(
        services,
        caller,
        Right(body.right),
        identifiers=body.identifiers,
        devices=body.devices,
        reference=body.reference,
        received=body.received,
        address=address_of(request),
    )
    return CaseDetailOut.whole(case)


@router.get("/{case_id}", summary="Show a request of a person", responses=refusals(404))
def show_case(case_id: CaseId, services: ServicesDep, _: Officer) -> CaseDetailOut:
    """With how many rows were found by table and laptop, once it was run."""
    return CaseDetailOut.whole(answering.get(services, case_id))


@router.post("/{case_id}/run", summary="Run a request of a person", responses=refusals(404, 409))
async def run_case(
    case_id: CaseId,
    body: RunIn,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Officer,
) -> CaseDetailOut:
    """An access finds what is held, and may be answered; an erasure begins, and goes on by itself
    after a restart too. Needs, as a rule, a second person: 409 `approval-needed` names the request
    for one; once that is approved, do the same again."""
    case = await threads.run(
        answering.run,
        services,
        caller,
        case_id,
        confirm=body.confirm,
        address=address_of(request),
    )
    return CaseDetailOut.whole(case)


@router.post("/{case_id}/extend", summary="Extend a request's time", responses=refusals(404, 409))
def extend_case(
    case_id: CaseId, request: Request, services: ServicesDep, caller: Officer
) -> CaseDetailOut:
    """By two months, once, within the first (GDPR, article 12(3)); tell the person why."""
    case = answering.extend(services, caller, case_id, address=address_of(request))
    return CaseDetailOut.whole(case)


@router.post("/{case_id}/refuse", summary="Refuse a request", responses=refusals(404, 409))
def refuse_case(
    case_id: CaseId, body: RefuseIn, request: Request, services: ServicesDep, caller: Officer
) -> CaseDetailOut:
    """On one of the grounds that the law has. Whom it was about is forgotten."""
    case = answering.refuse(
        services, caller, case_id, Ground(body.ground), address=address_of(request)
    )
    return CaseDetailOut.whole(case)


@router.post(
    "/{case_id}/close", summary="Close an access that was answered", responses=refusals(404, 409)
)
def close_case(
    case_id: CaseId, request: Request, services: ServicesDep, caller: Officer
) -> CaseDetailOut:
    """Once the person has the answer. Whom it was about is forgotten."""
    case = answering.close(services, caller, case_id, address=address_of(request))
    return CaseDetailOut.whole(case)


@router.get(
    "/{case_id}/answer",
    summary="Get the answer for the person",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "For the person: text to read, or each row as a JSON object a line.",
            "content": {
                "text/plain": {"example": "Your request 4711\n-----------------\n ..."},
                MEDIA_TYPES["jsonl"]: {
                    "example": '{"kind":"request", ...}\n{"kind":"row", ...}\n'
                    '{"kind":"end","rows":1}\n'
                },
            },
        },
        **refusals(404, 409),
    },
)
async def get_answer(
    case_id: CaseId,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Officer,
    form: Annotated[
        Literal["text", "jsonl"],
        Query(alias="format", description="To read, or each row.", examples=["text"]),
    ] = "text",
) -> Response:
    """Text (GDPR, article 15(1)), or rows (15(3) and 20) of an access that was run and is not
    closed. Rows are whole where the last line is `"kind":"end"`."""
    address = address_of(request)
    if form == "text":
        told = await threads.run(answering.text, services, caller, case_id, address=address)
        return PlainTextResponse(told)
    prepared = await threads.run(answering.prepare, services, caller, case_id, address=address)
    return StreamingResponse(
        answering.rows(services, caller, threads, prepared),
        media_type=MEDIA_TYPES["jsonl"],
        headers={"Content-Disposition": 'attachment; filename="reticent-answer.jsonl"'},
    )
