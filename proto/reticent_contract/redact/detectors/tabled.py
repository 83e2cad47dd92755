"""People and passwords in a table of text whose first line says what its columns hold.

    commas       id,first_name,last_name,email  and below it  88121,Michele,Young,m@example.org
    others       login_name;vorname, username<TAB>email; with quotes or blanks around any cell
    a browser's  name,url,username,password
    a query's    | username | role |, a line of dashes below it or none

Enters: text. Leaves: names for one detector, secrets for another. Must hold: linear; a line with
another number of cells holds no name, and more than three of them in turn end the table (a remark,
an empty line, a bad row do not); the password of such a row is what stands in its column; what no
name is made of is none; a password's column is one only beside somebody's, as a list in a sentence
has the word too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from reticent_contract.redact.detectors.configured import stands_for_one
from reticent_contract.redact.detectors.holders import whole
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at
from reticent_contract.redact.detectors.named import is_ours
from reticent_contract.redact.detectors.person import named
from reticent_contract.redact.detectors.somebody import Told

_NAME = (
    r"(?:(?:first|last|given|family|sur|middle|full|display|user|login|customer|employee)[_ ]?name|"
    r"vorname|nachname|pr(?:e|\x{e9})nom|apellidos?|cognome|nazwisko|voornaam|achternaam|forename)"
)
_HIDDEN = r"(?:passw(?:or)?d|passphrase|\bpwd|secret|api[_ ]?key|access[_ ]?key)"
_BEHIND = r"[\"' ]{0,2}(?:[,;|\t]|\r?\n)"


def _header(key: str) -> str:
    return (
        rf"(?im)^[|\t]?(?:[^\r\n,;|\t:=]*[,;|\t])*[\w \"']*{key}[\"' ]{{0,2}}"
        r"(?:[,;|\t][^\r\n,;|\t:=]*)*\r?\n"
    )


_PART = re.compile(
    r"(?i)(?:first|last|given|family|sur|middle)[_ ]?name|vorname|nachname|pr[e\u00e9]nom|nom|"
    r"apellidos?|nombre|cognome|nazwisko|imi[e\u0119]|voornaam|achternaam|forename"
)
_WHOLE = re.compile(r"(?i)(?:full|display|customer|employee)[_ ]?name")
_LOGIN = re.compile(r"(?i)(?:user|login)[_ ]?name")
_SOMEBODY = re.compile(r"(?i)(?:user|login|account)(?:[_ ]?(?:name|id))?|e-?mail|url|host(?:name)?")
_OF_SECRETS = re.compile(rf"(?i)(?:[a-z]+[_ ])?{_HIDDEN}")
_NO_SECRETS = frozenset(b"true false yes no null none n/a nil set unset x varchar text".split())
_RULE = re.compile(rb"[-+|=: \t]+")
_SEPARATORS = b",;|\t"
_QUOTES = b"\"'"
_BLANKS = (b" ",)
_CELLS = {
    sign: re.compile(rb" *\"(?:[^\"\n]|\"\")*\" *(?=[%b\r\n]|\Z)|[^%b\r\n]*" % (sign, sign))
    for sign in (b",", b";", b"|", b"\t")
}
_CELLS_MAX = 128
_ODD_ROWS_MAX = 3  # in turn, within a table


def _cells(line: bytes, separator: bytes) -> Iterator[tuple[int, int]]:
    """Where each cell stands, without the quotes and blanks around it."""
    position = 0
    for _ in range(_CELLS_MAX):
        cell = _CELLS[separator].match(line, position)
        first, last = cell.span() if cell is not None else (position, position)
        position = last + 1
        while first < last and line[first : first + 1] in _BLANKS:
            first += 1
        while first < last and line[last - 1 : last] in _BLANKS:
            last -= 1
        if last - first > 1 and line[first] in _QUOTES and line[last - 1] == line[first]:
            first, last = first + 1, last - 1
        yield first, last
        if line[position - 1 : position] != separator:
            return


def _name_of(column: str, _: list[str]) -> Callable[[bytes, int, int], Found | None] | None:
    if _PART.fullmatch(column) is not None:
        return lambda text, start, end: whole(text, start, end, Told.PART)
    if _WHOLE.fullmatch(column) is not None:
        return lambda text, start, end: whole(text, start, end, Told.SURE)
    return _login if _LOGIN.fullmatch(column) is not None else None


def _login(text: bytes, start: int, end: int) -> Found | None:
    value = text[start:end]
    return None if b" " in value or value.isdigit() else named(start, value)


def _secret_of(column: str, columns: list[str]) -> Callable[[bytes, int, int], Found | None] | None:
    is_one = _OF_SECRETS.fullmatch(column) is not None
    return _secret if is_one and any(map(_SOMEBODY.fullmatch, columns)) else None


def _secret(text: bytes, start: int, end: int) -> Found | None:
    value = text[start:end]
    if value.lower() in _NO_SECRETS or is_ours(value) or stands_for_one(value):
        return None
    return start, end, value


_Take = Callable[[bytes, int, int], Found | None]
_Taker = Callable[[str, list[str]], _Take | None]


def _of_columns(text: bytes, spans: Sequence[tuple[int, int]], taker: _Taker) -> Iterable[Found]:
    done = 0
    heads = {start for start, _ in spans}
    for start, end in spans:
        if start < done:
            continue  # a row of the table before
        done = end
        line = text[start:end].rstrip(b"\r\n")
        separator = max((bytes((sign,)) for sign in _SEPARATORS), key=line.count)
        columns = [line[slice(*c)].decode("utf-8", "replace") for c in _cells(line, separator)]
        takes = [taker(column, columns) for column in columns]
        odd_rows = 0
        while done < len(text) and any(takes):
            stop = text.find(b"\n", done)
            stop = len(text) if stop < 0 else stop
            row, first_of_row = text[done:stop].rstrip(b"\r"), done
            cells = [] if _RULE.fullmatch(row) is not None else [*_cells(row, separator)]
            is_odd = bool(cells) and (len(cells) != len(columns) or len(cells) == 1)
            odd_rows = odd_rows + 1 if is_odd else 0
            if odd_rows > _ODD_ROWS_MAX or (is_odd and first_of_row in heads):
                break
            done = stop + 1
            is_sentence = separator + b" " in row and separator + b" " not in line
            if is_odd and is_sentence:
                continue  # below the head of a table without blanks: please, see, below
            kept = takes if not is_odd else _of_odd_row(row, takes, cells)
            for take, (first, last) in zip(kept, cells, strict=False):
                if take is None or first >= last:
                    continue
                found = take(text, first_of_row + first, first_of_row + last)
                if found is not None:
                    yield found


def _of_odd_row(
    row: bytes, takes: Sequence[_Take | None], cells: list[tuple[int, int]]
) -> list[_Take | None]:
    """Of a row whose cells do not fit, what of its secrets stands in their columns; the last column
    has whatever follows, as a sign in a password parts it: ann,a,b9."""
    kept: list[_Take | None] = [t if t is _secret else None for t in takes[: len(cells)]]
    for number, (first, last) in enumerate(cells[: len(kept)]):
        if b" " in row[first:last]:
            kept[number] = None  # a sentence
    if 1 < len(takes) < len(cells) and kept[-1] is not None:
        *_, last = (stop for first, stop in cells if first < stop)
        cells[len(kept) - 1] = cells[len(kept) - 1][0], last
    return kept


def _find_names(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    return _of_columns(text, spans, _name_of)


def _find_secrets(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    return _of_columns(text, spans, _secret_of)


def _tabled(
    key: str, find: Callable[[bytes, Sequence[tuple[int, int]]], Iterable[Found]]
) -> Finder:
    needs = Pattern(_header(key), holds=(b"\n",))
    return finder_at(rf"(?i){key}{_BEHIND}", needs, find, "B")


TABLED = _tabled(_NAME, _find_names)
TABLED_SECRETS = _tabled(_HIDDEN, _find_secrets)
