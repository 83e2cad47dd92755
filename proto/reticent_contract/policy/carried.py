"""The tests a policy carries: an agent activates no policy whose tests fail.

They run under fixed keys, so a pseudonym is expected by kind and not by value: `<pseudonym>` for a
field, `<pn:DOMAIN>` inside scanned text, `<sealed>` for a sealed value, `<shifted>` for a time that
was moved. What fails is named by test and field; the test's values
are the author's own, yet they are not repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import re2

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy.model import CarriedTest, Policy
from reticent_contract.redact.sealed import parse_sealed
from reticent_contract.rows import Pseudonym

if TYPE_CHECKING:
    from reticent_contract.redact import Plan

PSEUDONYM, SEALED, SHIFTED = "<pseudonym>", "<sealed>", "<shifted>"
_TOKEN = re2.compile(r"<pn:([a-z0-9_.-]+):[0-9]+:[A-Za-z0-9_-]{22}>")
_FLEET_KEY, _DEVICE_KEY = b"\x01" * 32, b"\x02" * 32


def run_policy_tests(policy: Policy, catalog: Catalog) -> list[str]:
    """What fails, empty where all pass. No I/O; bounded by the limits on a policy."""
    return [
        f"test {i + 1} ({test.name!r}): {problem}"
        for i, test in enumerate(policy.tests)
        for problem in problems_of(policy, catalog, test)
    ]


def plan_of(policy: Policy, catalog: Catalog, test: CarriedTest) -> Plan:
    """The policy as the test runs it: fixed keys, what the test learned, every consent given."""
    # Imported here: the engine imports the policy's model, so the package cannot import it first.
    from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan

    own = OwnIdentifiers(catalog)
    for row in test.learned:
        own.learn(row)
    keys = KeyRing({policy.epoch: _FLEET_KEY}, _DEVICE_KEY)
    tables = frozenset(policy.tables)
    return compile_plan(policy, catalog=catalog, keys=keys, own=own, consented=tables)


def problems_of(policy: Policy, catalog: Catalog, test: CarriedTest) -> list[str]:
    """What of the test's row leaves otherwise than expected."""
    redacted = plan_of(policy, catalog, test).redact(test.given)
    if test.expect is None:
        return [] if redacted is None else ["something leaves, nothing was expected to"]
    actual: Mapping[str, object] = {} if redacted is None else redacted.values
    problems = [
        f"{name} leaves, which was not expected" for name in actual if name not in test.expect
    ]
    for name, expected in test.expect.items():
        if name not in actual:
            problems.append(f"{name} does not leave")
        elif _shape(actual[name]) != expected and not (
            expected == SHIFTED and _is_shifted(policy, test, name)
        ):
            problems.append(f"{name} leaves otherwise than expected")
    return problems


def _is_shifted(policy: Policy, test: CarriedTest, field: str) -> bool:
    """That the field's rule moves times; that none stays where it was, the engine's tests prove."""
    from reticent_contract.redact.actions import DateShift

    rule = policy.tables[test.given.table].rules.get(field)
    return rule is not None and isinstance(rule.action, DateShift)


def _shape(value: object) -> object:
    if isinstance(value, Pseudonym):
        return PSEUDONYM
    if isinstance(value, str) and parse_sealed(value) is not None:
        return SEALED
    if isinstance(value, str):
        return _TOKEN.sub(r"<pn:\1>", value)
    if isinstance(value, tuple):
        return [_shape(element) for element in value]
    return value
