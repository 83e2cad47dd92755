"""Requests whose time is over: written down as such, and their text removed.

Nothing depends on it: whoever reads a request compares its times with the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from reticent_server.approvals.models import ApprovalRequest
from reticent_server.approvals.request import State, is_due
from reticent_server.audit.service import AuditService, Entry
from reticent_server.auth.control import Control
from reticent_server.errors import ServerError
from reticent_server.limits import APPROVALS_EXPIRED_AT_ONCE_MAX, APPROVALS_KEPT_S

_Row = ApprovalRequest
ACTOR = "server"


class _NothingToDoError(ServerError):
    """Another process was there first."""


class Expiring:
    """Calls block on the control store."""

    def __init__(
        self, control: Control, *, audit: AuditService, clock: Callable[[], float]
    ) -> None:
        self._control = control
        self._audit = audit
        self._clock = clock

    def run(self) -> int:
        """How many were written down; each has its entry in the audit trail."""
        now_s = int(self._clock())
        over = or_(
            and_(_Row.state == State.WAITING, _Row.waits_until_s <= now_s),
            and_(_Row.state == State.APPROVED, _Row.usable_until_s <= now_s),
        )
        with self._control.read() as db:
            due = db.scalars(
                select(_Row.request_id).where(over).limit(APPROVALS_EXPIRED_AT_ONCE_MAX)
            ).all()
        done = sum(self._expire(request_id, now_s) for request_id in due)
        with self._control.session() as db:
            db.execute(
                delete(_Row).where(
                    _Row.asked_s < now_s - APPROVALS_KEPT_S,
                    _Row.state.not_in([State.WAITING, State.APPROVED]),
                )
            )
        return done

    def _expire(self, request_id: UUID, now_s: int) -> bool:
        def change(db: Session) -> Entry:
            row = db.get(_Row, request_id)
            if row is None or not is_due(row, now_s=now_s):
                raise _NothingToDoError("it is not due any more")
            was, row.state, row.sealed = row.state, State.EXPIRED.value, b""
            db.flush()
            return Entry(
                actor=ACTOR,
                action="approval.expire",
                object=f"{row.kind} {row.name}, request {row.request_id}, "
                f"subject {row.subject[:16].hex()}, asked by {row.asked_by}, was {was}",
            )

        try:
            self._audit.record_with(change)
        except _NothingToDoError:
            return False
        return True
