"""Decides whether one row matches, without an engine: for the fake store and for live views.

Enters: an `Expr` and an `Event`. Leaves: true or false. Must hold: the same answer as the compiled
SQL gives; the contract suite compares the two.
"""

from __future__ import annotations

import operator
import re
import uuid
from collections.abc import Callable
from typing import Any

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
from reticent_server.store.events.fields import DELIVERED
from reticent_server.store.events.model import Event, FieldValue

_OPERATORS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.LESS: operator.lt,
    Comparison.LESS_EQUAL: operator.le,
    Comparison.GREATER: operator.gt,
    Comparison.GREATER_EQUAL: operator.ge,
}


def matches(expr: Expr, event: Event) -> bool:
    """Whether the row is among what the expression means."""
    match expr:
        case Everything():
            return True
        case And(parts):
            return all(matches(part, event) for part in parts)
        case Or(parts):
            return any(matches(part, event) for part in parts)
        case Not(part):
            return not matches(part, event)
        case TableIs(table):
            return event.table == table
        case EventIs(name):
            return event.event == name
        case DeviceIs(device_id):
            return event.device_id == device_id
        case DevicesIn(device_ids):
            return event.device_id in device_ids
        case Since(ts_us):
            return event.ts_us >= ts_us
        case Until(ts_us):
            return event.ts_us < ts_us
        case Contains(text):
            return text.lower() in str(event.fields.get("message", "")).lower()
        case FieldExists(field):
            return value_of(event, field) is not None
        case FieldText(field, comparison, text):
            compare = _OPERATORS[comparison]
            return any(compare(value.encode(), text.encode()) for value in _texts(event, field))
        case FieldGlob(field, pieces):
            pattern = re.compile(".*".join(re.escape(piece) for piece in pieces), re.DOTALL)
            return any(pattern.fullmatch(value) for value in _texts(event, field))
        case FieldIn(field, texts):
            return not texts.isdisjoint(_texts(event, field))
        case FieldTokens(field, pseudonyms):
            held = "\n".join(_texts(event, field))
            return any(f"<{one}>" in held for one in pseudonyms)
        case FieldNumber(field, comparison, number):
            value = value_of(event, field)
            return isinstance(value, int | float) and _OPERATORS[comparison](value, number)


def counted_by(event: Event, by: str) -> FieldValue | None:
    """What the row is counted under; None: nothing. See `grouping.group_field`."""
    match by:
        case "kind":
            return event.kind
        case "table":
            return event.table
        case "event":
            return event.event
        case "device":
            return str(uuid.UUID(bytes=event.device_id))
    return value_of(event, by)


def value_of(event: Event, field: str) -> FieldValue | None:
    """What the row has for a field or for from where it was delivered; None: no value."""
    return event.delivered_from.get(field) if field in DELIVERED else event.fields.get(field)


def _texts(event: Event, field: str) -> list[str]:
    value = value_of(event, field)
    if isinstance(value, str):
        return [value]
    return value if isinstance(value, list) else []
