"""A batch has one room for what it unfolds to, on both sides."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from reticent_agent.spool import Spool
from reticent_contract import limits
from reticent_contract.batch import (
    BatchError,
    SpooledRow,
    decode_batch,
    encode_batch,
    row_bytes,
    row_problem,
)
from reticent_contract.v1 import telemetry_pb2
from support.batch_rows import ROWS, START_US, redacted

Batch, TableRows, Column = telemetry_pb2.Batch, telemetry_pb2.TableRows, telemetry_pb2.Column
ROWS_MAX = limits.BATCH_ROWS_MAX


def _refused(batch: telemetry_pb2.Batch, *, rows: int) -> BatchError:
    plain = batch.SerializeToString()
    payload = zstandard.ZstdCompressor().compress(plain)
    assert len(payload) < 4_096
    with pytest.raises(BatchError) as caught:
        decode_batch(payload, rows=rows, plain_bytes=len(plain))
    return caught.value


def _table(rows: int, *columns: telemetry_pb2.Column) -> telemetry_pb2.TableRows:
    return TableRows(table="os", event="snapshot", ts_delta_us=[1] * rows, columns=columns)


def test_one_long_text_in_every_row_is_refused_though_each_row_is_small_enough() -> None:
    text = Column(
        field="name", encoding=Column.ENCODING_TEXT, dictionary=["x" * 60_000], index=[0] * ROWS_MAX
    )
    assert _refused(Batch(tables=[_table(ROWS_MAX, text)]), rows=ROWS_MAX).reason == "too-large"


def test_tables_that_are_small_enough_each_are_refused_together() -> None:
    rows = ROWS_MAX // limits.TABLES_PER_BATCH_MAX
    text = Column(
        field="name", encoding=Column.ENCODING_TEXT, dictionary=["x" * 30_000], index=[0] * rows
    )
    tables = [_table(rows, text)] * limits.TABLES_PER_BATCH_MAX
    error = _refused(Batch(tables=tables), rows=rows * len(tables))
    assert error.reason == "too-large"


@pytest.mark.parametrize("encoding", [6, 7])
def test_millions_of_empty_elements_are_refused_before_they_become_objects(
    encoding: Any,
) -> None:
    rows, each = ROWS_MAX, limits.VALUE_LIST_MAX
    column = Column(
        field="locale", encoding=encoding, lengths=[each] * rows, index=[0] * (rows * each)
    )
    if encoding == 6:
        column.dictionary.append("")
    else:
        column.tokens, column.domain = b"t" * 16, "d"
    columns = []
    for number in range(8):
        column.field = f"locale{number}"
        columns.append(Column.FromString(column.SerializeToString()))
    batch = Batch(tables=[_table(rows, *columns)])
    tracemalloc.start()
    try:
        assert _refused(batch, rows=rows).reason == "too-large"
        assert tracemalloc.get_traced_memory()[1] < 30 << 20  # mostly the plain bytes, made here
    finally:
        tracemalloc.stop()


def test_more_lengths_than_rows_are_refused_before_they_become_objects() -> None:
    column = Column(
        field="locale",
        encoding=Column.ENCODING_TEXTS,
        dictionary=["a"],
        index=[0],
        lengths=[1] * 1_000_000,
    )
    assert _refused(Batch(tables=[_table(1, column)]), rows=1).reason == "malformed"


@pytest.mark.parametrize("extra", ["tables", "columns", "counts"])
def test_a_small_batch_has_the_same_bounds_as_a_large_one(extra: str) -> None:
    columns = [
        Column(field=f"f{n}", encoding=Column.ENCODING_INTEGER, integers=[1]) for n in range(65)
    ]
    count = telemetry_pb2.RuleCount(
        field="a.b", rule="r", outcome=telemetry_pb2.RuleCount.OUTCOME_KEPT, count=1
    )
    batch = {
        "tables": Batch(tables=[_table(1)] * (limits.TABLES_PER_BATCH_MAX + 1)),
        "columns": Batch(tables=[_table(1, *columns)]),
        "counts": Batch(rule_counts=[count] * (limits.RULE_COUNTS_PER_BATCH_MAX + 1)),
    }[extra]
    rows = sum(len(table.ts_delta_us) for table in batch.tables)
    assert _refused(batch, rows=rows).reason == "too-large"


@given(ROWS)
@settings(max_examples=200, deadline=None)
def test_both_sides_count_the_same(rows: list[SpooledRow]) -> None:
    encoded = encode_batch(rows)
    decoded = decode_batch(encoded.payload, rows=encoded.rows, plain_bytes=encoded.plain_bytes)
    assert decoded.unfolded_bytes == encoded.unfolded_bytes
    assert decoded.unfolded_bytes == sum(8 + row_bytes(row) for row in rows)


def test_what_is_sealed_never_unfolds_to_more_than_a_batch_may(tmp_path: Path) -> None:
    values: dict[str, Any] = {
        f"f{n}": ("",) * 250 for n in range(32)
    }  # 3 bytes on disk each, 8 unfolded
    row = SpooledRow("os", "snapshot", START_US, values)
    assert row_problem(row) is None
    rows = [redacted("os", "snapshot", **values) for _ in range(200)]
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    try:
        spool.append(rows, policy_version=1, policy_sha256=b"\x07" * 32)
        sealed = 0
        while (batch := spool.seal()) is not None:
            decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
            assert decoded.unfolded_bytes <= limits.BATCH_PLAIN_BYTES_MAX
            sealed += batch.rows
            spool.acknowledge(batch.seq)
        assert sealed == len(rows)
    finally:
        spool.close()
