"""The audit trail's page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.auth import Caller, Scope
from reticent_server.console.pages import render
from reticent_server.http import cursors
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.params import Cursor

router = APIRouter(include_in_schema=False, prefix="/audit")
KIND = "audit"


@router.get("")
def audit_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.ADMIN_AUDIT)],
    cursor: Cursor = None,
) -> Response:
    page = services.audit.page(before=cursors.decode_int(KIND, cursor), limit=100)
    older = None if page.next_before is None else cursors.encode(KIND, page.next_before)
    return render(
        request,
        "audit.html",
        {"entries": page.entries, "older": older, "first_page": cursor is None},
        caller=caller,
    )
