"""Rows to columns to bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reticent_contract import limits
from reticent_contract.batch import zstd
from reticent_contract.batch.model import ENTRY_BYTES_MIN, BatchRow, CountLike, EncodedBatch
from reticent_contract.rows import Pseudonym, RedactedValue
from reticent_contract.v1 import telemetry_pb2

_Column = telemetry_pb2.Column
# (encoding, domain, epoch): values that may stand in one column.
_Shape = tuple["_Column.Encoding.ValueType", str, int]

_SCALARS: Mapping[type, _Shape] = {
    str: (_Column.ENCODING_TEXT, "", 0),
    int: (_Column.ENCODING_INTEGER, "", 0),
    float: (_Column.ENCODING_REAL, "", 0),
    bool: (_Column.ENCODING_BOOLEAN, "", 0),
}
_OUTCOMES = {
    "kept": telemetry_pb2.RuleCount.OUTCOME_KEPT,
    "redacted": telemetry_pb2.RuleCount.OUTCOME_REDACTED,
    "dropped": telemetry_pb2.RuleCount.OUTCOME_DROPPED,
    "failed": telemetry_pb2.RuleCount.OUTCOME_FAILED,
    "overflow": telemetry_pb2.RuleCount.OUTCOME_OVERFLOW,
}
_INT64 = 1 << 63


class _Values:
    """One column while it fills."""

    __slots__ = ("rows", "shape", "values")

    def __init__(self, shape: _Shape) -> None:
        self.shape = shape
        self.rows: list[int] = []
        self.values: list[RedactedValue] = []


class _Group:
    """Rows of one table and event whose fields have one shape each."""

    __slots__ = ("columns", "ts_us")

    def __init__(self) -> None:
        self.ts_us: list[int] = []
        self.columns: dict[str, _Values] = {}

    def add(self, row: BatchRow, shapes: list[tuple[str, _Shape, RedactedValue]]) -> bool:
        """False where a field has another shape here; then nothing was added."""
        columns = self.columns
        if any(f in columns and columns[f].shape != shape for f, shape, _ in shapes):
            return False
        number = len(self.ts_us)
        self.ts_us.append(row.ts_us)
        for field, shape, value in shapes:
            column = columns.get(field)
            if column is None:
                column = columns[field] = _Values(shape)
            column.rows.append(number)
            column.values.append(value)
        return True


def encode_batch(rows: Sequence[BatchRow], counts: Sequence[CountLike] = ()) -> EncodedBatch:
    """One payload. Rows must have passed `row_problem`; ValueError where one had not.

    The caller keeps to BATCH_ROWS_MAX and splits where the payload is above BATCH_BYTES_MAX:
    only sealing knows which rows it may leave for the next batch.
    """
    groups: dict[tuple[str, str], list[_Group]] = {}
    for row in rows:
        shapes = [(f, _shape(v), v) for f, v in row.values.items() if v != ()]
        same = groups.setdefault((row.table, row.event), [])
        if not any(group.add(row, shapes) for group in same):
            same.append(_Group())
            same[-1].add(row, shapes)
    batch = telemetry_pb2.Batch(
        tables=[
            _table(table, event, group) for (table, event), same in groups.items() for group in same
        ],
        rule_counts=[
            telemetry_pb2.RuleCount(
                field=c.field, rule=c.rule, outcome=_OUTCOMES[c.outcome], count=c.count
            )
            for c in counts
        ],
    )
    plain = batch.SerializeToString(deterministic=True)
    return EncodedBatch(
        payload=zstd.compress(plain),
        plain_bytes=len(plain),
        rows=len(rows),
        unfolded_bytes=sum(ENTRY_BYTES_MIN + row_bytes(row) for row in rows),
    )


def row_problem(row: BatchRow) -> str | None:
    """Why this row cannot be encoded, without its values; None where it can."""
    if not 0 <= row.ts_us <= limits.TS_US_MAX:
        return "the time is outside 1970 to 2100"
    if len(row.values) > limits.COLUMNS_PER_TABLE_MAX:
        return "too many fields"
    for field, value in row.values.items():
        try:
            _shape(value)
        except ValueError as error:
            return f"{field}: {error}"
        if type(value) is int and not -_INT64 <= value < _INT64:
            return f"{field}: an integer above 64 bits"
        if type(value) is tuple and len(value) > limits.VALUE_LIST_MAX:
            return f"{field}: a list of more than {limits.VALUE_LIST_MAX} elements"
    if row_bytes(row) > limits.ROW_BYTES_MAX:
        return f"a row of more than {limits.ROW_BYTES_MAX} bytes"
    return None


def row_bytes(row: BatchRow) -> int:
    """Bytes of a row's values as text in UTF-8, 8 a number, 16 a token; 8 a value at least."""
    return sum(_value_bytes(value) for value in row.values.values())


