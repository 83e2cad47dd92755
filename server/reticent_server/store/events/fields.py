"""Which column of `events` holds which field of the catalog.

A field name means the same in every table, so one column serves all tables. Names that analysts
group and filter by have a column of their own; all others share one map for each kind of value.
A hot text column says "" where a row has no value; a value that is itself empty is kept in the map
`texts` under its name, so that nothing is lost (see DECISIONS.md).
"""

from __future__ import annotations

from enum import Enum

from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Type

RECEIPT_FIELDS = {
    "policy_version": Type.INTEGER,
    "policy_sha256": Type.TEXT,
    "reason": Type.TEXT,
    "detail": Type.TEXT,
    "receipt": Type.TEXT,
    "previous_receipt": Type.TEXT,
    "counts_sha256": Type.TEXT,
    "payload_sha256": Type.TEXT,
    "sent_rows": Type.INTEGER,
}


class Column(Enum):
    """How a field is stored."""

    HOT_TEXT = "LowCardinality(String)"
    HOT_LONG_TEXT = "String"
    HOT_INTEGER = "Nullable(Int64)"
    MAP_TEXT = "texts"
    MAP_INTEGER = "integers"
    MAP_REAL = "reals"
    MAP_TEXTS = "lists"


# Only grows; a removed name would hide stored values.
HOT: dict[str, Column] = {
    "user_name": Column.HOT_TEXT,
    "host_name": Column.HOT_TEXT,
    "remote_address": Column.HOT_TEXT,
    "service": Column.HOT_TEXT,
    "session_type": Column.HOT_TEXT,
    "source": Column.HOT_TEXT,
    "unit": Column.HOT_TEXT,
    "program": Column.HOT_TEXT,
    "name": Column.HOT_TEXT,
    "version": Column.HOT_TEXT,
    "site": Column.HOT_TEXT,
    "app": Column.HOT_TEXT,
    "message": Column.HOT_LONG_TEXT,
    "severity": Column.HOT_INTEGER,
    "pid": Column.HOT_INTEGER,
}

_MAP_OF_TYPE = {
    Type.TEXT: Column.MAP_TEXT,
    Type.TEXTS: Column.MAP_TEXTS,
    Type.REAL: Column.MAP_REAL,
    Type.INTEGER: Column.MAP_INTEGER,
    Type.BOOLEAN: Column.MAP_INTEGER,
    Type.TIMESTAMP: Column.MAP_INTEGER,
}

_HOT_TYPES = {
    Column.HOT_TEXT: Type.TEXT,
    Column.HOT_LONG_TEXT: Type.TEXT,
    Column.HOT_INTEGER: Type.INTEGER,
}


def column_of(field: str, type_: Type) -> Column:
    """Where a field of this type lies. A hot name with another type goes to that type's map."""
    hot = HOT.get(field)
    if hot is not None and _HOT_TYPES[hot] is type_:
        return hot
    return _MAP_OF_TYPE[type_]


def known_fields() -> dict[str, Type]:
    """Every field that a query may name, with its type."""
    fields = dict(RECEIPT_FIELDS)
    for table in CATALOG:
        fields.update((field.name, field.type) for field in table.fields)
    return fields


FIELD_TYPES = known_fields()
