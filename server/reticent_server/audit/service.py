"""Adds to the audit trail and reads it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reticent_server.audit.chain import FIRST_PREVIOUS, Record, Row, row_hash
from reticent_server.audit.filters import EVERYTHING, AuditFilter, Outcome
from reticent_server.audit.models import AuditEntry
from reticent_server.auth.control import Control
from reticent_server.errors import ServerError
from reticent_server.limits import AUDIT_PAGE_ROWS

_Result = TypeVar("_Result")
APPEND_TRIES_MAX = 8
PAGE_MAX = 500
_CHARS_MAX = {"actor": 128, "action": 64, "object": 512, "reason": 512, "source_address": 64}
_COLUMNS = (
    AuditEntry.number,
    AuditEntry.at_us,
    AuditEntry.actor,
    AuditEntry.action,
    AuditEntry.object,
    AuditEntry.outcome,
    AuditEntry.reason,
    AuditEntry.source_address,
    AuditEntry.previous_hash,
    AuditEntry.hash,
)
_HEAD = select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    entries: list[Record]  # newest first
    next_before: int | None  # ask for what is older than this number


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a row says; the texts are cut to their columns."""

    actor: str
    action: str
    object: str = ""
    outcome: Outcome = "done"
    reason: str = ""
    source_address: str = ""


Entries = Entry | Sequence[Entry]
# Makes a change in a transaction with what the audit trail records of it (`record_with`).
RecordWith = Callable[[Callable[[Session], Entries]], object]


def recorded(
    record_with: RecordWith, change: Callable[[Session], tuple[_Result, Entries]]
) -> _Result:
    """What `change` gives, beside what is recorded of it."""
    given: list[_Result] = []

    def changed(db: Session) -> Entries:
        result, entries = change(db)
        given[:] = [result]
        return entries

    record_with(changed)
    return given[0]


class AuditError(ServerError):
    """The entry could not be written. What it would have recorded must not happen."""


class AuditService:
    """Thread-safe; calls block. `on_record` is told the number of each row that was added here.

    `here` stands for the source address of whoever has none: a command on this machine.
    """

    def __init__(
        self, control: Control, *, clock: Callable[[], float] = time.time, here: str = ""
    ) -> None:
        self._control = control
        self._clock = clock
        self._here = here
        self._lock = threading.Lock()
        self.on_record: Callable[[int], None] = lambda _number: None
        self.last_written: tuple[int, bytes] | None = None  # by this process

    def record(
        self,
        *,
        actor: str,
        action: str,
        object: str = "",  # noqa: A002 - the word of the trade: actor, action, object
        outcome: Outcome = "done",
        reason: str = "",
        source_address: str = "",
    ) -> int:
        """Adds one row and returns its number; it is durable then. Raises AuditError."""
        entry = Entry(
            actor=actor,
            action=action,
            object=object,
            outcome=outcome,
            reason=reason,
            source_address=source_address,
        )
        return self.record_with(lambda _: entry)

    def record_with(self, change: Callable[[Session], Entries]) -> int:
        """The same, in the transaction in which `change` makes what the row records, or the rows in
        this order: all of it is stored or nothing. It is called again where another process came
        in between, and an exception of its own leaves nothing behind. Raises AuditError, and
        ValueError where it gives no row: nothing is changed without one."""
        for _ in range(APPEND_TRIES_MAX):
            try:
                with self._lock, self._control.session() as db:
                    made = change(db)
                    entries = [made] if isinstance(made, Entry) else made
                    if not entries:
                        raise ValueError("a change without a row in the audit trail; undone")
                    written = [self._append(db, entry) for entry in entries]
                    db.commit()
                    self.last_written = written[-1]
            except IntegrityError:
                continue  # another process added a row in between; follow that one
            for number, _ in written:
                self.on_record(number)
            return written[-1][0]
        raise AuditError(
            "the audit trail is written by too many at once; this entry was not written and the "
            "action was not done; try again"
        )

    def _append(self, db: Session, entry: Entry) -> tuple[int, bytes]:
        texts = asdict(entry)
        texts["source_address"] = texts["source_address"] or self._here
        newest = db.execute(_HEAD).first()
        number, previous = (newest.number, newest.hash) if newest else (0, FIRST_PREVIOUS)
        cut = {name: _clean(text, _CHARS_MAX.get(name, 16)) for name, text in texts.items()}
        record = Record(number=number + 1, at_us=int(self._clock() * 1e6), **cut)
        hashed = row_hash(previous, record)
        db.execute(
            insert(AuditEntry), [{**asdict(record), "previous_hash": previous, "hash": hashed}]
        )
        return record.number, hashed

    def page(
        self, *, before: int | None = None, limit: int = 100, only: AuditFilter = EVERYTHING
    ) -> AuditPage:
        limit = max(1, min(limit, PAGE_MAX))
        wanted = only.of(select(*_COLUMNS)).order_by(AuditEntry.number.desc()).limit(limit + 1)
        if before is not None:
            wanted = wanted.where(AuditEntry.number < before)
        with self._control.read() as db:
            records = [_row(columns).record for columns in db.execute(wanted)]
        more = len(records) > limit
        return AuditPage(
            entries=records[:limit], next_before=records[limit - 1].number if more else None
        )

    def rows(self, *, first: int = 1, last: int | None = None) -> Iterator[Row]:
        """By number, `last` included, as they are stored; each page is a transaction of its own."""
        wanted = select(*_COLUMNS).order_by(AuditEntry.number).limit(AUDIT_PAGE_ROWS)
        if last is not None:
            wanted = wanted.where(AuditEntry.number <= last)
        while True:
            with self._control.read() as db:
                page = list(db.execute(wanted.where(AuditEntry.number >= first)))
            yield from map(_row, page)
            if len(page) < AUDIT_PAGE_ROWS:
                return
            first = page[-1][0] + 1

    def range_of(self, only: AuditFilter) -> tuple[int, int] | None:
        """The first and the last number that the filter lets through; None where it is none."""
        wanted = only.of(select(AuditEntry.number)).limit(1)
        with self._control.read() as db:
            first = db.scalar(wanted.order_by(AuditEntry.number))
            last = db.scalar(wanted.order_by(AuditEntry.number.desc()))
        return None if first is None or last is None else (first, last)

    def head(self) -> tuple[int, bytes]:
        """Number and hash of the newest row; (0, 32 zero bytes) where there is none."""
        with self._control.read() as db:
            newest = db.execute(_HEAD).first()
            return (newest.number, newest.hash) if newest else (0, FIRST_PREVIOUS)


def _clean(text: str, chars_max: int) -> str:
    """Cut, and without control characters: an entry is one line wherever it is shown."""
    cut = text[:chars_max]
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else "�" for c in cut)


def _row(columns: Any) -> Row:
    *record, previous, hashed = columns
    number, at_us, actor, action, about, outcome, reason, source_address = record
    return Row(
        Record(
            number=number,
            at_us=at_us,
            actor=actor,
            action=action,
            object=about,
            outcome=outcome,
            reason=reason,
            source_address=source_address,
        ),
        previous,
        hashed,
    )
