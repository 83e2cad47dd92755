"""A named person among pseudonyms: `person:alice@example.com`.

Enters: a user name, e-mail address, phone number or full name; the keys of all living epochs; the
policies by which rows were made. Leaves: a condition that finds the person's rows, whichever of
those forms a policy left in them. Must hold: each pseudonym is made as a laptop makes it (canonical
form, field's domain, fleet key) and then as the server does (`ingest.pseudonyms`).

Not found: pseudonyms of scope `device`, whose key is on one laptop alone; those of epochs that were
destroyed; a spelling that is no form of what was typed (`alice` is not `alice@example.com`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import FieldClass, Form
from reticent_contract.policy import Policy
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.forms import canonical_form
from reticent_contract.redact.keys import KeyRing, token_of
from reticent_contract.redact.tokens import pseudonym_text, second_half

from reticent_server.query.expr import (
    Everything,
    Expr,
    FieldIn,
    FieldTokens,
    Not,
    Or,
)
from reticent_server.query.reach import Reach

_FORMS = (Form.USER, Form.EMAIL, Form.PHONE)
# What names a person: "table.field" with its form.
PERSON_FIELDS: Mapping[str, Form] = {
    f"{table.name}.{one.name}": one.form
    for table in CATALOG
    for one in table.by_name.values()
    if one.form in _FORMS or (one.field_class is FieldClass.DIRECT_ID and one.name == "full_name")
}
_DETECTORS = ("email", "phone", "user", "own")
_SCAN = "scan"
# Free text; in which other columns detectors leave pseudonyms the policies say.
TEXTS = tuple(
    dict.fromkeys(
        one.name
        for table in CATALOG
        for one in table.by_name.values()
        if one.field_class is FieldClass.CONTENT
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """`fleet`, `server`: keys by epoch, those of one epoch under one number."""

    fleet: Mapping[int, bytes] = field(repr=False)
    server: Mapping[int, bytes] = field(repr=False)
    policies: Sequence[Policy] = field(repr=False)
    reach: Reach = field(repr=False)

    def condition(self, person: str) -> Expr:
        """Over the columns that are within reach alone."""
        terms: tuple[Expr, ...] = (*self.in_fields([person]), *self.in_texts([person]))
        found = tuple(term for term in terms if self.reach.hidden_field(term) is None)
        return Or(found) if found else Not(Everything())

    def pseudonyms(self, person: str) -> set[str]:
        """Every one that may stand for the person."""
        found: set[str] = set()
        for form, domains in self._domains():
            found.update(self._pseudonyms(form, person, domains))
        return found

    def in_fields(self, persons: Iterable[str]) -> list[FieldIn]:
        """One term for each name of a column that names a person."""
        texts: dict[str, set[str]] = {}
        for person in persons:
            for member, form in PERSON_FIELDS.items():
                found = texts.setdefault(member.partition(".")[2], set())
                found.update((person, *self._spellings(form, person)))
                found.update(self._pseudonyms(form, person, self._of_field(member)))
        return [FieldIn(name, frozenset(found)) for name, found in texts.items()]

    def in_texts(self, persons: Iterable[str]) -> list[FieldTokens]:
        """One term for each column of free text."""
        found: set[str] = set()
        for person in persons:
            for detector in _DETECTORS:
                form = DETECTORS[detector].form
                found.update(self._pseudonyms(form, person, self._of_detector(detector)))
        return [FieldTokens(name, frozenset(found)) for name in sorted(self._scanned()) if found]

    def _scanned(self) -> set[str]:
        """Names of columns whose text some policy has scanned."""
        tables = (table for policy in self.policies for table in policy.tables.values())
        rules = (rule for table in tables for rule in table.rules.items())
        return {name for name, rule in rules if rule.action.name == _SCAN} | set(TEXTS)

    def _domains(self) -> Iterator[tuple[Form, set[str]]]:
        for member, form in PERSON_FIELDS.items():
            yield form, self._of_field(member)
        for detector in _DETECTORS:
            yield DETECTORS[detector].form, self._of_detector(detector)

    def _of_field(self, member: str) -> set[str]:
        table, _, name = member.partition(".")
        return {policy.domain_of(table, name) for policy in self.policies} | {member}

    def _of_detector(self, detector: str) -> set[str]:
        return {policy.scan_domain_of(detector) for policy in self.policies} | {detector}

    def _pseudonyms(self, form: Form, person: str, domains: Iterable[str]) -> Iterator[str]:
        keys = KeyRing(self.fleet, None)
        for canonical in self._spellings(form, person):
            for epoch in sorted(self.fleet.keys() & self.server.keys()):
                for domain in sorted(domains):
                    sub_key = keys.sub_key(scope="fleet", epoch=epoch, domain=domain)
                    token = token_of(sub_key, canonical)
                    stored = second_half(self.server[epoch], domain, epoch, token)
                    yield pseudonym_text(domain, epoch, stored)

    def _spellings(self, form: Form, person: str) -> tuple[str, ...]:
        """Canonical forms; of a phone number one for each region that a policy names."""
        regions = {policy.phone_region for policy in self.policies} | {None}
        if form is not Form.PHONE:
            regions = {None}
        found = (canonical_form(form, person, phone_region=region) for region in regions)
        return tuple(sorted({one for one in found if one is not None}))
