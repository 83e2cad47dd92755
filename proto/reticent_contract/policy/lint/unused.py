"""Lints for what a policy has beside its tables, and what nothing in them uses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from reticent_contract.policy.lint.model import Context, Spot
from reticent_contract.policy.lint.places import scans_of, written_rules
from reticent_contract.redact.actions import Seal
from reticent_contract.redact.allow import read_allowed
from reticent_contract.redact.findings import findings

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_ADVICE = "leave it out"


def unused_seal_key(context: Context) -> Iterator[Spot]:
    rules = written_rules(context.policy, context.catalog)
    if context.policy.seal_key is not None and not any(
        isinstance(written.rule.action, Seal) for written in rules
    ):
        yield Spot(
            ("seal",),
            "seal names a key, and no rule seals anything to it",
            "seal a field, or leave the key out",
        )


def dead_exceptions(context: Context) -> Iterator[Spot]:
    """Only what is certain: whether a word is taken may depend on those around it."""
    given = context.policy.document.get("allow", [])
    if not isinstance(given, list) or not given:
        return
    scanning = any(True for _ in scans_of(context.policy, context.catalog))
    read = [read_allowed(str(text))[0] for text in given]
    for i, one in enumerate(read):
        why = "" if scanning else "nothing in the policy is scanned, so nothing needs an exception"
        if not why:
            why = _needless(one) or _covered(i, one, read, given)
        if why:
            yield Spot(("allow", i), f"the exception {given[i]} has no effect: {why}", _ADVICE)


def _needless(one: str | _Network | None) -> str:
    """Addresses need no word beside them, so those that are not found alone never are."""
    if isinstance(one, str) or one is None:
        return ""
    if one.is_loopback or (one.num_addresses == 1 and not findings(str(one.network_address))):
        return "no detector takes such an address"
    return ""


def _covered(
    i: int, one: str | _Network | None, read: list[str | _Network | None], given: list[object]
) -> str:
    for j, other in enumerate(read):
        same = one == other and j < i
        if same or (j != i and one != other and _is_within(one, other)):
            return f"{given[j]} covers it"
    return ""


def _is_within(one: str | _Network | None, other: str | _Network | None) -> bool:
    if isinstance(one, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return one.subnet_of(other)
    if isinstance(one, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network):
        return one.subnet_of(other)
    return False
