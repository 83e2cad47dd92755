"""The examples that bucket and seal show do what they say, over the real catalog."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy, run_policy_tests
from reticent_contract.redact.actions import Bucket, Seal
from reticent_contract.redact.actions.usage import Example
from reticent_contract.redact.sealed import seal_key_of

EXAMPLES = (*Bucket.usage.examples, *Seal.usage.examples)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_does_what_it_says(example: Example) -> None:
    table, _, field = example.at.partition(".")
    kind = f"{table}.{CATALOG.tables[table].events[0]}"
    expect = {} if example.becomes is None else {field: example.becomes}
    document = {
        "language": 1,
        "version": 1,
        "purpose": "to be read",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1},
        "seal": {"key": str(seal_key_of(X25519PrivateKey.generate()))},
        "tables": {table: {"retention_days": 1, "fields": {field: example.rule}}},
        "tests": [{"name": "it", "given": {kind: {field: example.given}}, "expect": expect}],
    }
    assert run_policy_tests(parse_policy(document, CATALOG), CATALOG) == []
