"""Passwords and users in SQL that writes a row: INSERT INTO u (id, pw) VALUES ('ann', 'hunter2').

Enters: text. Leaves: the literals that stand for a column of secrets, or of users, of the first
row.
Must hold: linear; a value that is no literal (a function, a parameter, NULL) is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from reticent_contract.redact.detectors.model import Finder, Found, Pattern

_INSERT = (
    r"(?i)\b(?:insert|replace)\s+(?:ignore\s+)?into\s+[^\s(]+\s*\([^()]+\)\s*values\s*"
    r"\([^\r\n]+"
)
_GATE = r"(?i)\b(?:insert|replace)\s+(?:ignore\s+)?into\s"
_FIND = Pattern(_INSERT)
_OF_SECRETS = re.compile(
    rb"(?i)passw(?:or)?d|passphrase|passcode|\bpwd|_pwd|secret|token|api_?key|\bpin\b|_pin\b|\botp"
)
_OF_USERS = re.compile(
    rb"(?i)[\s`\"\[]*(?:user_?name|login(?:_?name)?|user_?login|account_?name|"
    rb"(?:full|first|last|given|family|sur|middle)_?name|vorname|nachname)\b"
)
_NO_COLUMN = re.compile(rb"(?i)_(?:at|id|type|count|expir\w*|name|hint|ttl)\b")
_LITERAL = re.compile(
    rb"\s*(?:[NE]?('(?:''|\\.|[^'\\])*')|([^,()]*(?:\([^()]*\))?[^,()]*))\s*(?:,|\)|\Z)"
)
_CHARS_MIN = 2


def _is_of_secrets(column: bytes) -> bool:
    return _OF_SECRETS.search(column) is not None and _NO_COLUMN.search(column) is None


def _literals(values: bytes) -> Iterator[tuple[int, int]]:
    """Where each value of a row stands, without its quotes; an empty stretch for no literal."""
    position = 0
    while position < len(values):
        each = _LITERAL.match(values, position)
        if each is None or each.end() == position:
            return
        yield (each.start(1) + 1, each.end(1) - 1) if each[1] is not None else (0, 0)
        if values[each.end() - 1 : each.end()] != b",":
            return
        position = each.end()


def _of_columns(text: bytes, named: Callable[[bytes], object]) -> Iterable[Found]:
    for start, end in _FIND.spans(text):
        raw = text[start:end]
        opened, closed = raw.index(b"("), raw.index(b")")
        row = raw.index(b"(", closed) + 1
        columns = raw[opened + 1 : closed].split(b",")
        for column, (first, last) in zip(columns, _literals(raw[row:]), strict=False):
            if not named(column):
                continue
            if last - first >= _CHARS_MIN and raw[row + first : row + first + 1] != b"<":
                value = raw[row + first : row + last]
                yield start + row + first, start + row + last, value


def _find(text: bytes) -> Iterable[Found]:
    return _of_columns(text, _is_of_secrets)


def _find_users(text: bytes) -> Iterable[Found]:
    return _of_columns(text, _OF_USERS.match)


INSERTED = Finder(_GATE, _find, "B", needs=_FIND)
INSERTED_USERS = Finder(_GATE, _find_users, "B", needs=_FIND)
