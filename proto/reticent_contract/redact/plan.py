"""A policy compiled for one laptop: rows in, redacted rows out. The only maker of `RedactedRow`.

Enters: raw rows. Leaves: redacted rows, and how often which rule had which outcome.
Must hold: compiled once, no I/O afterwards; a field without a rule is dropped; an action that
fails or raises drops its value; every value (of a list, every element) is counted exactly once.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog, Table
from reticent_contract.policy.model import Policy
from reticent_contract.redact.actions.base import Bench
from reticent_contract.redact.bench import PlanBench
from reticent_contract.redact.counts import OUTCOMES, Count, Outcome
from reticent_contract.redact.keys import KeyRing
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.steps import Done, Step, compile_step, run
from reticent_contract.rows import RedactedRow, RedactedValue, Row, redaction_key

NO_CONSENT = "consent-not-given"
TABLE_UNKNOWN = "table-not-in-policy"
EVENT_UNKNOWN = "event-not-in-catalog"
FIELD_UNKNOWN = "field-not-in-catalog"


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """What became of one value; for the laptop's owner. Holds raw data: never log it.

    `outcome` of a list is the worst of its elements.
    """

    field: str
    rule: str
    action: str
    outcome: Outcome
    before: object
    after: RedactedValue | None


@dataclass(frozen=True, slots=True, eq=False)
class _TablePlan:
    steps: Mapping[str, Step]
    events: frozenset[str]
    priority: int
    refused: str | None  # the rule under which whole rows are dropped


class Plan:
    """See the module. Thread-safe."""

    def __init__(
        self,
        policy: Policy,
        *,
        catalog: Catalog,
        keys: KeyRing,
        own: OwnIdentifiers,
        consented: frozenset[str],
    ) -> None:
        self.policy = policy
        self.sha256 = policy.sha256
        self._lock = threading.Lock()
        self._rest: dict[tuple[str, str, Outcome], int] = {}
        bench = PlanBench(policy, keys, own)
        self._tables = {
            table.name: _compile_table(table, policy, bench, consented) for table in catalog
        }
        self._key = redaction_key()

    def redact(self, row: Row) -> RedactedRow | None:
        """The row as the policy lets it leave; None where nothing of it may. Counts either way."""
        table = self._tables.get(row.table)
        refused = _row_rule(row, table)
        if table is None or refused is not None:
            self._count(f"{row.table}.*", refused or TABLE_UNKNOWN)
            return None
        values: dict[str, RedactedValue] = {}
        sends = False
        done: list[Done] = []
        steps = table.steps
        for name, value in row.values.items():
            step = steps.get(name)
            if step is None:
                self._count(f"{row.table}.*", FIELD_UNKNOWN)
                continue
            run(step, value, values, done, row.values)
            sends |= step.sends_row
        with self._lock:
            for tally, outcome, count in done:
                tally.add(outcome, count)
        if not values and not sends:
            return None
        return RedactedRow(
            key=self._key,
            table=row.table,
            event=row.event,
            ts_us=row.ts_us,
            values=values,
            priority=table.priority,
        )

    def explain(self, row: Row) -> tuple[Verdict, ...]:
        """What `redact` would do with each value, by which rule. Counts nothing."""
        table = self._tables.get(row.table)
        refused = _row_rule(row, table)
        verdicts: list[Verdict] = []
        for name, value in row.values.items():
            place = f"{row.table}.{name}"
            step = table.steps.get(name) if table is not None and refused is None else None
            if step is None:
                rule = refused or FIELD_UNKNOWN
                verdicts.append(Verdict(place, rule, "drop", "dropped", value, None))
                continue
            after: dict[str, RedactedValue] = {}
            done: list[Done] = []
            run(step, value, after, done, row.values)
            outcomes = {outcome for _, outcome, _ in done}
            worst = next((o for o in reversed(OUTCOMES) if o in outcomes), OUTCOMES[0])
            verdicts.append(
                Verdict(place, step.rule_id, step.action, worst, value, after.get(name))
            )
        return tuple(verdicts)

    def take_counts(self) -> tuple[Count, ...]:
        """What was counted since the last call."""
        with self._lock:
            counts = [
                Count(f"{name}.{step.name}", step.rule_id, outcome, count)
                for name, table in self._tables.items()
                for step in table.steps.values()
                for outcome, count in step.tally.take()
            ]
            counts += [Count(*key, count) for key, count in self._rest.items()]
            self._rest.clear()
        return tuple(counts)

    def _count(self, field: str, rule: str) -> None:
        key: tuple[str, str, Outcome] = (field, rule, "dropped")
        with self._lock:
            self._rest[key] = self._rest.get(key, 0) + 1


def _row_rule(row: Row, table: _TablePlan | None) -> str | None:
    """Under which rule the whole row is dropped, None where its fields are looked at."""
    if table is None:
        return TABLE_UNKNOWN
    if table.refused is None and row.event not in table.events:
        return EVENT_UNKNOWN
    return table.refused


def _compile_table(
    table: Table, policy: Policy, bench: Bench, consented: frozenset[str]
) -> _TablePlan:
    rules = policy.tables.get(table.name)
    events = frozenset(table.events)
    if rules is None:
        return _TablePlan({}, events, table.priority, TABLE_UNKNOWN)
    if rules.consent_required and table.name not in consented:
        return _TablePlan({}, events, table.priority, NO_CONSENT)
    steps = {field.name: compile_step(table, field, policy, bench) for field in table.fields}
    priority = table.priority if rules.priority is None else rules.priority
    return _TablePlan(steps, events, priority, None)


def compile_plan(
    policy: Policy,
    *,
    catalog: Catalog,
    keys: KeyRing,
    own: OwnIdentifiers,
    consented: frozenset[str] = frozenset(),
) -> Plan:
    """`policy` ready to run. PolicyError where the key of its epoch is missing.

    `consented`: tables that the laptop's user agreed to; rows of a table that needs consent and
    has none are dropped and counted.
    """
    return Plan(policy, catalog=catalog, keys=keys, own=own, consented=consented)
