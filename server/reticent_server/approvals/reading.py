"""What waits and what was decided, as far as a caller may see it: one's own, or all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from reticent_server.approvals.errors import UnknownRequestError
from reticent_server.approvals.kinds import SPECS, Kind
from reticent_server.approvals.models import ApprovalRequest
from reticent_server.approvals.request import Request, State, view_of
from reticent_server.approvals.sealing import Sealing
from reticent_server.audit.service import AuditService
from reticent_server.auth.caller import Caller
from reticent_server.auth.control import Control
from reticent_server.auth.scopes import Scope
from reticent_server.limits import APPROVALS_LISTED_MAX

_Row = ApprovalRequest


class Reading:
    """Thread-safe; calls block on the control store."""

    def __init__(
        self,
        control: Control,
        *,
        audit: AuditService,
        sealing: Sealing,
        clock: Callable[[], float],
    ) -> None:
        self._control = control
        self._audit = audit
        self._sealing = sealing
        self._clock = clock

    def get(self, request_id: UUID, *, caller: Caller) -> tuple[Request, str]:
        """With what the second person must read, empty once the request is over.

        Raises UnknownRequestError, StoreError.
        """
        now_s = int(self._clock())
        with self._control.read() as db:
            row = visible(db, request_id, caller)
            request = view_of(row, now_s=now_s)
            sealed = b"" if request.over else row.sealed
        return request, self._sealing.open(request_id, sealed)

    def view(
        self, request_id: UUID, *, caller: Caller, source_address: str = ""
    ) -> tuple[Request, str]:
        """The same, recorded unless it is one's own. Raises as `get`, and AuditError."""
        request, shown = self.get(request_id, caller=caller)
        if request.asked_by_id != caller.account_id:
            self._audit.record(
                actor=caller.name,
                action="approval.view",
                object=f"{request.kind} {request.name}, request {request.request_id}",
                source_address=source_address,
            )
        return request, shown

    def list(self, *, caller: Caller, states: Sequence[State] = ()) -> list[Request]:
        """What waits, then the rest, each newest first; only one's own without a scope to approve.

        Of the first APPROVALS_LISTED_MAX of them those in `states`, where some are given.
        """
        now_s = int(self._clock())
        waits = (_Row.state == State.WAITING) & (_Row.waits_until_s > now_s)
        wanted = select(_Row).order_by(waits.desc(), _Row.asked_s.desc(), _Row.request_id)
        if not _decides_some(caller):
            wanted = wanted.where(_Row.asked_by_id == caller.account_id)
        with self._control.read() as db:
            rows = db.scalars(wanted.limit(APPROVALS_LISTED_MAX)).all()
        views = [view_of(row, now_s=now_s) for row in rows]
        return [view for view in views if not states or view.state in states]

    def count_for(self, caller: Caller) -> int:
        """How many wait for this caller's decision, and how many of theirs may be used now."""
        now_s = int(self._clock())
        mine = _Row.asked_by_id == caller.account_id
        ready: ColumnElement[bool] = (
            mine & (_Row.state == State.APPROVED) & (_Row.usable_until_s > now_s)
        )
        ready = ready & _Row.decided_by_id.is_not(None)
        if _decides_some(caller):
            waits = (_Row.state == State.WAITING) & (_Row.waits_until_s > now_s)
            ready = or_(ready, waits & (_Row.asked_by_id != caller.account_id))
        with self._control.read() as db:
            return db.scalar(select(func.count()).select_from(_Row).where(ready)) or 0


def approves(kind: Kind) -> Scope:
    """The scope of whoever may be the second person."""
    return Scope(SPECS[kind].approves)


def visible(db: Session, request_id: UUID, caller: Caller) -> ApprovalRequest:
    """Raises UnknownRequestError."""
    row = db.get(_Row, request_id)
    if row is None or not (
        row.asked_by_id == caller.account_id or caller.may(approves(Kind(row.kind)))
    ):
        raise UnknownRequestError
    return row


def _decides_some(caller: Caller) -> bool:
    return any(caller.may(Scope(spec.approves)) for spec in SPECS.values())
