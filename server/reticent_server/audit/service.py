"""Adds to the audit trail, reads it, and proves that it is whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reticent_server.audit.chain import FIRST_PREVIOUS, Record, row_hash
from reticent_server.audit.models import AuditEntry
from reticent_server.auth.control import Control
from reticent_server.errors import ServerError

Outcome = Literal["done", "refused", "failed"]

APPEND_TRIES_MAX = 8
PAGE_MAX = 500
_CHARS_MAX = {"actor": 128, "action": 64, "object": 512, "reason": 512, "source_address": 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    entries: list[Record]  # newest first
    next_before: int | None  # ask for what is older than this number


class AuditError(ServerError):
    """The entry could not be written. What it would have recorded must not happen."""


class AuditService:
    """Thread-safe; calls block."""

    def __init__(self, control: Control, *, clock: Callable[[], float] = time.time) -> None:
        self._control = control
        self._clock = clock
        self._lock = threading.Lock()

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
        for _ in range(APPEND_TRIES_MAX):
            try:
                with self._lock, self._control.session() as db:
                    number = self._append(
                        db,
                        actor=actor,
                        action=action,
                        object=object,
                        outcome=outcome,
                        reason=reason,
                        source_address=source_address,
                    )
                    db.commit()
                    return number
            except IntegrityError:
                continue  # another process added a row in between; follow that one
        raise AuditError(
            "the audit trail is written by too many at once; this entry was not written and the "
            "action was not done; try again"
        )

    def _append(self, db: Session, **texts: str) -> int:
        newest = db.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
        cut = {name: _clean(text, _CHARS_MAX.get(name, 16)) for name, text in texts.items()}
        record = Record(
            number=newest.number + 1 if newest else 1, at_us=int(self._clock() * 1e6), **cut
        )
        previous = newest.hash if newest else FIRST_PREVIOUS
        db.add(
            AuditEntry(**asdict(record), previous_hash=previous, hash=row_hash(previous, record))
        )
        db.flush()
        return record.number

    def page(self, *, before: int | None = None, limit: int = 100) -> AuditPage:
        limit = max(1, min(limit, PAGE_MAX))
        wanted = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit + 1)
        if before is not None:
            wanted = wanted.where(AuditEntry.number < before)
        with self._control.read() as db:
            rows = [_record(row) for row in db.scalars(wanted)]
        more = len(rows) > limit
        return AuditPage(entries=rows[:limit], next_before=rows[limit - 1].number if more else None)

    def first_broken(self) -> int | None:
        """The number of the first row that does not follow from the one before it; None if whole.

        Rows cut off at the end are not seen here: compare `head()` with one noted elsewhere.
        """
        previous, expected = FIRST_PREVIOUS, 1
        with self._control.read() as db:
            for row in db.scalars(
                select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=500)
            ):
                whole = row.number == expected and row.previous_hash == previous
                if not whole or row.hash != row_hash(previous, _record(row)):
                    return row.number
                previous, expected = row.hash, expected + 1
        return None

    def head(self) -> tuple[int, bytes]:
        """Number and hash of the newest row; (0, 32 zero bytes) where there is none."""
        with self._control.read() as db:
            newest = db.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
            return (newest.number, newest.hash) if newest else (0, FIRST_PREVIOUS)


def _clean(text: str, chars_max: int) -> str:
    """Cut, and without control characters: an entry is one line wherever it is shown."""
    return "".join(c if c.isprintable() else "�" for c in text[:chars_max])


def _record(row: AuditEntry) -> Record:
    return Record(
        number=row.number,
        at_us=row.at_us,
        actor=row.actor,
        action=row.action,
        object=row.object,
        outcome=row.outcome,
        reason=row.reason,
        source_address=row.source_address,
    )
