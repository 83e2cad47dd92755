"""An event store in memory for the tests of API and console. It answers what they ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reticent_server.query.expr import Expr
from reticent_server.query.matching import matches, value_of
from reticent_server.store.events import cursor as cursors
from reticent_server.store.events.model import (
    RECEIPT_TABLE,
    DeviceSummary,
    Event,
    EventGroup,
    FieldValue,
    HourCount,
    Page,
    StoredBatch,
    StoredColumn,
)

from support.console_data import STATE_TABLES

HOUR_US = 3_600_000_000


class MemoryEvents:
    """Searches row by row; snapshots are the only state rows it is given."""

    def __init__(self) -> None:
        self.rows: list[Event] = []
        self.counts: list[tuple[bytes, tuple[str, str, str, int]]] = []
        self.searches = 0

    def append(self, group: EventGroup) -> None:
        for batch in group.batches:
            self.rows.extend(_events(batch, group.received_at_us))
            for count in batch.receipt["counts"]:  # type: ignore[attr-defined]  # as made up
                self.counts.append((batch.device_id, count))

    def count(self, expr: Expr) -> int:
        return sum(matches(expr, row) for row in self.rows)

    def count_where(self, expr: Expr, *, before_us: int) -> Counter[tuple[bytes, str]]:
        return Counter(
            (row.device_id, row.table)
            for row in self.rows
            if row.table != RECEIPT_TABLE and row.received_at_us < before_us and matches(expr, row)
        )

    def count_by(
        self, expr: Expr, field: str, *, limit: int
    ) -> Sequence[tuple[str | int | bool, int]]:
        found = (value_of(row, field) for row in self.rows if matches(expr, row))
        return Counter(v for v in found if isinstance(v, str | int)).most_common(limit)

    def count_users(self, device_ids: Sequence[bytes]) -> int:
        rows = [row for row in self.rows if row.device_id in device_ids]
        return len({row.fields["user_name"] for row in rows if "user_name" in row.fields})

    def last_seq(self, device_id: bytes, stream_id: bytes) -> int:
        return self.last_seqs([(device_id, stream_id)])[device_id, stream_id]

    def last_seqs(
        self, streams: Sequence[tuple[bytes, bytes]]
    ) -> Mapping[tuple[bytes, bytes], int]:
        return {
            key: max((r.seq for r in self.rows if (r.device_id, r.stream_id) == key), default=0)
            for key in streams
        }

    def search(self, expr: Expr, *, limit: int, cursor: str | None = None) -> Page:
        self.searches += 1
        found = sorted((r for r in self.rows if matches(expr, r)), key=_position, reverse=True)
        if cursor is not None:
            place = cursors.decode(cursor)
            found = [row for row in found if _position(row) < place]
        more = len(found) > limit
        return Page(found[:limit], cursors.encode(found[limit - 1]) if more else None)

    def current_state(self, device_id: bytes) -> Mapping[str, Sequence[Mapping[str, FieldValue]]]:
        tables: dict[str, list[Mapping[str, FieldValue]]] = {}
        for row in self.rows:
            if row.device_id == device_id and row.table in STATE_TABLES:
                tables.setdefault(row.table, []).append(row.fields)
        return tables

    def device_summaries(
        self, device_ids: Sequence[bytes] | None = None, *, within: Expr | None = None
    ) -> Mapping[bytes, DeviceSummary]:
        rows = [row for row in self.rows if within is None or matches(within, row)]
        known = {row.device_id for row in rows}
        wanted = known if device_ids is None else known & set(device_ids)
        return {device_id: self._summary(device_id, rows) for device_id in wanted}

    def _summary(self, device_id: bytes, rows: Sequence[Event]) -> DeviceSummary:
        mine = [row for row in rows if row.device_id == device_id]
        state = {row.table: row.fields for row in reversed(mine)}
        host, system = state.get("host", {}), state.get("os", {})
        return DeviceSummary(
            device_id=device_id,
            last_received_at_us=max(row.received_at_us for row in mine),
            rows=sum(row.table != RECEIPT_TABLE for row in mine),
            host_name=_text(host.get("host_name")),
            os_name=_text(system.get("name")),
            os_version=_text(system.get("version")),
        )

    def count_by_table(self, device_id: bytes | None = None) -> Mapping[str, int]:
        return Counter(
            row.table
            for row in self.rows
            if device_id in (None, row.device_id) and row.table != RECEIPT_TABLE
        )

    def dropped_by_field(self, device_id: bytes | None = None) -> Mapping[str, int]:
        dropped: Counter[str] = Counter()
        for field, _, outcome, count in self.rule_counts(device_id):
            if outcome in {"dropped", "failed", "overflow"}:
                dropped[field] += count
        return dropped

    def rule_counts(self, device_id: bytes | None = None) -> Sequence[tuple[str, str, str, int]]:
        sums: Counter[tuple[str, str, str]] = Counter()
        for who, (field, rule, outcome, count) in self.counts:
            if device_id in (None, who):
                sums[field, rule, outcome] += count
        return [(*key, count) for key, count in sums.items()]

    def counts_by_hour(
        self,
        *,
        since_us: int,
        until_us: int,
        device_id: bytes | None = None,
        within: Expr | None = None,
    ) -> Sequence[HourCount]:
        sums = Counter(
            (row.ts_us // HOUR_US * HOUR_US, row.table, row.event)
            for row in self.rows
            if device_id in (None, row.device_id)
            and since_us <= row.ts_us < until_us
            and (within is None or matches(within, row))
        )
        return [
            HourCount(hour_us=hour, table=table, event=event, rows=rows)
            for (hour, table, event), rows in sorted(sums.items())
        ]

    def stop_deleting(self) -> None:
        """Nothing is deleted here."""

    def close(self) -> None:
        """Nothing is held."""


def _events(batch: StoredBatch, received_at_us: int) -> Iterator[Event]:
    place = 0
    for table in batch.tables:
        fields: list[dict[str, FieldValue]] = [{} for _ in table.ts_us]
        for column in table.columns:
            for row, value in zip(_present(column, len(fields)), _values(column), strict=True):
                fields[row][column.field] = value
        for ts_us, values in zip(table.ts_us, fields, strict=True):
            yield _event(batch, received_at_us, ts_us, place, (table.table, table.event), values)
            place += 1
    receipt: dict[str, FieldValue] = {"policy_version": 1}
    yield _event(batch, received_at_us, received_at_us, place, (RECEIPT_TABLE, "receipt"), receipt)


def _event(
    batch: StoredBatch,
    received_at_us: int,
    ts_us: int,
    row: int,
    kind: tuple[str, str],
    fields: Mapping[str, FieldValue],
) -> Event:
    return Event(
        received_at_us=received_at_us,
        ts_us=ts_us,
        device_id=batch.device_id,
        stream_id=batch.stream_id,
        seq=batch.seq,
        row=row,
        table=kind[0],
        event=kind[1],
        fields=fields,
        delivered_from=batch.delivered_from,
    )


def _present(column: StoredColumn, rows: int) -> Sequence[int]:
    return range(rows) if column.present is None else column.present


def _values(column: StoredColumn) -> list[FieldValue]:
    if column.dictionary is None or column.index is None:
        return list(column.values or ())
    flat = [column.dictionary[i] for i in column.index]
    if column.lengths is None:
        return list(flat)
    left = iter(flat)
    return [[next(left) for _ in range(length)] for length in column.lengths]


def _position(row: Event) -> cursors.Position:
    return row.ts_us, row.device_id, row.stream_id, row.seq, row.row


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
