"""One field's rule, ready to run over a value.

Enters: a raw value. Leaves: what may go out, and the outcome that is counted.
Must hold: a value of another type than the catalog says, and one whose action raises, never pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reticent_contract.catalog.model import Field, FieldClass, Table, Type
from reticent_contract.limits import VALUE_LIST_MAX
from reticent_contract.policy.model import DENY_BY_DEFAULT, Policy
from reticent_contract.redact.actions import CountOnly, DateShift, Drop
from reticent_contract.redact.actions.base import DROPPED, FAILED, Apply, Bench, Gone, Place, Result
from reticent_contract.redact.counts import Outcome, Tally
from reticent_contract.rows import Pseudonym, RedactedValue, Scalar, Value

CREDENTIAL = "credential"
_INTEGER_MAX = 2**63
_TYPES: dict[Type, tuple[type, ...]] = {
    Type.TEXT: (str,),
    Type.TEXTS: (tuple, list),
    Type.INTEGER: (int,),
    Type.TIMESTAMP: (int,),
    Type.REAL: (float, int),
    Type.BOOLEAN: (bool,),
}
OfRow = Callable[[Mapping[str, Value]], Apply]
Done = tuple[Tally, Outcome, int]


@dataclass(slots=True, eq=False)
class Step:
    """One field of one table. `sends_row`: its row leaves even where nothing else of it does.

    `of_row`: where the action must know another field of the raw row, what makes its `apply`.
    """

    name: str
    rule_id: str
    action: str
    types: tuple[type, ...]
    apply: Apply
    sends_row: bool
    tally: Tally
    of_row: OfRow | None = None


def compile_step(table: Table, field: Field, policy: Policy, bench: Bench) -> Step:
    """The field's rule, or deny by default. A credential is dropped whatever the policy says."""
    rules = policy.tables[table.name].rules
    rule = rules.get(field.name)
    rule_id, action = (DENY_BY_DEFAULT, Drop()) if rule is None else (rule.rule_id, rule.action)
    if field.field_class is FieldClass.CREDENTIAL:
        rule_id, action = CREDENTIAL, Drop()
    place = _place(table, field, policy)
    of_row = None
    if isinstance(action, DateShift) and action.by is not None:
        person = _place(table, table.by_name[action.by], policy)
        of_row = action.build_for_row(person, bench)
    return Step(
        name=field.name,
        rule_id=rule_id,
        action=action.name,
        types=_TYPES[field.type],
        apply=_never if of_row is not None else action.build(place, bench),
        sends_row=isinstance(action, CountOnly),
        tally=Tally(),
        of_row=of_row,
    )


def _place(table: Table, field: Field, policy: Policy) -> Place:
    return Place(table.name, field, policy.domain_of(table.name, field.name))


def run(
    step: Step,
    value: object,
    values: dict[str, RedactedValue],
    done: list[Done],
    row: Mapping[str, Value],
) -> None:
    """Put what may leave into `values`, and what became of the value into `done`.

    `row`: the raw values of the whole row.
    """
    if type(value) not in step.types:
        done.append((step.tally, "failed", 1))
    elif value.__class__ is not str and isinstance(value, tuple | list):
        _run_list(step, value, values, done)
    else:
        apply = step.apply if step.of_row is None else _apply_of(step.of_row, row)
        outcome, result = _apply(apply, value)
        done.append((step.tally, outcome, 1))
        if result.__class__ is not Gone:
            values[step.name] = result  # type: ignore[assignment]  # a Gone was just excluded


def _run_list(
    step: Step,
    value: tuple[object, ...] | list[object],
    values: dict[str, RedactedValue],
    done: list[Done],
) -> None:
    """A list, element by element; one that may not leave is left out, the others stay in order."""
    results: list[str | Pseudonym] = []
    for element in value[:VALUE_LIST_MAX]:
        if type(element) is not str:
            done.append((step.tally, "failed", 1))
            continue
        outcome, result = _apply(step.apply, element)
        done.append((step.tally, outcome, 1))
        if isinstance(result, str | Pseudonym):
            results.append(result)
    if len(value) > VALUE_LIST_MAX:
        done.append((step.tally, "failed", len(value) - VALUE_LIST_MAX))
    if results:
        values[step.name] = tuple(results)


def _never(_value: Scalar) -> Result:
    return FAILED


def _apply_of(of_row: OfRow, row: Mapping[str, Value]) -> Apply:
    try:
        return of_row(row)
    except Exception:  # noqa: BLE001  # as in `_apply`
        return _never


def _apply(apply: Apply, value: Any) -> tuple[Outcome, Result]:
    """`value` is of the field's type: `run` has looked."""
    try:
        if value.__class__ is int and not -_INTEGER_MAX <= value < _INTEGER_MAX:
            return "failed", FAILED
        result = apply(value)
    except Exception:  # noqa: BLE001  # an action may fail in any way; its value never passes
        return "failed", FAILED
    if result is value:
        return "kept", result
    if result is DROPPED:
        return "dropped", result
    if result is FAILED:
        return "failed", result
    return "redacted", result
