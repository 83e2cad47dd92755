"""The tests a policy carries: an agent activates no policy whose tests fail.

They run under fixed keys, so a pseudonym is expected by kind and not by value: `<pseudonym>` for a
field, `<pn:DOMAIN>` inside scanned text, `<sealed>` for a sealed value, `<shifted>` for a time that
was moved. A laptop names what fails by test and field alone. Whoever publishes is also told what
was expected and what came: both are made of values that the author made up for the test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
_SHOWN_CHARS_MAX = 200  # of a value, where one is shown


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What of a test's row leaves otherwise than expected: `sentence` names fields, no value."""

    sentence: str
    values: str

    @property
    def with_values(self) -> str:
        return f"{self.sentence}: {self.values}"


def run_policy_tests(policy: Policy, catalog: Catalog) -> list[str]:
    """What fails, empty where all pass; no value. No I/O; bounded by the limits on a policy."""
    return [f"{test}: {mismatch.sentence}" for test, mismatch in _failures(policy, catalog)]


def failures_with_values(policy: Policy, catalog: Catalog) -> list[str]:
    """As `run_policy_tests`, with what was expected and what came: for the policy's author."""
    return [f"{test}: {mismatch.with_values}" for test, mismatch in _failures(policy, catalog)]


def _failures(policy: Policy, catalog: Catalog) -> list[tuple[str, Mismatch]]:
    return [
        (f"test {i + 1} ({test.name!r})", mismatch)
        for i, test in enumerate(policy.tests)
        for mismatch in mismatches_of(policy, catalog, test)
    ]


def plan_of(policy: Policy, catalog: Catalog, test: CarriedTest) -> Plan:
    """The policy as the test runs it: fixed keys, what the test learned, every consent given.

    Compiled for the table of the test's row alone: no other could have a say in what leaves.
    """
    # Imported here: the engine imports the policy's model, so the package cannot import it first.
    from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan

    own = OwnIdentifiers(catalog)
    for row in test.learned:
        own.learn(row)
    keys = KeyRing({policy.epoch: _FLEET_KEY}, _DEVICE_KEY)
    tables = frozenset(policy.tables)
    asked = {name: table for name, table in catalog.tables.items() if name == test.given.table}
    return compile_plan(
        policy, catalog=replace(catalog, tables=asked), keys=keys, own=own, consented=tables
    )


def mismatches_of(policy: Policy, catalog: Catalog, test: CarriedTest) -> list[Mismatch]:
    """What of the test's row leaves otherwise than expected."""
    redacted = plan_of(policy, catalog, test).redact(test.given)
    actual: Mapping[str, object] = {} if redacted is None else redacted.values
    came = {name: _shape(value) for name, value in actual.items()}
    if test.expect is None:
        if redacted is None:
            return []
        what = ", ".join(came) or "a row without values"
        return [Mismatch(f"nothing was expected to leave, {what} did", f"came {_shown(came)}")]
    found = [
        Mismatch(f"{name} leaves, which was not expected", f"came {_shown(value)}")
        for name, value in came.items()
        if name not in test.expect
    ]
    for name, expected in test.expect.items():
        said = f"expected {_shown(expected)}"
        if name not in came:
            found.append(Mismatch(f"{name} does not leave", said))
        elif came[name] != expected and not (
            expected == SHIFTED and _is_shifted(policy, test, name)
        ):
            said = f"{said}, came {_shown(came[name])}"
            found.append(Mismatch(f"{name} leaves otherwise than expected", said))
    return found


def _shown(value: object) -> str:
    """As in the policy, cut; on one line whatever it holds."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    line = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return line if len(line) <= _SHOWN_CHARS_MAX else f"{line[:_SHOWN_CHARS_MAX]}…"


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
