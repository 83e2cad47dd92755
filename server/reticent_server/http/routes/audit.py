"""The audit trail, for administrators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.requests import Request

from reticent_server.audit.export import Exporter, Form
from reticent_server.auth import Caller, Scope
from reticent_server.errors import ConflictError, ServerError
from reticent_server.http import cursors
from reticent_server.http.auditing import AuditFilterDep, note_view
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.params import Cursor
from reticent_server.http.problems import ProblemError
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.audit import (
    AcceptIn,
    AuditCheckOut,
    AuditEntryOut,
    AuditKeyOut,
    AuditOut,
    ReceiptCheckOut,
)
from reticent_server.http.seldom import note_list
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.receipt_chain import verify

router = APIRouter(prefix=API_PREFIX + "/audit", tags=["audit"])
Auditor = Annotated[Caller, requires(Scope.ADMIN_AUDIT)]
KIND = "audit"
MEDIA_TYPES: dict[Form, str] = {"jsonl": "application/jsonl", "csv": "text/csv"}


@router.get("", summary="Read the audit trail", responses=refusals(400))
def list_audit(
    request: Request,
    services: ServicesDep,
    caller: Auditor,
    only: AuditFilterDep,
    limit: Annotated[int, Query(ge=1, le=500, examples=[100])] = 100,
    cursor: Cursor = None,
) -> AuditOut:
    """Newest first. That it was read is recorded, with the filters' names and not their values."""
    before = cursors.decode_int(KIND, cursor)
    note_view(services, caller, only, address_of(request))
    page = services.audit.page(before=before, limit=limit, only=only)
    following = None if page.next_before is None else cursors.encode(KIND, page.next_before)
    return AuditOut(entries=[AuditEntryOut.of(e) for e in page.entries], next_cursor=following)


@router.get("/receipts", summary="Compare what is stored with the laptops' receipts")
async def check_receipts(
    request: Request, services: ServicesDep, threads: StoreThreadsDep, caller: Auditor
) -> ReceiptCheckOut:
    """Reads the whole event store, which may take minutes. Not seen by it: values changed in stored
    rows, that a stream's first batches are gone, and, where nothing else here knows of later ones,
    that its last batches or the whole stream are."""
    await threads.run(note_list, request, caller, "audit.receipts", "receipts of laptops")
    return ReceiptCheckOut.of(
        await threads.run(
            lambda: verify(
                services.events,
                erased=services.erasures.device_ids,
                whole_from_us=services.cuts.whole_from(),
                reached=services.ingest.reached(),
            )
        )
    )


@router.get("/key", summary="Show the public key of the audit trail")
def show_key(services: ServicesDep, _: Auditor) -> AuditKeyOut:
    """Note it outside this server: by it, exports and checkpoints are verified elsewhere."""
    return AuditKeyOut.of(services.audit_watch.checkpoints)


@router.get("/check", summary="Prove that the audit trail is whole")
async def check_audit(
    request: Request, services: ServicesDep, threads: StoreThreadsDep, caller: Auditor
) -> AuditCheckOut:
    """Recomputes every row's hash and compares every checkpoint, in all places they are kept."""
    watch = services.audit_watch
    await threads.run(note_list, request, caller, "audit.verify", "audit trail")
    return AuditCheckOut.of(await threads.run(watch.check), watch.checkpoints.public_key)


@router.post("/accept", summary="Take what is broken for known", responses=refusals(409))
async def accept(
    body: AcceptIn,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Annotated[Caller, requires(Scope.ADMIN_AUDIT, no_api_token=True)],
) -> AuditCheckOut:
    """After a restore from a backup: the problems of the verdict that was looked at are signed for,
    and shown as accepted for ever. New ones count again. No API token does this."""
    watch = services.audit_watch
    try:
        state = await threads.run(
            watch.accept,
            digest=body.digest,
            actor=caller.name,
            reason=body.reason,
            source_address=address_of(request),
        )
    except ConflictError as error:
        raise ProblemError(409, "trail-changed", str(error)) from error
    return AuditCheckOut.of(state, watch.checkpoints.public_key)


@router.get(
    "/export",
    summary="Export the audit trail",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Rows, checkpoints, and a signed seal as the last line.",
            "content": {
                MEDIA_TYPES["jsonl"]: {"example": '{"action":"login","actor":"ada", ...}\n'},
                MEDIA_TYPES["csv"]: {"example": "number,at_us,time_utc,actor, ...\n"},
            },
        },
        **refusals(503),
    },
)
def export_audit(
    request: Request,
    services: ServicesDep,
    caller: Auditor,
    only: AuditFilterDep,
    form: Annotated[
        Literal["jsonl", "csv"], Query(alias="format", description="As what.", examples=["jsonl"])
    ] = "jsonl",
) -> StreamingResponse:
    """Streamed. Takes `since` and `until` and no other filter: a chain with holes proves nothing.

    `reticent-server audit verify FILE` verifies it anywhere.
    """
    if set(only.names()) - {"since", "until"}:
        raise ProblemError(
            422,
            "invalid-request",
            "an export is of a time, not of an actor, action, object or outcome; nothing was "
            "exported; leave those out, or read the list",
        )
    services.audit.record(
        actor=caller.name,
        action="audit.export",
        object=f"audit trail as {form}: {' '.join(only.names()) or 'everything'}",
        source_address=address_of(request),
    )
    try:
        services.audit_watch.checkpoints.make()
    except ServerError as error:
        raise ProblemError(503, "not-signed", str(error), headers={"Retry-After": "30"}) from error
    exporter: Exporter = services.audit_watch.checkpoints.exporter()
    lines: Iterator[str] = exporter.lines(since_us=only.since_us, until_us=only.until_us, form=form)
    return StreamingResponse(
        _in_blocks(lines),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="reticent-audit.{form}"'},
    )


def _in_blocks(lines: Iterator[str]) -> Iterator[str]:
    """About 64 KiB each: a thread is asked for each of them."""
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == 128:
            yield "".join(block)
            block.clear()
    yield "".join(block)
