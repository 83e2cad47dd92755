"""An export of the audit trail: rows and checkpoints as text, ended by a signed seal.

jsonl   a row        {"number", "at_us", "actor", "action", "object", "outcome", "reason",
                      "source_address", "previous_hash": hex, "hash": hex}
        a checkpoint {"checkpoint": ...}, after the row that it was made at; see `checkpoint`
        the seal     {"export": {"kind": "reticent-audit-export", "format": 1, "server", "at_us",
                      "since_us", "until_us", "first", "last", "first_previous", "last_hash",
                      "rows"}, ...}, the last line; see `signed`
csv     the same lines under the columns of COLUMNS; of a checkpoint and the seal the line above
        stands in `statement`. A text that a spreadsheet would take for a formula has a ' before it.

A range of time becomes a range of numbers without gaps, from the first row in it to the last: the
clock may have been set, the numbers never are. `first_previous` lets one export be joined to the
one before. Memory is bounded by a page of rows.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reticent_server.audit.chain import FIRST_PREVIOUS, Row, canonical
from reticent_server.audit.filters import AuditFilter
from reticent_server.audit.service import AuditService
from reticent_server.audit.signed import Statement, public_key_of, server_id, sign
from reticent_server.audit.stored import StoredCheckpoints

KIND = "reticent-audit-export"
Form = Literal["jsonl", "csv"]
FORMS: tuple[Form, ...] = ("jsonl", "csv")
TEXTS = ("actor", "action", "object", "outcome", "reason", "source_address")
COLUMNS = ("number", "at_us", "time_utc", *TEXTS, "previous_hash", "hash", "statement")
_FORMULA = ("=", "+", "-", "@", "'", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Calls block."""

    audit: AuditService
    stored: StoredCheckpoints
    key: Ed25519PrivateKey
    clock: Callable[[], float] = time.time

    def lines(
        self, *, since_us: int | None = None, until_us: int | None = None, form: Form = "jsonl"
    ) -> Iterator[str]:
        """Each with its end of line. The newest row there is when it begins is the last one."""
        write = _Jsonl() if form == "jsonl" else _Csv()
        found = self.audit.range_of(AuditFilter(since_us=since_us, until_us=until_us))
        yield from write.head()
        first, last = found or (1, 0)
        # Those beyond the last row too where nothing bounds it: they show a tail that was cut off.
        due = self.stored.of_rows(first=first, last=None if until_us is None else last)
        checkpoint = next(due, None) if found or until_us is None else None
        begun = previous = FIRST_PREVIOUS
        rows = 0
        newest: Row | None = None
        for row in self.audit.rows(first=first, last=last) if found else ():
            begun = row.previous_hash if newest is None else begun
            while checkpoint is not None and checkpoint.mark.number < row.record.number:
                yield write.statement(checkpoint.statement)
                checkpoint = next(due, None)
            yield write.row(row)
            rows, newest, previous = rows + 1, row, row.hash
        while checkpoint is not None:
            yield write.statement(checkpoint.statement)
            checkpoint = next(due, None)
        seal = {
            "kind": KIND,
            "format": 1,
            "server": server_id(public_key_of(self.key)),
            "at_us": int(self.clock() * 1e6),
            "since_us": since_us,
            "until_us": until_us,
            "first": first,
            "last": last,
            "first_previous": _hex(begun),
            "last_hash": _hex(previous),
            "rows": rows,
        }
        yield write.statement(sign("export", seal, self.key))


class _Jsonl:
    def head(self) -> Iterator[str]:
        yield from ()

    def row(self, row: Row) -> str:
        hashes = {"previous_hash": _hex(row.previous_hash), "hash": _hex(row.hash)}
        return _text(canonical_or_marked({**asdict(row.record), **hashes})) + "\n"

    def statement(self, statement: Statement) -> str:
        return statement.line() + "\n"


class _Csv:
    def head(self) -> Iterator[str]:
        yield _csv_line(COLUMNS)

    def row(self, row: Row) -> str:
        record = row.record
        at = _utc(record.at_us)
        texts = [_guarded(getattr(record, name)) for name in TEXTS]
        return _csv_line(
            (record.number, record.at_us, at, *texts, _hex(row.previous_hash), _hex(row.hash), "")
        )

    def statement(self, statement: Statement) -> str:
        return _csv_line((*[""] * (len(COLUMNS) - 1), statement.line()))


def unguarded(text: str) -> str:
    """What `_guarded` was given."""
    return text[1:] if text.startswith("'") else text


def canonical_or_marked(document: dict[str, object]) -> bytes:
    """A row that somebody put half a character into is written with a mark in its place."""
    try:
        return canonical(document)
    except UnicodeEncodeError:
        return canonical(
            {
                name: _text(value.encode(errors="replace")) if isinstance(value, str) else value
                for name, value in document.items()
            }
        )


def _guarded(text: object) -> str:
    plain = str(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def _csv_line(cells: tuple[object, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode(errors="replace").decode()


def _utc(at_us: object) -> str:
    try:
        whole, rest = divmod(int(str(at_us)), 1_000_000)
        return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:06d}Z"
    except (ValueError, OverflowError, OSError):
        return ""


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else ""


def _text(data: bytes) -> str:
    return data.decode()
