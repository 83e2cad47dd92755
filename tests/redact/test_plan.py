"""The plan: deny by default, every value counted once, one maker of redacted rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy, PolicyError
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.rows import Pseudonym, Row

ROOT = Path(__file__).parents[2]
RULES = {
    "version": "keep",
    "count": "keep",
    "serial": "pseudonymise",
    "user_name": "count_only",
    "address": "ip_prefix",
    "addresses": "ip_prefix",
    "message": {"scan": {"ipv4": "drop_value"}},
    "mac": {"drop": None, "rule": "no-macs"},
}


def _counts(plan: Plan) -> dict[tuple[str, str, str], int]:
    return {(c.field, c.rule, c.outcome): c.count for c in plan.take_counts()}


def test_a_field_without_a_rule_is_dropped_and_counted(plan_of: Callable[..., Plan]) -> None:
    plan = plan_of(RULES)
    row = plan.redact(Row("lab", "snapshot", 5, {"version": "1", "path": "/x", "password": "p"}))
    assert row is not None
    assert (dict(row.values), row.kind, row.ts_us) == ({"version": "1"}, "lab.snapshot", 5)
    assert _counts(plan) == {
        ("lab.version", "lab.version", "kept"): 1,
        ("lab.path", "deny-by-default", "dropped"): 1,
        ("lab.password", "credential", "dropped"): 1,
    }


def test_a_row_of_which_nothing_is_left_is_none_unless_it_is_counted(
    plan_of: Callable[..., Plan],
) -> None:
    plan = plan_of(RULES)
    assert plan.redact(Row("lab", "snapshot", 0, {"path": "/x"})) is None
    assert plan.redact(Row("lab", "snapshot", 0, {})) is None
    counted = plan.redact(Row("lab", "snapshot", 0, {"user_name": "alice"}))
    assert counted is not None
    assert dict(counted.values) == {}


@pytest.mark.parametrize(
    ("table", "event", "field", "count"),
    [
        ("nowhere", "snapshot", "version", ("nowhere.*", "table-not-in-policy", "dropped")),
        ("lab", "exploded", "version", ("lab.*", "event-not-in-catalog", "dropped")),
        ("lab", "snapshot", "nothing", ("lab.*", "field-not-in-catalog", "dropped")),
    ],
)
def test_what_is_unknown_never_leaves_and_is_counted_once(
    plan_of: Callable[..., Plan], table: str, event: str, field: str, count: tuple[str, str, str]
) -> None:
    plan = plan_of(RULES)
    assert plan.redact(Row(table, event, 0, {field: "secret"})) is None
    assert _counts(plan) == {count: 1}
    assert _counts(plan) == {}


def test_a_table_that_needs_consent_yields_nothing_until_it_is_given(
    document: Callable[..., dict[str, object]], catalog: Catalog, keys: KeyRing
) -> None:
    from reticent_contract.policy import parse_policy

    raw = document({"version": "keep"})
    raw["tables"]["lab"]["consent"] = "required"  # type: ignore[index]  # a document is plain data
    policy = parse_policy(raw, catalog)
    row = Row("lab", "snapshot", 0, {"version": "1"})
    own = OwnIdentifiers(catalog)
    without = compile_plan(policy, catalog=catalog, keys=keys, own=own)
    assert without.redact(row) is None
    assert _counts(without) == {("lab.*", "consent-not-given", "dropped"): 1}
    given_ = compile_plan(policy, catalog=catalog, keys=keys, own=own, consented=frozenset({"lab"}))
    assert given_.redact(row) is not None


def test_the_authors_rule_id_is_what_counts_show(plan_of: Callable[..., Plan]) -> None:
    plan = plan_of(RULES)
    plan.redact(Row("lab", "snapshot", 0, {"mac": "00:11:22:33:44:55"}))
    assert _counts(plan) == {("lab.mac", "no-macs", "dropped"): 1}


def test_the_priority_is_the_policys_or_the_catalogs(
    plan_of: Callable[..., Plan],
    document: Callable[..., dict[str, object]],
    catalog: Catalog,
    keys: KeyRing,
) -> None:
    from reticent_contract.policy import parse_policy

    raw = document({"version": "keep"})
    raw["tables"]["lab"]["priority"] = 3  # type: ignore[index]  # a document is plain data
    plan = compile_plan(
        parse_policy(raw, catalog), catalog=catalog, keys=keys, own=OwnIdentifiers(catalog)
    )
    row = Row("lab", "snapshot", 0, {"version": "1"})
    first, second = plan.redact(row), plan_of({"version": "keep"}).redact(row)
    assert first is not None
    assert second is not None
    assert (first.priority, second.priority) == (3, 50)


def test_without_the_epochs_key_there_is_no_plan(
    policy_of: Callable[..., Policy], catalog: Catalog
) -> None:
    own = OwnIdentifiers(catalog)
    keys = KeyRing({1: b"x" * 32}, b"d" * 32)
    with pytest.raises(PolicyError, match="epoch 3 is not here"):
        compile_plan(policy_of({"serial": "pseudonymise"}), catalog=catalog, keys=keys, own=own)


def test_away_from_the_laptop_its_own_pseudonyms_fail_and_are_counted(
    policy_of: Callable[..., Policy], catalog: Catalog
) -> None:
    policy = policy_of(
        {
            "serial": {"pseudonymise": {"scope": "device"}},
            "message": {"scan": {"email": {"pseudonymise": {"scope": "device"}}}},
            "version": "keep",
        }
    )
    own = OwnIdentifiers(catalog)
    plan = compile_plan(policy, catalog=catalog, keys=KeyRing({3: b"f" * 32}, None), own=own)
    said = {"serial": "S-1", "message": "from ada@example.com", "version": "1"}
    row = plan.redact(Row("lab", "snapshot", 0, said))
    assert row is not None
    assert dict(row.values) == {"message": "from <email>", "version": "1"}
    counted = {(count.field, count.outcome) for count in plan.take_counts()}
    assert ("lab.serial", "failed") in counted


def test_keys_appear_in_no_repr_and_have_one_size() -> None:
    keys = KeyRing({1: b"x" * 32}, b"d" * 32)
    assert repr(keys) == "KeyRing(epochs=[1])"
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing({1: b"short"}, b"d" * 32)


VALUES = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.booleans(),
    st.floats(),
    st.none(),
    st.lists(st.text(max_size=10), max_size=4).map(tuple),
    st.lists(st.integers(), max_size=2).map(tuple),
    st.binary(max_size=4),
)
NAMES = st.sampled_from([*RULES, "path", "flag", "share", "seen_at", "tags", "password", "nothing"])


@pytest.fixture(scope="module")
def one_plan(plan_of: Callable[..., Plan]) -> Plan:
    return plan_of(RULES)


@settings(max_examples=400, deadline=None)
@given(values=st.dictionaries(NAMES, VALUES, max_size=8))
def test_every_value_ends_in_exactly_one_count(one_plan: Plan, values: dict[str, object]) -> None:
    one_plan.take_counts()
    row = one_plan.redact(Row("lab", "snapshot", 0, values))  # type: ignore[arg-type]  # any value
    # A list counts by element; where a field takes none, the list is one value.
    due = sum(
        len(v) if isinstance(v, tuple) and k in ("addresses", "tags") else 1
        for k, v in values.items()
    )
    counts = one_plan.take_counts()
    assert sum(c.count for c in counts) == due
    assert all(c.outcome in ("kept", "redacted", "dropped", "failed") for c in counts)
    if row is not None:
        assert set(row.values) <= set(RULES) - {"mac", "user_name"}


@settings(max_examples=200, deadline=None)
@given(values=st.dictionaries(NAMES, VALUES, max_size=8))
def test_explain_says_what_redact_does_and_counts_nothing(
    one_plan: Plan, values: dict[str, object]
) -> None:
    raw = Row("lab", "snapshot", 0, values)  # type: ignore[arg-type]  # any value
    row = one_plan.redact(raw)
    one_plan.take_counts()
    verdicts = one_plan.explain(raw)
    assert one_plan.take_counts() == ()
    assert [v.field for v in verdicts] == [f"lab.{name}" for name in values]
    left = {v.field.partition(".")[2]: v.after for v in verdicts if v.after is not None}
    expected = {} if row is None else dict(row.values)
    assert repr(left) == repr(expected)


def test_a_verdict_shows_no_value_in_its_repr(plan_of: Callable[..., Plan]) -> None:
    (verdict,) = plan_of(RULES).explain(Row("lab", "snapshot", 0, {"serial": "PF3X9Z1K"}))
    assert (verdict.rule, verdict.action, verdict.outcome) == (
        "lab.serial",
        "pseudonymise",
        "redacted",
    )
    assert isinstance(verdict.after, Pseudonym)
    assert "PF3X9Z1K" not in repr(verdict)


def test_only_the_plan_asks_for_the_key_to_redacted_rows() -> None:
    asking = {
        str(path.relative_to(ROOT))
        for side in ("agent", "proto", "server")
        for path in (ROOT / side).rglob("*.py")
        if re.search(
            r"\bredaction_key\(\)|\b_KEY\b.*rows|import.*\bredaction_key\b", path.read_text()
        )
    }
    assert asking - {"proto/reticent_contract/rows.py"} == {
        "proto/reticent_contract/redact/plan.py"
    }


def test_what_lies_below_the_plan_does_not_know_policies() -> None:
    redact = ROOT / "proto/reticent_contract/redact"
    below = [*redact.glob("actions/*.py"), *redact.glob("detectors/*.py")]
    below += [
        redact / f"{name}.py"
        for name in ("forms", "keys", "own", "own_matcher", "scanner", "text", "tokens")
    ]
    assert len(below) > 40
    for path in below:
        assert "reticent_contract.policy" not in path.read_text(), path.name
