"""A policy compiled for one laptop: rows in, redacted rows out. The only maker of `RedactedRow`.

Enters: raw rows. Leaves: redacted rows, and how often which rule had which outcome.
Must hold: compiled once, no I/O afterwards; a field without a rule is dropped; an action that
fails or raises drops its value; every value (of a list, every element) is counted exactly once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from reticent_contract.catalog.model import Catalog, Field, FieldClass, Form, Table, Type
from reticent_contract.limits import PSEUDONYM_CACHE_MAX, VALUE_LIST_MAX
from reticent_contract.policy.errors import PolicyError
from reticent_contract.policy.model import DENY_BY_DEFAULT, Policy, Rule
from reticent_contract.redact.actions import Pseudonymise
from reticent_contract.redact.actions.base import (
    DROPPED,
    FAILED,
    Apply,
    Gone,
    Place,
    Result,
    Treatment,
)
from reticent_contract.redact.actions.ip_prefix import prefix_of
from reticent_contract.redact.actions.simple import CountOnly, Drop
from reticent_contract.redact.counts import Count, Outcome, Tally
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.forms import canonical_form
from reticent_contract.redact.keys import KeyRing, Scope, token_of
from reticent_contract.redact.own import Identity, OwnIdentifiers
from reticent_contract.redact.scanner import Scanner
from reticent_contract.redact.tokens import embedded
from reticent_contract.rows import Pseudonym, RedactedRow, RedactedValue, Row, Scalar, redaction_key

CREDENTIAL = "credential"
NO_CONSENT = "consent-not-given"
TABLE_UNKNOWN = "table-not-in-policy"
EVENT_UNKNOWN = "event-not-in-catalog"
FIELD_UNKNOWN = "field-not-in-catalog"
_CACHED_CHARS_MAX = 256
_TYPES: Mapping[Type, tuple[type, ...]] = {
    Type.TEXT: (str,),
    Type.INTEGER: (int,),
    Type.TIMESTAMP: (int,),
    Type.REAL: (float, int),
    Type.BOOLEAN: (bool,),
}
_INTEGER_MAX = 2**63


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """What became of one value; for the laptop's owner. Holds raw data: never log it."""

    field: str
    rule: str
    action: str
    outcome: Outcome
    before: object
    after: RedactedValue | None


@dataclass(slots=True, eq=False)
class _Step:
    """One field of one table, ready to run."""

    name: str
    rule_id: str
    action: str
    type: Type
    apply: Apply
    sends_row: bool
    tally: Tally


@dataclass(slots=True, eq=False)
class _TablePlan:
    steps: Mapping[str, _Step]
    events: frozenset[str]
    priority: int
    refused: tuple[str, str] | None  # rule under which whole rows are dropped


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
        self._catalog = catalog
        self._lock = threading.Lock()
        self._rest: dict[tuple[str, str, Outcome], int] = {}
        bench = _Bench(policy, catalog, keys, own)
        self._tables = {
            table.name: _compile_table(table, policy, bench, consented) for table in catalog
        }
        self._key = redaction_key()

    def redact(self, row: Row) -> RedactedRow | None:
        """The row as the policy lets it leave; None where nothing of it may. Counts either way."""
        table = self._tables.get(row.table)
        if table is None or table.refused or row.event not in table.events:
            self._count_row(row, table)
            return None
        values: dict[str, RedactedValue] = {}
        sends = False
        steps = table.steps
        done: list[tuple[Tally, Outcome, int]] = []
        for name, value in row.values.items():
            step = steps.get(name)
            if step is None:
                self._count(f"{row.table}.*", FIELD_UNKNOWN)
                continue
            if type(value) is tuple or type(value) is list:
                sends |= _run_list(step, value, values, done)
                continue
            outcome, result = _run(step, value)
            if result.__class__ is not Gone:
                values[name] = result  # type: ignore[assignment]  # a Gone was just excluded
            sends |= step.sends_row
            done.append((step.tally, outcome, 1))
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
        if table is None or table.refused or row.event not in table.events:
            rule = self._row_rule(row, table)
            return tuple(
                Verdict(f"{row.table}.{name}", rule, "drop", "dropped", value, None)
                for name, value in row.values.items()
            )
        verdicts: list[Verdict] = []
        for name, value in row.values.items():
            place = f"{row.table}.{name}"
            step = table.steps.get(name)
            if step is None:
                verdicts.append(Verdict(place, FIELD_UNKNOWN, "drop", "dropped", value, None))
                continue
            after: dict[str, RedactedValue] = {}
            done: list[tuple[Tally, Outcome, int]] = []
            if isinstance(value, tuple | list):
                _run_list(step, value, after, done)
            else:
                outcome, result = _run(step, value)
                done.append((step.tally, outcome, 1))
                if not isinstance(result, Gone):
                    after[name] = result
            worst = max((o for _, o, _ in done), key=_SEVERITY.index, default="kept")
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

    def _row_rule(self, row: Row, table: _TablePlan | None) -> str:
        if table is None:
            return TABLE_UNKNOWN
        return table.refused[0] if table.refused else EVENT_UNKNOWN

    def _count_row(self, row: Row, table: _TablePlan | None) -> None:
        name = row.table if row.table in self._tables else "unknown"
        self._count(f"{name}.*", self._row_rule(row, table))

    def _count(self, field: str, rule: str) -> None:
        with self._lock:
            key: tuple[str, str, Outcome] = (field, rule, "dropped")
            self._rest[key] = self._rest.get(key, 0) + 1


