"""What lints ask of a policy again and again: which rule is written where, and what it lets out.

Enters: a policy and the catalog. Leaves: every rule with its field and the place it is written in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog, Field, FieldClass, Form, Kind, Table
from reticent_contract.policy.model import Policy, Rule
from reticent_contract.policy.parse_tables import covered_by
from reticent_contract.reading import Path
from reticent_contract.redact.actions import Pseudonymise, Scan, Treatment

PERSONAL = frozenset({FieldClass.DIRECT_ID, FieldClass.QUASI_ID, FieldClass.CONTENT})


@dataclass(frozen=True, slots=True)
class Written:
    """One field with the rule that decides over it. `path` is where that rule is written."""

    table: Table
    field: Field
    rule: Rule
    path: Path

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.field.name}"

    @property
    def leaves(self) -> bool:
        return self.rule.action.makes != "nothing"

    @property
    def is_personal(self) -> bool:
        return self.field.field_class in PERSONAL


def written_rules(policy: Policy, catalog: Catalog) -> Iterator[Written]:
    """Every rule of every table that the catalog knows, wildcards resolved."""
    for table in catalog:
        if table.name in policy.tables:
            keys = keys_of(policy, table)
            for rule in policy.tables[table.name].rules.values():
                path = (*fields_path(table.name), keys.get(rule.field, rule.field))
                yield Written(table, table.by_name[rule.field], rule, path)


def fields_path(table: str) -> Path:
    return ("tables", table, "fields")


def given_keys(policy: Policy, table: str) -> tuple[str, ...]:
    """The keys of a table's `fields` as they are written, wildcards among them."""
    at: object = policy.document
    for step in fields_path(table):
        at = at.get(str(step)) if isinstance(at, Mapping) else None
    return tuple(at) if isinstance(at, Mapping) else ()


def keys_of(policy: Policy, table: Table) -> dict[str, str]:
    """Field to the key whose rule decides over it: its own name, else the longest wildcard."""
    given = given_keys(policy, table.name)
    deciding: dict[str, str] = {}
    for key in sorted((k for k in given if "*" in k), key=len):
        deciding.update(dict.fromkeys(covered_by(table, key), key))
    deciding.update({key: key for key in given if "*" not in key})
    return deciding


def scans_of(policy: Policy, catalog: Catalog) -> Iterator[tuple[Written, Scan]]:
    for written in written_rules(policy, catalog):
        if isinstance(written.rule.action, Scan):
            yield written, written.rule.action


def keeps(treatment: Treatment) -> bool:
    """Whether findings of any tier are kept."""
    return "keep" in (treatment.of("A").kind, treatment.of("B").kind)


def treats(policy: Policy, catalog: Catalog, detector: str, kind: str) -> bool:
    """Whether any scan of the policy treats what `detector` finds so."""
    return any(
        detector in scan.treatments
        and kind in {scan.treatments[detector].of(tier).kind for tier in ("A", "B")}
        for _, scan in scans_of(policy, catalog)
    )


def is_pseudonymised(written: Written) -> bool:
    return isinstance(written.rule.action, Pseudonymise)


def learned_by_own(field: Field) -> bool:
    """Whether the detector `own` may know values of this field."""
    return field.field_class is FieldClass.DIRECT_ID or field.form is Form.HOST


def teaches_own(table: Table) -> bool:
    """Whether a laptop learns of itself from this table, be it that nothing of it leaves."""
    return table.kind is Kind.STATE and any(map(learned_by_own, table.fields))
