"""Signing a policy, and the check that stands between a received policy and its activation.

Signature: Ed25519 (RFC 8032) over the domain label below followed by the canonical bytes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import POLICY_BYTES_MAX
from reticent_contract.policy.canonical import canonical_bytes, canonical_document
from reticent_contract.policy.carried import run_policy_tests
from reticent_contract.policy.errors import AlreadyInForceError, NotYetValidError, PolicyError
from reticent_contract.policy.model import Policy
from reticent_contract.policy.parse import parse_policy
from reticent_contract.v1.policy_pb2 import SignedPolicy

SIGNATURE_LABEL = b"reticent-policy-v1\n"
_ASK = "ask the administrator to publish it again"


def sign_policy(document: Mapping[str, object], private_key: Ed25519PrivateKey) -> SignedPolicy:
    """PolicyError where the document has no canonical form or no version.

    The caller owes: `parse_policy` and `run_policy_tests` before it signs. A signature says who
    published a policy, not that it is a good one.
    """
    canonical = canonical_bytes(document)
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        _refuse("the policy cannot be signed", "it has no version", step="give it one, from 1 on")
    return SignedPolicy(
        canonical_json=canonical,
        signature=private_key.sign(SIGNATURE_LABEL + canonical),
        sha256=hashlib.sha256(canonical).digest(),
        version=version,
    )


def verify_signed(
    signed: SignedPolicy,
    *,
    public_key: bytes,
    now_s: int,
    version_in_force: int,
    catalog: Catalog,
    sha256_in_force: bytes | None = None,
    group: str | None = None,
) -> Policy:
    """The policy, fit to be put in force. Raises PolicyError, and then nothing has changed.

    1. Its size is bounded, before anything looks at it.
    2. `sha256` is the hash of the bytes.
    3. The signature is the organisation's (`public_key`: 32 raw bytes of Ed25519).
    4. The bytes are canonical: read and written again they are the same.
    5. It parses: this catalog and this version of the language know all of it.
    6. Where it names a device group, that is `group`: the policy of one group must not run on
       another's laptops. One that names none is for all (the default group's; every old one).
    7. The version it is announced under is its own, and newer than `version_in_force`. The same
       version with the hash `sha256_in_force` raises `AlreadyInForceError`: nothing to do. The
       same version with another hash is refused: a version is published once.
    8. `not_before` and `expires` hold at `now_s` (seconds since 1970), give or take one day for a
       laptop whose clock is off (`limits.POLICY_CLOCK_TOLERANCE_S`). One whose first day is still
       to come raises `NotYetValidError`.
    9. The tests it carries pass.

    The caller owes: public key and group from enrolment, not from the connection;
    `version_in_force` from storage that survives a restart, raised before the policy is used; to
    check `Policy.time_problem` again while it runs; and for the copy it stored itself (at start)
    `version_in_force=policy's own version - 1`, because that one is in force already.
    """
    canonical = signed.canonical_json
    if len(canonical) > POLICY_BYTES_MAX:  # 1
        _refuse("the policy is too large", f"{len(canonical)} bytes, {POLICY_BYTES_MAX} allowed")
    if not hmac.compare_digest(hashlib.sha256(canonical).digest(), signed.sha256):  # 2
        _refuse(
            "the policy arrived damaged", "its hash does not match its bytes", step="fetch it again"
        )
    try:  # 3
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            signed.signature, SIGNATURE_LABEL + canonical
        )
    except (InvalidSignature, ValueError):
        _refuse("the policy's signature is wrong", "it is not signed by this organisation's key")
    document = canonical_document(canonical)  # 4
    policy = parse_policy(document, catalog)  # 5
    if policy.group is not None and group is not None and policy.group != group:  # 6
        _refuse(
            f"policy {policy.version} was refused",
            "it is for another device group than this laptop's",
            step="publish one for this laptop's group, or enrol the laptop into the other",
        )
    if signed.version != policy.version:  # 7
        _refuse("the policy is announced under another version than its own", "")
    if policy.version == version_in_force and sha256_in_force == policy.sha256:
        raise AlreadyInForceError(
            f"policy {policy.version} is in force already", next_step="nothing needs to be done"
        )
    if policy.version <= version_in_force:
        _refuse(
            f"policy {policy.version} was refused",
            f"version {version_in_force} is in force and an agent never goes back",
            step="publish it under a higher version",
        )
    if policy.is_early(now_s):  # 8
        raise NotYetValidError(policy.version, policy.not_before_s)
    if (problem := policy.time_problem(now_s)) is not None:
        _refuse(
            f"policy {policy.version} was refused", problem, step="check its dates and the clock"
        )
    if failed := run_policy_tests(policy, catalog):  # 9
        raise PolicyError(
            f"policy {policy.version} was refused, its own tests fail",
            failed,
            next_step="correct the rule or the test and sign it again",
        )
    return policy


def _refuse(happened: str, why: str, *, step: str = _ASK) -> NoReturn:
    raise PolicyError(happened, [why] if why else (), next_step=step)
