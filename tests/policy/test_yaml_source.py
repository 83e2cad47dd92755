"""Reading YAML: plain values only, and a line for every problem."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError, default_policy_yaml
from reticent_server.policies.yaml_source import load_yaml, parse_yaml_policy


def test_the_default_policy_is_read() -> None:
    document, policy = parse_yaml_policy(default_policy_yaml(), CATALOG)
    assert policy.document == document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 2027-01-01", "2027-01-01"),
        ("a: yes", "yes"),
        ("a: on", "on"),
        ("a: true", True),
        ("a: False", False),
        ("a: null", None),
        ("a: ~", None),
        ("a:", None),
        ("a: 12", 12),
        ("a: -3", -3),
        ("a: 0", 0),
        ("a: 1.5", "1.5"),
        ("a: 1e3", "1e3"),
        ("a: 0x10", "0x10"),
        ("a: 1_000", "1_000"),
        ("a: '12'", "12"),
        ('a: "true"', "true"),
        ("a: |\n  two\n  lines\n", "two\nlines\n"),
        ("a: [x, 1]", ["x", 1]),
        ("a: 00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5e"),
    ],
)
def test_plain_values_are_what_they_look_like(text: str, value: object) -> None:
    read = load_yaml(text)["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: 'a' stands twice"),
        ("a: &x 1\nb: *x", "line 2: an alias (*name); write it out"),
        ("a: !!python/object:os.system x", "line 1: a tag"),
        ("a: !!str x", "line 1: a tag"),
        ("a: 010", "line 1: 010 may be read in two ways"),
        ("a: 1\n1: b", "line 2: a key must be text"),
        ("a: 1\n[x]: b", "line 2: a key must be text"),
        ("a: [1", "line 1:"),
        ("a: 1\n\tb: 2", "line 2:"),
        ("a: 1\n---\nb: 2", "line 2: a second document begins here"),
        ("- a", "line 1: a policy is a mapping"),
        ("", "line 1: a policy is a mapping"),
        ("a: " + "[" * 40 + "]" * 40, "line 1: the policy is nested too deeply"),
        ("a: \x00", "line 1:"),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_aloud_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load_yaml(text)
    assert any(problem.startswith(said) for problem in refused.value.problems), (
        refused.value.problems
    )


def test_a_file_beyond_its_bound_is_refused() -> None:
    with pytest.raises(PolicyError, match="larger than"):
        load_yaml("a: " + "x" * (600 << 10))


def test_every_problem_of_a_policy_has_its_line() -> None:
    lines = default_policy_yaml().splitlines()
    at = {
        "version: keep": "version: shred",
        "machine_id: pseudonymise": "machine_idd: pseudonymise",
        "journal: true": "journal: maybe",
        "email: pseudonymise": "email: shout",
    }
    expected: list[int] = []
    for before, after in at.items():
        number = next(i for i, line in enumerate(lines) if line.strip() == before)
        lines[number] = lines[number].replace(before, after)
        expected.append(number + 1)
    with pytest.raises(PolicyError) as refused:
        parse_yaml_policy("\n".join(lines), CATALOG)
    numbers = [int(p.removeprefix("line ").partition(":")[0]) for p in refused.value.problems]
    assert numbers == sorted(expected)


def test_a_key_that_is_missing_has_the_line_of_what_should_hold_it() -> None:
    text = default_policy_yaml().replace("    retention: while_enrolled\n", "", 1)
    number = next(i for i, line in enumerate(text.splitlines()) if line == "  os:") + 1
    with pytest.raises(PolicyError, match=f"line {number}: tables.os: says neither"):
        parse_yaml_policy(text, CATALOG)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_reading_crash(text: str) -> None:
    first = "line 1: read"
    try:
        load_yaml(text)
    except PolicyError as error:
        first = error.problems[0]
    assert first.startswith(("line ", "the file"))
