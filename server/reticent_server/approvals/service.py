"""Asks, decides, uses: each step in one transaction with its entry in the audit trail.

The life of a request, by who may move it:

    waiting --approve (another account)--> approved --use (who asked)--> used
       |---refuse (another account)           |---withdraw (who asked, who may approve)
       |---withdraw (who asked)               '---its time is over--> expired
       '---its time is over--> expired

Where the configuration asks for no second person a request begins as approved.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from reticent_server.approvals.errors import (
    ApprovalError,
    ApprovalNeededError,
    DecisionError,
    NotApprovedError,
    ReasonMissingError,
    StateError,
)
from reticent_server.approvals.expiring import Expiring
from reticent_server.approvals.holders import others_who_may, same_person
from reticent_server.approvals.kinds import SPECS, Kind
from reticent_server.approvals.models import ApprovalRequest
from reticent_server.approvals.reading import Reading, approves, visible
from reticent_server.approvals.request import Doing, Request, State, Subject, is_due, view_of
from reticent_server.approvals.sealing import Sealing
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.audit.service import AuditService, Entry
from reticent_server.auth.caller import Caller
from reticent_server.auth.control import Control
from reticent_server.auth.scopes import Scope
from reticent_server.limits import (
    APPROVAL_REASON_CHARS_MAX,
    APPROVAL_SHOWN_CHARS_MAX,
    APPROVALS_WAITING_MAX,
    APPROVALS_WAITING_PER_ACCOUNT_MAX,
)

_Row = ApprovalRequest
NAME_CHARS_MAX = 200
NO_REASON = "none given, on the server's own machine"


class ApprovalService(Reading):
    """Thread-safe; calls block on the control store. `key`: 32 bytes that are not in it."""

    def __init__(
        self,
        control: Control,
        *,
        audit: AuditService,
        rules: ApprovalRules,
        key: bytes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(control, audit=audit, sealing=Sealing(key), clock=clock)
        self.rules = rules
        self.expiring = Expiring(control, audit=audit, clock=clock)

    def use_or_ask(
        self,
        subject: Subject,
        *,
        reason: str,
        caller: Caller,
        source_address: str = "",
        doing: Doing | None = None,
    ) -> Request:
        """What whoever is about to do something calls last of all: it returns where they may, and
        that is recorded and counted then, and `doing` is done.

        Raises ApprovalNeededError where a request was made or waits already; ReasonMissingError,
        ApprovalError (a bound, a missing scope); what `doing` raises.
        """
        try:
            return self.use(subject, caller=caller, source_address=source_address, doing=doing)
        except NotApprovedError:
            request = self.ask(subject, reason=reason, caller=caller, source_address=source_address)
        if request.state is not State.APPROVED:
            with self._control.read() as db:
                approvers = others_who_may(db, approves(subject.kind), request.asked_by_id)
            raise ApprovalNeededError(request, approvers=approvers)
        return self.use(subject, caller=caller, source_address=source_address, doing=doing)

    def ask(
        self, subject: Subject, *, reason: str, caller: Caller, source_address: str = ""
    ) -> Request:
        """The request that waits; one for the same that waits already is returned as it is.

        Raises ReasonMissingError, ApprovalError.
        """
        said, digest = _line(reason), self._sealing.digest(subject)
        self._may_ask(subject.kind, caller)
        now_s, made = int(self._clock()), ApprovalRequest()

        with self._control.read() as db:
            same = db.scalar(
                select(_Row)
                .where(_Row.state == State.WAITING, _Row.waits_until_s > now_s)
                .where(_Row.subject == digest, *_of(caller, subject.kind))
            )
            if same is not None and self._needs_second(subject.kind, caller):
                return view_of(same, now_s=now_s)
        if not said and not _alone(caller, subject.kind):
            raise ReasonMissingError

        def change(db: Session) -> Entry:
            nonlocal made
            self._room(db, caller, now_s)
            made = self._new(subject, digest, said or NO_REASON, caller, now_s)
            db.add(made)
            db.flush()
            waits = made.state == State.WAITING
            return _entry(
                "ask",
                made,
                caller,
                reason=made.reason,
                source_address=source_address,
                more="" if waits else ", needs no second person",
            )

        self._audit.record_with(change)
        return view_of(made, now_s=now_s)

    def use(
        self,
        subject: Subject,
        *,
        caller: Caller,
        source_address: str = "",
        doing: Doing | None = None,
    ) -> Request:
        """Counts one use of what was approved for just this subject and this account, once `doing`
        is done. Raises NotApprovedError, ApprovalError; what `doing` raises."""
        self._may_ask(subject.kind, caller)
        digest, found = self._sealing.digest(subject), ApprovalRequest()
        now_s = int(self._clock())
        good = [
            _Row.subject == digest,
            _Row.state == State.APPROVED,
            _Row.usable_until_s > now_s,
            _Row.used < _Row.uses_max,
            *_of(caller, subject.kind),
        ]
        if self._needs_second(subject.kind, caller):
            # What began as approved is no leave any more once the configuration asks for one.
            good.append(_Row.decided_by_id.is_not(None))

        def change(db: Session) -> list[Entry]:
            nonlocal found
            first = select(_Row.request_id).where(*good).order_by(_Row.usable_until_s).limit(1)
            request_id = db.scalar(first)
            used = None if request_id is None else self._count(db, request_id, good)
            if used is None:
                raise NotApprovedError
            found = used
            who = f"approved by {used.decided_by}" if used.decided_by else "no second person"
            said = f", use {used.used} of {used.uses_max}, {who}"
            entry = _entry(
                "use", used, caller, reason=used.reason, source_address=source_address, more=said
            )
            return [entry] if doing is None else [entry, doing(db, view_of(used, now_s=now_s))]

        self._audit.record_with(change)
        return view_of(found, now_s=now_s)

    def approve(
        self, request_id: UUID, *, caller: Caller, words: str = "", source_address: str = ""
    ) -> Request:
        """Raises UnknownRequestError, DecisionError, StateError."""
        now_s = int(self._clock())
        return self._decide(
            request_id,
            "approve",
            caller,
            words,
            source_address,
            {
                "state": State.APPROVED.value,
                "usable_until_s": now_s + self.rules.use_hours * 3_600,
            },
        )

    def refuse(
        self, request_id: UUID, *, caller: Caller, words: str = "", source_address: str = ""
    ) -> Request:
        """Raises as `approve`."""
        values = {"state": State.REFUSED.value, "sealed": b""}
        return self._decide(request_id, "refuse", caller, words, source_address, values)

    def withdraw(self, request_id: UUID, *, caller: Caller, source_address: str = "") -> Request:
        """By who asked; what is approved and not used up also by whoever may approve.

        Raises UnknownRequestError, StateError.
        """
        now_s, found = int(self._clock()), ApprovalRequest()

        def change(db: Session) -> Entry:
            nonlocal found
            found = visible(db, request_id, caller)
            mine = found.asked_by_id == caller.account_id
            live = {State.WAITING, State.APPROVED} if mine else {State.APPROVED}
            if is_due(found, now_s=now_s) or found.state not in live:
                raise StateError(request_id, view_of(found, now_s=now_s).state)
            found.state, found.sealed = State.WITHDRAWN.value, b""
            db.flush()
            return _entry("withdraw", found, caller, source_address=source_address)

        self._audit.record_with(change)
        return view_of(found, now_s=now_s)

    def _decide(
        self,
        request_id: UUID,
        verb: str,
        caller: Caller,
        words: str,
        source_address: str,
        values: Mapping[str, object],
    ) -> Request:
        now_s, found, said = int(self._clock()), ApprovalRequest(), _line(words)
        about = ""

        def change(db: Session) -> Entry:
            nonlocal found, about
            found = visible(db, request_id, caller)
            about = described(found)
            self._may_decide(db, found, caller)
            changed = db.scalar(
                update(_Row)
                .where(
                    _Row.request_id == request_id,
                    _Row.state == State.WAITING,
                    _Row.waits_until_s > now_s,
                    _Row.asked_by_id != caller.account_id,
                )
                .values(
                    decided_by_id=caller.account_id,
                    decided_by=caller.name[:128],
                    decided_s=now_s,
                    decision=said,
                    **values,
                )
                .returning(_Row)
                .execution_options(populate_existing=True)
            )
            if changed is None:
                raise StateError(request_id, view_of(found, now_s=now_s).state)
            found = changed
            more = f", asked by {found.asked_by}"
            return _entry(
                verb, found, caller, reason=said, source_address=source_address, more=more
            )

        try:
            self._audit.record_with(change)
        except DecisionError as error:
            self._audit.record(
                actor=caller.name,
                action=f"approval.{verb}",
                object=about,
                outcome="refused",
                reason=error.why,
                source_address=source_address,
            )
            raise
        return view_of(found, now_s=now_s)

    def _may_decide(self, db: Session, row: ApprovalRequest, caller: Caller) -> None:
        """Raises DecisionError. 1. a person, 2. with the scope, 3. who is not who asked, 4. nor
        the same person by another account."""
        if caller.via == "token":
            raise DecisionError("an API token decides nothing")
        if not caller.may(approves(Kind(row.kind))):
            raise DecisionError("the account may not approve requests")
        if row.asked_by_id == caller.account_id:
            raise DecisionError("nobody decides on their own request")
        if same_person(db, row.asked_by_id, caller.account_id):
            raise DecisionError(
                "both accounts are one person's, by name, e-mail or sign-on service"
            )

    def _may_ask(self, kind: Kind, caller: Caller) -> None:
        """The second lock: whoever calls has looked at the caller's scopes before."""
        if not caller.may(Scope(SPECS[kind].asks)):
            raise ApprovalError(
                f"this needs the scope {SPECS[kind].asks}, which {caller.name} does not hold; "
                "nothing was done; ask an administrator"
            )

    def _needs_second(self, kind: Kind, caller: Caller) -> bool:
        return not _alone(caller, kind) and self.rules.needs_second(kind)

    def _new(
        self, subject: Subject, digest: bytes, reason: str, caller: Caller, now_s: int
    ) -> ApprovalRequest:
        needs, request_id = self._needs_second(subject.kind, caller), uuid.uuid4()
        shown = subject.shown
        if len(shown) > APPROVAL_SHOWN_CHARS_MAX:
            raise ApprovalError(
                "what the second person would have to read is too long; nothing was asked; ask for "
                "less at once"
            )
        return ApprovalRequest(
            request_id=request_id,
            kind=subject.kind.value,
            subject=digest,
            name=subject.name[:NAME_CHARS_MAX],
            sealed=self._sealing.seal(request_id, shown) if needs else b"",
            reason=reason,
            asked_by_id=caller.account_id,
            asked_by=caller.name[:128],
            asked_s=now_s,
            waits_until_s=now_s + self.rules.request_hours * 3_600,
            state=(State.WAITING if needs else State.APPROVED).value,
            usable_until_s=None if needs else now_s + self.rules.use_hours * 3_600,
            uses_max=self.rules.uses if needs else 1,
            used=0,
            decided_by="",
            decision="",
        )

    def _room(self, db: Session, caller: Caller, now_s: int) -> None:
        waiting = (_Row.state == State.WAITING, _Row.waits_until_s > now_s)
        counted = select(func.count()).select_from(_Row).where(*waiting)
        mine = db.scalar(counted.where(_Row.asked_by_id == caller.account_id)) or 0
        if (
            mine >= APPROVALS_WAITING_PER_ACCOUNT_MAX
            or (db.scalar(counted) or 0) >= APPROVALS_WAITING_MAX
        ):
            raise ApprovalError(
                "too many requests wait already; nothing was asked; withdraw some of yours, or "
                "wait until others are decided"
            )

    def _count(
        self, db: Session, request_id: UUID, good: Sequence[ColumnElement[bool]]
    ) -> ApprovalRequest | None:
        """None where another process used it up in between."""
        row = db.scalar(
            update(_Row)
            .where(_Row.request_id == request_id, *good)
            .values(used=_Row.used + 1)
            .returning(_Row)
            .execution_options(populate_existing=True)
        )
        if row is not None and row.used == row.uses_max:
            row.state, row.sealed = State.USED.value, b""
            db.flush()
        return row


def _of(caller: Caller, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    return (_Row.kind == kind.value, _Row.asked_by_id == caller.account_id)


def _alone(caller: Caller, kind: Kind) -> bool:
    return caller.via == "local" and SPECS[kind].local_alone


def _line(text: str) -> str:
    """One line, cut: it is shown as such wherever it is."""
    whole = "".join(c if c.isprintable() else " " for c in text[: 4 * APPROVAL_REASON_CHARS_MAX])
    return " ".join(whole.split())[:APPROVAL_REASON_CHARS_MAX]


def _entry(
    verb: str,
    row: ApprovalRequest,
    caller: Caller,
    *,
    reason: str = "",
    source_address: str = "",
    more: str = "",
) -> Entry:
    return Entry(
        actor=caller.name,
        action=f"approval.{verb}",
        object=described(row) + more,
        reason=reason,
        source_address=source_address,
    )


def described(row: ApprovalRequest) -> str:
    return f"{row.kind} {row.name}, request {row.request_id}, subject {row.subject[:16].hex()}"
