"""A CSV file of records, line by line.

The first line names the columns, in any order: one or more of `device_id`, `system_serial`,
`host_name` say which device a line is about (a device_id alone, of the others all that are filled
in), the rest are fields of `device_record`. Comma or semicolon, as the first line has it; UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from reticent_server.errors import ServerError
from reticent_server.limits import RECORD_FILE_BYTES_MAX, RECORD_FILE_LINES_MAX
from reticent_server.records.entry import FIELDS, EntryError, checked

_ANY = "00000000-0000-4000-8000-000000000000"
NAMES_OF_A_DEVICE = ("device_id", "system_serial", "host_name")


@dataclass(frozen=True, slots=True)
class Line:
    """`names`: what it calls its device, by NAMES_OF_A_DEVICE; empty where it names none."""

    number: int
    names: Mapping[str, str] = field(repr=False)
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


def form_problem(line: Line, *, today: date) -> str | None:
    """What is wrong with the line, whatever devices there are; how phones are read they say."""
    if not line.names:
        return "names no device"
    try:
        UUID(line.names.get("device_id", _ANY))
    except ValueError:
        return "has a device_id that is no UUID"
    if not line.values:
        return f"gives nothing (known: {', '.join(FIELDS)})"
    try:
        checked(
            {name: value for name, value in line.values.items() if name != "phone"},
            phone_region=None,
            today=today,
        )
    except EntryError as error:
        return str(error)
    return None


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
    names = {name: row[name] for name in NAMES_OF_A_DEVICE if row.get(name)}
    values = {name: value for name, value in row.items() if name in FIELDS and value}
    return Line(number, names, values)


def _refused(what: str, fix: str) -> ServerError:
    return ServerError(f"the file cannot be imported: {what}; nothing was imported; {fix}")
