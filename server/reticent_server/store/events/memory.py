"""The event store in memory, for tests: passes the contract suite that chDB passes.

Enters and leaves: as `EventStore`. Must hold: nothing that the chDB store does not do; it keeps
rows, so it suits thousands of them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial

from reticent_contract.catalog.model import Type

from reticent_server.limits import SEARCH_ROWS_MAX, TS_US_MAX
from reticent_server.query.expr import Expr
from reticent_server.query.matching import counted_by, matches
from reticent_server.store.events import cursor as cursors
from reticent_server.store.events.errors import GroupInvalidError, StoreClosedError
from reticent_server.store.events.fields import HOT, RECEIPT_FIELDS, Column
from reticent_server.store.events.model import (
    CONNECTION_TABLE,
    RECEIPT_REFUSED,
    RECEIPT_STORED,
    RECEIPT_TABLE,
    BatchRecord,
    DeviceSummary,
    Event,
    EventGroup,
    Expiry,
    FieldValue,
    HourCount,
    Page,
    RuleCount,
    StoredBatch,
    StoredColumn,
)
from reticent_server.store.events.state import current

_HOUR_US = 3_600_000_000


class MemoryEventStore:
    """`EventStore` that forgets everything with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._counts: list[tuple[bytes, RuleCount]] = []
        self._counts_of: dict[str, Sequence[RuleCount]] = {}  # by the receipt's id
        self._closed = False

    def append(self, group: EventGroup) -> None:
        try:
            events = [event for batch in group.batches for event in _events(batch, group)]
            counts = [(b.device_id, c) for b in group.batches for c in _rule_counts(b)]
            counts_of = {
                f"{b.device_id.hex()}.{b.stream_id.hex()}.{b.seq}.{b.rows}": _rule_counts(b)
                for b in group.batches
            }
        except (ValueError, IndexError, TypeError) as error:
            raise GroupInvalidError(
                f"a group is malformed ({type(error).__name__}); nothing of it was stored"
            ) from None
        with self._lock:
            self._open()
            self._events += events
            self._counts += counts
            self._counts_of.update(counts_of)

    def last_seq(self, device_id: bytes, stream_id: bytes) -> int:
        return self.last_seqs([(device_id, stream_id)])[(device_id, stream_id)]

    def last_seqs(self, streams: Sequence[tuple[bytes, bytes]]) -> dict[tuple[bytes, bytes], int]:
        found = dict.fromkeys(streams, 0)
        for event in self._rows():
            stream = (event.device_id, event.stream_id)
            if stream in found:
                found[stream] = max(found[stream], event.seq)
        return found

    def search(self, expr: Expr, *, limit: int, cursor: str | None = None) -> Page:
        limit = max(1, min(limit, SEARCH_ROWS_MAX))
        after = None if cursor is None else cursors.decode(cursor)
        found = sorted(
            (e for e in self._rows() if matches(expr, e) and (after is None or _at(e) < after)),
            key=_at,
            reverse=True,
        )
        more = len(found) > limit
        return Page(found[:limit], cursors.encode(found[limit - 1]) if more else None)

    def count(self, expr: Expr) -> int:
        return sum(matches(expr, event) for event in self._rows())

    def count_by(self, expr: Expr, field: str, *, limit: int) -> list[tuple[str | int | bool, int]]:
        values = (counted_by(event, field) for event in self._rows() if matches(expr, event))
        counts = Counter(value for value in values if isinstance(value, str | int))
        return sorted(
            counts.items(),
            key=lambda item: (
                -item[1],
                str(item[0]).encode() if isinstance(item[0], str) else item[0],
            ),
        )[:limit]

    def current_state(self, device_id: bytes) -> dict[str, list[dict[str, FieldValue]]]:
        return current(event for event in self._rows() if event.device_id == device_id)

    def device_summaries(
        self, device_ids: Sequence[bytes] | None = None, *, within: Expr | None = None
    ) -> dict[bytes, DeviceSummary]:
        rows = [e for e in self._rows() if within is None or matches(within, e)]
        devices = {event.device_id for event in rows}
        wanted = devices if device_ids is None else devices & set(device_ids)
        return {device_id: self._summary(device_id, rows) for device_id in wanted}

    def _summary(self, device_id: bytes, rows: Sequence[Event]) -> DeviceSummary:
        events = [event for event in rows if event.device_id == device_id]

        def newest(table: str, field: str) -> str | None:
            held = [e for e in events if e.table == table]
            value = max(held, key=_at).fields.get(field) if held else None
            return str(value) if value else None

        return DeviceSummary(
            device_id=device_id,
            last_received_at_us=max(event.received_at_us for event in events),
            rows=sum(event.table != RECEIPT_TABLE for event in events),
            host_name=newest("host", "host_name"),
            os_name=newest("os", "name"),
            os_version=newest("os", "version"),
        )

    def count_by_table(self, device_id: bytes | None = None) -> dict[str, int]:
        return Counter(
            event.table
            for event in self._rows()
            if event.table != RECEIPT_TABLE and device_id in (None, event.device_id)
        )

    def rule_counts(self, device_id: bytes | None = None) -> list[RuleCount]:
        summed: Counter[tuple[str, str, str]] = Counter()
        for device, (field, rule, outcome, count) in self._counts:
            if device_id in (None, device):
                summed[(field, rule, outcome)] += count
        return [(*key, count) for key, count in sorted(summed.items())]

    def dropped_by_field(self, device_id: bytes | None = None) -> dict[str, int]:
        dropped: Counter[str] = Counter()
        for field, _, outcome, count in self.rule_counts(device_id):
            if outcome in ("dropped", "failed", "overflow"):
                dropped[field] += count
        return dropped

    def counts_by_hour(
        self,
        *,
        since_us: int,
        until_us: int,
        device_id: bytes | None = None,
        within: Expr | None = None,
    ) -> list[HourCount]:
        counts: Counter[tuple[int, str, str]] = Counter()
        for event in self._rows():
            hour = event.ts_us - event.ts_us % _HOUR_US
            inside = since_us - since_us % _HOUR_US <= hour < until_us
            seen = within is None or matches(within, event)
            mine = device_id in (None, event.device_id)
            if inside and seen and mine and event.table != RECEIPT_TABLE:
                counts[(hour, event.table, event.event)] += 1
        return [
            HourCount(hour_us=hour, table=table, event=event, rows=rows)
            for (hour, table, event), rows in sorted(counts.items())
        ]

    def top_values(
        self, field: str, *, since_us: int, until_us: int, limit: int = 20
    ) -> list[tuple[str, int]]:
        if HOT.get(field) is not Column.HOT_TEXT:
            raise ValueError(f"{field} has no text column of its own")
        counts = Counter(
            str(event.fields[field])
            for event in self._rows()
            if since_us <= event.ts_us < until_us and event.fields.get(field)
        )
        return sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))[:limit]

    def devices_by_user(self, *, limit: int = 20) -> list[tuple[str, int]]:
        pairs = {
            (e.fields["user_name"], e.device_id) for e in self._rows() if e.fields.get("user_name")
        }
        counts = Counter(str(user) for user, _ in pairs)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))[:limit]

    def count_users(self, device_ids: Sequence[bytes]) -> int:
        """See `EventStore.count_users`."""
        rows = [event for event in self._rows() if event.device_id in set(device_ids)]
        users = {str(e.fields["user_name"]) for e in rows if e.fields.get("user_name")}
        of = Counter(u.rpartition(":")[0] if u.startswith("pn:") else "" for u in users)
        return max(of.values(), default=0)

    def streams(self) -> list[tuple[bytes, bytes]]:
        return sorted({(event.device_id, event.stream_id) for event in self._rows()})

    def batches(
        self, device_id: bytes, stream_id: bytes, *, after_seq: int = 0, limit: int
    ) -> list[BatchRecord]:
        stored: dict[int, list[Event]] = {}
        for event in self._rows():
            if (event.device_id, event.stream_id) == (device_id, stream_id):
                stored.setdefault(event.seq, []).append(event)
        seqs = sorted(seq for seq in stored if seq > after_seq)
        if seqs and seqs[0] > after_seq + limit:
            after_seq = seqs[0] - 1
        return [self._record(seq, stored[seq]) for seq in seqs if seq <= after_seq + limit]

    def _record(self, seq: int, events: Sequence[Event]) -> BatchRecord:
        rows = [event for event in events if event.table != RECEIPT_TABLE]
        receipts = [event for event in events if event.table == RECEIPT_TABLE]
        receipt = receipts[0] if receipts else None
        return BatchRecord(
            seq=seq,
            rows=len(rows),
            numbers=len({event.row for event in rows}),
            highest=max((event.row for event in rows), default=-1),
            receipts=len(receipts),
            event="" if receipt is None else receipt.event,
            place=-1 if receipt is None else receipt.row,
            received_at_us=max(event.received_at_us for event in events),
            fields={} if receipt is None else receipt.fields,
            counts=() if receipt is None else self._counts_of.get(receipt.id, ()),
        )

    def erase(self, device_ids: Sequence[bytes]) -> dict[bytes, int]:
        wanted = set(device_ids)
        found = Counter(self._delete(lambda event: event.device_id in wanted))
        with self._lock:
            self._counts = [(device, c) for device, c in self._counts if device not in wanted]
        return {device_id: found[device_id] for device_id in device_ids}

    def due(self, expiries: Sequence[Expiry]) -> list[Counter[str]]:
        rows = self._rows()
        return [Counter(e.table for e in rows if _is_over(expiry, e)) for expiry in expiries]

    def expire(self, expiries: Sequence[Expiry]) -> list[Counter[str]]:
        found = self.due(expiries)
        self._delete(lambda event: any(_is_over(expiry, event) for expiry in expiries))
        places = [expiry for expiry in expiries if CONNECTION_TABLE in expiry.tables]
        with self._lock:
            self._events = [
                replace(event, delivered_from={})
                if any(_is_covered(expiry, event) for expiry in places)
                else event
                for event in self._events
            ]
        return found

    def count_where(self, expr: Expr, *, before_us: int) -> Counter[tuple[bytes, str]]:
        """See `EventStore.count_where`."""
        return Counter(
            (event.device_id, event.table)
            for event in self._rows()
            if _is_found(expr, before_us, event)
        )

    def erase_where(self, expr: Expr, *, before_us: int) -> None:
        """See `EventStore.erase_where`."""
        self._delete(partial(_is_found, expr, before_us))

    def empty_where(self, expr: Expr, fields: Collection[str], *, before_us: int) -> None:
        """See `EventStore.empty_where`."""
        with self._lock:
            self._open()
            self._events = [
                replace(event, fields={k: v for k, v in event.fields.items() if k not in fields})
                if _is_found(expr, before_us, event)
                else event
                for event in self._events
            ]

    def leftovers(self) -> int:
        return 0

    def damage(self) -> list[str]:
        return []

    def stop_deleting(self) -> None:
        """See `EventStore.stop_deleting`: nothing takes time here."""

    def _delete(self, is_gone: Callable[[Event], bool]) -> list[bytes]:
        """The device of each row that is gone."""
        with self._lock:
            self._open()
            gone = [event for event in self._events if is_gone(event)]
            self._events = [event for event in self._events if not is_gone(event)]
            for event in gone:
                self._counts_of.pop(event.id, None)
        return [event.device_id for event in gone]

    def close(self) -> None:
        self._closed = True

    def _rows(self) -> list[Event]:
        with self._lock:
            self._open()
            return list(self._events)

    def _open(self) -> None:
        if self._closed:
            raise StoreClosedError("the event store is closed; open it again")


