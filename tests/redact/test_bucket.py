"""bucket: a number or a time as the lower bound of the range it lies in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy, PolicyError, parse_policy
from reticent_contract.redact import Admission, Plan
from reticent_contract.rows import Row

RedactOne = Callable[..., object]
MINUTE_US, DAY_US = 60_000_000, 86_400_000_000
MONDAY_US = 4 * DAY_US  # 1970-01-05
EDGES = {"bounds": [-5, 0, 18, 65]}


@pytest.mark.parametrize(
    ("field", "parameters", "value", "lower"),
    [
        ("count", {"width": 10}, 37, 30),
        ("count", {"width": 10}, 30, 30),
        ("count", {"width": 10}, -1, -10),
        ("count", EDGES, 64, 18),
        ("count", EDGES, 65, 65),
        ("count", EDGES, 10**9, 65),
        ("count", EDGES, -6, None),
        ("share", {"width": 2}, 3.99, 2.0),
        ("share", {"width": 2}, -0.5, -2.0),
        ("share", {"width": 2}, 3, 2.0),
        ("share", EDGES, 17.999, 0.0),
        ("share", {"width": 2}, float("nan"), None),
        ("share", {"width": 2}, float("inf"), None),
        ("share", {"width": 2}, 1e300, None),
        ("count", {"width": 7}, -(2**63), None),
        ("seen_at", {"to": "minute"}, 5 * MINUTE_US + 1, 5 * MINUTE_US),
        ("seen_at", {"to": "hour"}, 61 * MINUTE_US, 60 * MINUTE_US),
        ("seen_at", {"to": "day"}, DAY_US - 1, 0),
        ("seen_at", {"to": "week"}, MONDAY_US, MONDAY_US),
        ("seen_at", {"to": "week"}, MONDAY_US - 1, MONDAY_US - 7 * DAY_US),
    ],
)
def test_the_lower_bound_stands_for_the_value(
    redact_one: RedactOne, field: str, parameters: object, value: object, lower: object
) -> None:
    made = redact_one(field, {"bucket": parameters}, value)
    assert made == lower
    assert type(made) is type(lower)


@pytest.mark.parametrize(
    ("field", "parameters", "said"),
    [
        ("count", None, "needs one of"),
        ("count", {"width": 10, "to": "day"}, "needs one of"),
        ("count", {"width": 1}, "from 2"),
        ("count", {"to": "day"}, "bucket to day takes a time"),
        ("seen_at", {"width": 10}, "takes a number"),
        ("seen_at", {"to": "month"}, "must be one of minute, hour, day, week"),
        ("serial", {"width": 10}, "known for it: count_only, drop, keep, mask"),
        ("flag", {"width": 10}, "known for it: count_only, drop, keep)"),
        ("count", {"bounds": [3, 3]}, "must ascend"),
        ("count", {"bounds": []}, "at least one"),
        ("count", {"bounds": ["3"]}, "whole number"),
        ("count", {"bounds": list(range(257))}, "at most 256"),
    ],
)
def test_what_does_not_fit_is_refused_when_the_policy_is_read(
    document: Callable[..., dict[str, object]],
    catalog: Catalog,
    field: str,
    parameters: object,
    said: str,
) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(document({field: {"bucket": parameters}}), catalog)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


@pytest.fixture(scope="module")
def plan(plan_of: Callable[..., Plan]) -> Plan:
    fields = {"count": {"bucket": {"width": 10}}, "share": {"bucket": {"width": 10}}}
    return plan_of({**fields, "seen_at": {"bucket": {"to": "week"}}})


@pytest.fixture(scope="module")
def admission(policy_of: Callable[..., Policy], catalog: Catalog) -> Admission:
    fields = {"count": {"bucket": {"width": 10}}, "share": {"bucket": {"width": 10}}}
    return Admission(policy_of({**fields, "seen_at": {"bucket": {"to": "week"}}}), catalog)


@given(
    field=st.sampled_from(["count", "seen_at", "share"]),
    value=st.integers(-(2**63), 2**63 - 1),
    fraction=st.floats(allow_nan=True, allow_infinity=True),
)
def test_all_values_of_a_bucket_leave_alike_and_the_second_lock_knows_them(
    plan: Plan, admission: Admission, field: str, value: int, fraction: float
) -> None:
    """Carve-out: a value that is a lower bound itself leaves as it is."""
    raw = fraction if field == "share" else value
    redacted = plan.redact(Row("lab", "snapshot", 0, {field: raw}))
    if redacted is None:
        return
    left = redacted.values[field]
    assert isinstance(left, int | float)
    span = 7 * DAY_US if field == "seen_at" else 10
    assert left <= raw < left + span or abs(raw) > 2**53
    assert admission.value_problem("lab", field, left) is None
    again = plan.redact(Row("lab", "snapshot", 0, {field: left}))
    assert again is not None
    assert again.values[field] == left


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("count", 37),
        ("count", True),
        ("count", 30.0),
        ("count", "30"),
        ("share", 3.5),
        ("share", float("nan")),
        ("seen_at", MONDAY_US + 1),
    ],
)
def test_a_value_inside_a_bucket_is_refused_by_the_second_lock(
    admission: Admission, field: str, value: float
) -> None:
    assert admission.value_problem("lab", field, value) is not None
