"""Opens, moves and ends requests of persons: each step in one transaction with its audit entry.

    open --run (approved, where a second person is asked for)--> running --> done
      '-- refuse (a ground) --> refused      '-- refuse, of an access --> refused

Calls block on the control store. Must hold: an identifier is in the database encrypted alone, and
not at all once the request is over; nobody is told whether a person is stored before a run.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.models import ApprovalRequest
from reticent_server.approvals.request import State as ApprovalState
from reticent_server.approvals.request import Subject
from reticent_server.approvals.sealing import Sealing, derived
from reticent_server.audit.service import AuditService, Entry
from reticent_server.errors import ConflictError
from reticent_server.limits import RIGHTS_KEPT_S, RIGHTS_OPEN_MAX
from reticent_server.rights.case import Case, Known, name_of
from reticent_server.rights.models import RightsCase, RightsCount
from reticent_server.rights.reading import IS_OPEN, Reading, must_find, over
from reticent_server.rights.words import GROUNDS, Ground, Right, State
from reticent_server.store.control.engine import ControlStore, after_commit

KINDS = {Right.ACCESS: Kind.RIGHTS_ACCESS, Right.ERASURE: Kind.RIGHTS_ERASURE}
_SHOWN = {
    Right.ACCESS: "Gather all that is held of this person, to hand it to them.",
    Right.ERASURE: "Erase what names this person, in what every laptop sent. For good.",
}
Counts = Mapping[tuple[bytes, str], int]


class RightsService(Reading):
    """Thread-safe. `key`: 32 bytes that are not in the database. `on_run` is told, in any thread,
    that there is something to erase."""

    def __init__(
        self,
        control: ControlStore,
        *,
        audit: AuditService,
        key: bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(control, sealing=Sealing(derived(key, b"reticent rights v1")))
        self._audit = audit
        self._clock = clock
        self._listeners: list[Callable[[], None]] = []

    def now_s(self) -> int:
        return int(self._clock())

    def on_run(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def open(
        self,
        right: Right,
        known: Known,
        *,
        reference: str,
        received_s: int,
        by: str,
        source_address: str = "",
    ) -> Case:
        """`received_s`: when the person asked; what is due counts from it. Raises ConflictError."""
        case_id = uuid.uuid4()

        def change(db: Session) -> Entry:
            waiting = select(func.count()).select_from(RightsCase).where(IS_OPEN)
            if (db.scalar(waiting) or 0) >= RIGHTS_OPEN_MAX:
                raise ConflictError(
                    f"{RIGHTS_OPEN_MAX} requests of persons are open; nothing was opened; end some"
                )
            newest_us = db.scalar(select(func.max(RightsCase.opened_us))) or 0
            db.add(
                RightsCase(
                    case_id=case_id,
                    opened_us=max(int(self._clock() * 1e6), newest_us + 1),
                    right=right.value,
                    reference=reference,
                    person=self._digest(known),
                    sealed=self._sealing.seal(case_id, known.text()),
                    opened_by=by[:128],
                    received_s=received_s,
                    due_s=months_later(received_s, 1),
                    state=State.OPEN.value,
                )
            )
            return Entry(
                actor=by,
                action="rights.open",
                object=name_of(right, reference, case_id),
                source_address=source_address,
            )

        self._audit.record_with(change)
        return self.get(case_id)

    def subject(self, case: Case) -> Subject:
        """What a second person agrees to: this request, about this person."""
        known = self.known(case.case_id)
        lines = [
            _SHOWN[case.right],
            *(f"person: {one}" for one in known.identifiers),
            *(f"laptop of theirs: {one}" for one in known.devices),
        ]
        return Subject(
            kind=KINDS[case.right],
            parts={"case": str(case.case_id), "person": self._digest(known).hex()},
            name=case.name,
            shown="\n".join(lines),
        )

    def asked(self, case_id: UUID, approval_id: UUID) -> None:
        """Notes which request for a second person waits."""
        with self._control.session() as db:
            must_find(db, case_id).approval_id = approval_id

    def run(
        self, db: Session, case_id: UUID, *, approval_id: UUID, by: str, source_address: str = ""
    ) -> Entry:
        """Once the session is committed an access may be answered, and an erasure begins.

        Raises ConflictError, NotFoundError.
        """
        now_s, row = self._clock(), must_find(db, case_id)
        if row.state != State.OPEN:
            raise moved(row)
        row.state, row.approval_id = State.RUNNING.value, approval_id
        row.run_by, row.run_s, row.before_us = by[:128], int(now_s), int(now_s * 1e6)
        after_commit(db, self._ran)
        return self._entry("run", row, by, source_address, f", request {approval_id}")

    def _ran(self) -> None:
        for listener in self._listeners:
            listener()

    def extend(self, case_id: UUID, *, by: str, source_address: str = "") -> Case:
        """By two further months, once (article 12(3)). Raises ConflictError."""
        now_s = int(self._clock())

        def change(db: Session) -> Entry:
            row = must_find(db, case_id)
            if row.over_s is not None:
                raise over(row)
            if row.extended_s is not None or now_s > row.due_s:
                raise ConflictError(
                    "it was extended already, or its month is over; nothing was changed; the "
                    "person is told within the first month, and once"
                )
            row.extended_s, row.due_s = now_s, months_later(row.received_s, 3)
            return self._entry("extend", row, by, source_address)

        self._audit.record_with(change)
        return self.get(case_id)

    def refuse(self, case_id: UUID, ground: Ground, *, by: str, source_address: str = "") -> Case:
        """Raises ConflictError, of an erasure also once it runs."""

        def change(db: Session) -> Entry:
            row = must_find(db, case_id)
            if row.state != State.OPEN and row.right == Right.ERASURE:
                raise moved(row)
            row.ground = ground.value
            more = self._end(db, row, State.REFUSED)
            return self._entry("refuse", row, by, source_address, more, reason=GROUNDS[ground])

        self._audit.record_with(change)
        self._control.forget_journal()
        return self.get(case_id)

    def close(self, case_id: UUID, *, by: str, source_address: str = "") -> Case:
        """Of an access that was answered: who it was about is forgotten. Raises ConflictError, also
        where nobody has looked yet: there is nothing that the person could have been told."""

        def change(db: Session) -> Entry:
            row = must_find(db, case_id)
            if row.over_s is not None:
                raise over(row)
            if why := _not_answered(row):
                raise ConflictError(why)
            more = self._end(db, row, State.DONE)
            return self._entry("close", row, by, source_address, more)

        self._audit.record_with(change)
        self._control.forget_journal()
        return self.get(case_id)

    def counted(
        self, case_id: UUID, found: Counts, deleted: Counts, emptied: Counts, unseen: Sequence[str]
    ) -> None:
        """What was found; of an erasure before it goes. Again, after a crash, the higher number
        holds: what went is gone."""
        with self._control.session() as db:
            row = must_find(db, case_id)
            row.unseen = "\n".join(unseen)
            self._note(db, case_id, found, deleted, emptied)

    def erased(self, case_id: UUID) -> Case:
        """Nothing that was found is left in a file: who it was about is forgotten."""
        sums: Counter[str] = Counter()

        def change(db: Session) -> Entry:
            row = must_find(db, case_id)
            sums.clear()
            for one in db.scalars(select(RightsCount).where(RightsCount.case_id == case_id)):
                sums.update({"deleted": one.deleted, "emptied": one.emptied, "places": 1})
            more = self._end(db, row, State.DONE)
            said = (
                f"{sums['deleted']} rows deleted and {sums['emptied']} emptied in {sums['places']} "
                "tables of laptops; a search finds none, and no file holds one any more"
            )
            return self._entry("erased", row, "server", "", more, reason=said)

        self._audit.record_with(change)
        self._control.forget_journal()
        return self.get(case_id)

    def forget_old(self) -> int:
        """Requests that were over long ago; how many."""
        with self._control.session() as db:
            old = db.scalars(
                select(RightsCase.case_id).where(
                    RightsCase.over_s < int(self._clock()) - RIGHTS_KEPT_S
                )
            ).all()
            db.execute(delete(RightsCount).where(RightsCount.case_id.in_(old)))
            db.execute(delete(RightsCase).where(RightsCase.case_id.in_(old)))
        return len(old)

    def _end(self, db: Session, row: RightsCase, state: State) -> str:
        """Forgets who it was about, also where a second person was to read it. For the entry: how
        many requests for one it took back."""
        if row.over_s is not None:
            raise over(row)
        row.state, row.sealed, row.over_s = state.value, b"", int(self._clock())
        taken_back = db.scalars(
            update(ApprovalRequest)
            .where(
                ApprovalRequest.kind == KINDS[Right(row.right)].value,
                ApprovalRequest.name == name_of(row.right, row.reference, row.case_id),
                ApprovalRequest.state.in_([ApprovalState.WAITING, ApprovalState.APPROVED]),
            )
            .values(state=ApprovalState.WITHDRAWN.value, sealed=b"")
            .returning(ApprovalRequest.request_id)
        ).all()
        if not taken_back:
            return ""
        number = len(taken_back)
        return f", {number} request{'s' * (number > 1)} for a second person withdrawn"

    def _note(
        self, db: Session, case_id: UUID, found: Counts, deleted: Counts, emptied: Counts
    ) -> None:
        for device_id, table in sorted(found.keys() | deleted.keys() | emptied.keys()):
            key = (case_id, UUID(bytes=device_id), table)
            one = db.get(RightsCount, key)
            if one is None:
                one = RightsCount(
                    case_id=key[0],
                    device_id=key[1],
                    table_name=table,
                    found=0,
                    deleted=0,
                    emptied=0,
                )
                db.add(one)
            place = (device_id, table)
            one.found = max(one.found, found.get(place, 0))
            one.deleted = max(one.deleted, deleted.get(place, 0))
            one.emptied = max(one.emptied, emptied.get(place, 0))

    def _digest(self, known: Known) -> bytes:
        """The same for the same identifiers, whatever is asked for."""
        parts = {"identifiers": "\n".join(sorted({one.casefold() for one in known.identifiers}))}
        return self._sealing.digest(Subject(kind=Kind.RIGHTS_ACCESS, parts=parts, name=""))

    def _entry(
        self,
        verb: str,
        row: RightsCase,
        by: str,
        source_address: str,
        more: str = "",
        *,
        reason: str = "",
    ) -> Entry:
        return Entry(
            actor=by,
            action=f"rights.{verb}",
            object=f"{name_of(row.right, row.reference, row.case_id)}{more}",
            reason=reason,
            source_address=source_address,
        )


def months_later(at_s: int, months: int) -> int:
    """The same day and time of a later month, or the last day of one that is shorter."""
    at = datetime.fromtimestamp(at_s, UTC)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    for day in range(at.day, at.day - 4, -1):
        try:
            return int(at.replace(year=year, month=month + 1, day=day).timestamp())
        except ValueError:
            continue
    raise ValueError("a month has at least 28 days")


def _not_answered(row: RightsCase) -> str:
    """Why it cannot be closed, and what to do; empty where it can."""
    if row.right == Right.ERASURE:
        return (
            "an erasure ends by itself, once a search finds nothing of the person; nothing was "
            "closed; run it, or refuse it on a ground"
        )
    if row.state == State.OPEN:
        return (
            "nobody has looked for what is held of the person, so there is no answer; nothing was "
            "closed; run the request, give the person the answer, then close it, or refuse it on a "
            "ground"
        )
    if not row.unseen:
        return (
            "no search for what is held of the person has ended yet, so there is no answer; "
            "nothing was closed; get the answer, which searches again, give it to the person, then "
            "close it"
        )
    return ""


def moved(row: RightsCase) -> ConflictError:
    if row.over_s is not None:
        return over(row)
    return ConflictError(f"the request is {row.state}; nothing was changed; look at it again")
