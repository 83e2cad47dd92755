"""What of the event store somebody may see, as a condition that is compiled with their query.

Enters: areas, each some devices and some columns; a query's tree. Leaves: a tree that finds nothing
outside them; rows with the other columns masked. Must hold: the answer to a query never depends on
a value that its reader may not see. So a term over a column counts as "has no value" wherever the
column is hidden, under a `-` too, instead of being left out of the answer afterwards; and a hidden
column is marked on every row of its table, whether that row has a value or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.connection import CONNECTION

from reticent_server.query.expr import (
    And,
    Contains,
    DevicesIn,
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
    TableIs,
)
from reticent_server.store.events.fields import DELIVERED, DELIVERED_FROM, RECEIPT_FIELDS
from reticent_server.store.events.model import (
    RECEIPT_TABLE,
    DeviceSummary,
    Event,
    FieldValue,
)

NOTHING = Not(Everything())
MASKED_WHY = "no role of yours shows this column"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    **{table.name: tuple(table.by_name) for table in CATALOG},
    RECEIPT_TABLE: tuple(RECEIPT_FIELDS),
}
# From where a row was delivered stands on rows of every table, and is shown where the field of
# `connection` that it repeats is.
_DELIVERED = {column: (CONNECTION.name, field) for field, column in DELIVERED_FROM.items()}


class Masked(str):
    """Stands where a value is hidden. A type of its own: no stored text is taken for it."""

    __slots__ = ()


MARKER = Masked("[masked]")


def masked_in(fields: Mapping[str, object]) -> dict[str, str]:
    """The names that are masked, each with the reason."""
    return {name: MASKED_WHY for name, value in sorted(fields.items()) if isinstance(value, Masked)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """`devices`: 16 bytes each, None is all. `columns`: "table" or "table.field", None is all."""

    devices: frozenset[bytes] | None = None
    columns: frozenset[str] | None = None

    def has(self, device_id: bytes) -> bool:
        return self.devices is None or device_id in self.devices

    def shows(self, table: str, field: str) -> bool:
        columns = self.columns
        return columns is None or table in columns or f"{table}.{field}" in columns

    def tables_showing(self, field: str) -> list[str]:
        return [t for t, names in _COLUMNS.items() if field in names and self.shows(t, field)]

    def tables_in_part(self) -> list[str]:
        return [table for table in _COLUMNS if self.shows_some(table)]

    def shows_delivered(self, column: str) -> bool:
        return self.shows(*_DELIVERED[column])

    def shows_some(self, table: str) -> bool:
        columns = self.columns
        return columns is None or any(c.partition(".")[0] == table for c in columns)


@dataclass(frozen=True)
class Reach:
    """The union of some areas."""

    areas: Sequence[Area]

    @cached_property
    def everything(self) -> bool:
        return any(area.devices is None and area.columns is None for area in self.areas)

    @cached_property
    def rows(self) -> Expr | None:
        """The rows that may be seen; None is all of them."""
        if self.everything:
            return None
        return _any(tuple(self._rows_of(area, None) for area in self.areas))

    def narrowed(self, expr: Expr) -> Expr:
        """The same question about what may be seen, and nothing else."""
        rows = self.rows
        return expr if rows is None else And((rows, self._blind(expr)))

    def hidden_field(self, expr: Expr) -> str | None:
        """A field of the query that is hidden in every table of every device; None without one."""
        match expr:
            case And(parts) | Or(parts):
                return next(filter(None, map(self.hidden_field, parts)), None)
            case Not(part):
                return self.hidden_field(part)
        field = _field_of(expr)
        return field if field is not None and not self._shows_anywhere(field) else None

    def shows(self, device_id: bytes, table: str, field: str) -> bool:
        return any(area.has(device_id) and area.shows(table, field) for area in self.areas)

    def shows_column(self, table: str, field: str) -> bool:
        """Of every device that can be seen at all."""
        return all(area.shows(table, field) for area in self.areas)

    def shows_field(self, field: str) -> bool:
        """In every table that has it, of every device that can be seen at all."""
        if field in DELIVERED:
            return all(area.shows_delivered(field) for area in self.areas)
        tables = [table for table, names in _COLUMNS.items() if field in names]
        return all(self.shows_column(table, field) for table in tables)

    def shows_some(self, device_id: bytes, table: str) -> bool:
        return any(area.has(device_id) and area.shows_some(table) for area in self.areas)

    def masked(
        self, device_id: bytes, table: str, fields: Mapping[str, FieldValue]
    ) -> Mapping[str, FieldValue]:
        """The row's fields, the marker in place of each column of the table that is hidden.

        In the catalog's order, for the row's own would tell which of them have a value.
        """
        if self.everything:
            return fields
        seen: dict[str, FieldValue] = {}
        for name in dict.fromkeys((*_COLUMNS.get(table, ()), *fields)):
            if not self.shows(device_id, table, name):
                if name in _COLUMNS.get(table, ()):  # others are of no catalog that is known here
                    seen[name] = MARKER
            elif name in fields:
                seen[name] = fields[name]
        return seen

    def masked_event(self, event: Event) -> Event:
        if self.everything:
            return event
        return replace(
            event,
            fields=self.masked(event.device_id, event.table, event.fields),
            delivered_from=self._masked_delivered(event),
        )

    def _masked_delivered(self, event: Event) -> Mapping[str, str | int]:
        seen: dict[str, str | int] = {}
        for column in DELIVERED:
            if not self.shows(event.device_id, *_DELIVERED[column]):
                seen[column] = MARKER
            elif column in event.delivered_from:
                seen[column] = event.delivered_from[column]
        return seen

    def masked_summary(self, summary: DeviceSummary) -> DeviceSummary:
        def value(table: str, field: str, text: str | None) -> str | None:
            return text if self.shows(summary.device_id, table, field) else MARKER

        return replace(
            summary,
            host_name=value("host", "host_name", summary.host_name),
            os_name=value("os", "name", summary.os_name),
            os_version=value("os", "version", summary.os_version),
        )

    def _blind(self, expr: Expr) -> Expr:
        match expr:
            case And(parts):
                return And(tuple(self._blind(part) for part in parts))
            case Or(parts):
                return Or(tuple(self._blind(part) for part in parts))
            case Not(part):
                return Not(self._blind(part))
        field = _field_of(expr)
        if field is None or all(area.columns is None for area in self.areas):
            return expr
        return And((_any(tuple(self._rows_of(area, field) for area in self.areas)), expr))

    def _rows_of(self, area: Area, field: str | None) -> Expr:
        """The area's rows of which something, or this field, is shown."""
        parts: list[Expr] = [] if area.devices is None else [DevicesIn(area.devices)]
        if area.columns is not None:
            if field in DELIVERED:
                parts += [] if area.shows_delivered(field) else [NOTHING]
            else:
                tables = area.tables_showing(field) if field else area.tables_in_part()
                parts.append(_any(tuple(TableIs(table) for table in tables)))
        return And(tuple(parts)) if parts else Everything()

    def _shows_anywhere(self, field: str) -> bool:
        if field in DELIVERED:
            return any(area.shows_delivered(field) for area in self.areas)
        return any(area.tables_showing(field) for area in self.areas)


ALL = Reach((Area(),))


def _any(parts: tuple[Expr, ...]) -> Expr:
    if not parts:
        return NOTHING
    return parts[0] if len(parts) == 1 else Or(parts)


def _field_of(expr: Expr) -> str | None:
    """The field whose value decides over a term."""
    match expr:
        case Contains():
            return "message"
        case FieldExists(field) | FieldText(field) | FieldGlob(field) | FieldNumber(field):
            return field
        case FieldIn(field) | FieldTokens(field):
            return field
    return None
