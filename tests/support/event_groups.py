"""Groups of made-up rows for tests of the event store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reticent_contract.catalog.model import Type
from reticent_server.store.events import EventGroup, StoredBatch, StoredColumn, StoredTable
from reticent_server.store.events.fields import FIELD_TYPES

DEVICE = bytes(range(16))
OTHER = bytes(range(16, 32))
STREAM = b"s" * 16
NOON_US = 1_795_305_600_000_000 + 12 * 3_600_000_000  # 2026-11-22 12:00 UTC

Fields = Mapping[str, object]


def table(name: str, event: str, rows: Sequence[Fields], *, ts_us: int = NOON_US) -> StoredTable:
    """Rows one microsecond apart; state tables' rows share their time."""
    names = list(dict.fromkeys(field for row in rows for field in row))
    step = 0 if event in ("snapshot", "added", "changed", "removed") else 1
    times = [ts_us + number * step for number in range(len(rows))]
    return StoredTable(name, event, times, [column(field, rows) for field in names])


def column(field: str, rows: Sequence[Fields]) -> StoredColumn:
    at = [number for number, row in enumerate(rows) if field in row]
    values = [rows[number][field] for number in at]
    present = None if len(at) == len(rows) else at
    type_ = FIELD_TYPES.get(field, Type.TEXT)
    if type_ is Type.TEXT:
        texts = [str(value) for value in values]
        dictionary = sorted(set(texts))
        index = [dictionary.index(text) for text in texts]
        return StoredColumn(
            field=field, type=type_, present=present, dictionary=dictionary, index=index
        )
    if type_ is Type.TEXTS:
        flat = [str(text) for value in values for text in value]  # type: ignore[attr-defined]
        return StoredColumn(
            field=field,
            type=type_,
            present=present,
            lengths=[len(value) for value in values],  # type: ignore[arg-type]
            dictionary=flat,
            index=list(range(len(flat))),
        )
    return StoredColumn(field=field, type=type_, present=present, values=values)  # type: ignore[arg-type]


def batch(
    seq: int = 1,
    tables: Sequence[StoredTable] = (),
    *,
    device: bytes = DEVICE,
    stream: bytes = STREAM,
    receipt: Mapping[str, object] | None = None,
    delivered_from: Mapping[str, str | int] | None = None,
) -> StoredBatch:
    return StoredBatch(
        device_id=device,
        stream_id=stream,
        seq=seq,
        tables=tables,
        receipt={"policy_version": 1, "policy_sha256": "ab" * 32, "counts": []}
        if receipt is None
        else receipt,
        delivered_from=delivered_from or {},
    )


def group(*batches: StoredBatch, received_at_us: int = NOON_US) -> EventGroup:
    return EventGroup(received_at_us=received_at_us, batches=batches)


def lines(count: int, *, ts_us: int = NOON_US, **fields: object) -> StoredTable:
    """Log lines that say their number."""
    rows = [{"message": f"line number {n}", "program": "cron", **fields} for n in range(count)]
    return table("log_line", "line", rows, ts_us=ts_us)
