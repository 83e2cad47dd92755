"""Detectors, tiers, a region, exceptions that a policy brings: read, refused, what they do."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.limits import LOG_LINE_BYTES_MAX
from reticent_contract.policy import Policy, PolicyError, parse_policy
from reticent_contract.redact import Admission, KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.tokens import find_tokens
from reticent_contract.rows import Row

KEYS = KeyRing({1: b"f" * 32}, b"d" * 32)


def document(rule: object, **more: object) -> dict[str, object]:
    return {
        "language": 1,
        "version": 1,
        "purpose": "testing",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1},
        "tables": {"log_line": {"retention_days": 1, "fields": {"message": rule}}},
        **more,
    }


def policy_of(rule: object, **more: object) -> Policy:
    return parse_policy(document(rule, **more), CATALOG)


def plan_of(policy: Policy) -> Plan:
    return compile_plan(policy, catalog=CATALOG, keys=KEYS, own=OwnIdentifiers(CATALOG))


def redact(rule: object, line: str, **more: object) -> object:
    row = plan_of(policy_of(rule, **more)).redact(Row("log_line", "line", 0, {"message": line}))
    return None if row is None else row.values.get("message")


def problems(rule: object, **more: object) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        policy_of(rule, **more)
    return [str(problem) for problem in refused.value.located]


STAFF = {"employee": {"pattern": "E[0-9]{6}"}}


def test_a_detector_of_the_policy_is_used_like_a_built_in_one() -> None:
    assert redact("scan", "by E123456", detectors=STAFF) == "by <employee>"
    assert redact({"scan": {"employee": "keep"}}, "by E123456", detectors=STAFF) == "by E123456"
    assert redact({"scan": {"employee": "drop_value"}}, "by E123456", detectors=STAFF) is None


def test_its_pseudonyms_have_a_domain_that_the_server_admits() -> None:
    policy = policy_of({"scan": {"employee": "pseudonymise"}}, detectors=STAFF)
    row = plan_of(policy).redact(Row("log_line", "line", 0, {"message": "by E123456"}))
    assert row is not None
    text = str(row.values["message"])
    assert [(domain, epoch) for domain, epoch, _ in find_tokens(text)] == [("employee", 1)]
    assert Admission(policy, CATALOG).value_problem("log_line", "message", text) is None
    other = Admission(policy_of("scan"), CATALOG).value_problem("log_line", "message", text)
    assert other is not None


def test_with_context_words_a_value_is_found_near_one_of_them_only() -> None:
    own = {"badge": {"pattern": "[0-9]{5}", "context": ["badge", "door card"]}}
    assert redact("scan", "badge 12345 ok", detectors=own) == "badge <badge> ok"
    assert redact("scan", "Door Card: 12345", detectors=own) == "Door Card: <badge>"
    assert redact("scan", "queue 12345 ok", detectors=own) == "queue 12345 ok"


def test_with_a_checksum_only_values_that_pass_it_are_found() -> None:
    own = {"member": {"pattern": r"\b[0-9]{8}\b", "checksum": "luhn"}}
    assert redact("scan", "12345674 and 12345678", detectors=own) == "<member> and 12345678"


def test_a_detector_of_the_policy_may_be_in_a_link_group() -> None:
    pseudonyms = {"epoch": 1, "link_groups": {"staff": ["scan:employee"]}}
    rule = {"scan": {"employee": "pseudonymise"}}
    text = redact(rule, "by E123456", detectors=STAFF, pseudonyms=pseudonyms)
    assert [domain for domain, _, _ in find_tokens(str(text))] == ["staff"]


REFUSED = (
    ({"x1": {"pattern": "(?=a)b"}}, "detectors.x1.pattern: is no RE2 pattern"),
    ({"x1": {"pattern": "a("}}, "detectors.x1.pattern: is no RE2 pattern"),
    ({"x1": {"pattern": "[0-9]*"}}, "matches where nothing is"),
    *(
        ({"x1": {"pattern": pattern}}, f"repeats without an end ({endless}); say how often")
        for pattern, endless in (
            ("ba*", "*"),
            ("a+?", "+"),
            ("a{12,}", "{12,}"),
            ("a(?:[^\\n]*z)?", "*"),
            (r"\\\\+", "+"),
            ("[]a]+", "+"),
            ("[^]]*a", "*"),
            (r"[\]]+", "+"),
            ("[[]+", "+"),
            ("[[:alpha:]]+", "+"),
            (r"\Qa\E+", "+"),
            (r"(?P<n>a)[^{]{2,}", "{2,}"),
        )
    ),
    ({"x1": {"pattern": r"\b"}}, "matches where nothing is"),
    ({"x1": {"pattern": "$|a"}}, "matches where nothing is"),
    ({"x1": {"pattern": "[a-z]{900}"}}, "instructions, at most"),
    ({"x1": {"pattern": r"\pL{200}"}}, "too large"),
    ({"x1": {"pattern": "a" * 2_000}}, "detectors.x1.pattern"),
    ({"x1": {}}, "pattern is missing"),
    ({"x1": {"pattern": "ab", "flags": "i"}}, "unknown"),
    ({"x1": {"pattern": "ab", "checksum": "crc"}}, "detectors.x1.checksum"),
    ({"x1": {"pattern": "ab", "context": ["a"]}}, "detectors.x1.context[0]"),
    ({"email": {"pattern": "ab"}}, "own word"),
    ({"otherwise": {"pattern": "ab"}}, "own word"),
    ({"X": {"pattern": "ab"}}, "name has lower case"),
    ({f"x{i}": {"pattern": "ab"} for i in range(33)}, "more than 32"),
)


@pytest.mark.parametrize(("detectors", "why"), REFUSED, ids=range(len(REFUSED)))
def test_a_detector_that_cannot_be_used_is_refused_with_its_place(
    detectors: object, why: str
) -> None:
    found = problems("scan", detectors=detectors)
    assert any(why in problem for problem in found)
    assert all(problem.startswith("detectors") for problem in found)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (r"a\*", "x a* y"),
        (r"\Qa+b*\E", "x a+b* y"),
        ("[*+]{3}", "x *+* y"),
        ("[]*]{2}", "x ]* y"),
        (r"[\]+]{2}", "x ]+ y"),
        ("[[*]{2}", "x [* y"),
        ("[[:digit:]+]{2}", "x 7+ y"),
        (r"a\{2,}", "x a{2,} y"),
        ("a{2,3}b?", "x aaab y"),
    ],
)
def test_a_sign_of_repetition_may_stand_for_itself(pattern: str, line: str) -> None:
    assert redact("scan", line, detectors={"own_one": {"pattern": pattern}}) == "x <own_one> y"


HINDI = "\u0915\u0930\u094d\u092e\u091a\u093e\u0930\u0940"  # employee


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("Personal-Nr.", "Personal-Nr. E123456"),
        ("Personal-Nr.", "(PERSONAL-NR.:E123456)"),
        ("staff #", "staff # E123456"),
        ("#staff", "a #staff E123456"),
        (
            "\u0915\u0930\u094d\u092e\u091a\u093e\u0930\u0940",
            "\u0915\u0930\u094d\u092e\u091a\u093e\u0930\u0940 E123456",
        ),
        ("\u00e9l\u00e8ve", "\u00e9l\u00e8ve E123456"),
        ("caf\u00e9", "CAF\u00c9 E123456"),
        ("gr\u00f6\u00dfe", "gr\u00f6\u00dfe E123456"),
    ],
    ids=range(8),
)
def test_a_context_word_may_begin_and_end_with_any_sign(word: str, line: str) -> None:
    own = {"employee": {"pattern": "E[0-9]{6}", "context": ["badge", word]}}
    assert redact("scan", line, detectors=own) == line.replace("E123456", "<employee>")


def test_a_context_word_does_not_count_within_a_longer_one() -> None:
    own = {"employee": {"pattern": "E[0-9]{6}", "context": ["staff", "staff #"]}}
    for line in ("flagstaff E123456", "staffs E123456", "flagstaff # E123456"):
        assert redact("scan", line, detectors=own) == line


HARDEST = (
    "a(?:[a-h]{0,290}z)?",
    "a(?:[a-h]{0,145}a[a-h]{0,145}z)?",
    "a(?:(?:[a-h]{0,20}a){0,13}z)?",
    "a(?:[a-h]{0,30}a[a-h]{250}z)?",
    "[a-h](?:[a-h]{0,20}a[a-h]{260}z)?",
    "a(?:[^\\n]{0,20}a[^\\n]{40}z)?",
    "(?:a{1,17}){1,17}z",
)


@pytest.mark.parametrize("pattern", HARDEST)
def test_a_detector_of_the_policy_costs_linear_time(pattern: str) -> None:
    plan = plan_of(policy_of("scan", detectors={"nested": {"pattern": pattern}}))
    letters = random.Random(1)
    mixed = "".join(letters.choice("abcdefgh") for _ in range(LOG_LINE_BYTES_MAX - 1))
    for line in (mixed, "a" * (LOG_LINE_BYTES_MAX - 1)):
        start = time.process_time()
        plan.redact(Row("log_line", "line", 0, {"message": line}))
        assert time.process_time() - start < 3.0  # seven seconds, where they have no end


def test_a_context_costs_linear_time() -> None:
    own = {"badge": {"pattern": "[0-9]{3}", "context": ["aa"]}}
    plan = plan_of(policy_of("scan", detectors=own))
    for line in ("a" * 30_000, "aa " * 10_000, "aa 123 " * 4_000):
        start = time.perf_counter()
        plan.redact(Row("log_line", "line", 0, {"message": line}))
        assert time.perf_counter() - start < 2.0


def test_detectors_too_large_together_are_refused() -> None:
    large = {f"x{i}": {"pattern": f"{i}[a-z]{{250}}"} for i in range(20)}
    assert "instructions together" in problems("scan", detectors=large)[0]


def test_a_policy_without_the_new_words_has_the_built_in_detectors() -> None:
    assert policy_of("scan").detectors is DETECTORS


def test_tiers_may_be_treated_differently() -> None:
    rule = {"scan": {"phone": {"tier_a": "pseudonymise", "tier_b": "drop_value"}}}
    assert str(redact(rule, "+91 98765 43210")).startswith("<pn:phone:1:")
    assert redact(rule, "phone 98765 43210") is None
    rule = {"scan": {"otherwise": {"tier_a": "replace", "tier_b": "drop_value"}}}
    assert redact(rule, "from 192.0.2.7") == "from <ipv4>"
    assert redact(rule, "for user alice") is None


@pytest.mark.parametrize(
    "treatment",
    [
        {"tier_a": "replace"},
        {"tier_a": "replace", "tier_b": "shred"},
        {"tier_a": "replace", "tier_b": "ip_prefix"},
        {"tier_a": "replace", "tier_c": "replace"},
    ],
)
def test_tiers_that_are_half_said_or_unknown_are_refused(treatment: object) -> None:
    assert problems({"scan": {"phone": treatment}})


def test_what_is_always_removed_is_so_in_both_tiers() -> None:
    assert problems({"scan": {"secret": {"tier_a": "replace", "tier_b": "keep"}}})
    assert problems({"scan": {"otherwise": {"tier_a": "replace", "tier_b": "keep"}}})


def test_a_region_gives_national_numbers_and_one_pseudonym_for_all_spellings() -> None:
    more = {"scan": {"phone_region": "IN"}}
    rule = {"scan": {"phone": "pseudonymise"}}
    spellings = ("98765 43210", "098765-43210", "+91 98765 43210", "phone 9876543210")
    tokens = {
        token for text in spellings for *_, token in find_tokens(str(redact(rule, text, **more)))
    }
    assert len(tokens) == 1
    assert redact(rule, "98765 43210") == "98765 43210"


@pytest.mark.parametrize("scan", [{"phone_region": "XX"}, {"phone_region": 7}, {"region": "IN"}])
def test_an_unknown_region_is_refused(scan: object) -> None:
    assert problems("scan", scan=scan)


def test_exceptions_are_exact_values_and_networks() -> None:
    allow = ["Support@Example.com", "10.20.0.0/16", "2001:db8::/32", "192.0.2.7"]
    line = "support@example.com 10.20.3.4 2001:db8::7 192.0.2.7"
    assert redact("scan", line, allow=allow) == line
    assert redact("scan", "x.support@example.com 10.21.3.4", allow=allow) == "<email> <ipv4>"


def test_no_exception_lets_a_secret_pass() -> None:
    assert redact("scan", "password=hunter2", allow=["hunter2"]) == "password=<secret>"


@pytest.mark.parametrize(
    "entry", ["", "ab", "  a ", "0.0.0.0/0", "10.0.0.0/7", "2000::/15", "10.0.0.1/8", 7]
)
def test_an_exception_that_is_too_broad_is_refused(entry: object) -> None:
    (problem,) = problems("scan", allow=[entry])
    assert problem.startswith("allow[0]")


@pytest.mark.parametrize("entry", ["*@example.com", "@example.com", " @example.com", "10.20.*"])
def test_an_exception_that_looks_like_a_pattern_is_refused(entry: str) -> None:
    assert problems("scan", allow=[entry]) == [
        "allow[0]: is no exact value and would match nothing; write whole values or networks"
    ]


def test_a_link_group_with_the_name_of_a_later_detector_stays_valid_and_apart() -> None:
    pseudonyms = {"epoch": 1, "link_groups": {"phone": ["user_account.work_phone"]}}
    policy = policy_of({"scan": {"phone": "pseudonymise"}}, pseudonyms=pseudonyms)
    assert policy.domain_of("user_account", "work_phone") == "phone"
    assert policy.scan_domain_of("phone") == "scan.phone"


def test_a_detector_that_raises_drops_the_value_and_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_value: bytes) -> Callable[[], None]:
        raise ValueError

    plan = plan_of(policy_of("scan"))
    monkeypatch.setattr("reticent_contract.redact.detectors.contact.is_valid", broken)
    assert plan.redact(Row("log_line", "line", 0, {"message": "+1 415 555 0199"})) is None
    assert [(c.field, c.outcome) for c in plan.take_counts()] == [("log_line.message", "failed")]


def test_a_line_over_which_its_detectors_would_take_too_long_is_dropped_and_counted() -> None:
    letters = "bcdefg"
    many = {f"to_{letter}": {"pattern": f"a.{{1,60}}{letter}"} for letter in letters}
    plan = plan_of(policy_of("scan", detectors=many))
    line = ("abcdefghijklmnopqrstuvwxyz " * LOG_LINE_BYTES_MAX)[:LOG_LINE_BYTES_MAX]
    row = plan.redact(Row("log_line", "line", 0, {"message": line}))
    assert row is None or "message" not in row.values
    counts = {(c.field, c.outcome): c.count for c in plan.take_counts()}
    assert counts == {("log_line.message", "failed"): 1}
    short = plan.redact(Row("log_line", "line", 0, {"message": line[:60]}))
    assert short is not None