_SEVERITY: tuple[Outcome, ...] = ("kept", "redacted", "dropped", "failed")


def _run(step: _Step, value: object) -> tuple[Outcome, Result]:
    """One value through its action. Whatever goes wrong, the value does not pass."""
    types = _TYPES.get(step.type)
    if types is None or type(value) not in types:
        return "failed", FAILED
    return _apply(step, value)  # type: ignore[arg-type]  # one of the scalar types, just checked


def _apply(step: _Step, value: Scalar) -> tuple[Outcome, Result]:
    try:
        if value.__class__ is int and not -_INTEGER_MAX <= value < _INTEGER_MAX:  # type: ignore[operator]  # an int
            return "failed", FAILED
        result = step.apply(value)
    except Exception:  # noqa: BLE001  # an action may fail in any way; its value never passes
        return "failed", FAILED
    if result is value:
        return "kept", result
    if result is DROPPED:
        return "dropped", result
    if result is FAILED:
        return "failed", result
    return "redacted", result


def _run_list(
    step: _Step,
    value: tuple[object, ...] | list[object],
    values: dict[str, RedactedValue],
    done: list[tuple[Tally, Outcome, int]],
) -> bool:
    """A list, element by element; an element that may not leave is left out."""
    if step.type is not Type.TEXTS:
        done.append((step.tally, "failed", 1))
        return step.sends_row
    results: list[str | Pseudonym] = []
    for element in value[:VALUE_LIST_MAX]:
        if type(element) is not str:
            done.append((step.tally, "failed", 1))
            continue
        outcome, result = _apply(step, element)
        done.append((step.tally, outcome, 1))
        if isinstance(result, str | Pseudonym):
            results.append(result)
    if len(value) > VALUE_LIST_MAX:
        done.append((step.tally, "failed", len(value) - VALUE_LIST_MAX))
    if results or not value:
        values[step.name] = tuple(results)
    return step.sends_row


def _compile_table(
    table: Table, policy: Policy, bench: _Bench, consented: frozenset[str]
) -> _TablePlan:
    rules = policy.tables.get(table.name)
    events, priority = frozenset(table.events), table.priority
    if rules is None:
        return _TablePlan({}, events, priority, (TABLE_UNKNOWN, "not in the policy"))
    if rules.consent_required and table.name not in consented:
        return _TablePlan({}, events, priority, (NO_CONSENT, "consent was not given"))
    steps = {
        f.name: _compile_step(table, f, rules.rules.get(f.name), policy, bench)
        for f in table.fields
    }
    return _TablePlan(steps, events, priority if rules.priority is None else rules.priority, None)


def _compile_step(
    table: Table, field: Field, rule: Rule | None, policy: Policy, bench: _Bench
) -> _Step:
    rule_id, action = (DENY_BY_DEFAULT, Drop()) if rule is None else (rule.rule_id, rule.action)
    if field.field_class is FieldClass.CREDENTIAL:  # whatever the policy says
        rule_id, action = CREDENTIAL, Drop()
    place = Place(table.name, field, policy.domain_of(table.name, field.name))
    return _Step(
        name=field.name,
        rule_id=rule_id,
        action=action.name,
        type=field.type,
        apply=action.build(place, bench),
        sends_row=isinstance(action, CountOnly),
        tally=Tally(),
    )


