"""Requests of persons about their own data, for the API and the console alike.

Must hold: whom a request is about comes back from here to the second person alone, who reads it
where they approve; nothing is looked for before. All block but `rows`. Raise ProblemError.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from uuid import UUID

from reticent_contract.policy import PolicyError
from sqlalchemy.orm import Session

from reticent_server.approvals.request import Request
from reticent_server.audit.service import Entry
from reticent_server.auth import Caller, Scope
from reticent_server.devices.view import DeviceView
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.http.approving import use_or_ask
from reticent_server.http.exporting import pages
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.http.reaching import events_of
from reticent_server.http.threads import BoundedThreads
from reticent_server.limits import PERSON_CHARS_MAX, RIGHTS_DEVICES_MAX
from reticent_server.rights import rows as written
from reticent_server.rights.answer import Promise, text_of
from reticent_server.rights.case import Case, Known
from reticent_server.rights.person import Person
from reticent_server.rights.words import Ground, Right, State
from reticent_server.services import Services
from reticent_server.store.events.errors import QueryTooLargeError
from reticent_server.store.events.model import Event

SCOPE = Scope.ANSWER_PERSONS
_AGO_DAYS_MAX = 92  # further back everything is overdue, extended or not


@contextmanager
def as_problem() -> Iterator[None]:
    try:
        yield
    except NotFoundError:
        raise not_found("request") from None
    except ConflictError as error:
        raise ProblemError(409, "request-moved", str(error)) from error
    except QueryTooLargeError as error:
        raise ProblemError(503, "too-much-at-once", str(error)) from None


def open_case(
    services: Services,
    caller: Caller,
    right: Right,
    *,
    identifiers: Sequence[str],
    devices: Collection[UUID],
    reference: str,
    received: date | None,
    address: str,
) -> Case:
    """With what the directory adds to the identifiers, where it knows one person by them."""
    given = [one.strip() for one in identifiers]
    if not all(0 < len(one) <= PERSON_CHARS_MAX and one.isprintable() for one in given):
        raise _refused("an identifier is empty, too long, or no text on one line")
    if len(devices) > RIGHTS_DEVICES_MAX:
        raise _refused(f"more than {RIGHTS_DEVICES_MAX} laptops are named")
    for device_id in devices:
        try:
            services.devices.get(device_id)
        except NotFoundError:
            raise _refused("there is no such laptop") from None
    added = [one for text in given for one in services.scim.contacts.known_as(text)]
    known = Known(
        identifiers=tuple(dict.fromkeys((*given, *added))),
        devices=tuple(dict.fromkeys(devices)),
    )
    with as_problem():
        return services.rights.open(
            right,
            known,
            reference=reference,
            received_s=_received_s(services, received),
            by=caller.name,
            source_address=address,
        )


def run(services: Services, caller: Caller, case_id: UUID, *, confirm: str, address: str) -> Case:
    """Once a second person agreed, where one is asked for. Of an access, with what was found."""
    with as_problem():
        case = services.rights.get(case_id)
        if case.right is Right.ERASURE and confirm.strip().lower() != str(case_id):
            raise ProblemError(
                422,
                "not-confirmed",
                "the request's ID was not said again as it is; nothing was erased; erasing is for "
                "good, so give the ID of the very request",
            )
        if case.state not in {State.OPEN, State.APPROVED}:
            raise ConflictError(f"the request is {case.state}; nothing was changed")
        reason = f"{case.right} request {case.reference} of the person concerned"
        subject = services.rights.subject(case)

        def begin(db: Session, used: Request) -> Entry:
            return services.rights.run(
                db, case_id, approval_id=used.request_id, by=caller.name, source_address=address
            )

        try:
            use_or_ask(services, caller, subject, reason=reason, address=address, doing=begin)
        except ProblemError as problem:
            if "request_id" in problem.extra:
                services.rights.asked(case_id, UUID(problem.extra["request_id"]))
            raise
        if case.right is Right.ACCESS:
            _gather(services, case_id)
        return services.rights.get(case_id)


def text(services: Services, caller: Caller, case_id: UUID, *, address: str) -> str:
    """For the person to read; recorded."""
    with as_problem():
        case = _gathered(services, services.rights.get(case_id))
    _note(services, caller, case, "text", address)
    groups = {device.group for device in _devices(services, case)}
    readers = [
        view.name
        for view in services.accounts.roles.list()
        if Scope.READ_EVENTS in view.grant.scopes or SCOPE in view.grant.scopes
    ]
    return text_of(case, promises=list(_promises(services, groups)), readers=readers)


def prepare(
    services: Services, caller: Caller, case_id: UUID, *, address: str
) -> tuple[Case, Person, Known]:
    """What `rows` needs; recorded."""
    with as_problem():
        case = services.rights.get(case_id)
        if case.right is not Right.ACCESS or case.state is not State.RUNNING:
            raise ConflictError(
                f"this is an {case.right} request that is {case.state}; nothing was read; rows are "
                "given for an access request that was run and is not closed"
            )
        case = _gathered(services, case)
        known = services.rights.known(case_id)
        person, _ = services.finder.find(known, before_us=case.before_us or 0)
    _note(services, caller, case, "rows", address)
    return case, person, known


async def rows(
    services: Services,
    caller: Caller,
    threads: BoundedThreads,
    prepared: tuple[Case, Person, Known],
) -> AsyncIterator[str]:
    """The file, a page at a time. Without its last line it is not whole."""
    case, person, known = prepared
    given = 0

    def lines(events: Iterable[Event]) -> str:
        nonlocal given
        text, number = written.lines(case, person, events)
        given += number
        return text

    yield written.head(case, known.identifiers)
    events = await threads.run(events_of, services, caller, SCOPE)
    wanted = written.wanted(person)
    async for text, _ in pages(events, wanted, threads, lines, rows_max=sys.maxsize):
        yield text
    yield written.end(given)


def extend(services: Services, caller: Caller, case_id: UUID, *, address: str) -> Case:
    with as_problem():
        return services.rights.extend(case_id, by=caller.name, source_address=address)


def refuse(
    services: Services, caller: Caller, case_id: UUID, ground: Ground, *, address: str
) -> Case:
    with as_problem():
        return services.rights.refuse(case_id, ground, by=caller.name, source_address=address)


def close(services: Services, caller: Caller, case_id: UUID, *, address: str) -> Case:
    with as_problem():
        return services.rights.close(case_id, by=caller.name, source_address=address)


def get(services: Services, case_id: UUID) -> Case:
    with as_problem():
        return services.rights.get(case_id)


def _gathered(services: Services, case: Case) -> Case:
    """An access that was run with what was found, also where the search was cut off."""
    running = case.state is State.RUNNING and case.right is Right.ACCESS
    if not running or case.is_counted:
        return case
    _gather(services, case.case_id)
    return services.rights.get(case.case_id)


def _gather(services: Services, case_id: UUID) -> None:
    """Of an access: counts what is held, and notes it."""
    case = services.rights.get(case_id)
    before_us = case.before_us or 0
    person, unseen = services.finder.find(services.rights.known(case_id), before_us=before_us)
    services.rights.counted(case_id, services.finder.count(person, before_us), {}, {}, unseen)


def _note(services: Services, caller: Caller, case: Case, what: str, address: str) -> None:
    services.audit.record(
        actor=caller.name,
        action="rights.answer",
        object=f"{case.name}, {what}",
        source_address=address,
    )


def _devices(services: Services, case: Case) -> Iterator[DeviceView]:
    for device_id in {one.device_id for one in case.counts}:
        with suppress(NotFoundError):
            yield services.devices.get(device_id)


def _promises(services: Services, groups: Collection[str]) -> Iterator[Promise]:
    for group in sorted(groups):
        with suppress(NotFoundError, PolicyError):
            yield Promise.of(group, services.policies.parsed(services.policies.newest(group)))


def _received_s(services: Services, received: date | None) -> int:
    """Noon of the day that is given, but never later than now."""
    now_s = int(services.rights.now_s())
    if received is None:
        return now_s
    at_s = int(datetime(received.year, received.month, received.day, 12, tzinfo=UTC).timestamp())
    if at_s - 43_200 > now_s or at_s < now_s - _AGO_DAYS_MAX * 86_400:
        raise _refused(f"the day of receipt is later than today, or over {_AGO_DAYS_MAX} days ago")
    return min(at_s, now_s)


def _refused(why: str) -> ProblemError:
    return ProblemError(
        422, "invalid-request", f"{why}; nothing was opened; correct it and send again"
    )
