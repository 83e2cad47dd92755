"""Each way in which a payload can be wrong has its refusal, with a stable word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract import limits
from reticent_contract.batch import BatchError, SpooledRow, decode_batch, encode_batch
from reticent_contract.v1 import telemetry_pb2
from reticent_contract.v1.telemetry_pb2 import RuleCount
from support.batch_rows import ROWS, realistic

Batch, TableRows, Column = telemetry_pb2.Batch, telemetry_pb2.TableRows, telemetry_pb2.Column


def _pack(batch: telemetry_pb2.Batch) -> tuple[bytes, int]:
    plain = batch.SerializeToString()
    return zstandard.ZstdCompressor().compress(plain), len(plain)


def _refusal(payload: bytes, *, rows: int, plain_bytes: int) -> BatchError:
    with pytest.raises(BatchError) as caught:
        decode_batch(payload, rows=rows, plain_bytes=plain_bytes)
    return caught.value


def _of_table(table: telemetry_pb2.TableRows, *, rows: int) -> BatchError:
    payload, plain_bytes = _pack(Batch(tables=[table]))
    return _refusal(payload, rows=rows, plain_bytes=plain_bytes)


def _of_column(**column: Any) -> BatchError:
    """The refusal of a column in a table of two rows."""
    made = Column(**{"field": "name", **column})
    table = TableRows(table="os", event="snapshot", ts_delta_us=[1, 1], columns=[made])
    return _of_table(table, rows=2)


BAD_COLUMNS: dict[str, Callable[[], BatchError]] = {
    "no encoding": lambda: _of_column(dictionary=["a"], index=[0, 0]),
    "an encoding that does not exist": lambda: _of_column(encoding=99, integers=[1, 1]),
    "an index outside the dictionary": lambda: _of_column(
        encoding=Column.ENCODING_TEXT, dictionary=["a"], index=[0, 1]
    ),
    "too few indexes": lambda: _of_column(
        encoding=Column.ENCODING_TEXT, dictionary=["a"], index=[0]
    ),
    "a dictionary larger than its use": lambda: _of_column(
        encoding=Column.ENCODING_TEXT, dictionary=["a", "b", "c"], index=[0, 1]
    ),
    "too many integers": lambda: _of_column(encoding=Column.ENCODING_INTEGER, integers=[1, 1, 1]),
    "too few reals": lambda: _of_column(encoding=3, reals=[1.0]),
    "a boolean of 2": lambda: _of_column(encoding=4, integers=[0, 2]),
    "a token of 15 bytes": lambda: _of_column(
        encoding=5, tokens=b"x" * 15, index=[0, 0], domain="d"
    ),
    "a pseudonym without a domain": lambda: _of_column(encoding=5, tokens=b"x" * 16, index=[0, 0]),
    "a domain that cannot be printed": lambda: _of_column(
        encoding=5, tokens=b"x" * 16, index=[0, 0], domain="a\nb"
    ),
    "lengths that do not add up": lambda: _of_column(
        encoding=6, dictionary=["a"], index=[0], lengths=[1, 1]
    ),
    "an empty list": lambda: _of_column(encoding=6, dictionary=["a"], index=[0], lengths=[0, 1]),
    "a list that is too long": lambda: _of_column(
        encoding=6, dictionary=["a"], index=[0] * 258, lengths=[257, 1]
    ),
    "an absent row that does not exist": lambda: _of_column(
        encoding=Column.ENCODING_INTEGER, integers=[1], absent_delta=[2]
    ),
    "an absent row twice": lambda: _of_column(
        encoding=Column.ENCODING_INTEGER, absent_delta=[1, 0]
    ),
    "a column without any value": lambda: _of_column(
        encoding=Column.ENCODING_INTEGER, absent_delta=[0, 1]
    ),
    "integers in a text column": lambda: _of_column(
        encoding=Column.ENCODING_TEXT, dictionary=["a"], index=[0, 0], integers=[1]
    ),
    "a domain in a text column": lambda: _of_column(
        encoding=Column.ENCODING_TEXT, dictionary=["a"], index=[0, 0], domain="d"
    ),
    "a field whose name is none": lambda: _of_column(
        field="a b", encoding=Column.ENCODING_INTEGER, integers=[1, 1]
    ),
}


@pytest.mark.parametrize("case", BAD_COLUMNS)
def test_a_column_is_refused_with(case: str) -> None:
    assert BAD_COLUMNS[case]().reason == "malformed"


def test_a_column_that_stands_twice_is_refused() -> None:
    column = Column(field="name", encoding=Column.ENCODING_INTEGER, integers=[1])
    table = TableRows(table="os", event="snapshot", ts_delta_us=[1], columns=[column, column])
    assert "os.name stands twice" in _of_table(table, rows=1).detail


@pytest.mark.parametrize("ts", [-1, limits.TS_US_MAX + 1])
def test_a_time_before_1970_or_after_2100_is_refused(ts: int) -> None:
    assert _of_table(TableRows(table="os", event="x", ts_delta_us=[ts]), rows=1).reason == (
        "malformed"
    )


def test_a_table_without_rows_is_refused() -> None:
    assert _of_table(TableRows(table="os", event="snapshot"), rows=0).reason == "malformed"


def test_a_wrong_number_of_rows_is_refused() -> None:
    encoded = encode_batch(realistic(10))
    error = _refusal(encoded.payload, rows=9, plain_bytes=encoded.plain_bytes)
    assert error.reason == "malformed"


def test_a_rule_count_of_nothing_is_refused() -> None:
    for count in (
        RuleCount(field="a.b", rule="r", outcome=RuleCount.OUTCOME_UNSPECIFIED, count=1),
        RuleCount(field="a.b", rule="r", outcome=RuleCount.Outcome.ValueType(9), count=1),
        RuleCount(field="a.b", rule="r", outcome=RuleCount.OUTCOME_KEPT, count=0),
        RuleCount(field="", rule="r", outcome=RuleCount.OUTCOME_KEPT, count=1),
        RuleCount(field="a.b", rule="r\n", outcome=RuleCount.OUTCOME_KEPT, count=1),
    ):
        payload, plain_bytes = _pack(Batch(rule_counts=[count]))
        assert _refusal(payload, rows=0, plain_bytes=plain_bytes).reason == "malformed"


def test_bad_utf_8_is_refused_without_its_bytes() -> None:
    encoded = encode_batch([SpooledRow("os", "snapshot", 1, {"name": "secretx"})])
    plain = zstandard.ZstdDecompressor().decompress(encoded.payload)
    broken = plain.replace(b"secretx", b"secret\xff")
    payload = zstandard.ZstdCompressor().compress(broken)
    error = _refusal(payload, rows=1, plain_bytes=len(broken))
    assert error.reason == "malformed"
    assert "secret" not in str(error)


def test_a_payload_cut_anywhere_is_refused() -> None:
    encoded = encode_batch(realistic(20))
    for end in range(0, len(encoded.payload), 7):
        error = _refusal(encoded.payload[:end], rows=20, plain_bytes=encoded.plain_bytes)
        assert error.reason == "malformed"


def test_bytes_after_the_frame_are_refused() -> None:
    encoded = encode_batch(realistic(5))
    for more in (b"x", encoded.payload):
        error = _refusal(encoded.payload + more, rows=5, plain_bytes=encoded.plain_bytes)
        assert error.reason == "malformed"


def test_a_zip_bomb_is_refused_by_what_it_admits_and_by_what_it_hides() -> None:
    honest = zstandard.ZstdCompressor().compress(b"\0" * (64 << 20))
    assert _refusal(honest, rows=1, plain_bytes=64 << 20).reason == "too-large"
    assert _refusal(honest, rows=1, plain_bytes=100).reason == "malformed"
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(b"\0" * (64 << 20))
    assert _refusal(silent, rows=1, plain_bytes=100).reason == "malformed"


def test_a_million_empty_tables_are_refused_before_protobuf_sees_them() -> None:
    plain = b"\x0a\x00" * 1_000_000
    payload = zstandard.ZstdCompressor().compress(plain)
    assert _refusal(payload, rows=0, plain_bytes=len(plain)).reason == "too-large"


def test_a_small_entry_that_unfolds_a_thousandfold_is_refused() -> None:
    rows = 1_000
    columns = [
        Column(
            field=f"f{i}",
            encoding=Column.ENCODING_TEXT,
            dictionary=["x" * 60_000],
            index=[0] * rows,
        )
        for i in range(3)
    ]
    table = TableRows(table="os", event="snapshot", ts_delta_us=[1] * rows, columns=columns)
    assert _of_table(table, rows=rows).reason == "too-large"


def test_more_than_the_bounds_is_refused() -> None:
    table = TableRows(table="os", event="snapshot", ts_delta_us=[1])
    too_many_tables = Batch(tables=[table] * (limits.TABLES_PER_BATCH_MAX + 1))
    columns = [
        Column(field=f"f{i}", encoding=Column.ENCODING_INTEGER, integers=[1]) for i in range(65)
    ]
    too_many_columns = Batch(
        tables=[TableRows(table="os", event="x", ts_delta_us=[1], columns=columns)]
    )
    count = RuleCount(field="a.b", rule="r", outcome=RuleCount.OUTCOME_KEPT, count=1)
    too_many_counts = Batch(rule_counts=[count] * (limits.RULE_COUNTS_PER_BATCH_MAX + 1))
    for batch in (too_many_tables, too_many_columns, too_many_counts):
        payload, plain_bytes = _pack(batch)
        assert _refusal(payload, rows=1, plain_bytes=plain_bytes).reason == "too-large"
    assert _refusal(b"", rows=limits.BATCH_ROWS_MAX + 1, plain_bytes=0).reason == "too-large"
    large = b"x" * (limits.BATCH_BYTES_MAX + 1)
    assert _refusal(large, rows=1, plain_bytes=1).reason == "too-large"


def _survives(payload: bytes, rows: int, plain_bytes: int) -> None:
    """Is refused, or decodes to what the frame says within the bounds; no other exception."""
    reason = ""
    try:
        decoded = decode_batch(payload, rows=rows, plain_bytes=plain_bytes)
    except BatchError as error:
        reason = error.reason
    if reason:
        assert reason in ("malformed", "too-large")
        return
    times = [ts_us for table in decoded.tables for ts_us in table.ts_us]
    assert len(times) == rows
    assert all(0 <= ts_us <= limits.TS_US_MAX for ts_us in times)
    assert 8 * rows <= decoded.unfolded_bytes <= limits.BATCH_PLAIN_BYTES_MAX


@given(st.binary(max_size=400), st.integers(0, 1_200), st.integers(0, 1 << 24))
@settings(max_examples=200, deadline=None)
def test_random_bytes_raise_nothing_but_a_batch_error(
    payload: bytes, rows: int, plain_bytes: int
) -> None:
    _survives(payload, rows, plain_bytes)
    packed = zstandard.ZstdCompressor().compress(payload)
    _survives(packed, rows, len(payload))


@given(ROWS, st.data())
@settings(max_examples=300, deadline=None)
def test_mutated_payloads_raise_nothing_but_a_batch_error(
    rows: list[SpooledRow], data: st.DataObject
) -> None:
    encoded = encode_batch(rows)
    plain = bytearray(zstandard.ZstdDecompressor().decompress(encoded.payload))
    for _ in range(data.draw(st.integers(1, 4))):
        if plain:
            at = data.draw(st.integers(0, len(plain) - 1))
            plain[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    packed = zstandard.ZstdCompressor().compress(bytes(plain))
    _survives(packed, len(rows), len(plain))
    frame = bytearray(encoded.payload)
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))
    _survives(bytes(frame), len(rows), encoded.plain_bytes)
