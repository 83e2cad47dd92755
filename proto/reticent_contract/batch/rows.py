"""Decoded columns back to rows, one dict each: for `reticent-agent sent` and for tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reticent_contract.batch.model import DecodedBatch, DecodedColumn, DecodedTable
from reticent_contract.rows import Pseudonym, RedactedValue


def rows_of(batch: DecodedBatch) -> Iterator[dict[str, object]]:
    """Each row as {"table", "event", "ts_us", "values"}; tokens become `Pseudonym`."""
    for table in batch.tables:
        yield from _table_rows(table)


def _table_rows(table: DecodedTable) -> Iterator[dict[str, object]]:
    rows: list[dict[str, RedactedValue]] = [{} for _ in table.ts_us]
    for column in table.columns:
        present = range(len(rows)) if column.present is None else column.present
        for number, value in zip(present, _values(column), strict=True):
            rows[number][column.field] = value
    for ts_us, values in zip(table.ts_us, rows, strict=True):
        yield {"table": table.table, "event": table.event, "ts_us": ts_us, "values": values}


def _values(column: DecodedColumn) -> Sequence[RedactedValue]:
    if column.values is not None:
        return column.values
    entries: Sequence[str | Pseudonym] = column.dictionary or [
        Pseudonym(column.domain, column.epoch, token) for token in column.tokens or ()
    ]
    flat = [entries[place] for place in column.index or ()]
    if column.lengths is None:
        return flat
    lists: list[tuple[str | Pseudonym, ...]] = []
    at = 0
    for length in column.lengths:
        lists.append(tuple(flat[at : at + length]))
        at += length
    return lists
