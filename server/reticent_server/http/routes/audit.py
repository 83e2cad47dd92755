"""The audit trail, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from reticent_server.auth import Caller, Scope
from reticent_server.http import cursors
from reticent_server.http.guard import ServicesDep, requires
from reticent_server.http.params import Cursor
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.audit import (
    AuditCheckOut,
    AuditEntryOut,
    AuditOut,
    ReceiptCheckOut,
)
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.receipt_chain import verify

router = APIRouter(prefix="/audit", tags=["audit"])
Auditor = Annotated[Caller, requires(Scope.ADMIN_AUDIT)]
KIND = "audit"


@router.get("", summary="Read the audit trail", responses=refusals(400))
def list_audit(
    services: ServicesDep,
    _: Auditor,
    limit: Annotated[int, Query(ge=1, le=500, examples=[100])] = 100,
    cursor: Cursor = None,
) -> AuditOut:
    """Newest first."""
    page = services.audit.page(before=cursors.decode_int(KIND, cursor), limit=limit)
    following = None if page.next_before is None else cursors.encode(KIND, page.next_before)
    return AuditOut(entries=[AuditEntryOut.of(e) for e in page.entries], next_cursor=following)


@router.get("/receipts", summary="Compare what is stored with the laptops' receipts")
async def check_receipts(
    services: ServicesDep, threads: StoreThreadsDep, _: Auditor
) -> ReceiptCheckOut:
    """Reads the whole event store, which may take minutes; `receipt_chain` says what is checked."""
    return ReceiptCheckOut.of(await threads.run(verify, services.events))


@router.get("/check", summary="Prove that the audit trail is whole")
def check_audit(services: ServicesDep, _: Auditor) -> AuditCheckOut:
    """Recomputes every row's hash."""
    broken = services.audit.first_broken()
    number, digest = services.audit.head()
    return AuditCheckOut(
        whole=broken is None, first_broken=broken, head_number=number, head_hash=digest.hex()
    )