def _value_bytes(value: RedactedValue) -> int:
    if isinstance(value, str):
        size = len(value) if value.isascii() else len(value.encode("utf-8", "replace"))
        return max(ENTRY_BYTES_MIN, size)
    if isinstance(value, tuple):
        return sum(_value_bytes(element) for element in value)
    return 16 if isinstance(value, Pseudonym) else ENTRY_BYTES_MIN


def _shape(value: RedactedValue) -> _Shape:
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar
    if type(value) is Pseudonym:
        return (_Column.ENCODING_PSEUDONYM, value.domain, value.epoch)
    if type(value) is tuple:
        kinds = {_shape(element) for element in value}
        if not kinds or kinds == {_SCALARS[str]}:
            return (_Column.ENCODING_TEXTS, "", 0)
        if len(kinds) == 1:
            (encoding, domain, epoch) = kinds.pop()
            if encoding == _Column.ENCODING_PSEUDONYM:
                return (_Column.ENCODING_PSEUDONYMS, domain, epoch)
        raise ValueError("a list that mixes types, domains or epochs")
    raise ValueError(f"values of type {type(value).__name__} are not sent")


def _table(table: str, event: str, group: _Group) -> telemetry_pb2.TableRows:
    count = len(group.ts_us)
    return telemetry_pb2.TableRows(
        table=table,
        event=event,
        ts_delta_us=_differences(group.ts_us),
        columns=[_column(field, group.columns[field], count) for field in sorted(group.columns)],
    )


def _column(field: str, column: _Values, count: int) -> telemetry_pb2.Column:
    encoding, domain, epoch = column.shape
    values = column.values
    made = _Column(field=field, encoding=encoding, domain=domain, epoch=epoch)
    if len(column.rows) != count:
        present = set(column.rows)
        made.absent_delta.extend(_differences([i for i in range(count) if i not in present]))
    if encoding == _Column.ENCODING_INTEGER:
        made.integers.extend(_differences(values))  # type: ignore[arg-type]  # the shape says int
    elif encoding == _Column.ENCODING_BOOLEAN:
        made.integers.extend(map(int, values))  # type: ignore[arg-type]  # the shape says bool
    elif encoding == _Column.ENCODING_REAL:
        made.reals.extend(values)  # type: ignore[arg-type]  # the shape says float
    else:
        if encoding in (_Column.ENCODING_TEXTS, _Column.ENCODING_PSEUDONYMS):
            made.lengths.extend([len(v) for v in values])  # type: ignore[arg-type]  # tuples
            values = [element for v in values for element in v]  # type: ignore[union-attr]  # same
        places: dict[RedactedValue, int] = {}
        made.index.extend([places.setdefault(v, len(places)) for v in values])
        if encoding in (_Column.ENCODING_PSEUDONYM, _Column.ENCODING_PSEUDONYMS):
            made.tokens = b"".join([p.token for p in places])  # type: ignore[union-attr]  # same
        else:
            made.dictionary.extend(places)  # type: ignore[arg-type]  # the shape says str
    return made


def _differences(numbers: Sequence[int]) -> list[int]:
    """The first, then the differences, each wrapped into 64 signed bits."""
    before = 0
    out = []
    for number in numbers:
        difference = number - before
        if not -_INT64 <= difference < _INT64:
            difference = (difference + _INT64) % (2 * _INT64) - _INT64
        out.append(difference)
        before = number
    return out
