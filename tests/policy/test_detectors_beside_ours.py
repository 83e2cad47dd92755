"""A policy's own detectors: over what a checksum runs, and who names a stretch that two found."""

from __future__ import annotations

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
from reticent_contract.redact.checksums import CHECKSUMS, COUNTED
from reticent_contract.redact.findings import findings_of
from reticent_contract.redact.tokens import find_tokens
from reticent_contract.rows import Row

KEYS = KeyRing({1: b"f" * 32}, b"d" * 32)
PERSON = {"employee": {"pattern": "E[0-9]{6}", "context": ["employee", "staff"]}}
BOTH = {"scan": {"employee": "pseudonymise", "user": "pseudonymise"}}


def policy_of(rule: object, detectors: object) -> Policy:
    document = {
        "language": 1,
        "version": 1,
        "purpose": "testing",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1},
        "tables": {
            "board": {"retention_days": 1, "fields": {"serial": "pseudonymise"}},
            "log_line": {"retention_days": 1, "fields": {"message": rule}},
        },
        "detectors": detectors,
    }
    return parse_policy(document, CATALOG)


def redact(rule: object, line: str, detectors: object, *, serial: str = "") -> str:
    own = OwnIdentifiers(CATALOG)
    if serial:
        own.learn(Row("board", "snapshot", 0, {"serial": serial}))
    plan = compile_plan(policy_of(rule, detectors), catalog=CATALOG, keys=KEYS, own=own)
    row = plan.redact(Row("log_line", "line", 0, {"message": line}))
    assert row is not None
    return str(row.values["message"])


# --- what a checksum runs over ---

CHECKED = (
    ("luhn", "TCK-[0-9]{8}", "TCK-12345674", "TCK-12345678"),
    ("luhn", r"\b[0-9]{4} [0-9]{4}\b", "1234 5674", "1234 5678"),
    ("luhn", "T2-(?P<checked>[0-9]{8})", "T2-12345674", "T2-12345678"),
    ("luhn", "T2-(?P<checked>[0-9]{8})-X9", "T2-12345674-X9", "T2-12345678-X9"),
    ("verhoeff", "AC[0-9]{4}", "AC2363", "AC2364"),
    ("verhoeff", "A7/(?P<checked>[0-9]{4})", "A7/2363", "A7/2364"),
    ("mod97", "[A-Z]{2}[0-9]{2}[A-Z0-9]{18}", "DE89370400440532013000", "DE88370400440532013000"),
    (
        "mod97",
        "kto:(?P<checked>[A-Z]{2}[0-9]{20})",
        "kto:DE89370400440532013000",
        "kto:DE88" + "0" * 18,
    ),
    ("gstin", "[0-9]{2}[A-Z0-9]{13}", "27AAPFU0939F1ZV", "27AAPFU0939F1ZW"),
    ("gstin", "tax (?P<checked>[0-9A-Z]{15})", "tax 27AAPFU0939F1ZV", "tax 27AAPFU0939F1ZW"),
)


@pytest.mark.parametrize("number", range(len(CHECKED)))
def test_a_checksum_runs_over_what_counts_for_it(number: int) -> None:
    checksum, pattern, right, wrong = CHECKED[number]
    find = findings_of(policy_of("scan", {"ticket": {"pattern": pattern, "checksum": checksum}}))
    found = [(f.detector, f.tier, f.start, f.end) for f in find(f"see {right} ok")]
    assert ("ticket", "A", 4, 4 + len(right)) in found
    assert "ticket" not in [f.detector for f in find(f"see {wrong} ok")]


def test_every_checksum_says_what_counts_for_it() -> None:
    assert set(COUNTED) == set(CHECKSUMS) == {checksum for checksum, *_ in CHECKED}


# --- who names the stretch ---


def test_one_value_has_one_pseudonym_whatever_word_stands_before_it() -> None:
    tokens = {
        next(iter(find_tokens(redact(BOTH, line, PERSON))))
        for line in (
            "employee E654321",
            "staff of E654321",
            "user E654321 of staff",
            "staff: E654321",
        )
    }
    assert len(tokens) == 1
    assert {domain for domain, _, _ in tokens} == {"employee"}


def test_what_protects_more_still_wins() -> None:
    hides_less = {"scan": {"employee": "pseudonymise", "user": "replace"}}
    assert redact(hides_less, "employee E654321", PERSON) == "employee <user>"
    hides_more = {"scan": {"employee": "replace", "user": "pseudonymise"}}
    assert redact(hides_more, "employee E654321", PERSON) == "employee <employee>"


def test_a_longer_finding_names_the_stretch_and_so_does_a_secret() -> None:
    rule = {"scan": {"employee": "replace", "email": "replace", "secret": "replace"}}
    assert redact(rule, "staff E654321@corp.example.com", PERSON) == "staff <email>"
    assert redact(rule, "staff password=E654321", PERSON) == "staff password=<secret>"


def test_what_the_laptop_knows_of_itself_is_known_better_than_by_a_pattern() -> None:
    rule = {"scan": {"own": "pseudonymise", "employee": "pseudonymise"}}
    text = redact(rule, "staff E654321", PERSON, serial="E654321")
    assert [domain for domain, _, _ in find_tokens(text)] == ["board.serial"]


def test_what_try_shows_is_named_the_same_way() -> None:
    find = findings_of(policy_of(BOTH, PERSON))
    assert [f.detector for f in find("employee E654321")] == ["employee"]
