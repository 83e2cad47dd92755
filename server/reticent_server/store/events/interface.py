"""The event store as the rest of the server sees it; chDB and a fake stand behind it.

Enters: groups to append, questions. Leaves: rows and counts. Must hold: both implementations pass
one contract suite (`tests/store_events/contract.py`). Apart from `append`, which one thread at a
time may call, methods may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from reticent_server.store.events.model import (
    BatchRecord,
    DeviceSummary,
    EventGroup,
    Expiry,
    FieldValue,
    HourCount,
    Page,
)

if TYPE_CHECKING:  # query is built on this package; at run time nothing here needs it
    from reticent_server.query.expr import Expr


class EventStore(Protocol):
    """Append-only rows of all devices. Times are microseconds since 1970 UTC, ids 16 bytes."""

    def append(self, group: EventGroup) -> None:
        """Store a group durably and atomically: all of it on return, none of it on an error.

        Raises StoreFullError when the disk is full (transient), GroupInvalidError, StoreError.
        """

    def last_seq(self, device_id: bytes, stream_id: bytes) -> int:
        """The highest stored number of a stream, 0 where there is none."""

    def last_seqs(
        self, streams: Sequence[tuple[bytes, bytes]]
    ) -> Mapping[tuple[bytes, bytes], int]:
        """`last_seq` for many (device_id, stream_id) in one question; absent ones are 0."""

    def search(self, expr: Expr, *, limit: int, cursor: str | None = None) -> Page:
        """Rows that match, newest `ts` first, in an order that never changes.

        Raises CursorInvalidError, QueryTooLargeError (a limit of time or memory), StoreError.
        """

    def current_state(self, device_id: bytes) -> Mapping[str, Sequence[Mapping[str, FieldValue]]]:
        """What each state table says now: its newest snapshot, then what came after it."""

    def device_summaries(
        self, device_ids: Sequence[bytes] | None = None, *, within: Expr | None = None
    ) -> Mapping[bytes, DeviceSummary]:
        """One summary for each device that has rows; all devices where `device_ids` is None.

        Only rows that match `within` are looked at and counted.
        """

    def count_by_table(self, device_id: bytes | None = None) -> Mapping[str, int]:
        """Stored rows by table, without receipts."""

    def dropped_by_field(self, device_id: bytes | None = None) -> Mapping[str, int]:
        """Values dropped by policy, failure or a full spool, by "table.field", from receipts."""

    def rule_counts(self, device_id: bytes | None = None) -> Sequence[tuple[str, str, str, int]]:
        """(field, rule, outcome, count) summed over all receipts."""

    def counts_by_hour(
        self,
        *,
        since_us: int,
        until_us: int,
        device_id: bytes | None = None,
        within: Expr | None = None,
    ) -> Sequence[HourCount]:
        """Rows by hour of `ts` and kind, hours from `since_us` (rounded down) to `until_us`.

        Only rows that match `within` are counted.
        """

    def count(self, expr: Expr) -> int:
        """How many rows match. Raises QueryTooLargeError, StoreError."""

    def count_by(
        self, expr: Expr, field: str, *, limit: int
    ) -> Sequence[tuple[str | int | bool, int]]:
        """The commonest values of a field among the rows that match, with how many have each.

        Rows without a value are not counted. The field is one of `query.grouping.group_field`.
        Raises QueryTooLargeError, StoreError.
        """

    def top_values(
        self, field: str, *, since_us: int, until_us: int, limit: int = 20
    ) -> Sequence[tuple[str, int]]:
        """The commonest values of a text field in this stretch of `ts`, with their rows.

        The field must have a column of its own (`fields.HOT`), else ValueError.
        """

    def devices_by_user(self, *, limit: int = 20) -> Sequence[tuple[str, int]]:
        """The user names that occur on most devices, with how many."""

    def count_users(self, device_ids: Sequence[bytes]) -> int:
        """How many different user names, pseudonyms as a rule, these devices' rows hold.

        One person has another pseudonym in each epoch and domain, so of these the one with the most
        counts, and none twice.
        """

    def streams(self) -> Sequence[tuple[bytes, bytes]]:
        """(device_id, stream_id) of every stream that has rows, in a fixed order."""

    def batches(
        self, device_id: bytes, stream_id: bytes, *, after_seq: int = 0, limit: int
    ) -> Sequence[BatchRecord]:
        """What is stored of a stream's batches above `after_seq`, by number.

        Those of the next `limit` numbers; where nothing is stored of them, those of the `limit`
        numbers from the next stored one on. So nothing at all means that the stream has ended.
        """

    def erase(self, device_ids: Sequence[bytes]) -> Mapping[bytes, int]:
        """Delete every row of these devices, receipts too; how many each had.

        On return nothing answers with one of them. Again it deletes what has come since, so that
        whoever was cut off repeats it. Raises StoreError.
        """

    def due(self, expiries: Sequence[Expiry]) -> Sequence[Mapping[str, int]]:
        """How many rows `expire` would delete: of each by table, without those of none."""

    def expire(self, expiries: Sequence[Expiry]) -> Sequence[Mapping[str, int]]:
        """Delete rows whose time is over; how many, as `due`. Receipts stay: `last_seq` needs them.

        Where `connection` is among the tables, older rows of every other one say no more from where
        they were delivered, as its own rows did. As `erase` otherwise.
        """

    def count_where(self, expr: Expr, *, before_us: int) -> Mapping[tuple[bytes, str], int]:
        """How many rows match that were received before this, by device and table; no receipts.

        Raises QueryTooLargeError, StoreError.
        """

    def erase_where(self, expr: Expr, *, before_us: int) -> None:
        """Delete what `count_where` counts. As `erase` otherwise."""

    def empty_where(self, expr: Expr, fields: Collection[str], *, before_us: int) -> None:
        """Take the values of these fields, texts and lists of texts, out of what `count_where`
        counts; the rows stay. A row must not match any more without them. As `erase` otherwise."""

    def leftovers(self) -> int:
        """How many files of before the last deletion still lie on disk.

        They hold what was deleted until the engine removes them, seconds later as a rule. Parts
        that were damaged and set aside count too: only a person removes those.
        """

    def damage(self) -> Sequence[str]:
        """Parts that could not be read and were set aside: name and reason of each."""

    def stop_deleting(self) -> None:
        """Wait for no deletion any more, before `close`: whoever waits gets StoreClosedError."""

    def close(self) -> None:
        """Finish what runs and let go of the path. Idempotent."""
