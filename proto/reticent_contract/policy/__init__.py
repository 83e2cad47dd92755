"""The policy: what may leave the laptops, in a language that is read aloud.

Enters: a document (from YAML, or canonical bytes with a signature). Leaves: a `Policy`.
Must hold: what is not understood is refused, and whatever was in force stays in force.
"""

from __future__ import annotations

from reticent_contract.policy.canonical import canonical_bytes, canonical_document
from reticent_contract.policy.carried import failures_with_values, run_policy_tests
from reticent_contract.policy.errors import (
    WAITS,
    AlreadyInForceError,
    NotYetValidError,
    PolicyError,
)
from reticent_contract.policy.model import CarriedTest, Policy, Rule, TablePolicy
from reticent_contract.policy.parse import load_canonical, parse_policy
from reticent_contract.policy.publishable import unpublishable
from reticent_contract.policy.signing import sign_policy, verify_signed


def default_policy_yaml() -> str:
    """The policy that a new server starts with: YAML with comments that teach the language."""
    from importlib.resources import files  # only a server asks; agents need not carry it

    return files("reticent_contract.policy").joinpath("default.yaml").read_text(encoding="utf-8")


__all__ = [
    "WAITS",
    "AlreadyInForceError",
    "CarriedTest",
    "NotYetValidError",
    "Policy",
    "PolicyError",
    "Rule",
    "TablePolicy",
    "canonical_bytes",
    "canonical_document",
    "default_policy_yaml",
    "failures_with_values",
    "load_canonical",
    "parse_policy",
    "run_policy_tests",
    "sign_policy",
    "unpublishable",
    "verify_signed",
]
