"""Which rule decides over a field, where it is written, and why that one.

Enters: a policy and the name of a field. Leaves: an explanation in words. Must hold: it says what
the compiled plan does, credentials and deny by default included.
"""

from __future__ import annotations

from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog, Field, Table
from reticent_contract.policy.diff.words import CLASS_WORDS, phrase
from reticent_contract.policy.lint.places import fields_path, keys_of
from reticent_contract.policy.model import DENY_BY_DEFAULT, Policy
from reticent_contract.reading import Path, known_words
from reticent_contract.redact.actions import Action, Drop, Scan
from reticent_contract.redact.actions.base import is_credential
from reticent_contract.redact.plan import TABLE_UNKNOWN
from reticent_contract.redact.steps import CREDENTIAL


class UnknownFieldError(ValueError):
    """The catalog has no such field; the message says which are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`rule` is what counts and reports call it. `path` is None where nothing is written."""

    field: str
    sentence: str
    field_class: str
    rule: str
    action: str
    path: Path | None
    why: str
    what: str

    def __str__(self) -> str:
        return f"{self.field} is {self.what} by {self.rule}: {self.why}"


def explain_field(policy: Policy, catalog: Catalog, name: str) -> Explanation:
    """Raises UnknownFieldError."""
    table, field = find_field(catalog, name)
    rule_id, action, path, why = _decide(policy, table, field)
    return Explanation(
        field=name,
        sentence=field.sentence,
        field_class=CLASS_WORDS[field.field_class],
        rule=rule_id,
        action=action.name,
        path=path,
        why=why,
        what=_what(action),
    )


def find_field(catalog: Catalog, name: str) -> tuple[Table, Field]:
    """Raises UnknownFieldError."""
    table_name, _, field_name = name.partition(".")
    table = catalog.get(table_name)
    field = None if table is None else table.by_name.get(field_name)
    if table is None or field is None:
        known, given = (
            (tuple(catalog.tables), table_name)
            if table is None
            else (tuple(table.by_name), field_name)
        )
        raise UnknownFieldError(
            f"{name[:80]!r} is no field of the catalog {known_words(known, given[:80])}; "
            "name it as table.field"
        )
    return table, field


def _decide(policy: Policy, table: Table, field: Field) -> tuple[str, Action, Path | None, str]:
    rules = policy.tables.get(table.name)
    if rules is None:
        return TABLE_UNKNOWN, Drop(), None, f"the policy does not name table {table.name}"
    if is_credential(field):
        return CREDENTIAL, Drop(), None, "it is a credential, dropped whatever a policy says"
    rule = rules.rules.get(field.name)
    if rule is None:
        why = f"no rule of table {table.name} speaks of it"
        return DENY_BY_DEFAULT, Drop(), fields_path(table.name), why
    key = keys_of(policy, table).get(field.name, field.name)
    path = (*fields_path(table.name), key)
    if key == field.name:
        return rule.rule_id, rule.action, path, "it has a rule of its own"
    why = f"it is technical, has no rule of its own, and {key!r} is the longest that covers it"
    return rule.rule_id, rule.action, path, why


def _what(action: Action) -> str:
    """What the action does; of a scan, with every detector."""
    if not isinstance(action, Scan):
        return phrase(action)
    treated = ", ".join(f"{name} {phrase(t)}" for name, t in action.treatments.items())
    return f"{phrase(action)} ({treated})"
