"""The tests that a policy carries, each with the rules that decided: for its author.

Enters: a policy. Leaves: per test what fails, and per value of its row the rule, the action and
the outcome. Must hold: it passes exactly where `run_policy_tests` does; values are repeated only in
what fails, which the author wrote.
"""

from __future__ import annotations

from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy.carried import mismatches_of, plan_of
from reticent_contract.policy.model import CarriedTest, Policy


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one value. `field` as table.field."""

    field: str
    rule: str
    action: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.field.partition('.')[2]} {self.outcome} by {self.rule} ({self.action})"


@dataclass(frozen=True, slots=True)
class TracedTest:
    """`number` counts from 1. It passed where there are no problems."""

    number: int
    name: str
    problems: tuple[str, ...]
    decisions: tuple[Decision, ...]


def trace_tests(policy: Policy, catalog: Catalog) -> tuple[TracedTest, ...]:
    """In the order of the policy. No I/O."""
    return tuple(
        TracedTest(
            number,
            test.name,
            tuple(m.with_values for m in mismatches_of(policy, catalog, test)),
            _decisions(policy, catalog, test),
        )
        for number, test in enumerate(policy.tests, 1)
    )


def _decisions(policy: Policy, catalog: Catalog, test: CarriedTest) -> tuple[Decision, ...]:
    verdicts = plan_of(policy, catalog, test).explain(test.given)
    return tuple(Decision(v.field, v.rule, v.action, v.outcome) for v in verdicts)
