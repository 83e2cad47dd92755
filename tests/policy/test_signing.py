"""The numbered steps of verify_signed, one by one, and the pinned signature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.catalog import CATALOG
from reticent_contract.limits import POLICY_BYTES_MAX
from reticent_contract.policy import (
    AlreadyInForceError,
    Policy,
    PolicyError,
    sign_policy,
    verify_signed,
)
from reticent_contract.v1.policy_pb2 import SignedPolicy

DAY_S = 86_400
NOW_S = 1_798_761_600  # 2027-01-01
VECTORS = Path(__file__).parents[1] / "vectors/policy"
Verify = Callable[..., Policy]
Put = Callable[[dict[str, object], str, object], None]


@pytest.fixture
def verify(public_key: bytes) -> Verify:
    def check(signed: SignedPolicy, **changes: object) -> Policy:
        given = {"public_key": public_key, "now_s": NOW_S, "version_in_force": 0} | changes
        return verify_signed(signed, catalog=CATALOG, **given)  # type: ignore[arg-type]

    return check


@pytest.fixture
def signed(document: dict[str, object], private_key: Ed25519PrivateKey) -> SignedPolicy:
    return sign_policy(document, private_key)


def _resigned(signed: SignedPolicy, data: bytes, key: Ed25519PrivateKey) -> SignedPolicy:
    """`data` under a right hash and a right signature."""
    return SignedPolicy(
        canonical_json=data,
        signature=key.sign(b"reticent-policy-v1\n" + data),
        sha256=hashlib.sha256(data).digest(),
        version=signed.version,
    )


def test_the_signature_is_the_pinned_one(private_key: Ed25519PrivateKey) -> None:
    vector = json.loads((VECTORS / "signature.json").read_text(encoding="utf-8"))
    signed = sign_policy(vector["document"], private_key)
    assert private_key.private_bytes_raw().hex() == vector["private_key"]
    assert signed.canonical_json.decode() == vector["canonical"]
    assert signed.signature.hex() == vector["signature"]
    assert signed.sha256.hex() == vector["sha256"]
    assert signed.SerializeToString(deterministic=True).hex() == vector["signed_policy"]


def test_a_policy_that_was_signed_is_verified(verify: Verify, signed: SignedPolicy) -> None:
    policy = verify(signed)
    assert policy.version == signed.version == 1
    assert policy.sha256 == signed.sha256


def test_step_1_a_policy_beyond_its_bound_is_refused_unread(
    verify: Verify, signed: SignedPolicy
) -> None:
    signed.canonical_json = b" " * (POLICY_BYTES_MAX + 1)
    with pytest.raises(PolicyError, match="too large"):
        verify(signed)


def test_step_2_a_damaged_policy_is_refused(verify: Verify, signed: SignedPolicy) -> None:
    signed.canonical_json = signed.canonical_json[:-1]
    with pytest.raises(PolicyError, match="arrived damaged"):
        verify(signed)


@pytest.mark.parametrize("what", ["signature", "text", "label", "other key", "short key", "empty"])
def test_step_3_a_signature_that_is_not_the_organisations_is_refused(
    verify: Verify,
    signed: SignedPolicy,
    document: dict[str, object],
    private_key: Ed25519PrivateKey,
    what: str,
) -> None:
    changes: dict[str, object] = {}
    if what == "signature":
        signed.signature = bytes([signed.signature[0] ^ 1]) + signed.signature[1:]
    elif what == "text":
        signed.canonical_json = signed.canonical_json.replace(b'"drop"', b'"keep"', 1)
        signed.sha256 = hashlib.sha256(signed.canonical_json).digest()
    elif what == "label":
        signed.signature = private_key.sign(signed.canonical_json)
    elif what == "other key":
        signed = sign_policy(document, Ed25519PrivateKey.from_private_bytes(b"o" * 32))
    elif what == "short key":
        changes["public_key"] = b"short"
    else:
        signed.signature = b""
    with pytest.raises(PolicyError, match="signature is wrong"):
        verify(signed, **changes)


def test_step_4_signed_bytes_that_are_not_canonical_are_refused(
    verify: Verify, signed: SignedPolicy, private_key: Ed25519PrivateKey
) -> None:
    spaced = json.dumps(json.loads(signed.canonical_json)).encode()
    with pytest.raises(PolicyError, match="not the canonical ones"):
        verify(_resigned(signed, spaced, private_key))


def test_step_5_a_signed_policy_that_is_not_understood_is_refused(
    verify: Verify, document: dict[str, object], put: Put, private_key: Ed25519PrivateKey
) -> None:
    put(document, "tables/os/fields/version", "shred")
    with pytest.raises(PolicyError, match="unknown action 'shred'"):
        verify(sign_policy(document, private_key))


def test_step_6_an_agent_never_goes_back(verify: Verify, signed: SignedPolicy) -> None:
    for in_force in (1, 2, 2**53 - 1):
        with pytest.raises(PolicyError, match="never goes back") as refused:
            verify(signed, version_in_force=in_force)
        assert not isinstance(refused.value, AlreadyInForceError)


def test_step_6_the_same_policy_again_is_told_apart_from_another_of_its_version(
    verify: Verify, signed: SignedPolicy
) -> None:
    with pytest.raises(AlreadyInForceError, match="in force already"):
        verify(signed, version_in_force=1, sha256_in_force=signed.sha256)
    with pytest.raises(PolicyError, match="never goes back"):
        verify(signed, version_in_force=1, sha256_in_force=b"o" * 32)


def test_step_6_a_version_that_is_announced_wrongly_is_refused(
    verify: Verify, signed: SignedPolicy
) -> None:
    signed.version = 9
    with pytest.raises(PolicyError, match="announced under another version"):
        verify(signed, version_in_force=5)


@pytest.mark.parametrize(
    ("key", "date", "now_s", "accepted"),
    [
        ("not_before", "2027-01-01", NOW_S, True),
        ("not_before", "2027-01-01", NOW_S - DAY_S, True),
        ("not_before", "2027-01-01", NOW_S - DAY_S - 1, False),
        ("expires", "2027-01-01", NOW_S - 1, True),
        ("expires", "2027-01-01", NOW_S + DAY_S - 1, True),
        ("expires", "2027-01-01", NOW_S + DAY_S, False),
    ],
)
def test_step_7_the_dates_hold_give_or_take_a_day(
    verify: Verify,
    document: dict[str, object],
    private_key: Ed25519PrivateKey,
    key: str,
    date: str,
    now_s: int,
    accepted: bool,
) -> None:
    document[key] = date
    signed = sign_policy(document, private_key)
    if accepted:
        assert verify(signed, now_s=now_s).time_problem(now_s) is None
    else:
        with pytest.raises(PolicyError, match=key):
            verify(signed, now_s=now_s)


def test_step_8_a_policy_whose_own_tests_fail_is_refused(
    verify: Verify, document: dict[str, object], put: Put, private_key: Ed25519PrivateKey
) -> None:
    put(document, "tables/host/fields/system_serial", "keep")
    with pytest.raises(PolicyError, match="its own tests fail") as refused:
        verify(sign_policy(document, private_key))
    assert "PF3X9Z1K" not in str(refused.value)


@pytest.mark.parametrize("version", [None, "1", True, 0, -1])
def test_what_has_no_version_is_not_signed(
    document: dict[str, object], private_key: Ed25519PrivateKey, version: object
) -> None:
    document["version"] = version
    with pytest.raises(PolicyError, match="cannot be signed"):
        sign_policy(document, private_key)
