"""The second person's pages: what waits, what was decided, one request to decide on."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from reticent_server.approvals.kinds import SPECS
from reticent_server.approvals.request import State
from reticent_server.auth import Caller, Scope
from reticent_server.console.pages import render
from reticent_server.http.approving import approval_as_problem
from reticent_server.http.guard import ServicesDep, address_of, requires, requires_form
from reticent_server.http.schemas.approvals import may_decide
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX

router = APIRouter(include_in_schema=False, prefix="/approvals")
Asker = Annotated[Caller, requires(Scope.OWN_REQUESTS)]
Withdrawing = Annotated[Caller, requires_form(Scope.OWN_REQUESTS)]
Approver = Annotated[Caller, requires_form(Scope.APPROVE_REQUESTS)]
Words = Annotated[str, Form(max_length=APPROVAL_REASON_CHARS_MAX)]


@router.get("")
def requests_page(request: Request, services: ServicesDep, caller: Asker) -> Response:
    found = services.approvals.list(caller=caller)
    mine = [one for one in found if one.asked_by_id == caller.account_id]
    context = {
        "waiting": [one for one in found if may_decide(one, caller)],
        "mine": [one for one in mine if not one.over],
        "done": [
            one
            for one in found
            if one.over or (one.asked_by_id != caller.account_id and one.state is State.APPROVED)
        ],
        "specs": SPECS,
        "rules": services.approvals.rules,
    }
    return render(request, "approvals.html", context, caller=caller)


@router.get("/count")
def count(services: ServicesDep, caller: Asker) -> Response:
    """For the navigation: how many wait for this caller, empty where none does."""
    number = services.approvals.count_for(caller)
    html = f'<span class="badge warn" title="wait for you">{number}</span>' if number else ""
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.get("/{request_id}")
def one_page(request_id: UUID, request: Request, services: ServicesDep, caller: Asker) -> Response:
    with approval_as_problem():
        found, about = services.approvals.view(
            request_id, caller=caller, source_address=address_of(request)
        )
    mine = found.asked_by_id == caller.account_id
    context = {
        "one": found,
        "about": about,
        "spec": SPECS[found.kind],
        "may_decide": may_decide(found, caller),
        "may_withdraw": not found.over and (mine or found.state is State.APPROVED),
        "mine": mine,
    }
    return render(request, "approval.html", context, caller=caller)


@router.post("/{request_id}/approve")
def approve(
    request_id: UUID, request: Request, services: ServicesDep, caller: Approver, words: Words = ""
) -> Response:
    with approval_as_problem():
        services.approvals.approve(
            request_id, caller=caller, words=words, source_address=address_of(request)
        )
    return _back()


@router.post("/{request_id}/refuse")
def refuse(
    request_id: UUID, request: Request, services: ServicesDep, caller: Approver, words: Words = ""
) -> Response:
    with approval_as_problem():
        services.approvals.refuse(
            request_id, caller=caller, words=words, source_address=address_of(request)
        )
    return _back()


@router.post("/{request_id}/withdraw")
def withdraw(
    request_id: UUID, request: Request, services: ServicesDep, caller: Withdrawing
) -> Response:
    with approval_as_problem():
        services.approvals.withdraw(request_id, caller=caller, source_address=address_of(request))
    return _back()


def _back() -> Response:
    return RedirectResponse("/approvals", status_code=303)
