"""The JSON Schema over what an editor reads: YAML 1.2, where 18.5196 is a number and not a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.policy.reference import flow
from reticent_contract.redact.actions import ACTIONS
from reticent_server.policies.yaml_source import load_yaml
from support import readme

PUBLISHED = json.loads(
    files("reticent_contract.policy").joinpath("policy.schema.json").read_text("utf-8")
)
VALIDATOR = Draft202012Validator(PUBLISHED)
REFERENCE = files("reticent_contract.policy").joinpath("REFERENCE.md").read_text("utf-8")
SMALL = "language: 1\nversion: 1\npurpose: p\nlegal_basis: l\npseudonyms: {epoch: 1}\n"


class Editor(yaml.SafeLoader):
    """The core schema of YAML 1.2: null, true, whole numbers, fractions; no times, no yes."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012  # PyYAML's own shape


for tag, pattern in (
    ("null", r"~|null|Null|NULL|"),
    ("bool", r"true|True|TRUE|false|False|FALSE"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), None)


def underlined(text: str) -> list[str]:
    document = yaml.load(text, Editor)  # a SafeLoader
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in VALIDATOR.iter_errors(document)]


def test_an_editor_underlines_nothing_in_the_default_policy() -> None:
    assert isinstance(yaml.load("x: 18.5196", Editor)["x"], float)  # a SafeLoader
    assert underlined(default_policy_yaml()) == []


@pytest.mark.parametrize("name", ACTIONS)
def test_an_editor_underlines_no_example_of_the_reference(name: str) -> None:
    for example in ACTIONS[name].usage.examples:
        assert flow(example.rule) in REFERENCE
        table, _, field = example.at.partition(".")
        assert not underlined(
            f"{SMALL}tables: {{{table}: {{retention_days: 1, fields: "
            f"{{{field}: {flow(example.rule)}}}}}}}"
        )


def blocks(page: str) -> Iterator[str]:
    """The YAML of a page."""
    yield from re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)


def test_an_editor_underlines_no_policy_of_the_pages() -> None:
    for text in (*blocks(REFERENCE), *(readme.example(n) for n in ("lab.yaml", "visits.yaml"))):
        if re.search(r"^(?:language|extends):", text, re.M):
            assert underlined(text) == []


VALUES = ("18.5196", "1.10", "-3", "0x1F", "1e3", "true", "text", "[a, b]", "[1.10, b]")


@pytest.mark.parametrize("value", VALUES)
def test_what_a_test_may_be_given_is_underlined_nowhere(value: str) -> None:
    text = (
        f"{SMALL}tables: {{}}\n"
        f"tests: [{{name: it, given: {{os.snapshot: {{version: {value}}}}}, expect: nothing}}]"
    )
    parse_policy(load_yaml(text), CATALOG)
    assert underlined(text) == []


def test_a_policy_of_no_tables_is_one_that_collects_nothing() -> None:
    """Deny by default, said outright: the way to stop all collection without another tool."""
    assert parse_policy(load_yaml(f"{SMALL}tables: {{}}"), CATALOG).tables == {}
    assert underlined(f"{SMALL}tables: {{}}") == []


def test_a_word_of_the_language_or_the_engine_is_refused_by_both() -> None:
    rule = "os: {retention_days: 1, fields: {version: {keep: , rule: RULE}}}"
    for text in (
        f"{SMALL}tables: {{}}\ndetectors: {{email: {{pattern: E1}}}}",
        f"{SMALL}tables: {{}}\ndetectors: {{otherwise: {{pattern: E1}}}}",
        *(
            f"{SMALL}tables: {{{rule.replace('RULE', word)}}}"
            for word in ("deny-by-default", "credential")
        ),
    ):
        with pytest.raises(Exception, match=r"own word|itself counts"):
            parse_policy(load_yaml(text), CATALOG)
        assert underlined(text) != []


def test_true_is_no_language_to_either() -> None:
    text = SMALL.replace("language: 1", "language: true") + "tables: {}"
    with pytest.raises(Exception, match="language: must be 1"):
        parse_policy(load_yaml(text), CATALOG)
    assert underlined(text) != []
