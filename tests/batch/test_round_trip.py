"""What was encoded comes back, whatever the rows are."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from hypothesis import given, settings
from reticent_contract.batch import (
    BatchCount,
    SpooledRow,
    decode_batch,
    encode_batch,
    row_bytes,
    row_problem,
    rows_of,
)
from reticent_contract.rows import Pseudonym
from support.batch_rows import COUNTS, ROWS, START_US, realistic


def _back(rows: list[SpooledRow], counts: list[BatchCount] | None = None) -> list[SpooledRow]:
    encoded = encode_batch(rows, counts or [])
    decoded = decode_batch(encoded.payload, rows=encoded.rows, plain_bytes=encoded.plain_bytes)
    return [SpooledRow(**cast("Any", row)) for row in rows_of(decoded)]


def _multiset(rows: list[SpooledRow]) -> Counter[str]:
    return Counter(repr((r.table, r.event, r.ts_us, sorted(r.values.items()))) for r in rows)


@given(ROWS, COUNTS)
@settings(max_examples=150, deadline=None)
def test_rows_and_counts_come_back_as_they_were(
    rows: list[SpooledRow], counts: list[BatchCount]
) -> None:
    encoded = encode_batch(rows, counts)
    decoded = decode_batch(encoded.payload, rows=encoded.rows, plain_bytes=encoded.plain_bytes)
    back = [SpooledRow(**cast("Any", row)) for row in rows_of(decoded)]
    assert _multiset(back) == _multiset(rows)
    assert [(c.field, c.rule, c.count) for c in decoded.counts] == [
        (c.field, c.rule, c.count) for c in counts
    ]


def test_rows_of_one_table_keep_their_order() -> None:
    rows = [row for row in realistic(200) if row.table == "log_line"]
    assert [row.ts_us for row in _back(rows)] == [row.ts_us for row in rows]


def test_an_integer_at_either_end_of_64_bits_survives_the_differences() -> None:
    numbers = [2**63 - 1, -(2**63), 0, -1, 2**63 - 1]
    rows = [SpooledRow("disk", "snapshot", START_US, {"size_bytes": n}) for n in numbers]
    assert [row.values["size_bytes"] for row in _back(rows)] == numbers


def test_a_field_with_two_types_becomes_two_groups() -> None:
    rows = [
        SpooledRow("os", "snapshot", START_US, {"version": "12"}),
        SpooledRow("os", "snapshot", START_US, {"version": 12}),
        SpooledRow("os", "snapshot", START_US, {"version": Pseudonym("os.version", 1, b"x" * 16)}),
    ]
    encoded = encode_batch(rows)
    decoded = decode_batch(encoded.payload, rows=3, plain_bytes=encoded.plain_bytes)
    assert [t.columns[0].encoding for t in decoded.tables] == ["text", "integer", "pseudonym"]
    assert _multiset(_back(rows)) == _multiset(rows)


def test_an_empty_list_is_absent() -> None:
    row = SpooledRow("network_interface", "snapshot", START_US, {"name": "lo", "ip_addresses": ()})
    assert _back([row])[0].values == {"name": "lo"}


def test_a_batch_of_counts_alone_has_no_rows() -> None:
    count = BatchCount(field="session.*", rule="spool-full", outcome="overflow", count=7)
    encoded = encode_batch([], [count])
    decoded = decode_batch(encoded.payload, rows=0, plain_bytes=encoded.plain_bytes)
    assert decoded.tables == []
    assert decoded.counts[0].count == 7


def test_what_cannot_be_sent_is_told_without_its_value() -> None:
    secret = "made-up-secret"
    token = Pseudonym("host", 1, b"x" * 16)
    problems = [
        row_problem(SpooledRow("os", "snapshot", at, cast("Any", values)))
        for at, values in [
            (-1, {"name": secret}),
            (START_US, {"name": (secret, token)}),
            (START_US, {"name": 2**63}),
            (START_US, {"name": (secret,) * 257}),
            (START_US, {"name": secret * 10_000}),
            (START_US, {"name": None}),
            (START_US, {f"field{i}": secret for i in range(65)}),
        ]
    ]
    assert all(problem is not None for problem in problems)
    assert secret not in " ".join(problem or "" for problem in problems)


def test_the_size_of_a_row_counts_utf_8() -> None:
    values: dict[str, Any] = {"name": "é" * 9, "build": 1, "locale": ("a", "b" * 11)}
    row = SpooledRow("os", "snapshot", START_US, values)
    assert row_bytes(row) == 18 + 8 + (8 + 11)  # a value is never less than 8
