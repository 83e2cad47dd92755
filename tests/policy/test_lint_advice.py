"""What lint advises is taken by the language and helps; no detector that is kept is passed over."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import FieldClass
from reticent_contract.policy import parse_policy
from reticent_contract.policy.lint import LINTS, LintFinding, lint_policy
from reticent_contract.policy.lint.detectors import ELSEWHERE, TOGETHER
from reticent_contract.policy.lint.model import Context, Spot
from reticent_contract.redact.detectors import DETECTORS

NOW_S = 1_795_329_125  # 2026-11-22
Document = dict[str, object]


def linted(document: Document) -> tuple[LintFinding, ...]:
    return lint_policy(parse_policy(document, CATALOG), CATALOG, now_s=NOW_S)


def small(table: str, field: str, rule: object) -> Document:
    return {
        "language": 1,
        "version": 1,
        "purpose": "to test",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1},
        "tables": {table: {"retention_days": 1, "fields": {field: rule}}},
    }


def spots(document: Document) -> list[tuple[str, Spot]]:
    context = Context(policy=parse_policy(document, CATALOG), catalog=CATALOG, now_s=NOW_S)
    return [(lint.code, spot) for lint in LINTS for spot in lint.search(context)]


def done(document: Document, spot: Spot, instead: object) -> Document:
    copied = copy.deepcopy(document)
    *steps, last = spot.path
    place: Any = copied
    for step in steps:
        place = place[step]
    place[last] = instead
    return copied


IDENTIFIERS = ("card", "aadhaar", "ssn", "phone", "imei", "pan", "passport", "email", "iban", "sid")


def test_of_every_detector_that_a_scan_keeps_something_is_said() -> None:
    for name in DETECTORS:
        if name != "secret":  # which nothing may keep
            document = small("log_line", "message", {"scan": {name: "keep"}})
            said = [f.severity for f in linted(document) if f.place.endswith(f"scan.{name}")]
            assert said, name
            assert name not in IDENTIFIERS or "error" in said
    assert set(DETECTORS) >= TOGETHER | ELSEWHERE


@pytest.mark.parametrize("table", [table.name for table in CATALOG])
def test_what_a_lint_advises_for_a_kept_field_is_taken_and_helps(table: str) -> None:
    for field in CATALOG.tables[table].fields:
        if field.field_class is not FieldClass.CREDENTIAL:
            document = small(table, field.name, "keep")
            for code, spot in spots(document):
                for instead in spot.instead:
                    after = spots(done(document, spot, instead))
                    assert (code, spot.path) not in [(c, s.path) for c, s in after], spot


SCANS_THAT_KEEP = {"own": "keep", "card": "keep", "geo": "keep", "mac": "keep"}
OTHERS = (
    small("log_line", "message", {"scan": SCANS_THAT_KEEP}),
    small("log_line", "message", {"truncate": {"characters": 50}}),
    small("user_account", "work_phone", {"mask": {"keep_last": 6}}),
    small("session", "remote_address", {"ip_prefix": {"v4": 28}}),
    small("network_interface", "name", "keep"),
)


def test_so_is_what_the_others_advise() -> None:
    advised: set[str] = set()
    for document in OTHERS:
        for code, spot in spots(document):
            for instead in spot.instead:
                after = spots(done(document, spot, instead))
                assert (code, spot.path) not in [(c, s.path) for c, s in after], spot
                advised.add(code)
    assert {"finding-kept", "quasi-finding-kept", "barely-hidden", "own-kept"} <= advised


def test_of_a_number_nobody_is_told_to_make_a_pseudonym() -> None:
    for table, field in (("user_account", "user_id"), ("connection", "latitude")):
        (said,) = [f.advice for f in linted(small(table, field, "keep")) if "kept" in f.code]
        assert "pseudonymise" not in said
        assert "ip_prefix" not in said
