"""People in a table of text whose first line says what its columns hold.

    commas       id,first_name,last_name,email  and below it  88121,Michele,Young,m@example.org
    others       login;full_name, username<TAB>email; with quotes around any cell

Enters: text. Leaves: names, as `person.USER` has them. Must hold: linear; a line with another
number of cells ends the table, and what no name is made of is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from reticent_contract.redact.detectors.holders import whole
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at
from reticent_contract.redact.detectors.person import named
from reticent_contract.redact.detectors.somebody import Told

_NAME = r"(?:first|last|given|family|sur|middle|full|display|user|login|customer|employee)[_ ]?name"
_GATE = rf"(?i){_NAME}[\"']?(?:[,;|\t]|\r?\n)"
_HEADER = (
    rf"(?im)^(?:[\w .\-\"']+[,;|\t])*[\"']?{_NAME}[\"']?"
    r"(?:[,;|\t][\w .\-\"']+)*\r?\n[^\r\n]*[,;|\t][^\r\n]*"
)
_PART = re.compile(rb"(?i)(?:first|last|given|family|sur|middle)[_ ]?name")
_WHOLE = re.compile(rb"(?i)(?:full|display|customer|employee)[_ ]?name")
_LOGIN = re.compile(rb"(?i)(?:user|login)[_ ]?name")
_SEPARATORS = b",;|\t"
_QUOTES = b"\"'"
_CELLS = {
    sign: re.compile(rb"\"[^\"\n]*\"(?=[%b\r\n]|\Z)|[^%b\r\n]*" % (sign, sign))
    for sign in (b",", b";", b"|", b"\t")
}
_CELLS_MAX = 128


def _cells(line: bytes, separator: bytes) -> Iterator[tuple[int, int]]:
    """Where each cell stands, without the quotes around it."""
    position = 0
    for _ in range(_CELLS_MAX):
        cell = _CELLS[separator].match(line, position)
        first, last = cell.span() if cell is not None else (position, position)
        position = last + 1
        if last - first > 1 and line[first] in _QUOTES and line[last - 1] == line[first]:
            first, last = first + 1, last - 1
        yield first, last
        if line[position - 1 : position] != separator:
            return


def _found(text: bytes, column: bytes, start: int, end: int) -> Found | None:
    if start == end:
        return None
    if _PART.fullmatch(column) is not None:
        return whole(text, start, end, Told.PART)
    if _WHOLE.fullmatch(column) is not None:
        return whole(text, start, end, Told.SURE)
    value = text[start:end]
    is_login = _LOGIN.fullmatch(column) is not None and b" " not in value and not value.isdigit()
    return named(start, value) if is_login else None


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    done = 0
    for start, end in spans:
        if start < done:
            continue  # a row of the table before
        line = text[start : text.index(b"\n", start, end)].rstrip(b"\r")
        separator = max((bytes((sign,)) for sign in _SEPARATORS), key=line.count)
        columns = [line[slice(*cell)] for cell in _cells(line, separator)]
        done = text.index(b"\n", start, end) + 1
        while done < len(text):
            stop = text.find(b"\n", done)
            stop = len(text) if stop < 0 else stop
            cells = [*_cells(text[done:stop].rstrip(b"\r"), separator)]
            if len(cells) != len(columns) or len(cells) == 1:
                break
            for column, (first, last) in zip(columns, cells, strict=True):
                found = _found(text, column, done + first, done + last)
                if found is not None:
                    yield found
            done = stop + 1


TABLED: Finder = finder_at(_GATE, Pattern(_HEADER, holds=(b"\n",)), _find, "B")
