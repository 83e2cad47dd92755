"""Requests of persons as they stand. Calls block on the control store."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reticent_server.approvals.models import ApprovalRequest
from reticent_server.approvals.request import State as ApprovalState
from reticent_server.approvals.sealing import Sealing
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.limits import ERASURE_LATE_S, RIGHTS_LISTED_MAX
from reticent_server.rights.case import Case, Count, Known
from reticent_server.rights.models import RightsCase, RightsCount
from reticent_server.rights.words import Ground, Right, State
from reticent_server.store.control.engine import ControlStore

IS_OPEN = RightsCase.over_s.is_(None)


class Reading:
    """Thread-safe."""

    def __init__(self, control: ControlStore, *, sealing: Sealing) -> None:
        self._control = control
        self._sealing = sealing

    def get(self, case_id: UUID) -> Case:
        """With its counts. Raises NotFoundError."""
        with self._control.read() as db:
            row = must_find(db, case_id)
            counted = (
                select(RightsCount)
                .where(RightsCount.case_id == case_id)
                .order_by(RightsCount.table_name, RightsCount.device_id)
            )
            counts = [
                Count(
                    device_id=one.device_id,
                    table=one.table_name,
                    found=one.found,
                    deleted=one.deleted,
                    emptied=one.emptied,
                )
                for one in db.scalars(counted)
            ]
            return _view(db, row, counts)

    def known(self, case_id: UUID) -> Known:
        """Raises NotFoundError, ConflictError where it is over and they are forgotten."""
        with self._control.read() as db:
            row = must_find(db, case_id)
            if not row.sealed:
                raise over(row)
            return Known.of(self._sealing.open(case_id, row.sealed))

    def running(self) -> list[Case]:
        """Erasures that are not done, oldest first."""
        wanted = select(RightsCase).where(
            RightsCase.state == State.RUNNING, RightsCase.right == Right.ERASURE
        )
        with self._control.read() as db:
            return [_view(db, row, ()) for row in db.scalars(wanted.order_by(RightsCase.before_us))]

    def list(self, *, only_open: bool = False) -> list[Case]:
        """What is open first, by when it is due, then as it was opened; at most RIGHTS_LISTED_MAX,
        without counts."""
        wanted = select(RightsCase).order_by(
            RightsCase.over_s.is_not(None), RightsCase.due_s, RightsCase.opened_us
        )
        if only_open:
            wanted = wanted.where(IS_OPEN)
        with self._control.read() as db:
            return [_view(db, row, ()) for row in db.scalars(wanted.limit(RIGHTS_LISTED_MAX))]


def late(control: ControlStore, *, now_s: float) -> tuple[int, int]:
    """How many requests are overdue, and how many erasures run for longer than ERASURE_LATE_S."""
    counted = select(func.count()).select_from(RightsCase).where(IS_OPEN)
    running = counted.where(
        RightsCase.right == Right.ERASURE, RightsCase.run_s < int(now_s) - ERASURE_LATE_S
    )
    with control.read() as db:
        overdue = db.scalar(counted.where(RightsCase.due_s < int(now_s)))
        return overdue or 0, db.scalar(running) or 0


def must_find(db: Session, case_id: UUID) -> RightsCase:
    row = db.get(RightsCase, case_id)
    if row is None:
        raise NotFoundError(f"there is no request {case_id} of a person; nothing was changed")
    return row


def over(row: RightsCase) -> ConflictError:
    return ConflictError(
        f"the request is {row.state}, and who it was about is forgotten; nothing was done; open "
        "another one"
    )


def _view(db: Session, row: RightsCase, counts: Sequence[Count]) -> Case:
    earlier = db.scalar(
        select(func.count())
        .select_from(RightsCase)
        .where(RightsCase.person == row.person, RightsCase.opened_us < row.opened_us)
    )
    state = State(row.state)
    if state is State.OPEN and row.approval_id is not None:
        approval = db.get(ApprovalRequest, row.approval_id)
        if approval is not None and approval.state == ApprovalState.APPROVED:
            state = State.APPROVED
    return Case(
        case_id=row.case_id,
        right=Right(row.right),
        reference=row.reference,
        opened_by=row.opened_by,
        received_s=row.received_s,
        due_s=row.due_s,
        extended_s=row.extended_s,
        state=state,
        ground=Ground(row.ground) if row.ground else None,
        approval_id=row.approval_id,
        run_by=row.run_by,
        run_s=row.run_s,
        before_us=row.before_us,
        over_s=row.over_s,
        unseen=tuple(row.unseen.splitlines()),
        earlier=earlier or 0,
        counts=tuple(counts),
    )
