"""The reference page: whatever it shows is what the engine does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy, run_policy_tests
from reticent_contract.policy.lint import LINTS
from reticent_contract.policy.reference import fields_that_take, flow, reference_page
from reticent_contract.policy.schema import policy_schema
from reticent_contract.redact.actions import ACTIONS
from reticent_contract.redact.actions.usage import Example
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.sealed import seal_key_of
from reticent_server.policies.yaml_source import load_yaml

EXAMPLES = [
    (action.name, example) for action in ACTIONS.values() for example in action.usage.examples
]
PAGE = reference_page(CATALOG)


def problems(example: Example) -> list[str]:
    """As a test that a policy carries: the value alone in its row, and what of it leaves."""
    table, _, field = example.at.partition(".")
    event = CATALOG.tables[table].events[0]
    expect = {} if example.becomes is None else {field: example.becomes}
    document = {
        "language": 1,
        "version": 1,
        "purpose": "to be read",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1},
        "tables": {table: {"retention_days": 1, "fields": {field: example.rule}}},
        "tests": [
            {"name": "it", "given": {f"{table}.{event}": {field: example.given}}, "expect": expect}
        ],
    }
    if "seal" in str(example.rule):
        key = seal_key_of(X25519PrivateKey.from_private_bytes(b"s" * 32))
        document["seal"] = {"key": str(key)}
    return run_policy_tests(parse_policy(document, CATALOG), CATALOG)


@pytest.mark.parametrize(
    ("name", "example"), EXAMPLES, ids=[f"{name}-{i}" for i, (name, _) in enumerate(EXAMPLES)]
)
def test_every_example_does_what_the_page_says(name: str, example: Example) -> None:
    assert problems(example) == []
    assert name in str(example.rule)
    assert flow(example.rule) in PAGE
    assert load_yaml(f"rule: {flow(example.rule)}")["rule"] == example.rule


def test_an_example_that_is_wrong_is_noticed() -> None:
    assert problems(Example("usb.serial", {"mask": {"keep_last": 4}}, "4C530001", "4C530001"))
    assert problems(Example("usb.serial", "keep", "4C530001", None))


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_has_an_example_and_shows_every_required_parameter(name: str) -> None:
    usage = ACTIONS[name].usage
    # Which fields take it is found out by its examples: without one the page would say `none`.
    assert usage.examples
    assert list(fields_that_take(ACTIONS[name], CATALOG))
    assert set(usage.required) <= set(usage.parameters)
    assert all(word in str([e.rule for e in usage.examples]) for word in usage.required)


def test_the_page_speaks_of_every_word() -> None:
    for heading in (*ACTIONS, *CATALOG.tables):
        assert f"\n### `{heading}`\n" in PAGE
    for row in (*DETECTORS, *(lint.code for lint in LINTS)):
        assert f"\n| `{row}` |" in PAGE
    for table in CATALOG:
        for field in table.fields:
            assert f"| `{field.name}` | {field.type.value} | {field.field_class.value}: " in PAGE


def keys_in(schema: object) -> Iterator[str]:
    """Every key that a part of the schema names, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for inner in schema.values():
            yield from keys_in(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from keys_in(inner)


def test_the_page_names_every_key_that_the_schema_does() -> None:
    keys = {key for key in keys_in(policy_schema(CATALOG)) if "." not in key}  # no kinds of rows
    assert {"extends", "looser", "retention", "link_groups", "phone_region", "learned"} <= keys
    named = {word for code in re.findall(r"`([^`\n]+)`", PAGE) for word in re.findall(r"\w+", code)}
    assert keys - named == set()


def test_the_page_says_where_a_key_stands_and_whether_it_is_needed() -> None:
    for row in (
        "| `tables.TABLE.retention` | one of the two | ",
        "| `tables.TABLE.fields` | required | ",
        "| `pseudonyms.epoch` | required | ",
        "| `seal.key` | required | ",
        "| `detectors.NAME.pattern` | required | ",
        "| `detectors.NAME.checksum` |  | ",
        "| `tests[].expect` | required | ",
        "| `extends` |  | ",
    ):
        assert f"\n{row}" in PAGE
    assert "is cut at white space and ends in `<cut>`" in PAGE


def test_what_an_action_takes_is_what_it_does_not_refuse() -> None:
    taken = {f"{t.name}.{f.name}" for t, f in fields_that_take(ACTIONS["ip_prefix"], CATALOG)}
    assert taken == {
        "connection.wan_address",
        "network_event.ip_address",
        "network_interface.ip_addresses",
        "session.remote_address",
    }


def test_the_page_is_the_committed_one_and_its_tables_are_whole() -> None:
    committed = files("reticent_contract.policy").joinpath("REFERENCE.md").read_text("utf-8")
    assert committed == PAGE
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.M):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(columns) == 1, block[:200]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("keep", "keep"),
        ({"drop": None, "rule": "a"}, "{drop:, rule: a}"),
        ({"mask": {"keep_last": 4}}, "{mask: {keep_last: 4}}"),
        ({"replace": {"with": "<a name>"}}, '{replace: {with: "<a name>"}}'),
        ({"replace": {"with": "12"}}, '{replace: {with: "12"}}'),
        ({"replace": {"with": "true"}}, '{replace: {with: "true"}}'),
        ({"scan": {"email": ["a", 1]}}, '{scan: {email: ["a", 1]}}'),
    ],
)
def test_a_rule_is_written_as_yaml_that_reads_back(value: object, text: str) -> None:
    assert flow(value) == text
    assert load_yaml(f"it: {text}")["it"] == value
