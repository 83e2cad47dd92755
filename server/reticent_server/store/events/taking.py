"""Takes out of the chDB store what a condition finds: whole rows, or some values of them.

Enters: an `Expr`, a time of receipt. Leaves: nothing that it finds. Must hold: no value of the
condition becomes text of a statement. The engine keeps its newest mutations in files, so one that
named a person would be a note of whom the store has forgotten. So the rows are found first, by
parameters, their numbers go into a table in memory, and the mutation names that table.

What a crash cuts off leaves the table empty: the engine ends the mutation without effect on the
parts that are left, and whoever asked asks again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Mapping

from reticent_server.limits import TAKEN_ROWS_MAX
from reticent_server.query.compile import condition
from reticent_server.query.expr import Expr
from reticent_server.store.events.deleting import ChdbDeleting
from reticent_server.store.events.engine import Engine
from reticent_server.store.events.fields import FIELD_TYPES, Column, column_of
from reticent_server.store.events.model import RECEIPT_TABLE
from reticent_server.store.events.parameters import Parameters
from reticent_server.store.events.schema import FOUND, FOUND_COLUMNS, TABLE

_IS_FOUND = f"({FOUND_COLUMNS}) IN (SELECT {FOUND_COLUMNS} FROM {FOUND})"  # noqa: S608  # constants


class ChdbTaking(ChdbDeleting):
    """The part of `ChdbEventStore` that finds rows and takes them out."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._taking = threading.Lock()

    def count_where(self, expr: Expr, *, before_us: int) -> Mapping[tuple[bytes, str], int]:
        """See `EventStore.count_where`. A day at a time: each has the time of one query."""
        found: Counter[tuple[bytes, str]] = Counter()
        for day in self._days():
            params = Parameters()
            where = _where(expr, before_us, params)
            rows = self._deleting_engine.read(
                f"SELECT device_id, `table`, count() AS stored FROM {TABLE} WHERE {where} "  # noqa: S608  # compiled, values are parameters
                f"AND toDate(received_at, 'UTC') = {params.add(day, 'Date')} "
                "GROUP BY device_id, `table`",
                params.values,
            )
            found.update({(row["device_id"].bytes, row["table"]): row["stored"] for row in rows})
        return found

    def erase_where(self, expr: Expr, *, before_us: int) -> None:
        """See `EventStore.erase_where`."""
        self._take("DELETE", expr, before_us)

    def empty_where(self, expr: Expr, fields: Collection[str], *, before_us: int) -> None:
        """See `EventStore.empty_where`."""
        self._take(f"UPDATE {_nothing(fields)}", expr, before_us)

    def _take(self, what: str, expr: Expr, before_us: int) -> None:
        with self._taking:
            left = sum(self.count_where(expr, before_us=before_us).values())
            taken = left > 0
            while left > 0:
                self._finished()  # one that was cut off means the rows that were found before
                self._find(expr, before_us)
                self._mutate(f"{what} WHERE {_IS_FOUND}")
                left -= TAKEN_ROWS_MAX
            if taken:
                self._deleting_engine.maintain(f"TRUNCATE TABLE {FOUND}")
        self._note_stale()

    def _find(self, expr: Expr, before_us: int) -> None:
        params = Parameters()
        where = _where(expr, before_us, params)
        self._deleting_engine.maintain(f"TRUNCATE TABLE {FOUND}")
        self._deleting_engine.maintain(
            f"INSERT INTO {FOUND} SELECT {FOUND_COLUMNS} FROM {TABLE} "  # noqa: S608  # compiled, values are parameters
            f"WHERE {where} LIMIT {TAKEN_ROWS_MAX}",
            params.values,
        )

    def _days(self) -> list[str]:
        rows = self._deleting_engine.read(
            "SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() "
            "AND table = {table:String} AND active ORDER BY partition",
            {"table": TABLE},
        )
        return [row["partition"] for row in rows]


def _where(expr: Expr, before_us: int, params: Parameters) -> str:
    return (
        f"{condition(expr, params)} AND `table` != '{RECEIPT_TABLE}' "
        f"AND received_at < {params.time(before_us)}"
    )


def _nothing(fields: Collection[str]) -> str:
    """What leaves these fields without a value. Their names are of the catalog."""
    places = {name: column_of(name, FIELD_TYPES[name]) for name in sorted(fields)}
    names = ", ".join(f"'{name}'" for name in places)
    hot = [f"`{name}` = ''" for name, place in places.items() if place in _HOT_TEXTS]
    maps = [
        f"{column.value} = mapFilter((name, value) -> name NOT IN ({names}), {column.value})"
        for column in (Column.MAP_TEXT, Column.MAP_TEXTS)
    ]
    return ", ".join((*hot, *maps))


_HOT_TEXTS = (Column.HOT_TEXT, Column.HOT_LONG_TEXT)
