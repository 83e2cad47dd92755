"""What the detectors find in the labelled set is not in what leaves under the default policy."""

from __future__ import annotations

import pytest
from accuracy.cases import Case
from accuracy.made import made_cases
from accuracy.ours import ours
from accuracy.traps import traps
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.rows import Row
from reticent_server.policies.yaml_source import load_yaml


@pytest.fixture(scope="module")
def plan() -> Plan:
    policy = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
    keys = KeyRing({1: b"k" * 32}, b"d" * 32)
    return compile_plan(policy, catalog=CATALOG, keys=keys, own=OwnIdentifiers(CATALOG))


def found_whole(case: Case) -> list[str]:
    """The labelled values that one finding covers and that stand nowhere else in the text."""
    found = ours(case)
    values = []
    for span in case.spans:
        value = case.text[span.start : span.end]
        covered = any(start <= span.start and span.end <= end for start, end, _ in found)
        if covered and case.text.count(value) == 1:
            values.append(value)
    return values


def test_what_is_found_does_not_leave(plan: Plan):
    kept = []
    values = 0
    for case in (*made_cases(), *traps()):
        if case.laptop:
            continue  # the plan here has learned nothing of that laptop
        row = plan.redact(Row("log_line", "line", 0, {"message": case.text}))
        leaves = "" if row is None else str(row.values.get("message", ""))
        for value in found_whole(case):
            values += 1
            # A whole network stays one: 2001:db8:1::/48 announced.
            if value in leaves and f"{value}/" not in leaves:
                kept.append((case.family, value))
    assert kept == []
    assert values > 8_000
