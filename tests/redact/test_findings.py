"""What `findings` says of a text: where, by which detector and tier, as the scanner sees it."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.reading import At
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.actions import Scan
from reticent_contract.redact.findings import UNREADABLE, findings, findings_of
from reticent_contract.redact.places import Finding
from reticent_contract.redact.scanner import Scanner
from reticent_contract.rows import Row


def test_findings_come_in_order_with_detector_and_tier() -> None:
    text = "for user alice from 192.0.2.7"
    assert findings(text) == (Finding(9, 14, "user", "B"), Finding(20, 29, "ipv4", "A"))


def test_offsets_are_in_characters() -> None:
    text = "\u00fcber \U0001f600 192.0.2.7 \u00e9 a@b.example"
    assert [text[f.start : f.end] for f in findings(text)] == ["192.0.2.7", "a@b.example"]


def test_half_a_surrogate_does_not_shift_the_offsets() -> None:
    text = "\ud83d\ude00 \ud800 192.0.2.7"
    assert [text[f.start : f.end] for f in findings(text)] == ["192.0.2.7"]


def test_two_halves_of_a_surrogate_pair_are_one_character_as_for_the_scanner() -> None:
    pair = "\ud83d\ude00"
    (found,) = findings(f"{pair} from 10.1.2.3{pair}")
    assert (found.start, found.end, found.detector) == (8, 16, "ipv4")
    # As one character it is none that is printed, so that a domain and a user stand side by side.
    (found,) = findings("C{ET\ud800\udfff\0\\x1:_")
    assert found.detector == "user"


def test_of_overlapping_findings_what_is_always_removed_names_the_stretch() -> None:
    text = "password=a@b.example"
    assert findings(text) == (Finding(9, 20, "secret", "B"),)


def test_what_shows_only_in_the_plain_view_covers_its_words() -> None:
    text = "sent to a%40b.example today"
    assert findings(text) == (Finding(8, 21, "email", "A"),)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("user=bob\0", "bob"),
        ("\u200b to user=b\u200bob\0 and on", "b\u200bob"),
        ("user=bob\0 then user=eve\x07", "bob eve"),
        ("user=bob\0 at 50%25", "bob"),  # what is seen where a blank stands needs no other view
    ],
)
def test_where_the_plain_view_only_leaves_characters_out_offsets_are_exact(
    text: str, marked: str
) -> None:
    assert " ".join(text[f.start : f.end] for f in findings(text)) == marked


def test_of_two_in_one_hidden_place_tier_a_names_it_as_in_the_scanner() -> None:
    text = '"account":"NL67WFMW07404\u206026850"'
    assert findings(text) == (Finding(11, 30, "iban", "A"),)


def test_what_cannot_be_placed_covers_the_whole_text() -> None:
    text = "<pn: in%20the plain view is written otherwise: a%40b.example"
    assert findings(text) == (Finding(0, len(text), "email", "A"),)


def test_a_text_encoded_deeper_than_anyone_needs_is_unreadable() -> None:
    text = "a@b.example"
    for _ in range(5):
        text = quote(text)
    text = "%2525252525" + text
    assert findings(text) == (Finding(0, len(text), UNREADABLE, "A"),)


def test_own_identifiers_are_found_where_they_are_given(catalog: Catalog) -> None:
    own = OwnIdentifiers(catalog)
    own.learn(Row("lab", "snapshot", 0, {"serial": "PF3X9Z1K"}))
    assert findings("SN PF3X9Z1K", own=own) == (Finding(3, 11, "own", "A"),)
    assert findings("SN PF3X9Z1K") == ()


def policy(**more: object) -> Policy:
    document = {
        "language": 1,
        "version": 1,
        "purpose": "testing",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1},
        "tables": {"log_line": {"retention_days": 1, "fields": {"message": "scan"}}},
        **more,
    }
    return parse_policy(document, CATALOG)


def test_a_policys_detectors_region_and_exceptions_are_its_scanners() -> None:
    text = "E123456, 98765 43210, 192.0.2.7 192.0.2.8"
    found = findings_of(
        policy(
            detectors={"employee": {"pattern": "E[0-9]{6}"}},
            scan={"phone_region": "IN"},
            allow=["192.0.2.7"],
        )
    )
    assert [(f.detector, text[f.start : f.end]) for f in found(text)] == [
        ("employee", "E123456"),
        ("phone", "98765 43210"),
        ("ipv4", "192.0.2.8"),
    ]
    assert [f.detector for f in findings(text)] == ["ipv4", "ipv4"]


def test_by_a_policy_own_identifiers_are_found_once_they_are_learned(catalog: Catalog) -> None:
    own = OwnIdentifiers(catalog)
    found = findings_of(policy(), own=own)
    assert found("SN PF3X9Z1K") == ()
    own.learn(Row("lab", "snapshot", 0, {"serial": "PF3X9Z1K"}))
    assert found("SN PF3X9Z1K") == (Finding(3, 11, "own", "A"),)


PIECES = st.sampled_from(
    [
        "for user bob ",
        "10.1.2.3 ",
        "a@b.example ",
        "a%40b.example ",
        "\u00e9",
        "x ",
        "\uff10",
        "%25",
        "password=hunter2 ",
        "\u200b",
        "2001:db8::1 ",
        "\n",
        "00:1a:2b:3c:4d:5e ",
    ]
)


@pytest.fixture(scope="module")
def scanner(catalog: Catalog) -> Scanner:
    return Scanner(
        Scan.read(At([]), None).treatments,
        bytes_max=100_000,
        own=OwnIdentifiers(catalog),
        substitute=lambda name, _tier, _value: f"<{name}>".encode(),
        substitute_own=lambda _identity: b"<own>",
    )


@given(st.lists(PIECES, max_size=12).map("".join))
def test_there_are_findings_exactly_where_the_scanner_changes_a_text(
    scanner: Scanner, text: str
) -> None:
    found = findings(text)
    assert bool(found) == (scanner(text) != text)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
