"""What one term of a query means.

Enters: a token `name:value`. Leaves: a node. Must hold: an unknown name or a value that the field
cannot have is a `QueryError` that says what is known.
"""

from __future__ import annotations

import difflib
import math
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Type
from reticent_contract.redact.sealed import PREFIX

from reticent_server.limits import PERSON_CHARS_MAX
from reticent_server.query.errors import QueryError
from reticent_server.query.expr import (
    And,
    Comparison,
    Contains,
    DeviceIs,
    EventIs,
    Everything,
    Expr,
    FieldExists,
    FieldGlob,
    FieldNumber,
    FieldText,
    Since,
    TableIs,
    Until,
)
from reticent_server.query.lexer import Token
from reticent_server.query.sealed_terms import tells
from reticent_server.query.times import DAY_US, WRITTEN, moment_us
from reticent_server.store.events.fields import FIELD_TYPES
from reticent_server.store.events.model import RECEIPT_REFUSED, RECEIPT_STORED, RECEIPT_TABLE

TABLE_EVENTS = {
    **{table.name: table.events for table in CATALOG},
    RECEIPT_TABLE: (RECEIPT_STORED, RECEIPT_REFUSED),
}
RESERVED = ("kind", "table", "event", "device", "since", "until", "person")
_WHOLE = "a sealed value is found whole, or by its key (field:sealed:*), and in no other way"
_INT64 = range(-(1 << 63), 1 << 63)


@dataclass(frozen=True, slots=True)
class Terms:
    """Understands the terms of one query. `now_us`: what `7d` counts from."""

    text: str
    now_us: int
    person: Callable[[str], Expr] | None = None  # what finds a named person; None: nobody may

    def node(self, token: Token) -> Expr:
        """The meaning of a term. Raises QueryError."""
        if token.name is None:
            if token.value == "*" and not token.quoted:
                return Everything()
            if token.value == "":
                raise self._error("an empty phrase matches nothing in particular", token.column)
            return Contains(token.value)
        if token.name not in RESERVED and token.name not in FIELD_TYPES:
            raise self._error(
                f"there is no field {token.name!r}{nearest(token.name)}; to look for this text "
                "in messages put it in quotes",
                token.column,
            )
        if token.value == "" and not token.quoted:
            raise self._error(f"a value is missing after '{token.name}:'", token.value_column)
        match token.name:
            case "kind":
                return self._kind(token)
            case "table":
                return TableIs(self._known("table", token, tuple(TABLE_EVENTS)))
            case "event":
                events = {event for known in TABLE_EVENTS.values() for event in known}
                return EventIs(self._known("event", token, tuple(sorted(events))))
            case "device":
                return self._device(token)
            case "person":
                return self._person(token)
            case "since":
                return Since(self._time(token)[0])
            case "until":
                moment, whole_day = self._time(token)
                return Until(moment + DAY_US if whole_day else moment)
        return self._field(token, token.name)

    def _kind(self, token: Token) -> Expr:
        table, dot, event = token.value.partition(".")
        self._check("table", table, tuple(TABLE_EVENTS), token.value_column)
        if not dot or event == "*":
            return TableIs(table)
        column = token.value_column + len(table) + 1
        self._check(f"event of {table}", event, TABLE_EVENTS[table], column)
        return And((TableIs(table), EventIs(event)))

    def _known(self, what: str, token: Token, known: tuple[str, ...]) -> str:
        self._check(what, token.value, known, token.value_column)
        return token.value

    def _check(self, what: str, value: str, known: tuple[str, ...], column: int) -> None:
        if value not in known:
            raise self._error(f"no such {what} (known: {', '.join(known)})", column)

    def _device(self, token: Token) -> Expr:
        try:
            return DeviceIs(uuid.UUID(token.value).bytes)
        except ValueError:
            raise self._error("a device is named by its UUID", token.value_column) from None

    def _person(self, token: Token) -> Expr:
        if self.person is None:
            raise self._error(
                "a named person is looked up with a reason, by who may do so (the console's "
                "Look up a person, or POST /api/v1/people/look-up), and not by a search",
                token.column,
            )
        if not 0 < len(token.value.strip()) <= PERSON_CHARS_MAX:
            raise self._error("this names nobody", token.value_column)
        return self.person(token.value.strip())

    def _time(self, token: Token) -> tuple[int, bool]:
        moment = moment_us(token.value, now_us=self.now_us)
        if moment is None or moment[0] not in _INT64:
            raise self._error(f"this is no time (write {WRITTEN})", token.value_column)
        return moment

    def _field(self, token: Token, field: str) -> Expr:
        type_ = FIELD_TYPES[field]
        if not token.quoted and token.value.strip("*") == "":
            return FieldExists(field)
        comparison, rest = _comparison(token)
        column = token.value_column + len(token.value) - len(rest)
        if type_ in (Type.TEXT, Type.TEXTS):
            return self._text(field, comparison, rest, token)
        return FieldNumber(field, comparison, self._number(field, type_, rest, column))

    def _text(self, field: str, comparison: Comparison, rest: str, token: Token) -> Expr:
        if comparison is not Comparison.EQUAL:
            if rest == "":
                raise self._error("a value is missing", token.value_column)
            if rest.startswith(PREFIX):
                raise self._error(_WHOLE, token.value_column)
            return FieldText(field, comparison, rest)
        if "*" in rest and not token.quoted:
            pieces = tuple(rest.split("*"))
            if rest.startswith(PREFIX) and tells(pieces):
                raise self._error(_WHOLE, token.value_column)
            return FieldGlob(field, pieces)
        return FieldText(field, comparison, rest)

    def _number(self, field: str, type_: Type, text: str, column: int) -> int | float:
        if type_ is Type.BOOLEAN:
            if text.lower() in ("true", "false"):
                return int(text.lower() == "true")
            raise self._error(f"{field} is true or false", column)
        if type_ is Type.TIMESTAMP:
            moment = moment_us(text, now_us=self.now_us)
            if moment is None or moment[0] not in _INT64:
                raise self._error(f"this is no time (write {WRITTEN})", column)
            return moment[0]
        try:
            if type_ is Type.REAL:
                real = float(text)
                if math.isfinite(real):
                    return real
            elif text.isascii() and int(text) in _INT64:
                return int(text)
        except ValueError:
            pass
        raise self._error(f"{field} is a number of 64 bits; this is none", column)

    def _error(self, problem: str, column: int) -> QueryError:
        return QueryError(problem, text=self.text, column=column)


def _comparison(token: Token) -> tuple[Comparison, str]:
    """The sign at the start of a word; a phrase is taken as it is."""
    if not token.quoted:
        for sign in (
            Comparison.LESS_EQUAL,
            Comparison.GREATER_EQUAL,
            Comparison.LESS,
            Comparison.GREATER,
        ):
            if token.value.startswith(sign):
                return sign, token.value.removeprefix(sign)
    return Comparison.EQUAL, token.value


def nearest(name: str, known: Iterable[str] = (*RESERVED, *FIELD_TYPES)) -> str:
    """The known names most like this one, in words; nothing where none is."""
    near = difflib.get_close_matches(name.lower(), tuple(known), n=3)
    return f" (nearest: {', '.join(near)})" if near else ""
