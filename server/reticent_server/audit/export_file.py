"""Verifies exports and checkpoint files by themselves: no data directory, no server, no network.

Each file is read twice, once for its statements and once for its rows, a line at a time. Several
exports are joined by their seals: between two of them no row may be missing.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from reticent_server.audit.book import CheckpointBook, add_file
from reticent_server.audit.chain import Record, Row
from reticent_server.audit.checkpoint import checkpoint_of
from reticent_server.audit.export import COLUMNS, KIND, TEXTS, unguarded
from reticent_server.audit.findings import Problem, Verdict
from reticent_server.audit.signed import Statement, parse
from reticent_server.audit.verifying import Verifier
from reticent_server.errors import ServerError

LINE_CHARS_MAX = 64 << 10


class ExportError(ServerError):
    """The file cannot be read as an export; nothing was verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the export was signed with: the rows it holds, and what they follow."""

    first: int
    last: int
    first_previous: bytes
    last_hash: bytes


@dataclass(frozen=True, slots=True)
class _Export:
    path: Path
    seal: Seal | None  # None: it has none, or one of another key


def verify_files(
    paths: Sequence[Path], *, public_key: bytes | None, checkpoint_files: Sequence[Path] = ()
) -> tuple[Verdict, bytes | None]:
    """The verdict over all of them, and the key that it holds by. Raises ExportError.

    Without `public_key` the first statement's own is taken: whoever forged the file could have
    signed it, so compare that key with the server's.
    """
    book = CheckpointBook(public_key)
    for path in checkpoint_files:
        add_file(book, path)
    exports = []
    for path in paths:
        seal = None
        for statement in _statements(path):
            if statement.name == "export":
                seal = statement
            elif found := checkpoint_of(statement):
                book.add([found])
        key = book.public_key or (seal.public_key if seal else None)
        book.public_key = key
        exports.append(_Export(path, _seal_of(seal, key)))
    exports.sort(key=lambda export: export.seal.first if export.seal else 0)
    return _verify(exports, book), book.public_key


def _verify(exports: Sequence[_Export], book: CheckpointBook) -> Verdict:
    begin = exports[0].seal
    if begin is not None:
        verifier = Verifier(book, first=begin.first, previous=begin.first_previous)
    else:  # where it begins is not known then, and that is not whole anyhow
        row = next(_rows(exports[0].path), None)
        verifier = Verifier(book, first=row.record.number if row else 1, previous=None)
    before: Seal | None = None
    for export in exports:
        seal = export.seal
        gap = before is not None and seal is not None and seal.first > before.last + 1
        if gap and before is not None and seal is not None:
            verifier.gap(before.last + 1, seal.first - 1, seal.first_previous)
        overlap = before.last if before else 0
        for row in _rows(export.path):
            if row.record.number > overlap:
                verifier.row(row)
        if seal is not None:
            verifier.ends(seal.last, seal.last_hash)
        else:
            sentence = f"{export.path.name} does not end with a seal of this key: it was cut off"
            verifier.add(Problem(kind="truncated", number=verifier.expected, sentence=sentence))
        before = seal or before
    return verifier.finish()


def _seal_of(statement: Statement | None, public_key: bytes | None) -> Seal | None:
    if statement is None or public_key is None or not statement.is_of(public_key):
        return None
    document = statement.document
    try:
        if document["kind"] != KIND or document["format"] != 1:
            return None
        return Seal(
            first=int(document["first"]),
            last=int(document["last"]),
            first_previous=bytes.fromhex(document["first_previous"]),
            last_hash=bytes.fromhex(document["last_hash"]),
        )
    except (KeyError, ValueError, TypeError):
        return None


def _statements(path: Path) -> Iterator[Statement]:
    for item in _items(path):
        if isinstance(item, Statement):
            yield item


def _rows(path: Path) -> Iterator[Row]:
    for item in _items(path):
        if isinstance(item, Row):
            yield item


def _items(path: Path) -> Iterator[Row | Statement]:
    """Raises ExportError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            head = file.readline(LINE_CHARS_MAX)
            is_csv = head.strip() == ",".join(COLUMNS)
            if not is_csv:
                file.seek(0)
            yield from _csv_items(file) if is_csv else _jsonl_items(file)
    except (ValueError, KeyError, TypeError, csv.Error, RecursionError) as error:
        raise ExportError(
            f"{path} is no export of an audit trail, or a line of it is damaged; nothing was "
            "verified; name a file that `reticent-server audit export` wrote"
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _jsonl_items(file: TextIO) -> Iterator[Row | Statement]:
    while line := file.readline(LINE_CHARS_MAX):
        if not line.strip():
            continue
        statement = parse(line) if '"signature":' in line else None
        if statement is not None:
            yield statement
            continue
        if not line.endswith("\n"):
            return  # torn: the seal that must follow is missing too, and that is said
        found = json.loads(line)
        if "checkpoint" in found or "export" in found:
            continue  # not as it was written: what it would have proved is missing
        yield _row(found)


def _csv_items(file: TextIO) -> Iterator[Row | Statement]:
    reader = csv.DictReader(file, COLUMNS)
    for cells in reader:
        statement = cells["statement"]
        if statement:
            found = parse(statement)
            if found is not None:
                yield found
        elif cells["hash"] is None or None in cells:
            return  # torn, as above
        else:
            texts = {name: unguarded(cells[name]) for name in TEXTS}
            yield _row({**cells, **texts})


def _row(found: dict[str, Any]) -> Row:
    record = Record(
        number=int(found["number"]),
        at_us=int(found["at_us"]),
        **{name: str(found[name]) for name in TEXTS},
    )
    return Row(record, bytes.fromhex(found["previous_hash"]), bytes.fromhex(found["hash"]))


def _unreadable(path: Path, error: OSError) -> ExportError:
    return ExportError(
        f"{path} cannot be read ({error.strerror}); nothing was verified; name another file"
    )
