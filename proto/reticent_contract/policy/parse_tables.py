"""The `tables` of a policy: retention, priority, consent, options, and a rule for each field.

A field's rule reads as a person says it:

    version: keep                              an action without parameters
    serial: {mask: {keep_last: 4}}             an action with parameters
    serial: {drop:, rule: no-serials}          with an id of the author's own
    "*": keep                                  all technical fields without a rule of their own
    "bios_*": keep                             the same for those whose name begins so
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import re2

from reticent_contract.catalog.model import FieldClass, Table
from reticent_contract.limits import POLICY_NAME_CHARS_MAX, RETENTION_DAYS_MAX
from reticent_contract.policy.model import DENY_BY_DEFAULT, Rule, TablePolicy
from reticent_contract.policy.options import read_options
from reticent_contract.reading import At, kind_of, known_words
from reticent_contract.redact.actions import ACTIONS, Action, DateShift, Drop, Scan
from reticent_contract.redact.actions.base import is_credential
from reticent_contract.redact.detectors import Detector

_KEYS = ("retention_days", "retention", "priority", "consent", "options", "fields")
WHILE_ENROLLED = "while_enrolled"
PRIORITY_MAX = 99
RULE_ID = r"^[a-z0-9][a-z0-9._*-]*$"
_RULE_ID = re2.compile(RULE_ID)
RESERVED_IDS = (DENY_BY_DEFAULT, "credential", "consent-not-given", "table-not-in-policy")


def read_table(
    at: At, table: Table, value: object, detectors: Mapping[str, Detector]
) -> TablePolicy:
    given = at.mapping(value, known=_KEYS)
    priority = None
    if "priority" in given:
        priority = at.at("priority").integer(given["priority"], low=0, high=PRIORITY_MAX)
    if "consent" in given:
        at.at("consent").choice(given["consent"], of=("required", "not_required"))
    if "fields" not in given:
        at.problem("fields is missing; without a rule every field is dropped")
    return TablePolicy(
        table=table.name,
        retention_days=_retention(at, given),
        priority=priority,
        consent_required=given.get("consent") == "required",
        options=read_options(at.at("options"), table.name, given.get("options")),
        rules=_rules(at.at("fields"), table, given.get("fields", {}), detectors),
    )


def _retention(at: At, given: Mapping[str, object]) -> int | None:
    if "retention" in given and "retention_days" in given:
        at.problem("says both retention and retention_days; keep one")
    elif "retention" in given:
        at.at("retention").choice(given["retention"], of=(WHILE_ENROLLED,))
    elif "retention_days" in given:
        inside = at.at("retention_days")
        return inside.integer(given["retention_days"], low=1, high=RETENTION_DAYS_MAX)
    else:
        at.problem(f"says neither retention_days nor retention: {WHILE_ENROLLED}")
    return None


def _rules(
    at: At, table: Table, value: object, detectors: Mapping[str, Detector]
) -> Mapping[str, Rule]:
    given = at.mapping(value, what="field")
    rules: dict[str, Rule] = {}
    wildcards = sorted((name for name in given if "*" in name), key=len)  # the longest wins
    for name in (*wildcards, *(name for name in given if "*" not in name)):
        inside = at.at(name)
        fields = _covered(inside, table, name)
        before = len(at.problems)
        read = _rule(inside, f"{table.name}.{name}", given[name], detectors)
        if read is None or len(at.problems) > before:
            continue  # of an action that is not understood nobody knows whether it fits
        rule_id, action = read
        for field_name in fields:
            field = table.by_name[field_name]
            refusal = action.refusal(field)
            if refusal is None and isinstance(action, DateShift):
                refusal = action.table_refusal(table)
            if is_credential(field) and not isinstance(action, Drop):
                refusal = f"{field_name} is a credential and is dropped whatever a policy says"
            if refusal is not None:
                inside.problem(refusal)
            rules[field_name] = Rule(field_name, rule_id, action)
    return MappingProxyType(rules)


def _covered(at: At, table: Table, name: str) -> tuple[str, ...]:
    """The fields that a key of `fields` speaks of."""
    if "*" not in name:
        if name in table.by_name:
            return (name,)
        at.problem(f"unknown field {name!r} of {table.name} {known_words(table.by_name, name)}")
        return ()
    if name.count("*") > 1:
        at.problem("a wildcard has one *")
        return ()
    covered = covered_by(table, name)
    if not covered:
        at.problem("covers no technical field, and a wildcard covers no other")
    return covered


def covered_by(table: Table, wildcard: str) -> tuple[str, ...]:
    """The technical fields whose names begin and end as `wildcard` says around its `*`."""
    head, _, tail = wildcard.partition("*")
    return tuple(
        field.name
        for field in table.fields
        if field.field_class is FieldClass.TECHNICAL
        and field.name.startswith(head)
        and field.name.endswith(tail)
        and len(field.name) >= len(head) + len(tail)
    )


def _rule(
    at: At, default_id: str, value: object, detectors: Mapping[str, Detector]
) -> tuple[str, Action] | None:
    rule_id, word, parameters, inside = default_id, value, None, at
    if isinstance(value, dict):
        rest = dict(value)
        if "rule" in rest:
            rule_id = _rule_id(at.at("rule"), rest.pop("rule")) or default_id
        if len(rest) != 1:
            at.problem("must name exactly one action, e.g. keep or {mask: {keep_last: 4}}")
            return None
        ((word, parameters),) = rest.items()
        inside = at.at(str(word))
    if not isinstance(word, str):
        at.problem(
            f"must be an action, not {kind_of(word)}, e.g. keep or {{mask: {{keep_last: 4}}}} "
            f"{known_words(ACTIONS, '')}"
        )
        return None
    if word not in ACTIONS:
        at.problem(f"unknown action {word!r} {known_words(ACTIONS, word)}")
        return None
    if word == Scan.name:
        return rule_id, Scan.read_with(inside, parameters, detectors)
    return rule_id, ACTIONS[word].read(inside, parameters)


def _rule_id(at: At, value: object) -> str | None:
    text = at.text(value, chars_max=POLICY_NAME_CHARS_MAX)
    if text is None:
        return None
    if not _RULE_ID.match(text):
        at.problem("a rule's id has lower case letters, digits, '.', '_' and '-'")
    elif text in RESERVED_IDS:
        at.problem(f"{text!r} is what the engine itself counts under; choose another id")
    else:
        return text
    return None
