"""The tests that a policy carries say by name what does not hold, and run under fixed keys."""

from __future__ import annotations

import copy

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import failures_with_values, parse_policy, run_policy_tests
from reticent_contract.policy.trace import trace_tests


def _problems(document: dict[str, object], test: dict[str, object]) -> list[str]:
    document = copy.deepcopy(document)
    document["tests"] = [{"name": "it", **test}]
    return run_policy_tests(parse_policy(document, CATALOG), CATALOG)


USB = {"usb.snapshot": {"vendor_id": "0781", "serial": "4C530001"}}


@pytest.mark.parametrize(
    ("given", "expect", "said"),
    [
        (USB, {"vendor_id": "0781", "serial": "<pseudonym>"}, None),
        (USB, {"vendor_id": "0781", "serial": "4C530001"}, "serial leaves otherwise than expected"),
        (USB, {"vendor_id": "0781"}, "serial leaves, which was not expected"),
        (USB, {"vendor_id": "0781", "serial": "<pseudonym>", "port": "1"}, "port does not leave"),
        (USB, "nothing", "nothing was expected to leave, vendor_id, serial did"),
        ({"user_account.snapshot": {"user_id": 1000}}, "nothing", None),
        ({"user_account.snapshot": {"user_id": 1000}}, {}, None),
        ({"os.snapshot": {"version": 5}}, "nothing", None),
        ({"connection.connected": {"latitude": "18.5196"}}, "nothing", None),
    ],
    ids=range(9),
)
def test_what_leaves_must_be_exactly_what_was_expected(
    default_document: dict[str, object], given: object, expect: object, said: str | None
) -> None:
    problems = _problems(default_document, {"given": given, "expect": expect})
    assert problems == ([] if said is None else [f"test 1 ('it'): {said}"])


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"vendor_id": 7, "serial": "<pseudonym>"}, 'expected 7, came "0781"'),
        ({"vendor_id": "0781"}, 'which was not expected: came "<pseudonym>"'),
        ({"vendor_id": "0781", "serial": "<pseudonym>", "port": "1\n2"}, r'expected "1\n2"'),
        ("nothing", 'came {"vendor_id": "0781", "serial": "<pseudonym>"}'),
        ({"vendor_id": "\u202e" + "é" * 999, "serial": "<pseudonym>"}, r'"\u202eéé'),
    ],
    ids=range(5),
)
def test_its_author_is_told_what_was_expected_and_what_came(
    default_document: dict[str, object], expect: object, said: str
) -> None:
    document = copy.deepcopy(default_document)
    document["tests"] = [{"name": "it", "given": USB, "expect": expect}]
    policy = parse_policy(document, CATALOG)
    (told,) = failures_with_values(policy, CATALOG)
    (named,) = run_policy_tests(policy, CATALOG)
    assert told.startswith(f"{named}: ")
    assert said in told
    assert told.isprintable()
    assert len(told) < 400
    assert "0781" not in named


def test_a_table_that_needs_consent_is_tested_as_if_it_were_given(
    document: dict[str, object],
) -> None:
    document["tables"]["usb"]["consent"] = "required"  # type: ignore[index]  # plain data
    expect = {"vendor_id": "0781", "serial": "<pseudonym>"}
    assert _problems(document, {"given": USB, "expect": expect}) == []


def test_what_was_learned_is_known_to_the_test(default_document: dict[str, object]) -> None:
    test: dict[str, object] = {
        "learned": [{"usb.snapshot": {"serial": "4C530001"}}],
        "given": {"log_line.line": {"message": "plugged 4c530001 in"}},
        "expect": {"message": "plugged <pn:usb.serial> in"},
    }
    assert _problems(default_document, test) == []


@pytest.mark.parametrize(
    ("written", "expected", "problem"),
    [
        ("18.5196", "18.5196", None),
        ("-72", -72, None),
        ("18.5196", "18.5", "expected 18.5, came 18.5196"),
        ("north", "north", "latitude does not leave"),
    ],
)
def test_a_fraction_is_given_as_text_and_tested_as_the_number_it_is(
    default_document: dict[str, object], written: str, expected: object, problem: str | None
) -> None:
    """The signed text has no fractions; a value of another type than its field's always fails."""
    document = copy.deepcopy(default_document)
    document["tables"]["connection"]["fields"]["latitude"] = "keep"  # type: ignore[index]  # plain data
    test = {"name": "it", "given": {"connection.connected": {"latitude": written}}}
    document["tests"] = [{**test, "expect": {"latitude": expected}}]
    policy = parse_policy(document, CATALOG)
    problems = failures_with_values(policy, CATALOG)
    assert [(problem or "no problem") in told for told in problems] == [True] * bool(problem)


def test_what_the_default_policy_drops_is_not_told_as_failed(
    default_document: dict[str, object],
) -> None:
    policy = parse_policy(copy.deepcopy(default_document), CATALOG)
    decisions = [d for test in trace_tests(policy, CATALOG) for d in test.decisions]
    assert [str(d) for d in decisions if d.outcome == "failed"] == []
    assert "latitude dropped by connection.latitude (drop)" in map(str, decisions)
