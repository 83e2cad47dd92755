"""A CSV file of records, line by line.

The first line names the columns, in any order: one or more of `device_id`, `system_serial`,
`host_name` say which device a line is about (the first that is filled in counts), the others are
fields of `device_record`. Comma or semicolon, as the first line has it; UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from reticent_server.errors import ServerError
from reticent_server.limits import RECORD_FILE_BYTES_MAX, RECORD_FILE_LINES_MAX
from reticent_server.records.entry import FIELDS

NAMES_OF_A_DEVICE = ("device_id", "system_serial", "host_name")


@dataclass(frozen=True, slots=True)
class Line:
    """`named_by`: one of NAMES_OF_A_DEVICE, "" where the line names no device."""

    number: int
    named_by: str
    name: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)


def lines_of(text: str) -> list[Line]:
    """The file's lines that are not empty. ServerError where it cannot be read as a whole."""
    if len(text.encode()) > RECORD_FILE_BYTES_MAX:
        raise _refused(f"it has more than {RECORD_FILE_BYTES_MAX >> 20} MiB", "split it")
    text = text.removeprefix("\ufeff")
    head, _, _ = text.partition("\n")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",", strict=True
    )
    try:
        columns = _columns(next(reader, []))
        lines = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(_line(reader.line_num, columns, cells))
            if len(lines) > RECORD_FILE_LINES_MAX:
                raise _refused(f"it has more than {RECORD_FILE_LINES_MAX} lines", "split it")
    except csv.Error:
        raise _refused(f"line {reader.line_num} is not CSV", "correct its quotes") from None
    return lines


def _columns(head: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in head]
    known = (*NAMES_OF_A_DEVICE, *FIELDS)
    for number, column in enumerate(columns, 1):
        if column not in known:
            raise _refused(
                f"column {number} of its first line is unknown (known: {', '.join(known)})",
                "name the columns in the first line",
            )
    if len(set(columns)) < len(columns):
        raise _refused("a column stands twice in its first line", "remove one")
    if not set(columns) & set(NAMES_OF_A_DEVICE):
        raise _refused(
            "no column says which device a line is about",
            f"add one of {', '.join(NAMES_OF_A_DEVICE)}",
        )
    if not set(columns) & set(FIELDS):
        raise _refused("it has no column to import", f"add one of {', '.join(FIELDS)}")
    return columns


def _line(number: int, columns: list[str], cells: list[str]) -> Line:
    if len(cells) != len(columns):
        raise _refused(f"line {number} has {len(cells)} cells, not {len(columns)}", "correct it")
    row = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    named_by = next((name for name in NAMES_OF_A_DEVICE if row.get(name)), "")
    values = {name: value for name, value in row.items() if name in FIELDS and value}
    return Line(number, named_by, row.get(named_by, ""), values)


def _refused(what: str, fix: str) -> ServerError:
    return ServerError(f"the file cannot be imported: {what}; nothing was imported; {fix}")
