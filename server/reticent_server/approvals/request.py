"""A request as the rest of the server sees it, and what one is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.models import ApprovalRequest
from reticent_server.audit.service import Entry


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What somebody wants to do. Two are the same where kind and `parts` are.

    `parts` says all that decides what is done (a document's hash, a query with its limits). `name`
    goes into lists and the audit trail: never a collected value. `shown` is for the second person
    to read and may hold one.
    """

    kind: Kind
    parts: Mapping[str, str | int | None] = field(repr=False)
    name: str
    shown: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Times are seconds since 1970-01-01 UTC. `second_person` False: none was needed."""

    request_id: UUID
    kind: Kind
    subject: str  # the first 128 bits of the digest, hexadecimal
    name: str
    reason: str = field(repr=False)
    asked_by_id: int
    asked_by: str
    asked_s: int
    waits_until_s: int
    state: State
    second_person: bool
    decided_by: str
    decided_s: int | None
    decision: str = field(repr=False)
    usable_until_s: int | None
    uses_max: int
    used: int

    @property
    def over(self) -> bool:
        return self.state not in {State.WAITING, State.APPROVED}


# What is done with a leave, in the transaction that uses it up, and what the audit trail records of
# it. Where it raises, nothing is used up and nothing is done.
Doing = Callable[[Session, Request], Entry]


def view_of(row: ApprovalRequest, *, now_s: int) -> Request:
    """As it is at this moment, whether or not anybody wrote down that its time is over."""
    return Request(
        request_id=row.request_id,
        kind=Kind(row.kind),
        subject=row.subject[:16].hex(),
        name=row.name,
        reason=row.reason,
        asked_by_id=row.asked_by_id,
        asked_by=row.asked_by,
        asked_s=row.asked_s,
        waits_until_s=row.waits_until_s,
        state=State.EXPIRED if is_due(row, now_s=now_s) else State(row.state),
        second_person=row.state == State.WAITING or row.decided_by_id is not None,
        decided_by=row.decided_by,
        decided_s=row.decided_s,
        decision=row.decision,
        usable_until_s=row.usable_until_s,
        uses_max=row.uses_max,
        used=row.used,
    )


def is_due(row: ApprovalRequest, *, now_s: int) -> bool:
    """Whether its time is over and nobody wrote that down yet."""
    until = {State.WAITING: row.waits_until_s, State.APPROVED: row.usable_until_s}
    ends = until.get(State(row.state))
    return ends is not None and now_s >= ends
