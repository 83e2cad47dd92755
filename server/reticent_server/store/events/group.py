"""Gathers one group: which rows, which kinds, which values lie in which column or map.

Enters: `StoredBatch`es. Leaves: `GatheredGroup`, still in the layout of the wire. Must hold: rows
stand batch by batch, table by table, each batch ending in its receipt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from reticent_contract.catalog.model import Type

from reticent_server.store.events.fields import RECEIPT_FIELDS, Column, column_of
from reticent_server.store.events.gather import Numbers, Texts
from reticent_server.store.events.model import (
    RECEIPT_REFUSED,
    RECEIPT_STORED,
    RECEIPT_TABLE,
    RuleCount,
    StoredBatch,
    StoredColumn,
)


class GatheredGroup:
    """One group while it is gathered."""

    def __init__(self) -> None:
        self.rows = 0
        self.ts: list[int] = []
        self.kinds: dict[tuple[str, str], int] = {}
        self.kind_codes: list[int] = []
        self.kind_lengths: list[int] = []
        self.hot: dict[str, tuple[Column, Texts | Numbers]] = {}
        self.names: dict[str, int] = {}  # fields that live in maps
        self.texts = Texts()
        self.lists = Texts()
        self.list_lengths: list[int] = []
        self.integers = Numbers()
        self.reals = Numbers()
        self.count_lengths: list[int] = []
        self.counts: tuple[list[str], list[str], list[str], list[int]] = ([], [], [], [])

    def add_batch(self, batch: StoredBatch, received_at_us: int) -> None:
        for table in batch.tables:
            rows = len(table.ts_us)
            self._add_kind(table.table, table.event, rows)
            self.ts.extend(table.ts_us)
            for column in table.columns:
                self._add_column(column, self.rows, rows)
            self.rows += rows
        self._add_receipt(batch.receipt, received_at_us)

    def _add_kind(self, table: str, event: str, rows: int) -> None:
        self.kind_codes.append(self.kinds.setdefault((table, event), len(self.kinds)))
        self.kind_lengths.append(rows)
        self.count_lengths.extend([0] * (rows if table != RECEIPT_TABLE else 0))

    def _add_column(self, column: StoredColumn, start: int, rows: int) -> None:
        field = column.field
        hot = self.hot.get(field)
        place = hot[0] if hot is not None else column_of(field, column.type)
        if hot is not None and column_of(field, column.type) is place:
            hot[1].add(column, start, rows)
        elif place in (Column.HOT_TEXT, Column.HOT_LONG_TEXT):
            self._hot(field, place, Texts()).add(column, start, rows)
        elif place is Column.HOT_INTEGER:
            self._hot(field, place, Numbers()).add(column, start, rows)
        else:
            self._add_to_map(column, start, rows)

    def _hot(self, field: str, place: Column, gatherer: Texts | Numbers) -> Texts | Numbers:
        self.hot[field] = (place, gatherer)
        return gatherer

    def _add_to_map(self, column: StoredColumn, start: int, rows: int) -> None:
        name = self.names.setdefault(column.field, len(self.names))
        if column.type is Type.TEXT:
            self.texts.add(column, start, rows, name)
        elif column.type is Type.TEXTS:
            self.lists.add(column, start, rows, name)
            self.list_lengths.extend(column.lengths or ())
        elif column.type is Type.REAL:
            self.reals.add(column, start, rows, name)
        else:
            self.integers.add(column, start, rows, name)

    def _add_receipt(self, receipt: Mapping[str, object], received_at_us: int) -> None:
        refused = "reason" in receipt
        self._add_kind(RECEIPT_TABLE, RECEIPT_REFUSED if refused else RECEIPT_STORED, 1)
        self.ts.append(received_at_us)
        for key, kind in RECEIPT_FIELDS.items():
            if key in receipt:
                self._add_column(_one_value(key, kind, receipt[key]), self.rows, 1)
        counts = cast("Sequence[RuleCount]", receipt.get("counts", ()))
        self.count_lengths.append(len(counts))
        if counts:
            fields, rules, outcomes, numbers = zip(*counts, strict=True)
            self.counts[0].extend(fields)
            self.counts[1].extend(rules)
            self.counts[2].extend(outcomes)
            self.counts[3].extend(numbers)
        self.rows += 1


def _one_value(field: str, kind: Type, value: object) -> StoredColumn:
    if kind is Type.TEXT:
        return StoredColumn(field=field, type=kind, dictionary=[str(value)], index=[0])
    return StoredColumn(field=field, type=kind, values=[cast("int", value)])