class _Bench:
    """Lends the actions their tools while the plan is compiled."""

    def __init__(
        self, policy: Policy, catalog: Catalog, keys: KeyRing, own: OwnIdentifiers
    ) -> None:
        self._policy = policy
        self._catalog = catalog
        self._keys = keys
        self._own = own

    def pseudonymise(self, *, domain: str, scope: Scope, form: Form) -> Callable[[str], Result]:
        epoch = self._policy.epoch
        if scope == "fleet" and not self._keys.has(epoch):
            raise PolicyError(
                f"the key of pseudonym epoch {epoch} is not here",
                next_step="connect to the server to get the key, then try again",
            )
        sub_key = self._keys.sub_key(scope=scope, epoch=epoch, domain=domain)

        def make(value: str) -> Result:
            canonical = canonical_form(form, value)
            if canonical is None:
                return FAILED
            return Pseudonym(domain, epoch, token_of(sub_key, canonical))

        cached = lru_cache(maxsize=PSEUDONYM_CACHE_MAX // 8)(make)
        return lambda value: cached(value) if len(value) <= _CACHED_CHARS_MAX else make(value)

    def scanner(self, treatments: Mapping[str, Treatment], place: Place) -> Callable[[str], Result]:
        return Scanner(
            treatments,
            bytes_max=place.field.bytes_max,
            own=self._own,
            substitute=self._substitute(treatments),
            substitute_own=self._substitute_own(treatments["own"]),
        )

    def _substitute(self, treatments: Mapping[str, Treatment]) -> Callable[[str, bytes], bytes]:
        """What stands in the place of a finding. One that has no canonical form is replaced."""
        makers: dict[str, Callable[[str], str | None]] = {}
        for name, treatment in treatments.items():
            if treatment.kind == "pseudonymise":
                make = self.pseudonymise(
                    domain=self._policy.scan_domain_of(name),
                    scope=treatment.scope,
                    form=DETECTORS[name].form,
                )
                makers[name] = _embedding(make)
            elif treatment.kind == "ip_prefix":
                makers[name] = _prefixing(treatment)

        def substitute(name: str, value: bytes) -> bytes:
            maker = makers.get(name)
            text = maker(value.decode("utf-8", "replace")) if maker is not None else None
            return f"<{name}>".encode() if text is None else text.encode()

        cached = lru_cache(maxsize=PSEUDONYM_CACHE_MAX)(substitute)
        return lambda name, value: (
            cached(name, value) if len(value) <= _CACHED_CHARS_MAX else substitute(name, value)
        )

    def _substitute_own(self, treatment: Treatment) -> Callable[[Identity], bytes]:
        """An own identifier has the pseudonym of the field it was learned from, so it joins."""
        if treatment.kind != "pseudonymise":
            return lambda identity: b"<own>"

        @lru_cache(maxsize=PSEUDONYM_CACHE_MAX)
        def substitute(identity: Identity) -> bytes:
            domain, scope = self._policy.domain_of(identity.table, identity.field), treatment.scope
            table = self._policy.tables.get(identity.table)
            rule = table.rules.get(identity.field) if table is not None else None
            if self._policy.is_linked("scan:own"):
                domain = self._policy.scan_domain_of("own")
            elif rule is not None and isinstance(rule.action, Pseudonymise):
                scope = rule.action.scope
            make = _embedding(self.pseudonymise(domain=domain, scope=scope, form=identity.form))
            text = make(identity.canonical)
            return b"<own>" if text is None else text.encode()

        return substitute


def _embedding(make: Callable[[str], Result]) -> Callable[[str], str | None]:
    def embed(value: str) -> str | None:
        result = make(value)
        if not isinstance(result, Pseudonym):
            return None
        return embedded(result.domain, result.epoch, result.token)

    return embed


def _prefixing(treatment: Treatment) -> Callable[[str], str | None]:
    return lambda value: prefix_of(value, v4=treatment.v4, v6=treatment.v6)


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
