"""Events as the lines of a file: JSON, one object a line, or CSV that no spreadsheet runs.

CSV has the columns below. Where the query is about one table alone its fields have a column each;
else all fields are one JSON text, `fields`. A cell that would begin a formula begins with ' instead
(as OWASP advises against CSV injection). The last line says how many events there are, and a file
without it is not whole:

    {"end":{"rows":N}}                  end,N,,,,,...
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from reticent_contract.catalog import CATALOG

from reticent_server.query.expr import And, Expr, TableIs
from reticent_server.query.reach import masked_in
from reticent_server.query.service import event_json
from reticent_server.store.events.fields import DELIVERED
from reticent_server.store.events.model import Event

Form = Literal["jsonl", "csv"]
MEDIA_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv"}
_FIXED = ("id", "ts", "received_at", "device_id", "table", "event")
_END = re.compile(r'\{"end":\{"rows":(\d{1,12})\}\}\n|end,(\d{1,12}),+\n')
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def writer_of(form: Form, expr: Expr) -> tuple[str, Callable[[Iterable[Event]], str]]:
    """The file's first line, and what turns events into further ones."""
    if form == "jsonl":
        return "", _json_lines
    fields = _fields_of(expr)
    head = [*_FIXED, *DELIVERED, *(fields or ("fields",))]
    return _csv_line(head), lambda events: "".join(
        _csv_line(_cells(event, fields)) for event in events
    )


def end_line(form: Form, expr: Expr, rows: int) -> str:
    """What only a whole file has."""
    if form == "jsonl":
        return json.dumps({"end": {"rows": rows}}, separators=(",", ":")) + "\n"
    head = next(csv.reader([writer_of(form, expr)[0]]))
    return _csv_line(["end", rows, *[""] * (len(head) - 2)])


def rows_said(last_line: str) -> int | None:
    """Of `end_line`; None for any other line."""
    found = _END.fullmatch(last_line)
    return None if found is None else int(found[1] or found[2])


def _json_lines(events: Iterable[Event]) -> str:
    lines = []
    for event in events:
        masked = masked_in({**event.fields, **event.delivered_from})
        shown = {**event_json(event), "masked": masked}
        lines.append(json.dumps(shown, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines)


def _cells(event: Event, fields: Sequence[str]) -> list[object]:
    written = event_json(event)
    said = written["fields"]
    fixed = [written[name] for name in _FIXED]  # type: ignore[literal-required]  # names of its own
    where = [event.delivered_from.get(name, "") for name in DELIVERED]
    rest = [said.get(name, "") for name in fields] if fields else [said]
    return [*fixed, *where, *rest]


def _fields_of(expr: Expr) -> tuple[str, ...]:
    """The fields of the one table that the query is about; none where it is about several."""
    tables = _tables_of(expr)
    table = CATALOG.get(next(iter(tables))) if len(tables) == 1 else None
    return () if table is None else tuple(table.by_name)


def _tables_of(expr: Expr) -> set[str]:
    """Tables of which every row that is found must be."""
    match expr:
        case TableIs(table):
            return {table}
        case And(parts):
            return set().union(*map(_tables_of, parts))
        case _:
            return set()


def _csv_line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([_guarded(cell) for cell in cells])
    return line.getvalue().encode(errors="replace").decode()


def _guarded(cell: object) -> object:
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False, separators=(",", ":"))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell
