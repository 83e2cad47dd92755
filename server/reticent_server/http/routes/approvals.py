"""The second person: what waits, what was decided; approved, refused, withdrawn.

Nothing is asked for here: doing the thing itself asks, where it needs somebody else.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.requests import Request

from reticent_server.approvals.request import State
from reticent_server.auth import Caller, Scope
from reticent_server.http.approving import approval_as_problem
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.approvals import (
    DecisionIn,
    RequestDetailOut,
    RequestOut,
    RequestsOut,
)
from reticent_server.http.settings import API_PREFIX

router = APIRouter(prefix=API_PREFIX + "/approvals", tags=["second person"])
Asker = Annotated[Caller, requires(Scope.OWN_REQUESTS)]
Approver = Annotated[Caller, requires(Scope.APPROVE_REQUESTS)]
RequestId = Annotated[UUID, Path(examples=["0b5a6c1d-2e3f-4071-8293-a4b5c6d7e8f9"])]


@router.get("", summary="List requests for a second person")
def list_requests(
    services: ServicesDep,
    caller: Asker,
    *,
    waiting: Annotated[bool, Query(description="Only those that wait.", examples=[True])] = False,
) -> RequestsOut:
    """One's own; everybody's for who may approve."""
    found = services.approvals.list(caller=caller, states=[State.WAITING] if waiting else ())
    return RequestsOut(requests=[RequestOut.of(request, caller) for request in found])


@router.get("/{request_id}", summary="Show one request", responses=refusals(404))
def show_request(
    request_id: RequestId, request: Request, services: ServicesDep, caller: Asker
) -> RequestDetailOut:
    """With what the second person has to read. Recorded, unless it is one's own."""
    with approval_as_problem():
        found, about = services.approvals.view(
            request_id, caller=caller, source_address=address_of(request)
        )
    return RequestDetailOut.whole(found, about, caller)


@router.post("/{request_id}/approve", summary="Approve a request", responses=refusals(404, 409))
def approve(
    request_id: RequestId,
    body: DecisionIn,
    request: Request,
    services: ServicesDep,
    caller: Approver,
) -> RequestOut:
    """Never one's own, and never with an API token. Whoever asked may then do it, a few times, for
    a while."""
    with approval_as_problem():
        done = services.approvals.approve(
            request_id, caller=caller, words=body.words, source_address=address_of(request)
        )
    return RequestOut.of(done, caller)


@router.post("/{request_id}/refuse", summary="Refuse a request", responses=refusals(404, 409))
def refuse(
    request_id: RequestId,
    body: DecisionIn,
    request: Request,
    services: ServicesDep,
    caller: Approver,
) -> RequestOut:
    with approval_as_problem():
        done = services.approvals.refuse(
            request_id, caller=caller, words=body.words, source_address=address_of(request)
        )
    return RequestOut.of(done, caller)


@router.post("/{request_id}/withdraw", summary="Withdraw a request", responses=refusals(404, 409))
def withdraw(
    request_id: RequestId, request: Request, services: ServicesDep, caller: Asker
) -> RequestOut:
    """One's own; an approval that is not used up also by who may approve."""
    with approval_as_problem():
        done = services.approvals.withdraw(
            request_id, caller=caller, source_address=address_of(request)
        )
    return RequestOut.of(done, caller)
