"""What is not of its field's type, is beyond a bound or a credential does not leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import VALUE_LIST_MAX
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.redact import Admission, KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.rows import Row, Value

KEPT = {"count": "keep", "tags": "keep", "version": "keep"}


def left(plan: Plan, **values: Value) -> tuple[dict[str, object], dict[str, int]]:
    """What of a row leaves, and how many values had which outcome."""
    row = plan.redact(Row("lab", "snapshot", 0, values))
    outcomes: dict[str, int] = {}
    for one in plan.take_counts():
        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + one.count
    return {} if row is None else dict(row.values), outcomes


@pytest.mark.parametrize("value", [True, False, 1.0, "1", (1,), None, 2**63, -(2**63) - 1])
def test_what_is_no_integer_of_64_bits_fails_where_one_is_due(
    plan_of: Callable[..., Plan], value: Value
) -> None:
    assert left(plan_of(KEPT), count=value) == ({}, {"failed": 1})


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 0])
def test_the_largest_and_smallest_integers_are_kept(
    plan_of: Callable[..., Plan], value: int
) -> None:
    assert left(plan_of(KEPT), count=value) == ({"count": value}, {"kept": 1})


def test_an_element_that_is_no_text_is_left_out_and_counted(plan_of: Callable[..., Plan]) -> None:
    told = left(plan_of(KEPT), tags=("a", 7, "b", None))  # type: ignore[arg-type]
    assert told == ({"tags": ("a", "b")}, {"kept": 2, "failed": 2})


def test_of_a_list_beyond_its_bound_the_rest_is_left_out_and_counted(
    plan_of: Callable[..., Plan],
) -> None:
    tags = tuple(f"t{number}" for number in range(VALUE_LIST_MAX + 3))
    assert left(plan_of(KEPT), tags=tags) == (
        {"tags": tags[:VALUE_LIST_MAX]},
        {"kept": VALUE_LIST_MAX, "failed": 3},
    )


def test_a_credential_leaves_under_no_rule_and_is_admitted_under_none(
    policy_of: Callable[..., Policy], catalog: Catalog, keys: KeyRing
) -> None:
    """Reading the policy refuses such a rule; both locks hold against one that came in past it."""
    policy = policy_of(KEPT)
    lab = policy.tables["lab"]
    with_rule = replace(lab, rules={**lab.rules, "password": lab.rules["version"]})
    policy = replace(policy, tables={**policy.tables, "lab": with_rule})
    plan = compile_plan(policy, catalog=catalog, keys=keys, own=OwnIdentifiers(catalog))
    assert left(plan, password="p", version="1") == ({"version": "1"}, {"dropped": 1, "kept": 1})
    admission = Admission(policy, catalog)
    assert admission.column_problem("lab", "snapshot", "version", encoding="text") is None
    said = "the policy lets nothing of lab.password out"
    assert admission.column_problem("lab", "snapshot", "password", encoding="text") == said
    assert admission.value_problem("lab", "password", "p") == said


def test_the_consent_to_one_table_is_none_to_another(
    document: Callable[..., dict[str, object]], catalog: Catalog, keys: KeyRing
) -> None:
    raw = document(KEPT)
    raw["tables"]["lab"]["consent"] = "required"  # type: ignore[index]  # a document is plain data
    policy = parse_policy(raw, catalog)
    for consented, leaves in (({"visit"}, False), ({"visit", "lab"}, True)):
        plan = compile_plan(
            policy,
            catalog=catalog,
            keys=keys,
            own=OwnIdentifiers(catalog),
            consented=frozenset(consented),
        )
        assert bool(left(plan, version="1")[0]) is leaves
