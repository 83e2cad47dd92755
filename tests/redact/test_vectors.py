"""(policy, keys, row) -> row, pinned: what another implementation could be checked with.

tests/vectors/redact/rows.json: `policy` is a document over the real catalog, `epoch_keys` and
`device_key` are hex. Each case has a raw row, what the laptop had learned before, and the redacted
values: text and numbers as they are, pseudonyms in their written form with the laptop's half.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.redact import (
    KeyRing,
    OwnIdentifiers,
    Plan,
    compile_plan,
    pseudonym_text,
    second_half,
)
from reticent_contract.rows import Pseudonym, Row

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors/redact/rows.json").read_text(encoding="utf-8")
)


def _row(raw: dict[str, object]) -> Row:
    ((kind, values),) = raw.items()
    table, _, event = kind.partition(".")
    assert isinstance(values, dict)
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Row(table, event, 0, fields)


def _written(value: object) -> object:
    if isinstance(value, Pseudonym):
        return pseudonym_text(value.domain, value.epoch, value.token)
    if isinstance(value, tuple):
        return [_written(element) for element in value]
    return value


def _plan(learned: list[dict[str, object]]) -> Plan:
    keys = KeyRing(
        {int(epoch): bytes.fromhex(key) for epoch, key in VECTORS["epoch_keys"].items()},
        bytes.fromhex(VECTORS["device_key"]),
    )
    own = OwnIdentifiers(CATALOG)
    for raw in learned:
        own.learn(_row(raw))
    return compile_plan(
        parse_policy(VECTORS["policy"], CATALOG), catalog=CATALOG, keys=keys, own=own
    )


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[c["name"] for c in VECTORS["cases"]])
def test_a_row_is_redacted_as_pinned(case: dict[str, object]) -> None:
    learned, given = case.get("learned", []), case["given"]
    assert isinstance(learned, list)
    assert isinstance(given, dict)
    plan = _plan(learned)
    row = plan.redact(_row(given))
    values = None if row is None else {name: _written(v) for name, v in row.values.items()}
    assert values == case["redacted"]
    counts = sorted([c.field, c.rule, c.outcome, c.count] for c in plan.take_counts())
    assert counts == case["counts"]


@pytest.mark.parametrize("vector", VECTORS["second_halves"], ids=range(3))
def test_the_second_half_is_as_pinned(vector: dict[str, object]) -> None:
    made = second_half(
        bytes.fromhex(str(vector["server_key"])),
        str(vector["domain"]),
        int(str(vector["epoch"])),
        bytes.fromhex(str(vector["token"])),
    )
    assert made.hex() == vector["second_half"]
