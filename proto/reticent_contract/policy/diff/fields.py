"""Differences in what is done with values: rules of fields, and treatments inside a scan."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.model import Catalog, Field, FieldClass, Table
from reticent_contract.policy.diff.model import Change
from reticent_contract.policy.diff.ranks import (
    SENSITIVITY,
    direction_of,
    rank_of,
    treatment_direction,
)
from reticent_contract.policy.diff.words import about, phrase
from reticent_contract.policy.lint.places import PERSONAL
from reticent_contract.policy.model import Policy
from reticent_contract.redact.actions import Action, Scan, Treatment


def field_changes(before: Policy, after: Policy, catalog: Catalog) -> Iterator[Change]:
    for table in catalog:
        for field in table.fields:
            was, is_now = _action(before, table, field), _action(after, table, field)
            if was == is_now:
                continue
            if isinstance(was, Scan) and isinstance(is_now, Scan):
                yield from _scan_changes(table, field, was, is_now)
            else:
                yield _field_change(table, field, was, is_now)


def _action(policy: Policy, table: Table, field: Field) -> Action | None:
    rules = policy.tables.get(table.name)
    rule = None if rules is None else rules.rules.get(field.name)
    return None if rule is None else rule.action


def _field_change(table: Table, field: Field, was: Action | None, is_now: Action | None) -> Change:
    place = f"{table.name}.{field.name}"
    return Change(
        place=place,
        direction=direction_of(was, is_now),
        sentence=f"{place} was {phrase(was)}, is now {phrase(is_now)}: {about(field)}",
        is_personal=field.field_class in PERSONAL,
        weight=(SENSITIVITY.index(field.field_class), -rank_of(is_now)),
    )


def _scan_changes(table: Table, field: Field, was: Scan, is_now: Scan) -> Iterator[Change]:
    place = f"{table.name}.{field.name}"
    # What a detector finds is somebody's, whatever else stands in the field.
    found = SENSITIVITY.index(FieldClass.DIRECT_ID)
    told = False
    for name in {**was.treatments, **is_now.treatments}:
        old, new = was.treatments.get(name), is_now.treatments.get(name)
        if old == new:
            continue
        told = True
        direction = treatment_direction(old, new)
        yield Change(
            place=f"{place}.{name}",
            direction=direction,
            sentence=f"what the detector {name} finds in {place} was {_treated(old)}, is now "
            f"{_treated(new)}",
            is_personal=True,
            weight=(found, -rank_of(new or Treatment("keep"))),
        )
    if not told:
        yield Change(
            place=place,
            direction="more",
            sentence=f"{place} is searched in another way, which cannot be weighed: {about(field)}",
            is_personal=field.field_class in PERSONAL,
            weight=(SENSITIVITY.index(field.field_class), -rank_of(is_now)),
        )


def _treated(treatment: Treatment | None) -> str:
    return "not looked for" if treatment is None else phrase(treatment)
