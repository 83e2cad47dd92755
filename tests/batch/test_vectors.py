"""The bytes on the wire are pinned: a change here breaks agents that are out there.

`tests/vectors/batch/NAME.plain` is the serialised Batch before compression (compressors may choose
other bytes), `NAME.json` what it decodes to. New vectors are added, none is ever changed.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import zstandard
from reticent_contract.batch import BatchCount, SpooledRow, decode_batch, encode_batch, rows_of
from reticent_contract.rows import Pseudonym
from support.batch_rows import START_US, realistic

VECTORS = Path(__file__).parents[1] / "vectors" / "batch"
TOKEN = Pseudonym("disk.serial", 3, bytes(range(16)))

INPUTS: dict[str, tuple[list[SpooledRow], list[BatchCount]]] = {
    "empty": ([], []),
    "every_encoding": (
        [
            SpooledRow(
                "disk",
                "snapshot",
                START_US,
                {
                    "name": "sda",
                    "size_bytes": -(2**63),
                    "share": 0.25,
                    "removable": True,
                    "serial": TOKEN,
                    "paths": ("a", "b", "a"),
                    "wwids": (TOKEN, TOKEN),
                },
            ),
            SpooledRow("disk", "snapshot", START_US - 5, {"name": "sdb", "size_bytes": 2**63 - 1}),
            SpooledRow("disk", "removed", START_US + 7, {"name": "sda", "removable": False}),
        ],
        [BatchCount(field="disk.serial", rule="disk.serial", outcome="redacted", count=2)],
    ),
    "hundred_rows": (realistic(100), []),
}


def _document(payload: bytes, *, rows: int, plain_bytes: int) -> object:
    decoded = decode_batch(payload, rows=rows, plain_bytes=plain_bytes)
    document = {
        "rows": list(rows_of(decoded)),
        "counts": [[c.field, c.rule, c.outcome, c.count] for c in decoded.counts],
    }
    return json.loads(json.dumps(document, default=lambda p: [p.domain, p.epoch, p.token.hex()]))


@pytest.mark.parametrize("name", INPUTS)
def test_rows_are_encoded_to_the_pinned_bytes(name: str) -> None:
    rows, counts = INPUTS[name]
    payload = encode_batch(rows, counts).payload
    plain = zstandard.ZstdDecompressor().decompress(payload)
    assert plain == (VECTORS / f"{name}.plain").read_bytes()


@pytest.mark.parametrize("name", INPUTS)
def test_pinned_bytes_are_decoded_to_the_pinned_rows(name: str) -> None:
    plain = (VECTORS / f"{name}.plain").read_bytes()
    expected = json.loads((VECTORS / f"{name}.json").read_text())
    payload = zstandard.ZstdCompressor().compress(plain)
    rows = len(expected["rows"])
    assert _document(payload, rows=rows, plain_bytes=len(plain)) == expected


def test_every_vector_is_tested() -> None:
    assert {path.stem for path in VECTORS.iterdir()} == set(INPUTS)
