"""Turns an `Expr` into a condition of the event store's SQL.

Enters: a tree whose names are all from the catalog. Leaves: SQL in which every value is a
parameter. Must hold: a condition is true or false, never NULL, so that `-` means what it says.
"""

from __future__ import annotations

from reticent_server.query.expr import (
    And,
    Comparison,
    Contains,
    DeviceIs,
    DevicesIn,
    EventIs,
    Everything,
    Expr,
    FieldExists,
    FieldGlob,
    FieldIn,
    FieldNumber,
    FieldText,
    FieldTokens,
    Not,
    Or,
    Since,
    TableIs,
    Until,
)
from reticent_server.store.events.fields import FIELD_TYPES, Column, column_of
from reticent_server.store.events.parameters import Parameters

_EMBEDDED = "<pn:[^<>]+>"
# By the names of `model.OF_EVERY_ROW`.
_OF_EVERY_ROW = {
    "kind": "concat(`table`, '.', event)",
    "table": "`table`",
    "event": "event",
    "device": "toString(device_id)",
}
_LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def condition(expr: Expr, params: Parameters) -> str:
    """The condition; its values go into `params`."""
    match expr:
        case Everything():
            return "1"
        case And(parts):
            return _joined(" AND ", parts, params)
        case Or(parts):
            return _joined(" OR ", parts, params)
        case Not(part):
            return f"NOT ({condition(part, params)})"
        case Contains(text):
            return contains(text, params)
        case TableIs(table):
            return f"`table` = {params.text(table)}"
        case EventIs(event):
            return f"event = {params.text(event)}"
        case DeviceIs(device_id):
            return f"device_id = {params.identifier(device_id)}"
        case DevicesIn(device_ids):
            return f"device_id IN {params.identifiers(device_ids)}"
        case Since(ts_us):
            return f"ts >= {params.time(ts_us)}"
        case Until(ts_us):
            return f"ts < {params.time(ts_us)}"
        case FieldExists(field):
            return _exists(field, params)
        case FieldText(field, comparison, text):
            return _text(field, f"{comparison} {params.text(text)}", text == "", comparison, params)
        case FieldGlob(field, pieces):
            pattern = "%".join(piece.translate(_LIKE) for piece in pieces)
            like = f"LIKE {params.text(pattern)}"
            return _text(field, like, False, Comparison.EQUAL, params)
        case FieldIn(field, texts):
            return _text(field, f"IN {params.texts(texts)}", "" in texts, Comparison.EQUAL, params)
        case FieldTokens(field, pseudonyms):
            return _tokens(field, pseudonyms, params)
        case FieldNumber(field, comparison, number):
            return _number(field, comparison, number, params)


def grouped(field: str, params: Parameters) -> tuple[str, str]:
    """What a row is grouped by, and the condition that it has a value for it."""
    if field in _OF_EVERY_ROW:
        return _OF_EVERY_ROW[field], "1"
    place, column = _place(field)
    exists = _exists(field, params)
    if place in (Column.MAP_TEXT, Column.MAP_INTEGER):
        return f"{place.value}[{params.text(field)}]", exists
    return column, exists


def contains(text: str, params: Parameters) -> str:
    """`message` has this text somewhere, upper and lower case alike."""
    return f"message ILIKE {params.text('%' + text.translate(_LIKE) + '%')}"


def _joined(word: str, parts: tuple[Expr, ...], params: Parameters) -> str:
    return "(" + word.join(condition(part, params) for part in parts) + ")"


def _place(field: str) -> tuple[Column, str]:
    place = column_of(field, FIELD_TYPES[field])
    return place, f"`{field}`"


def _exists(field: str, params: Parameters) -> str:
    place, column = _place(field)
    if place is Column.HOT_INTEGER:
        return f"{column} IS NOT NULL"
    if place in (Column.HOT_TEXT, Column.HOT_LONG_TEXT):
        return f"({column} != '' OR mapContains(texts, {params.text(field)}))"
    return f"mapContains({place.value}, {params.text(field)})"


def _text(field: str, test: str, empty: bool, comparison: Comparison, params: Parameters) -> str:
    """`test` follows the value: an operator and its parameter."""
    place, column = _place(field)
    if place is Column.MAP_TEXTS:
        return f"arrayExists(x -> x {test}, lists[{params.text(field)}])"
    value = column if place is not Column.MAP_TEXT else f"texts[{params.text(field)}]"
    if empty or comparison in (Comparison.LESS, Comparison.LESS_EQUAL):
        # "" also stands for "no value" here.
        return f"({value} {test} AND {_exists(field, params)})"
    return f"{value} {test}"


def _tokens(field: str, pseudonyms: frozenset[str], params: Parameters) -> str:
    """One pass over the text, however many pseudonyms are looked for."""
    place, column = _place(field)
    wanted = params.texts(frozenset(f"<{one}>" for one in pseudonyms))

    def holds(text: str) -> str:
        found = f"extractAll({text}, '{_EMBEDDED}')"
        return f"(position({text}, '<pn:') > 0 AND hasAny({found}, {wanted}))"

    if place is Column.MAP_TEXTS:
        return f"arrayExists(x -> {holds('x')}, lists[{params.text(field)}])"
    return holds(column if place is not Column.MAP_TEXT else f"texts[{params.text(field)}]")


def _number(field: str, comparison: Comparison, number: float, params: Parameters) -> str:
    place, column = _place(field)
    if place is Column.HOT_INTEGER:
        return f"({column} IS NOT NULL AND {column} {comparison} {params.integer(int(number))})"
    name = params.text(field)
    real = place is Column.MAP_REAL
    value = params.real(float(number)) if real else params.integer(int(number))
    column = place.value
    return f"(mapContains({column}, {name}) AND {column}[{name}] {comparison} {value})"
