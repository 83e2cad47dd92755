"""seal: only the private key opens it, it never looks equal, and nothing passes for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy, PolicyError, parse_policy, run_policy_tests
from reticent_contract.redact import Admission, Plan
from reticent_contract.redact.actions import ACTIONS
from reticent_contract.redact.sealed import (
    PrivateKey,
    SealError,
    parse_seal_key,
    parse_sealed,
    seal_key_of,
    sealer,
    unseal,
)
from reticent_contract.rows import Row

X25519 = X25519PrivateKey.from_private_bytes(b"x" * 32)
P256 = ec.derive_private_key(7, ec.SECP256R1())
KEYS: dict[str, Any] = {"x25519": X25519, "p256": P256}
SEAL = {"key": str(seal_key_of(X25519))}


def _sealed(plan: Plan, field: str, value: object) -> object:
    redacted = plan.redact(Row("lab", "snapshot", 0, {field: value}))  # type: ignore[dict-item]
    return None if redacted is None else redacted.values.get(field)


@pytest.mark.parametrize("kind", KEYS)
@settings(max_examples=100)
@given(value=st.text(min_size=1, max_size=400))
def test_only_the_private_key_gives_the_value_back(
    plans: dict[str, Plan], kind: str, value: str
) -> None:
    """And the output never contains the input, unless that is no longer than four characters."""
    made = _sealed(plans[kind], "message", value)
    assert isinstance(made, str)
    assert unseal(made, KEYS[kind]) == value.encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )
    if len(value) > 4 and value not in "sealed:lab.message:":
        assert value not in made
    with pytest.raises(SealError):
        unseal(made, KEYS["p256" if kind == "x25519" else "x25519"])


@pytest.fixture(scope="module")
def plans(plan_of: Callable[..., Plan]) -> dict[str, Plan]:
    return {
        kind: plan_of(
            {"message": "seal", "tags": "seal", "serial": "seal"},
            seal={"key": str(seal_key_of(key))},
        )
        for kind, key in KEYS.items()
    }


def test_equal_values_do_not_look_equal_and_lengths_are_rough(plans: dict[str, Plan]) -> None:
    made = [_sealed(plans["x25519"], "serial", "PF3X9Z1K") for _ in range(50)]
    assert len(set(made)) == 50
    # No stretch of the encrypted part repeats either.
    parts = [str(text).rpartition(":")[2] for text in made]
    assert len({part[:22] for part in parts}) == len({part[-22:] for part in parts}) == 50
    lengths = {len(str(_sealed(plans["x25519"], "serial", "x" * n))) for n in range(1, 32)}
    assert len(lengths) == 1


def test_a_list_is_sealed_element_by_element(plans: dict[str, Plan]) -> None:
    made = _sealed(plans["p256"], "tags", ("a", "b"))
    assert isinstance(made, tuple)
    assert [unseal(str(element), P256) for element in made] == ["a", "b"]


def test_an_empty_value_has_nothing_to_seal(plans: dict[str, Plan]) -> None:
    assert _sealed(plans["x25519"], "serial", "") is None


def test_a_value_beyond_its_bound_is_cut_before_it_is_sealed(plans: dict[str, Plan]) -> None:
    made = _sealed(plans["x25519"], "serial", "word " * 100)
    opened = unseal(str(made), X25519)
    assert len(opened.encode()) <= 64
    assert opened.endswith("<cut>")


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_sealed_value_opens_under_its_own_field_only(key: PrivateKey) -> None:
    made = sealer(seal_key_of(key), "lab.serial")("PF3X9Z1K")
    with pytest.raises(SealError, match="is not of the field it names"):
        unseal(made.replace("lab.serial", "lab.message"), key)


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_changed_value_does_not_open(place: int) -> None:
    head, _, data = sealer(seal_key_of(X25519), "lab.serial")("PF3X9Z1K").rpartition(":")
    changed = bytearray(data.encode())
    changed[place] = ord("A") if changed[place] != ord("A") else ord("B")
    with pytest.raises(SealError):
        unseal(f"{head}:{changed.decode()}", X25519)


@pytest.mark.parametrize("text", ["", "PF3X9Z1K", "sealed:", "sealed:lab.serial:00:AAAA"])
def test_what_is_no_sealed_value_is_said_to_be_none(text: str) -> None:
    assert parse_sealed(text) is None
    with pytest.raises(SealError, match="no sealed value"):
        unseal(text, X25519)


@pytest.mark.parametrize(
    "text",
    ["", "x25519:", "x25519:AAAA", "p256:" + "A" * 87, "rsa:AAAA", str(seal_key_of(P256))[:-1]],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(SealError):
        parse_seal_key(text)


@pytest.mark.parametrize("rule", [name for name in ACTIONS if name not in ("seal", "drop")])
def test_raw_text_cannot_pass_for_a_sealed_value(plan_of: Callable[..., Plan], rule: str) -> None:
    parameters = {
        "mask": {"mask": {"keep_last": 8}},
        "truncate": {"truncate": {"characters": 1_000}},
        "generalise": {"generalise": {"to": "directory"}},
    }
    if rule in ("ip_prefix", "bucket", "date_shift"):
        return  # of other forms and types
    forged = sealer(seal_key_of(X25519), "lab.message")("forged") + "/x"
    for text in (forged, forged[:-2], forged.replace("s", "%73", 1), "\uff53" + forged[1:-2]):
        made = _sealed(plan_of({"message": parameters.get(rule, rule)}), "message", text)
        assert not isinstance(made, str) or parse_sealed(made) is None


@pytest.fixture(scope="module")
def admission(policy_of: Callable[..., Policy], catalog: Catalog) -> Admission:
    fields = {"serial": "seal", "tags": "seal", "message": "scan", "version": "keep"}
    return Admission(policy_of(fields, seal=SEAL), catalog)


def test_the_second_lock_admits_what_sealing_makes(
    admission: Admission, plans: dict[str, Plan]
) -> None:
    for value in ("x", "x" * 31, "x" * 32, "x" * 64):
        made = _sealed(plans["x25519"], "serial", value)
        assert isinstance(made, str)
        assert admission.value_problem("lab", "serial", made) is None
    assert admission.column_problem("lab", "snapshot", "serial", encoding="text") is None
    assert admission.column_problem("lab", "snapshot", "tags", encoding="texts") is None


def _of(key: PrivateKey, place: str, value: str) -> str:
    return sealer(seal_key_of(key), place)(value)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("serial", "PF3X9Z1K", "is not sealed"),
        ("serial", "sealed:lab.serial:0011223344556677:short", "is not sealed"),
        ("serial", _of(X25519, "lab.tags", "x"), "of another field"),
        ("serial", _of(P256, "lab.serial", "x"), "is sealed for key"),
        ("serial", _of(X25519, "lab.serial", "x" * 200), "of a size that sealing does not make"),
        ("message", _of(X25519, "lab.message", "x"), "the policy seals nothing there"),
        ("version", _of(X25519, "lab.version", "x")[:64], None),
        ("message", "sealed: the tender box", None),
    ],
    ids=[
        "clear",
        "short",
        "another field",
        "another key",
        "another size",
        "a field that is scanned",
        "a field that is kept",
        "words",
    ],
)
def test_the_second_lock_refuses_what_sealing_cannot_have_made(
    admission: Admission, field: str, value: str, said: str | None
) -> None:
    problem = admission.value_problem("lab", field, value)
    if said is None:
        assert problem is None
    else:
        assert problem is not None
        assert said in problem
        assert value not in problem


@pytest.mark.parametrize(
    ("fields", "more", "said"),
    [
        ({"serial": "seal"}, {}, "tables.lab.fields.serial: is to be sealed, but"),
        ({"count": "seal"}, {"seal": SEAL}, "seal takes text"),
        ({"serial": {"seal": {"key": "x"}}}, {"seal": SEAL}, "takes no parameters"),
        ({}, {"seal": {}}, "key is missing"),
        ({}, {"seal": {"key": "x25519:AAAA"}}, "seal.key: must be x25519: or p256:"),
        ({}, {"seal": {"key": 5}}, "must be text"),
        ({}, {"seal": {"private": "x"}}, "unknown key"),
    ],
)
def test_a_policy_that_cannot_seal_is_refused(
    document: Callable[..., dict[str, object]],
    catalog: Catalog,
    fields: dict[str, object],
    more: dict[str, object],
    said: str,
) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(document(fields, **more), catalog)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_a_policys_test_expects_a_sealed_value_by_kind(
    policy_of: Callable[..., Policy], catalog: Catalog
) -> None:
    test = {"name": "it", "given": {"lab.snapshot": {"serial": "PF3X", "tags": ["a"]}}}
    expect = {"serial": "<sealed>", "tags": ["<sealed>"]}
    policy = policy_of(
        {"serial": "seal", "tags": "seal"}, seal=SEAL, tests=[{**test, "expect": expect}]
    )
    assert run_policy_tests(policy, catalog) == []