def _is_found(expr: Expr, before_us: int, event: Event) -> bool:
    is_row = event.table != RECEIPT_TABLE and event.received_at_us < before_us
    return is_row and matches(expr, event)


def _is_over(expiry: Expiry, event: Event) -> bool:
    return event.table in expiry.tables and _is_covered(expiry, event)


def _is_covered(expiry: Expiry, event: Event) -> bool:
    return event.received_at_us < expiry.before_us and (
        expiry.devices is None or event.device_id in expiry.devices
    )


def _at(event: Event) -> cursors.Position:
    return event.ts_us, event.device_id, event.stream_id, event.seq, event.row


def _events(batch: StoredBatch, group: EventGroup) -> Iterator[Event]:
    number = 0
    for table in batch.tables:
        rows: list[dict[str, FieldValue]] = [{} for _ in table.ts_us]
        for column in table.columns:
            present = range(len(rows)) if column.present is None else column.present
            for at, value in zip(present, _values(column), strict=True):
                rows[at][column.field] = value
        for ts_us, fields in zip(table.ts_us, rows, strict=True):
            yield _event(batch, group, number, ts_us, table.table, table.event, fields)
            number += 1
    receipt = batch.receipt
    told: dict[str, FieldValue] = {}
    for name in RECEIPT_FIELDS:
        found = receipt.get(name)
        if isinstance(found, str | int):
            told[name] = found
    event = RECEIPT_REFUSED if "reason" in receipt else RECEIPT_STORED
    yield _event(batch, group, number, group.received_at_us, RECEIPT_TABLE, event, told)


