"""The outline of a serialised Batch, counted before protobuf allocates anything for it.

8 MiB of empty sub-messages would become hundreds of megabytes of objects. So the two outer levels
are walked here, over tags and lengths alone: Batch { 1: TableRows { 4: Column } , 2: RuleCount }.
Wire format: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from reticent_contract import limits
from reticent_contract.batch.model import BatchError
from reticent_contract.v1 import telemetry_pb2

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIELDS_MAX = limits.TABLES_PER_BATCH_MAX + limits.RULE_COUNTS_PER_BATCH_MAX + 64
_COLUMNS = 4
# Half as many empty sub-messages, at about 150 bytes each, are less than 5 MB.
SMALL_BYTES = 64 << 10


def check_counts(batch: telemetry_pb2.Batch) -> None:
    """The bounds of `check_shape` over a batch that was small enough to be parsed before."""
    _check(tables=len(batch.tables), counts=len(batch.rule_counts))
    for table in batch.tables:
        _check(columns=len(table.columns))


def check_shape(plain: bytes) -> None:
    """Raises BatchError where there are more tables, counts or columns than a batch may hold."""
    tables, counts = _walk(plain, 0, len(plain), inside=1, counted=2)
    _check(tables=len(tables), counts=counts)
    for start, end in tables:
        columns, _ = _walk(plain, start, end, inside=_COLUMNS, counted=_COLUMNS)
        _check(columns=len(columns))


def _check(*, tables: int = 0, counts: int = 0, columns: int = 0) -> None:
    if tables > limits.TABLES_PER_BATCH_MAX:
        raise BatchError("too-large", f"more than {limits.TABLES_PER_BATCH_MAX} tables")
    if counts > limits.RULE_COUNTS_PER_BATCH_MAX:
        raise BatchError("too-large", f"more than {limits.RULE_COUNTS_PER_BATCH_MAX} rule counts")
    if columns > limits.COLUMNS_PER_TABLE_MAX:
        raise BatchError(
            "too-large", f"more than {limits.COLUMNS_PER_TABLE_MAX} columns in a table"
        )


def _walk(
    data: bytes, at: int, end: int, *, inside: int, counted: int
) -> tuple[list[tuple[int, int]], int]:
    """Where the sub-messages of field `inside` lie, and how many there are of field `counted`."""
    found: list[tuple[int, int]] = []
    count = 0
    for _ in range(_FIELDS_MAX):
        if at == end:
            return found, count
        tag, at = _varint(data, at, end)
        wire_type = tag & 7
        if wire_type == _BYTES:
            length, at = _varint(data, at, end)
            if tag >> 3 == inside:
                found.append((at, at + length))
            count += tag >> 3 == counted
            at += length
        elif wire_type == _VARINT:
            _, at = _varint(data, at, end)
        elif wire_type == _FIXED64:
            at += 8
        elif wire_type == _FIXED32:
            at += 4
        else:
            raise BatchError("malformed", "a wire type that protobuf no longer has")
        if at > end:
            raise BatchError("malformed", "a length that points beyond the batch")
    raise BatchError("too-large", "more parts than a batch may have")


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise BatchError("malformed", "a number that is cut off or too long")
