"""Differences in what is done with values: rules of fields, and treatments inside a scan."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.model import Catalog, Field, FieldClass, Table
from reticent_contract.policy.diff.model import Alike, Change
from reticent_contract.policy.diff.ranks import (
    SENSITIVITY,
    differing,
    direction_of,
    direction_of_treatment,
    rank_of,
    rank_of_treatment,
)
from reticent_contract.policy.diff.words import CLASS_WORDS, about, phrase, phrase_whole
from reticent_contract.policy.lint.places import PERSONAL
from reticent_contract.policy.model import Policy, Rule
from reticent_contract.reading import Path
from reticent_contract.redact.actions import Drop, Scan, Treatment
from reticent_contract.redact.actions.scan import OTHERWISE


def field_changes(before: Policy, after: Policy, catalog: Catalog) -> Iterator[Change]:
    for table in catalog:
        for field in table.fields:
            was, is_now = _rule(before, table, field), _rule(after, table, field)
            if (was and was.action) == (is_now and is_now.action):
                continue
            path = _path(table, field, is_now)
            if was and is_now and isinstance(was.action, Scan) and isinstance(is_now.action, Scan):
                yield from _scan_changes(table, field, path, was.action, is_now.action)
            else:
                yield _field_change(table, field, path, was, is_now)


def _rule(policy: Policy, table: Table, field: Field) -> Rule | None:
    rules = policy.tables.get(table.name)
    return None if rules is None else rules.rules.get(field.name)


def _path(table: Table, field: Field, rule: Rule | None) -> Path:
    """A rule without an id of its own names its key, which may be a wildcard."""
    head, _, key = ("", "", "") if rule is None else rule.rule_id.partition(".")
    name = key if head == table.name and "*" in key else field.name
    return ("tables", table.name, "fields", name)


def _field_change(
    table: Table, field: Field, path: Path, was: Rule | None, is_now: Rule | None
) -> Change:
    place = f"{table.name}.{field.name}"
    old = None if was is None else was.action
    new = None if is_now is None else is_now.action
    said = f"was {phrase_whole(old)}, is now {phrase_whole(new)}"
    return Change(
        place=place,
        path=path,
        direction=direction_of(old or Drop(), new or Drop()),
        sentence=f"{place} {said}: {about(field)}",
        is_personal=field.field_class in PERSONAL,
        weight=(SENSITIVITY.index(field.field_class), -rank_of(new or Drop())),
        alike=Alike(f"{field.name} {said}", CLASS_WORDS[field.field_class]),
    )


def _scan_changes(
    table: Table, field: Field, path: Path, was: Scan, is_now: Scan
) -> Iterator[Change]:
    place = f"{table.name}.{field.name}"
    # What a detector finds is somebody's, whatever else stands in the field.
    found = SENSITIVITY.index(FieldClass.DIRECT_ID)
    for name in {**was.treatments, **is_now.treatments}:
        old, new = was.treatments.get(name), is_now.treatments.get(name)
        if old == new:
            continue
        finds, said = f"what the detector {name} finds in", f"was {_treated(old)}, is now "
        said += _treated(new)
        yield Change(
            place=f"{place}.{name}",
            path=(*path, "scan", name),
            direction=direction_of_treatment(old, new),
            sentence=f"{finds} {place} {said}",
            is_personal=True,
            weight=(found, -rank_of_treatment(new)),
            alike=Alike(f"{finds} {field.name} {said}", ""),
        )
    if was.otherwise != is_now.otherwise:
        said = "that the policy does not name, such as those of a later version, "
        said += f"was {phrase(was.otherwise)}, is now {phrase(is_now.otherwise)}"
        yield Change(
            place=f"{place}.{OTHERWISE}",
            path=(*path, "scan", OTHERWISE),
            direction=direction_of_treatment(was.otherwise, is_now.otherwise),
            sentence=f"what detectors find in {place} {said}",
            is_personal=True,
            weight=(found, -rank_of_treatment(is_now.otherwise)),
            alike=Alike(f"what detectors find in {field.name} {said}", ""),
        )
    for name in differing(was, is_now, besides={"treatments", "otherwise"}):
        yield Change(
            place=f"{place}.{name}",
            path=(*path, "scan", name),
            direction="more",
            sentence=f"{place} is searched in another way, which cannot be weighed: {about(field)}",
            is_personal=field.field_class in PERSONAL,
            weight=(SENSITIVITY.index(field.field_class), -rank_of(is_now)),
        )


def _treated(treatment: Treatment | None) -> str:
    return "not looked for" if treatment is None else phrase(treatment)
