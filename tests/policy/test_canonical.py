"""Canonical bytes: pinned, stable, injective, and read back only where they are exact."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import (
    PolicyError,
    canonical_bytes,
    canonical_document,
    load_canonical,
)
from reticent_contract.policy.canonical import INTEGER_MAX

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors/policy/canonical.json").read_text(encoding="utf-8")
)
TEXT = st.text(max_size=12)
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), TEXT, st.integers(min_value=-INTEGER_MAX, max_value=INTEGER_MAX)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(TEXT, VALUES, max_size=5)


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_the_bytes_are_the_pinned_ones(vector: dict[str, object]) -> None:
    document = vector["document"]
    assert isinstance(document, dict)
    assert canonical_bytes(document).hex() == vector["hex"]
    assert canonical_document(bytes.fromhex(str(vector["hex"]))) == document


@given(DOCUMENTS)
def test_reading_and_writing_again_changes_nothing(document: dict[str, object]) -> None:
    data = canonical_bytes(document)
    assert canonical_document(data) == document
    assert canonical_bytes(dict(reversed(document.items()))) == data


def _typed(value: object) -> object:
    """`value` with its types: Python takes True and 1 for equal, JSON does not."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return (type(value).__name__, value)


@given(DOCUMENTS, DOCUMENTS)
def test_two_documents_have_the_same_bytes_only_where_they_are_equal(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert (canonical_bytes(one) == canonical_bytes(other)) == (_typed(one) == _typed(other))


def _deep(levels: int) -> dict[str, object]:
    return {"a": _deep(levels - 1)} if levels else {}


@pytest.mark.parametrize(
    "document",
    [
        {"a": 0.5},
        {"a": float("nan")},
        {"a": 2**53},
        {"a": -(2**53)},
        {"a": "\ud800"},
        {"\udfff": 1},
        {1: "a"},
        {"a": b"bytes"},
        {"a": {1, 2}},
        _deep(40),
        {"a": "x" * (600 << 10)},
    ],
    ids=range(11),
)
def test_what_canonical_json_cannot_say_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(PolicyError):
        canonical_bytes(document)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"1",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"a":' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"{}" + b" " * (600 << 10),
    ],
    ids=range(19),
)
def test_bytes_that_are_not_exactly_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(PolicyError):
        load_canonical(data, CATALOG)
    with pytest.raises(PolicyError):
        canonical_document(data)
