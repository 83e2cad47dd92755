"""Bytes to checked columns. Nothing of a row becomes a Python object of its own.

Verification, in this order; each step may rely on those before it:
 1. the frame's own claims are within bounds (rows, plain bytes, payload bytes);
 2. the zstd frame states a content size equal to `plain_bytes` and needs no dictionary;
 3. it decompresses to exactly that, and nothing follows it;
 4. the outline (tables, columns, rule counts) is within bounds: before protobuf allocates, or
    after it where the plain bytes are so few that they cannot become much;
 5. it is a Batch; every text is UTF-8;
 6. rows add up to `rows`; times lie between 1970 and 2100;
 7. names are names, no column stands twice;
 8. every column: known encoding, as many values as rows present, indexes inside the dictionary,
    nothing filled that the encoding does not use;
 9. what the columns unfold to is within the bound of their rows, and BATCH_PLAIN_BYTES_MAX in the
    whole batch (a small dictionary entry named a thousand times is a bomb too);
10. rule counts have a known outcome and a count.
The caller owes: that the device may send these tables and fields at all (`redact.Admission`).
"""

from __future__ import annotations

from itertools import accumulate

import zstandard
from google.protobuf.message import DecodeError

from reticent_contract import limits
from reticent_contract.batch import zstd
from reticent_contract.batch.column import decode_column
from reticent_contract.batch.model import (
    ENTRY_BYTES_MIN,
    BatchError,
    DecodedBatch,
    DecodedColumn,
    DecodedTable,
)
from reticent_contract.batch.shape import SMALL_BYTES, check_counts, check_shape
from reticent_contract.v1 import telemetry_pb2


def decode_batch(payload: bytes, *, rows: int, plain_bytes: int) -> DecodedBatch:
    """The columns of a BatchFrame. Raises BatchError, and only that, whatever the bytes are."""
    plain = _decompress(payload, rows=rows, plain_bytes=plain_bytes)
    if len(plain) > SMALL_BYTES:
        check_shape(plain)
    batch = telemetry_pb2.Batch()
    try:
        batch.ParseFromString(plain)
    except DecodeError:
        raise BatchError("malformed", "the payload is not a Batch, or a text not UTF-8") from None
    if len(plain) <= SMALL_BYTES:
        check_counts(batch)
    if sum([len(table.ts_delta_us) for table in batch.tables]) != rows:
        raise BatchError("malformed", "the tables do not have as many rows as the frame says")
    unfolded_bytes = ENTRY_BYTES_MIN * rows
    tables: list[DecodedTable] = []
    for table in batch.tables:
        decoded, table_bytes = _table(table, room=limits.BATCH_PLAIN_BYTES_MAX - unfolded_bytes)
        tables.append(decoded)
        unfolded_bytes += table_bytes
    for count in batch.rule_counts:
        _check_count(count)
    return DecodedBatch(tables=tables, counts=batch.rule_counts, unfolded_bytes=unfolded_bytes)


def _decompress(payload: bytes, *, rows: int, plain_bytes: int) -> bytes:
    if len(payload) > limits.BATCH_BYTES_MAX:
        raise BatchError("too-large", f"a payload above {limits.BATCH_BYTES_MAX} bytes")
    if plain_bytes > limits.BATCH_PLAIN_BYTES_MAX:
        raise BatchError("too-large", f"more than {limits.BATCH_PLAIN_BYTES_MAX} bytes unpacked")
    if rows > limits.BATCH_ROWS_MAX:
        raise BatchError("too-large", f"more than {limits.BATCH_ROWS_MAX} rows")
    try:
        frame = zstandard.get_frame_parameters(payload)
        if frame.content_size != plain_bytes:
            raise BatchError("malformed", "the zstd frame's size is not what the frame says")
        if frame.dict_id:
            raise BatchError("malformed", "the zstd frame asks for a dictionary")
        # One allocation of `content_size`, checked above: zstd fails where a block exceeds it.
        plain = zstd.decompressor().decompress(payload, allow_extra_data=False)
    except zstandard.ZstdError:
        raise BatchError("malformed", "the payload is not one whole zstd frame") from None
    if len(plain) != plain_bytes:
        raise BatchError("malformed", "the payload unpacks to another size than the frame says")
    return plain


def _table(table: telemetry_pb2.TableRows, *, room: int) -> tuple[DecodedTable, int]:
    """The table, and what its columns unfold to: `room` at most."""
    if not (is_name(table.table) and is_name(table.event)):
        raise BatchError("malformed", "a table or event whose name is not one")
    ts_us = list(accumulate(table.ts_delta_us))
    if not ts_us:
        raise BatchError("malformed", f"{table.table}: a table without rows")
    if min(ts_us) < 0 or max(ts_us) > limits.TS_US_MAX:
        raise BatchError("malformed", f"{table.table}: a time outside 1970 to 2100")
    columns: list[DecodedColumn] = []
    seen: set[str] = set()
    room = min(room, len(ts_us) * limits.ROW_BYTES_MAX)
    table_bytes = 0
    for column in table.columns:
        if not is_name(column.field):
            raise BatchError("malformed", f"{table.table}: a field whose name is not one")
        if column.field in seen:
            raise BatchError("malformed", f"{table.table}.{column.field} stands twice")
        seen.add(column.field)
        decoded, column_bytes = decode_column(
            column, table=table.table, rows=len(ts_us), room=room - table_bytes
        )
        columns.append(decoded)
        table_bytes += column_bytes
    made = DecodedTable(table=table.table, event=table.event, ts_us=ts_us, columns=columns)
    return made, table_bytes


def is_name(text: str) -> bool:
    """Names in the catalog: ASCII identifiers. Only such a name may appear in an error."""
    return len(text) <= limits.NAME_CHARS_MAX and text.isascii() and text.isidentifier()


def _check_count(count: telemetry_pb2.RuleCount) -> None:
    if not 1 <= count.outcome <= telemetry_pb2.RuleCount.OUTCOME_OVERFLOW or not count.count:
        raise BatchError("malformed", "a rule count without a known outcome and a number")
    if not (
        0 < len(count.field) <= 2 * limits.NAME_CHARS_MAX + 1
        and 0 < len(count.rule) <= limits.RULE_CHARS_MAX
        and (count.field + count.rule).isprintable()
    ):
        raise BatchError("malformed", "a rule count whose field or rule is not a name")
