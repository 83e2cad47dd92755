"""Which column of `events` holds which field of the catalog.

A field name means the same in every table, so one column serves all tables. Names that analysts
group and filter by have a column of their own; all others share one map for each kind of value.
A hot text column says "" where a row has no value; a value that is itself empty is kept in the map
`texts` under its name, so that nothing is lost (see DECISIONS.md).

Beside the fields stands from where a row was delivered: the same columns for rows of every table.
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

# Fields of `connection` that every row has of the connection that delivered it, by their columns.
# Not where the event happened: a row that waited in the spool has the place of its delivery.
# In OpenTelemetry's words the peer of the transport (`network.peer.address`, `geo.*`), in OCSF's
# the reporter's (`metadata.reporter`), not the event's `src_endpoint`. Only grows.
DELIVERED_FROM: dict[str, str] = {
    "wan_address": "delivered_from_address",
    "country": "delivered_from_country",
    "region": "delivered_from_region",
    "city": "delivered_from_city",
    "network_number": "delivered_from_network_number",
    "network_owner": "delivered_from_network_owner",
}
DELIVERED: dict[str, Column] = {
    column: Column.HOT_INTEGER if field == "network_number" else Column.HOT_TEXT
    for field, column in DELIVERED_FROM.items()
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
    hot = HOT.get(field) or DELIVERED.get(field)
    if hot is not None and _HOT_TYPES[hot] is type_:
        return hot
    return _MAP_OF_TYPE[type_]


def known_fields() -> dict[str, Type]:
    """Every field that a query may name, with its type."""
    fields = RECEIPT_FIELDS | {name: _HOT_TYPES[column] for name, column in DELIVERED.items()}
    for table in CATALOG:
        fields.update((field.name, field.type) for field in table.fields)
    return fields


FIELD_TYPES = known_fields()
