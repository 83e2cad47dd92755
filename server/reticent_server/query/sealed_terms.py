"""A query in which a sealed value is there, and equal to itself, and nothing else.

Enters: a query's tree. Leaves: one whose answer depends on no part of a ciphertext. Must hold:
comparing, a pattern and a word in a message find no sealed value, else each search would tell a
letter of it (`serial:>"sealed:disk.serial:...:q"`). By which key it is sealed may be asked
(`serial:sealed:*`), since that is shown.

The condition is on the value and not on the column: which columns are sealed is said by policies,
and the rows of older ones are still there.
"""

from __future__ import annotations

import re

from reticent_contract.redact.sealed import PREFIX

from reticent_server.query.expr import (
    And,
    Comparison,
    Contains,
    Expr,
    FieldGlob,
    FieldText,
    Not,
    Or,
)

_MESSAGE = "message"
_COLONS = 3  # before the ciphertext
_FOREIGN = re.compile(r"[^A-Za-z0-9_.:-]")  # in no sealed value


def compared_whole(expr: Expr) -> Expr:
    """The same object where nothing of it could tell a part of a ciphertext."""
    match expr:
        case And(parts):
            return And(tuple(map(compared_whole, parts)))
        case Or(parts):
            return Or(tuple(map(compared_whole, parts)))
        case Not(part):
            return Not(compared_whole(part))
        case FieldText(field, comparison) if comparison is not Comparison.EQUAL:
            return _unsealed(expr, field)
        case FieldGlob(field, pieces) if tells(pieces):
            return _unsealed(expr, field)
        case Contains(text) if not _FOREIGN.search(text):
            return _unsealed(expr, _MESSAGE)
    return expr


def tells(pieces: tuple[str, ...]) -> bool:
    """Whether a pattern may match a part of a ciphertext."""
    first = pieces[0]
    if any(map(_FOREIGN.search, pieces)):
        return False
    if not (first.startswith(PREFIX) or PREFIX.startswith(first)):
        return False
    before = first.count(":") < _COLONS or (first.count(":") == _COLONS and first[-1] == ":")
    return any(pieces[1:]) or not before


def sealed_in(field: str) -> Expr:
    """The field has a sealed value."""
    return FieldGlob(field, (PREFIX, ".", ":", ":", ""))


def like_it(field: str, value: str) -> Expr:
    """The field has a value that is shown as this sealed one is."""
    return FieldGlob(field, (value[: value.rindex(":") + 1], ""))


def _unsealed(expr: Expr, field: str) -> Expr:
    return And((expr, Not(sealed_in(field))))
