"""What the organisation wrote down of devices: entered one by one, or imported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request

from reticent_server.audit.filters import Outcome
from reticent_server.auth import Caller, Scope
from reticent_server.errors import ConflictError, NotFoundError, ServerError, StoreError
from reticent_server.http.guard import ServicesDep, address_of, requires
from reticent_server.http.params import DeviceId
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.http.reaching import device_in_reach, masked_column, reach_of
from reticent_server.http.refusals import refusals
from reticent_server.http.schemas.records import ImportedOut, RecordFileIn, RecordIn, RecordOut
from reticent_server.http.settings import API_PREFIX
from reticent_server.http.threads import BoundedThreads, StoreThreadsDep
from reticent_server.query.reach import Reach
from reticent_server.records.entry import FIELDS, EntryError
from reticent_server.records.service import TABLE, RecordService, nothing_done
from reticent_server.services import Services

router = APIRouter(prefix=API_PREFIX + "/devices", tags=["devices"])
Note = Callable[[Outcome, str], Awaitable[None]]
Writer = Annotated[Caller, requires(Scope.ADMIN_RECORDS)]


@router.post("/import", summary="Import what is written down of devices", responses=refusals(413))
async def import_records(
    body: RecordFileIn,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Writer,
) -> ImportedOut:
    """Everything is stored or, where one line cannot be, nothing. Importing it again is harmless.

    Lines are matched through pseudonyms where the policy makes them, which is why this is for
    administrators and recorded; a dry run matches nothing, and names that no device has are
    limited. A line whose device is disputed is left out and told: name it by its device_id.
    """
    note = _note(services, threads, caller, request, "device.import", "device records")
    reach = await threads.run(_reach, services, caller)
    groups = caller.groups(Scope.ADMIN_RECORDS)
    async with _problems(note):
        records = RecordService(services, threads, groups=groups, reach=reach)
        imported = await records.import_csv(body.csv, dry_run=body.dry_run)
    what = "dry run: " if body.dry_run else ""
    await note(
        "refused" if imported.problems else "done",
        f"{what}{imported.lines} lines, {imported.stored} changed, "
        f"{len(imported.problems)} not understood, {imported.missed} names that no device has, "
        f"{len(imported.conflicts)} in conflict",
    )
    return ImportedOut.of(imported, dry_run=body.dry_run)


@router.put(
    "/{device_id}/record",
    summary="Write down something of one device",
    responses=refusals(404),
)
async def set_record(
    device_id: DeviceId,
    body: RecordIn,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Writer,
) -> RecordOut:
    """The device's policy redacts it before it is stored; the raw values are not kept."""
    await threads.run(device_in_reach, services, caller, Scope.ADMIN_RECORDS, device_id)
    await threads.run(_reach, services, caller)
    given = {name: value for name, value in body.model_dump().items() if value}
    note = _note(services, threads, caller, request, "device.record", f"device {device_id}")
    async with _problems(note):
        changed = await RecordService(services, threads).set(device_id, given, by="api")
    await note("done", f"set {', '.join(sorted(given))}")
    return RecordOut(changed=changed)


@router.delete(
    "/{device_id}/record",
    summary="Remove what is written down of one device",
    responses=refusals(404),
)
async def clear_record(
    device_id: DeviceId,
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Writer,
) -> RecordOut:
    """The device's page shows it no more; earlier rows go when their retention ends."""
    await threads.run(device_in_reach, services, caller, Scope.ADMIN_RECORDS, device_id)
    await threads.run(_reach, services, caller)
    note = _note(services, threads, caller, request, "device.record", f"device {device_id}")
    async with _problems(note):
        changed = await RecordService(services, threads).clear(device_id, by="api")
    await note("done", "cleared")
    return RecordOut(changed=changed)


def _reach(services: Services, caller: Caller) -> Reach:
    """Raises ProblemError 403 where a column of the records is hidden: that nothing was changed
    would tell that a guess of what is stored is right."""
    reach = reach_of(services, caller, Scope.ADMIN_RECORDS)
    for field in FIELDS:
        if not reach.shows_column(TABLE, field):
            raise masked_column(field)
    return reach


def _note(
    services: Services,
    threads: BoundedThreads,
    caller: Caller,
    request: Request,
    action: str,
    about: str,
) -> Note:
    """Writes one line of the audit trail."""

    async def write(outcome: Outcome, reason: str) -> None:
        await threads.run(
            lambda: services.audit.record(
                actor=caller.name,
                action=action,
                object=about,
                outcome=outcome,
                reason=reason,
                source_address=address_of(request),
            )
        )

    return write


@asynccontextmanager
async def _problems(note: Note) -> AsyncIterator[None]:
    """What was stored in part is in the audit trail too."""
    try:
        yield
    except NotFoundError:
        await note("refused", "no such device")
        raise not_found("device") from None
    except StoreError as error:
        await note("failed", "the store failed; a part may have been stored")
        raise ProblemError(503, "not-stored", str(error), headers={"Retry-After": "30"}) from error
    except (EntryError, ConflictError) as error:
        await note("refused", "a value was refused")  # which one is told to the caller alone
        raise ProblemError(422, "record-refused", nothing_done(error)) from error
    except ServerError as error:
        await note("refused", "the file was refused")
        raise ProblemError(422, "file-refused", str(error)) from error
