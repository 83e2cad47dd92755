"""Receipts: pinned bytes, and a hash over everything that they bind."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from reticent_contract.batch import CHAIN_BEGINS, counts_sha256, receipt_of, receipt_sha256

VECTOR = Path(__file__).parents[1] / "vectors" / "receipts.json"
COUNTS = [
    ("log_line.message", "log_line.message", "redacted", 3),
    ("host.asset_tag", "deny-by-default", "dropped", 2**64 - 1),
    ("gerät.*", "spool-full", "overflow", 0),
]
FACTS: dict[str, object] = {
    "stream_id": bytes(range(16)),
    "seq": 7,
    "policy_version": 3,
    "policy_sha256": b"\x01" * 32,
    "rows": 100,
    "counts_sha256": b"\x02" * 32,
    "payload_sha256": b"\x03" * 32,
    "previous": b"\x04" * 32,
}


def test_the_bytes_are_pinned() -> None:
    """Laptops and servers of other versions compute the same; never change this vector."""
    pinned = json.loads(VECTOR.read_text())
    assert counts_sha256(COUNTS).hex() == pinned["counts"]
    assert counts_sha256([]).hex() == pinned["no_counts"]
    assert receipt_sha256(**FACTS).hex() == pinned["receipt"]  # type: ignore[arg-type]
    first = FACTS | {"seq": 1, "previous": CHAIN_BEGINS}
    assert receipt_sha256(**first).hex() == pinned["first_receipt"]  # type: ignore[arg-type]


@pytest.mark.parametrize("part", FACTS)
def test_every_part_counts(part: str) -> None:
    value = FACTS[part]
    other = value + 1 if isinstance(value, int) else bytes(len(value))  # type: ignore[arg-type]
    changed = FACTS | {part: other}
    assert receipt_sha256(**changed) != receipt_sha256(**FACTS)  # type: ignore[arg-type]


def test_the_order_of_counts_does_not_matter_and_their_borders_do() -> None:
    assert counts_sha256(COUNTS[::-1]) == counts_sha256(COUNTS)
    assert counts_sha256([("ab", "c", "kept", 1)]) != counts_sha256([("a", "bc", "kept", 1)])
    assert counts_sha256(COUNTS[:1]) != counts_sha256(COUNTS[:1] * 2)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("stream_id", b"short"),
        ("policy_sha256", b""),
        ("previous", b""),
        ("rows", 2**32),
        ("seq", -1),
        ("policy_version", 2**64),
    ],
)
def test_what_has_no_place_in_a_receipt_is_refused(part: str, value: object) -> None:
    with pytest.raises(ValueError):
        receipt_sha256(**(FACTS | {part: value}))  # type: ignore[arg-type]


def test_a_count_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError):
        counts_sha256([("f", "r", "kept", 2**64)])
    with pytest.raises(ValueError):
        counts_sha256([("f" * 70_000, "r", "kept", 1)])


def test_a_receipt_is_over_its_payload_and_counts() -> None:
    receipt = receipt_of(
        stream_id=bytes(16),
        seq=1,
        policy_version=1,
        policy_sha256=bytes(32),
        rows=2,
        payload=b"payload",
        counts=COUNTS,
        previous=CHAIN_BEGINS,
    )
    assert receipt.previous == CHAIN_BEGINS
    assert receipt.counts_sha256 == counts_sha256(COUNTS)
    assert receipt.sha256 == receipt_sha256(
        stream_id=bytes(16),
        seq=1,
        policy_version=1,
        policy_sha256=bytes(32),
        rows=2,
        counts_sha256=counts_sha256(COUNTS),
        payload_sha256=hashlib.sha256(b"payload").digest(),
        previous=CHAIN_BEGINS,
    )