def _event(
    batch: StoredBatch,
    group: EventGroup,
    row: int,
    ts_us: int,
    table: str,
    event: str,
    fields: dict[str, FieldValue],
) -> Event:
    return Event(
        received_at_us=group.received_at_us,
        ts_us=min(max(ts_us, 0), TS_US_MAX),
        device_id=batch.device_id,
        stream_id=batch.stream_id,
        seq=batch.seq,
        row=row,
        table=table,
        event=event,
        fields=fields,
        delivered_from={n: value for n, value in batch.delivered_from.items() if value != ""},
    )


def _values(column: StoredColumn) -> Iterator[FieldValue]:
    dictionary = column.dictionary or ()
    if column.type is Type.TEXT:
        yield from (dictionary[place] for place in column.index or ())
    elif column.type is Type.TEXTS:
        if sum(column.lengths or ()) != len(column.index or ()):
            raise ValueError("a column of lists has other lengths than it has elements")
        places = iter(column.index or ())
        for length in column.lengths or ():
            yield [dictionary[next(places)] for _ in range(length)]
    elif column.type is Type.BOOLEAN:
        yield from (bool(value) for value in column.values or ())
    else:
        yield from column.values or ()


def _rule_counts(batch: StoredBatch) -> Sequence[RuleCount]:
    counts = batch.receipt.get("counts", ())
    return counts if isinstance(counts, list | tuple) else ()
