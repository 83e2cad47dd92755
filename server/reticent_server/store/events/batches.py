"""Questions to the chDB store about whole batches: what is left of each, and its receipt.

Enters: a stream and where to go on. Leaves: `BatchRecord`s. Must hold: one page reads a window of
one stream's numbers, so that memory does not depend on how much is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reticent_server.store.events import parameters
from reticent_server.store.events.engine import Engine
from reticent_server.store.events.model import RECEIPT_TABLE, BatchRecord, FieldValue

_ROW = f"`table` != '{RECEIPT_TABLE}'"
_RECEIPT = f"`table` = '{RECEIPT_TABLE}'"
_STREAM = "device_id = {device:UUID} AND stream_id = {stream:UUID}"
_COUNTS = ("field", "rule", "outcome", "count")


class ChdbBatches:
    """The part of `ChdbEventStore` that receipts are checked with."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def streams(self) -> list[tuple[bytes, bytes]]:
        """See `EventStore.streams`."""
        rows = self._engine.read(
            "SELECT DISTINCT device_id, stream_id FROM events ORDER BY device_id, stream_id"
        )
        return [(row["device_id"].bytes, row["stream_id"].bytes) for row in rows]

    def batches(
        self, device_id: bytes, stream_id: bytes, *, after_seq: int = 0, limit: int
    ) -> list[BatchRecord]:
        """See `EventStore.batches`."""
        stream = {
            "device": parameters.identifier(device_id),
            "stream": parameters.identifier(stream_id),
        }
        while True:
            found = self._between(stream, after_seq, after_seq + limit)
            if found:
                return found
            first = self._next_number(stream, after_seq + limit)
            if first is None:
                return []
            after_seq = first - 1

    def _next_number(self, stream: Mapping[str, str], after_seq: int) -> int | None:
        """The lowest number above `after_seq` of which something is stored."""
        (row,) = self._engine.read(
            "SELECT count() AS stored, min(seq) AS first FROM events "  # noqa: S608  # a number
            f"WHERE {_STREAM} AND seq > {int(after_seq)}",
            stream,
        )
        return int(row["first"]) if row["stored"] else None

    def _between(
        self, stream: Mapping[str, str], after_seq: int, last_seq: int
    ) -> list[BatchRecord]:
        counts = ", ".join(
            f"anyIf(`counts.{name}`, {_RECEIPT}) AS count_{name}" for name in _COUNTS
        )
        rows = self._engine.read(
            f"SELECT seq, countIf({_ROW}) AS stored, uniqExactIf(row_no, {_ROW}) AS numbers, "  # noqa: S608  # constants and numbers
            f"maxIf(row_no, {_ROW}) AS highest, countIf({_RECEIPT}) AS receipts, "
            "toUnixTimestamp64Micro(max(received_at)) AS received_us, "
            f"anyIf(event, {_RECEIPT}) AS receipt_event, anyIf(row_no, {_RECEIPT}) AS place, "
            f"anyIf(texts, {_RECEIPT}) AS receipt_texts, "
            f"anyIf(integers, {_RECEIPT}) AS receipt_integers, {counts} FROM events "
            f"WHERE {_STREAM} AND seq > {int(after_seq)} AND seq <= {int(last_seq)} "
            "GROUP BY seq ORDER BY seq",
            stream,
        )
        return [_record(row) for row in rows]


def _record(row: Mapping[str, Any]) -> BatchRecord:
    fields: dict[str, FieldValue] = dict(row["receipt_texts"])
    fields.update(row["receipt_integers"])
    has_receipt = bool(row["receipts"])
    return BatchRecord(
        seq=int(row["seq"]),
        rows=int(row["stored"]),
        numbers=int(row["numbers"]),
        highest=int(row["highest"]) if row["stored"] else -1,
        receipts=int(row["receipts"]),
        event=row["receipt_event"],
        place=int(row["place"]) if has_receipt else -1,
        received_at_us=int(row["received_us"]),
        fields=fields,
        counts=[
            (field, rule, outcome, int(count))
            for field, rule, outcome, count in zip(
                *(row[f"count_{name}"] for name in _COUNTS), strict=True
            )
        ],
    )
