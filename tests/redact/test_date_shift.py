"""date_shift: times move by whole days, alike for one person, and fail closed without one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import PolicyError, parse_policy, run_policy_tests
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.redact.actions.date_shift import shift_us
from reticent_contract.rows import Row

DAY_US = 86_400_000_000
BY_USER = {"seen_at": {"date_shift": {"by": "user_name", "days": 9}}}
T_US = 1_790_000_000_000_000


def _moved(plan: Plan, at_us: int, **values: str) -> int | None:
    redacted = plan.redact(Row("lab", "snapshot", 0, {"seen_at": at_us, **values}))
    if redacted is None:
        return None
    left = redacted.values["seen_at"]
    assert isinstance(left, int)
    return left - at_us


def test_all_times_of_one_person_move_alike_however_the_name_is_spelt(
    plan_of: Callable[..., Plan],
) -> None:
    plan = plan_of(BY_USER)
    shifts = {
        _moved(plan, T_US + i, user_name=n) for i, n in enumerate(("alice", " ALICE", "Alice"))
    }
    assert len(shifts) == 1
    people = {_moved(plan, T_US, user_name=f"user{i}") for i in range(200)}
    assert people == {days * DAY_US for days in range(-9, 10) if days}


@pytest.mark.parametrize("values", [{}, {"user_name": ""}, {"user_name": "   "}])
def test_a_time_of_nobody_does_not_leave_and_is_counted(
    plan_of: Callable[..., Plan], values: dict[str, str]
) -> None:
    plan = plan_of(BY_USER)
    assert _moved(plan, T_US, **values) is None
    counts = {(c.field, c.outcome) for c in plan.take_counts()}
    assert ("lab.seen_at", "failed") in counts


def test_a_name_of_the_wrong_type_is_nobody(plan_of: Callable[..., Plan]) -> None:
    row = Row("lab", "snapshot", 0, {"seen_at": T_US, "user_name": 7})
    assert plan_of(BY_USER).redact(row) is None


def test_without_a_person_the_laptop_has_one_shift_under_its_own_key(
    plan_of: Callable[..., Plan], policy_of: Callable[..., object], catalog: Catalog
) -> None:
    fields = {"seen_at": "date_shift"}
    plan = plan_of(fields)
    shift = _moved(plan, T_US)
    assert shift is not None
    assert _moved(plan, T_US + 5, user_name="alice") == shift
    others = {
        _moved(
            compile_plan(
                policy_of(fields),  # type: ignore[arg-type]  # the fixture's type is loose
                catalog=catalog,
                keys=KeyRing({3: b"f" * 32}, bytes([n]) * 32),
                own=OwnIdentifiers(catalog),
            ),
            T_US,
        )
        for n in range(20)
    }
    assert len(others) > 5


def test_another_epoch_moves_a_person_otherwise(
    policy_of: Callable[..., object], catalog: Catalog
) -> None:
    shifts = set()
    for epoch in range(1, 30):
        policy = policy_of(BY_USER, pseudonyms={"epoch": epoch})
        keys = KeyRing({epoch: b"f" * 32}, b"d" * 32)
        plan = compile_plan(
            policy,  # type: ignore[arg-type]  # as above
            catalog=catalog,
            keys=keys,
            own=OwnIdentifiers(catalog),
        )
        shifts.add(_moved(plan, T_US, user_name="alice"))
    assert len(shifts) > 5


def test_fields_of_a_link_group_share_the_shift(keys: KeyRing) -> None:
    same = keys.sub_key(scope="fleet", epoch=3, domain="person", use="date-shift")
    assert same != keys.sub_key(scope="fleet", epoch=3, domain="person")
    assert shift_us(same, "alice", days=30) == shift_us(same, "alice", days=30)


def test_the_person_need_not_leave(plan_of: Callable[..., Plan]) -> None:
    plan = plan_of({**BY_USER, "user_name": "drop"})
    redacted = plan.redact(Row("lab", "snapshot", 0, {"seen_at": T_US, "user_name": "alice"}))
    assert redacted is not None
    assert set(redacted.values) == {"seen_at"}


@settings(max_examples=200)
@given(
    at_us=st.integers(-(2**63), 2**63 - 1),
    later_us=st.integers(0, 10**15),
    name=st.text(max_size=20),
)
def test_the_output_is_never_the_input_and_keeps_order_and_distance(
    plan: Plan, at_us: int, later_us: int, name: str
) -> None:
    shift = _moved(plan, at_us, user_name=name)
    if shift is None:
        return
    assert shift != 0
    assert shift % DAY_US == 0
    assert abs(shift) <= 9 * DAY_US
    if at_us + later_us < 2**63:
        assert _moved(plan, at_us + later_us, user_name=name) in (shift, None)


@pytest.fixture(scope="module")
def plan(plan_of: Callable[..., Plan]) -> Plan:
    return plan_of(BY_USER)


@pytest.mark.parametrize(
    ("field", "parameters", "said"),
    [
        ("count", None, "date_shift takes a time"),
        ("serial", None, "known for it"),
        ("seen_at", {"by": "nobody"}, "is no field of lab"),
        ("seen_at", {"by": "serial"}, "holds no user name or e-mail of lab"),
        ("seen_at", {"by": "usr_name"}, "did you mean 'user_name'?"),
        ("seen_at", {"days": 0}, "from 1 to 3650"),
        ("seen_at", {"days": 3_651}, "from 1 to 3650"),
        ("seen_at", {"key": "x"}, "unknown parameter"),
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
        parse_policy(document({field: {"date_shift": parameters}}), catalog)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


@pytest.mark.parametrize(("rule", "fails"), [("date_shift", False), ("keep", True)])
def test_a_policys_test_may_expect_a_shifted_time(
    policy_of: Callable[..., object], catalog: Catalog, rule: str, fails: bool
) -> None:
    test = {
        "name": "times move",
        "given": {"lab.snapshot": {"seen_at": T_US}},
        "expect": {"seen_at": "<shifted>"},
    }
    policy = policy_of({"seen_at": rule}, tests=[test])
    assert bool(run_policy_tests(policy, catalog)) is fails  # type: ignore[arg-type]  # as above
