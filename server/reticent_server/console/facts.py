"""A device's state tables in the order and words of the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Field, Kind, Table

from reticent_server.console.values import html_of
from reticent_server.store.events.model import FieldValue

ROWS_SHOWN = 12
_Row = Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One table. `columns` are the fields that some row has a value for."""

    name: str
    title: str
    sentence: str
    columns: tuple[Field, ...]
    rows: list[list[Markup]]  # a cell a column
    row_count: int

    @property
    def entered(self) -> bool:
        """True where people said it, and no laptop."""
        table = CATALOG.get(self.name)
        return table is not None and table.from_server

    @property
    def single(self) -> bool:
        """True where a list of names and values reads better than a table of one row."""
        return self.row_count == 1 and (self.entered or len(self.columns) > 3)

    @property
    def cut(self) -> bool:
        return len(self.rows) < self.row_count


def facts_of(state: Mapping[str, Sequence[_Row]], *, whole: str | None = None) -> list[Facts]:
    """Tables that hold something; only `whole` is shown with all its rows."""
    return [
        _facts(table, state[table.name], None if table.name == whole else ROWS_SHOWN)
        for table in CATALOG
        if table.kind is Kind.STATE and state.get(table.name)
    ]


def _facts(table: Table, rows: Sequence[_Row], rows_max: int | None) -> Facts:
    columns = tuple(f for f in table.fields if any(row.get(f.name) is not None for row in rows))
    ordered = sorted(rows, key=lambda row: [str(row.get(name, "")) for name in table.key])
    return Facts(
        name=table.name,
        title=title_of(table.name),
        sentence=table.sentence,
        columns=columns,
        rows=[[_cell(row, field) for field in columns] for row in ordered[:rows_max]],
        row_count=len(rows),
    )


def _cell(row: _Row, field: Field) -> Markup:
    value = row.get(field.name)
    return Markup("") if value is None else html_of(field.name, value, field)


_TITLES = {
    "os": "Operating system",
    "cpu": "Processor",
    "host": "Computer",
    "board": "Mainboard and firmware",
    "disk": "Disks",
    "network_interface": "Network interfaces",
    "user_account": "User accounts",
    "usb": "USB devices",
    "software": "Installed software",
    "device_record": "Written down by the organisation",
}


def title_of(table: str) -> str:
    return _TITLES.get(table, table.replace("_", " ").capitalize())
