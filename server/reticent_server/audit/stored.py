"""The checkpoints in the database, and whether the database still refuses to change the trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from reticent_server.audit.checkpoint import Checkpoint, checkpoint_of
from reticent_server.audit.models import AuditCheckpoint
from reticent_server.audit.signed import parse
from reticent_server.auth.control import Control
from reticent_server.limits import AUDIT_PAGE_ROWS

_TABLES = ("audit_entry", "audit_checkpoint")
_TRIGGERS = {  # those of the migration r0005
    "sqlite": {f"{t}_no_{what}" for t in _TABLES for what in ("update", "delete", "replace")},
    "postgresql": {f"{t}_no_{what}" for t in _TABLES for what in ("change", "truncate")},
}
_LISTED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
}


class StoredCheckpoints:
    """Calls block."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(self, checkpoints: Sequence[Checkpoint]) -> bool:
        """False where one of these sequence numbers is taken; then none was added."""
        values = [
            {
                "sequence": one.mark.sequence,
                "number": one.mark.number,
                "line": one.statement.line(),
            }
            for one in checkpoints
        ]
        try:
            with self._control.session() as db:
                db.execute(insert(AuditCheckpoint), values)
                db.commit()
        except IntegrityError:
            return False
        return True

    def all(self, *, after: int = -1) -> Iterator[Checkpoint]:
        """By sequence, those above `after`; a line that is no checkpoint is passed over."""
        columns = (AuditCheckpoint.sequence, AuditCheckpoint.line)
        wanted = select(*columns).order_by(AuditCheckpoint.sequence).limit(AUDIT_PAGE_ROWS)
        while True:
            with self._control.read() as db:
                page = list(db.execute(wanted.where(AuditCheckpoint.sequence > after)))
            for _, line in page:
                found = _read(line)
                if found:
                    yield found
            if len(page) < AUDIT_PAGE_ROWS:
                return
            after = page[-1][0]

    def of_rows(self, *, first: int, last: int | None) -> Iterator[Checkpoint]:
        """By the row that they were made at, `first` and `last` included."""
        key = (AuditCheckpoint.number, AuditCheckpoint.sequence)
        wanted = select(*key, AuditCheckpoint.line).order_by(*key).limit(AUDIT_PAGE_ROWS)
        if last is not None:
            wanted = wanted.where(AuditCheckpoint.number <= last)
        number, sequence = first - 1, 2**62
        while True:
            beyond = (AuditCheckpoint.number > number) | (
                (AuditCheckpoint.number == number) & (AuditCheckpoint.sequence > sequence)
            )
            with self._control.read() as db:
                page = list(db.execute(wanted.where(beyond)))
            for *_, line in page:
                found = _read(line)
                if found:
                    yield found
            if len(page) < AUDIT_PAGE_ROWS:
                return
            number, sequence, _ = page[-1]

    def last(self, public_key: bytes) -> Checkpoint | None:
        """The newest that is signed by this key, among the newest ones."""
        wanted = select(AuditCheckpoint.line).order_by(AuditCheckpoint.sequence.desc())
        with self._control.read() as db:
            lines = list(db.scalars(wanted.limit(AUDIT_PAGE_ROWS)))
        found = (one for one in map(_read, lines) if one and one.statement.is_of(public_key))
        return next(found, None)

    def last_sequence(self) -> int:
        """The highest there is, by whichever key; 0 where there is none."""
        with self._control.read() as db:
            return db.scalar(select(func.max(AuditCheckpoint.sequence))) or 0

    def missing_triggers(self) -> set[str]:
        """Names of those that the migration made and somebody removed."""
        with self._control.read() as db:
            dialect = db.get_bind().dialect.name
            found = set(db.scalars(text(_LISTED[dialect])))
        return _TRIGGERS[dialect] - found

    def put_back_triggers(self) -> None:
        """Those of `missing_triggers`, as the migration made them."""
        missing = self.missing_triggers()
        # Here, because the migrations' library comes with it, and what is mended is seldom.
        from reticent_server.store.control.migrations.versions.r0005_audit import statements_of

        with self._control.session() as db:
            for statement in statements_of(db.get_bind().dialect.name):
                verb, what, name, *_ = statement.split()
                if (verb, what) == ("CREATE", "TRIGGER") and name in missing:
                    db.execute(text(statement))
            db.commit()


def _read(line: object) -> Checkpoint | None:
    statement = parse(line) if isinstance(line, str) else None
    return checkpoint_of(statement) if statement else None
