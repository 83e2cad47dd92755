"""Each lint finds what it is for, and is silent beside it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.policy.lint import LINTS, LintFinding, lint_policy
from reticent_contract.policy.lint.exposure import _USUAL_CHARS, CARRIES
from support.lint_cases import DEAD_CHECKSUMS, LOOKS_LIKE, Case

NOW_S = 1_795_329_125  # 2026-11-22
Document = dict[str, object]

NIC = "tables/network_interface/fields"
USER = "tables/user_account/fields"
SESSION = "tables/session/fields"
CONNECTION = "tables/connection/fields"
MESSAGE = "tables/log_line/fields/message"
LINKS = "pseudonyms/link_groups"
SEAL_KEY = "x25519:fZwkMWU5glwYluV_KBl3Rnk85gy-461H2p0HuF-lXio"
OS_ALONE = {"retention": "while_enrolled", "fields": {"name": "keep"}}
# Code; what triggers it (place, value, …) and where it is then found; what comes close and does
# not. All of it is changed in the default policy.
CASES: list[Case] = [
    (
        "own-kept",
        [(f"{NIC}/name", {"scan": {"own": "keep"}})],
        "tables.network_interface.fields.name.scan.own",
        [(f"{NIC}/name", {"scan": {"own": "replace"}})],
    ),
    (
        "content-unscanned",
        [(MESSAGE, "keep")],
        "tables.log_line.fields.message",
        [(MESSAGE, "scan")],
    ),
    (
        "identifier-kept",
        [(f"{USER}/full_name", "keep")],
        "tables.user_account.fields.full_name",
        [(f"{USER}/full_name", {"replace": {"with": "somebody"}})],
    ),
    (
        "quasi-identifier-kept",
        [(f"{USER}/user_id", "keep")],
        "tables.user_account.fields.user_id",
        [(f"{SESSION}/session_id", "keep")],
    ),
    (
        "barely-hidden",
        [(f"{USER}/work_phone", {"mask": {"keep_last": 6}})],
        "tables.user_account.fields.work_phone",
        [(f"{USER}/work_phone", {"mask": {"keep_last": 4}})],
    ),
    (
        "barely-hidden",
        [(f"{NIC}/mac_address", {"truncate": {"characters": 14}})],
        "tables.network_interface.fields.mac_address",
        [("tables/os/fields/kernel", {"truncate": {"characters": 14}})],
    ),
    (
        "barely-hidden",
        [(f"{SESSION}/remote_address", {"ip_prefix": {"v4": 28}})],
        "tables.session.fields.remote_address",
        [(f"{SESSION}/remote_address", {"ip_prefix": {"v4": 26}})],
    ),
    (
        "barely-hidden",
        [(f"{SESSION}/remote_address", {"ip_prefix": {"v6": 64}})],
        "tables.session.fields.remote_address",
        [(f"{SESSION}/remote_address", {"ip_prefix": {"v6": 50}})],
    ),
    (
        "barely-hidden",
        [(f"{USER}/user_id", {"bucket": {"width": 2}})],
        "tables.user_account.fields.user_id",
        [(f"{USER}/user_id", {"bucket": {"width": 64}})],
    ),
    (
        "barely-hidden",
        [(f"{USER}/user_id", {"bucket": {"bounds": [0, 1000, 1001, 1002]}})],
        "tables.user_account.fields.user_id",
        [
            (f"{USER}/user_id", {"bucket": {"bounds": [0, 1000, 60000]}}),
            (f"{CONNECTION}/latitude", {"bucket": {"width": 5}}),
        ],
    ),
    (
        "barely-hidden",
        [(f"{MESSAGE}/scan/ipv6", {"ip_prefix": {"v6": 64}})],
        "tables.log_line.fields.message.scan.ipv6",
        [(f"{MESSAGE}/scan/ipv4", {"ip_prefix": {"v4": 26, "v6": 64}})],
    ),
    (
        "kept-beside-hidden",
        [(f"{NIC}/name", "keep")],
        "tables.network_interface.fields.name",
        [(f"{NIC}/name", "keep"), (f"{NIC}/mac_address", "keep")],
    ),
    (
        "same-thing-twice",
        [(f"{SESSION}/user_name", "keep")],
        "tables.session.fields.user_name",
        [(f"{SESSION}/user_name", "drop")],
    ),
    (
        "same-thing-twice",
        [(f"{SESSION}/remote_host", "keep")],  # of one link group with host.host_name
        "tables.session.fields.remote_host",
        [(f"{SESSION}/remote_host", "keep"), (f"{LINKS}/host", ["host.host_name"])],
    ),
    (
        "scan-keeps-hidden",
        [(f"{MESSAGE}/scan/mac", "keep")],
        "tables.log_line.fields.message.scan.mac",
        [(f"{MESSAGE}/scan/ipv4", "keep")],  # no field pseudonymises addresses
    ),
    (
        "finding-kept",
        [(f"{MESSAGE}/scan/card", "keep")],
        "tables.log_line.fields.message.scan.card",
        [(f"{MESSAGE}/scan/geo", "keep")],
    ),
    (
        "finding-kept",
        [(f"{MESSAGE}/scan/phone", {"tier_a": "replace", "tier_b": "keep"})],
        "tables.log_line.fields.message.scan.phone",
        [(f"{MESSAGE}/scan/phone", "replace")],
    ),
    (
        "quasi-finding-kept",
        [(f"{MESSAGE}/scan/geo", "keep")],
        "tables.log_line.fields.message.scan.geo",
        [(f"{MESSAGE}/scan/card", "keep")],
    ),
    (
        "quasi-finding-kept",
        [("detectors", {"badge": {"pattern": "B[0-9]{5}"}}), (f"{MESSAGE}/scan/badge", "keep")],
        "tables.log_line.fields.message.scan.badge",
        [("detectors", {"badge": {"pattern": "B[0-9]{5}"}})],
    ),
    (
        "own-not-learned",
        [("tables/user_account", None)],
        "tables.log_line.fields.message",
        [("tables/cpu", None)],  # nothing of it names a laptop
    ),
    (
        "no-purpose",
        [("purpose", " TBD. ")],
        "purpose",
        [("purpose", "to know which laptops are patched")],
    ),
    ("no-purpose", [("legal_basis", "-")], "legal_basis", [("legal_basis", "GDPR 6 (1) f")]),
    ("no-notice", [("notice", None)], "policy", [("notice", "We read the logs.")]),
    (
        "test-fails",
        [("tests", [{"name": "a", "given": {"usb.snapshot": {"port": "1"}}, "expect": {}}])],
        "tests[0]",
        [
            (
                "tests",
                [{"name": "a", "given": {"usb.snapshot": {"port": "1"}}, "expect": {"port": "1"}}],
            )
        ],
    ),
    ("untested-table", [("tests", [])], "tables.usb", []),
    ("expired", [("expires", "2026-11-20")], "expires", [("expires", "2027-11-20")]),
    *LOOKS_LIKE,
    (
        "literal-count",
        [("detectors", {"badge": {"pattern": "E[0-9]{,5}7"}})],
        "detectors.badge.pattern",
        [("detectors", {"badge": {"pattern": r"E[0-9{,5}]{0,5}\{,5}7"}})],
    ),
    (
        "number-for-text",
        [("tests", [{"name": "t", "given": {"usb.snapshot": {"serial": 5}}, "expect": {}}])],
        "tests[0].given.usb.snapshot.serial",
        [("tests", [{"name": "t", "given": {"cpu.snapshot": {"logical_count": 5}}, "expect": {}}])],
    ),
    ("not-yet", [("not_before", "2026-12-05")], "not_before", [("not_before", "2026-11-23")]),
    ("expires-soon", [("expires", "2026-12-05")], "expires", [("expires", "2027-11-20")]),
    (
        "endless-retention",
        [("tables/session/retention", "while_enrolled"), ("tables/session/retention_days", None)],
        "tables.session.retention",
        [("tables/session/retention_days", 3_650)],
    ),
    (
        "dead-wildcard",
        [("tables/board/fields/vend*", "drop")],
        "tables.board.fields.vend*",
        [("tables/board/fields/*", "drop"), ("tables/board/fields/vendor", None)],
    ),
    (
        "dead-link-member",
        [(f"{LINKS}/paths", ["user_account.full_name", "user_account.home_directory"])],
        "pseudonyms.link_groups.paths[1]",
        [(f"{LINKS}/paths", ["user_account.full_name"])],
    ),
    (
        "dead-link-member",
        [(f"{LINKS}/mail", ["scan:email"]), (f"{MESSAGE}/scan/email", "replace")],
        "pseudonyms.link_groups.mail[0]",
        [(f"{LINKS}/mail", ["scan:email"])],
    ),
    (
        "lonely-link-group",
        [(f"{LINKS}/host", ["host.host_name"])],
        "pseudonyms.link_groups.host",
        [(f"{LINKS}/host", ["host.host_name", "session.remote_host"])],
    ),
    (
        "differing-scopes",
        [(f"{SESSION}/user_name", {"pseudonymise": {"scope": "device"}})],
        "pseudonyms.link_groups.person",
        [(f"{USER}/full_name", {"pseudonymise": {"scope": "device"}})],
    ),
    (
        "tier-cannot-occur",
        [(f"{MESSAGE}/scan/sid", {"tier_a": "replace", "tier_b": "keep"})],
        "tables.log_line.fields.message.scan.sid",
        [(f"{MESSAGE}/scan/secret", {"tier_a": "replace", "tier_b": "drop_value"})],
    ),
    (
        "dead-detector",
        [
            ("detectors", {"badge": {"pattern": "B[0-9]{5}"}}),
            ("tables", {"os": OS_ALONE}),
            ("tests", []),
        ],
        "detectors.badge",
        [("detectors", {"badge": {"pattern": "B[0-9]{5}"}})],
    ),
    *DEAD_CHECKSUMS,
    (
        "silent-table",
        [("tables/software/fields", {"name": "drop"})],
        "tables.software",
        [("tables/software/fields", {"name": "count_only"})],
    ),
    (
        "silent-table",
        [("tables/cpu/fields", {"*": "drop"})],
        "tables.cpu",
        [("tables/usb/fields", {"serial": "drop"})],  # still learned, for the logs
    ),
    (
        "unread-table",
        [("tables/log_line/options", {"journal": False})],
        "tables.log_line",
        [("tables/log_line/options", {"files": ["/var/log/syslog"]})],
    ),
    (
        "shared-rule-id",
        [
            (f"{USER}/full_name", {"drop": None, "rule": "people"}),
            (f"{USER}/user_name", {"pseudonymise": None, "rule": "people"}),
        ],
        "tables.user_account.fields.full_name",
        [
            (f"{USER}/full_name", {"drop": None, "rule": "people"}),
            (f"{USER}/user_id", {"drop": None, "rule": "people"}),
        ],
    ),
    (
        "unused-seal-key",
        [("seal", {"key": SEAL_KEY})],
        "seal",
        [("seal", {"key": SEAL_KEY}), (f"{USER}/full_name", "seal")],
    ),
    (
        "dead-allow",  # twice
        [("allow", ["build-bot", "Build-Bot"])],
        "allow[1]",
        [("allow", ["build-bot", "build-bot-2"])],
    ),
    (
        "dead-allow",  # within another one
        [("allow", ["10.20.30.40", "10.20.0.0/16"])],
        "allow[0]",
        [("allow", ["10.21.30.40", "10.20.0.0/16", "2001:db8:1::/48"])],
    ),
    (
        "dead-allow",  # no detector takes a loopback address
        [("allow", ["127.0.0.1"])],
        "allow[0]",
        [("allow", ["192.0.2.1"])],
    ),
    (
        "dead-allow",  # nothing is scanned
        [("allow", ["build-bot"]), ("tables", {"os": OS_ALONE}), ("tests", [])],
        "allow[0]",
        [("allow", ["build-bot"])],
    ),
]
IDS = [f"{case[0]}-{i}" for i, case in enumerate(CASES)]


def _lint(document: Document) -> tuple[LintFinding, ...]:
    return lint_policy(parse_policy(document, CATALOG), CATALOG, now_s=NOW_S)


def _places(document: Document, code: str) -> list[str]:
    return [finding.place for finding in _lint(document) if finding.code == code]


@pytest.fixture
def changed(default_document: Document) -> Callable[..., Document]:
    """The default policy with these places set (None removes)."""

    def make(changes: list[tuple[str, object]]) -> Document:
        document = copy.deepcopy(default_document)
        for path, value in changes:
            head, _, last = path.rpartition("/")
            place = _at(document, head)
            assert isinstance(place, dict)
            if value is None and last in place:
                del place[last]
            elif value is not None:
                place[last] = value
        return document

    return make


def _at(document: Document, path: str) -> object:
    place: object = document
    for step in filter(None, path.split("/")):
        assert isinstance(place, dict)
        place = place[step]
    return place


def test_the_default_policy_is_clean(default_document: Document) -> None:
    assert _lint(default_document) == ()


@pytest.mark.parametrize(("code", "trigger", "place", "beside"), CASES, ids=IDS)
def test_a_lint_finds_what_it_is_for_and_is_silent_beside_it(
    changed: Callable[..., Document],
    code: str,
    trigger: list[tuple[str, object]],
    place: str,
    beside: list[tuple[str, object]],
) -> None:
    assert place in _places(changed(trigger), code)
    assert _places(changed(beside), code) == []


def test_every_lint_has_such_a_case() -> None:
    assert {case[0] for case in CASES} == {lint.code for lint in LINTS}
    assert len({lint.code for lint in LINTS}) == len(LINTS)


def test_errors_come_first(changed: Callable[..., Document]) -> None:
    found = _lint(changed([("tables/session/retention_days", 5), (f"{NIC}/name", "keep")]))
    severities = [finding.severity for finding in found]
    assert set(severities) == {"error", "warning"}
    assert severities == sorted(severities, key=("error", "warning").index)


def test_a_finding_says_what_is_wrong_and_what_to_do(changed: Callable[..., Document]) -> None:
    for _, trigger, _, _ in CASES:
        findings = _lint(changed(trigger))
        assert findings
        for finding in findings:
            assert len(finding.sentence) > 20
            assert len(finding.advice) > 10
            assert "None" not in finding.sentence


def test_what_lints_know_of_the_catalog_is_in_it() -> None:
    names = {f"{table.name}.{field.name}" for table in CATALOG for field in table.fields}
    for carrier, carried in CARRIES:
        assert {carrier, *carried} <= names
    assert {field.form for table in CATALOG for field in table.fields} <= set(_USUAL_CHARS)
