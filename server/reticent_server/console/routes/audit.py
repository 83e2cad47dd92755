"""The audit trail's page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reticent_server.audit.filters import OUTCOMES
from reticent_server.auth import Caller, Scope
from reticent_server.console.pages import render
from reticent_server.http import cursors
from reticent_server.http.auditing import AuditFilterDep, note_view
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.params import Cursor

router = APIRouter(include_in_schema=False, prefix="/audit")
KIND = "audit"
PAGE = 100
FILTERS = ("actor", "action", "object", "outcome", "since", "until")


@router.get("")
def audit_page(
    request: Request,
    services: ServicesDep,
    caller: Annotated[Caller, requires(Scope.ADMIN_AUDIT)],
    only: AuditFilterDep,
    cursor: Cursor = None,
) -> Response:
    before = cursors.decode_int(KIND, cursor)
    note_view(services, caller, only, address_of(request))
    page = services.audit.page(before=before, limit=PAGE, only=only)
    given = {name: request.query_params.get(name, "") for name in FILTERS}
    asked = {name: value for name, value in given.items() if value}
    older = None
    if page.next_before is not None:
        older = urlencode({**asked, "cursor": cursors.encode(KIND, page.next_before)})
    return render(
        request,
        "audit.html",
        {
            "entries": page.entries,
            "older": older,
            "first_page": cursor is None,
            "given": given,
            "asked": urlencode(asked),
            "outcomes": OUTCOMES,
            "state": services.audit_watch.state,
            "public_key": services.audit_watch.checkpoints.public_key.hex(),
            "trail": services.audit_watch.cover(),
        },
        caller=caller,
    )
