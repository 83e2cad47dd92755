"""The JSON Schema says what the parser does: nothing that is valid is underlined in an editor."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import lru_cache, reduce
from importlib.resources import files
from operator import getitem
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml
from reticent_contract.policy.model import SCAN_PREFIX
from reticent_contract.policy.parse import KEYS
from reticent_contract.policy.schema import _parts
from reticent_contract.reading import Path
from reticent_contract.redact.actions import ACTIONS
from reticent_contract.redact.actions.scan import OTHERWISE
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.sealed import seal_key_of
from reticent_server.policies.yaml_source import load_yaml
from support import readme
from support.policy_schema import SCHEMA, VALIDATOR, Document, accepts, parses, small, with_rule

DEFAULT = load_yaml(default_policy_yaml())


SEAL: Document = {"seal": {"key": str(seal_key_of(X25519PrivateKey.from_private_bytes(b"s" * 32)))}}


def test_it_is_a_schema_and_the_committed_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    text = files("reticent_contract.policy").joinpath("policy.schema.json").read_text("utf-8")
    assert json.loads(text) == SCHEMA


def test_the_default_policy_names_it_and_is_accepted() -> None:
    assert default_policy_yaml().startswith("# yaml-language-server: $schema=policy.schema.json\n")
    assert list(VALIDATOR.iter_errors(DEFAULT)) == []
    draft = {key: value for key, value in DEFAULT.items() if key != "version"}
    assert accepts(draft)


def test_every_key_of_a_policy_has_a_part() -> None:
    assert set(_parts(CATALOG)) == set(KEYS)


@pytest.mark.parametrize("name", ACTIONS)
def test_every_example_of_an_action_is_accepted(name: str) -> None:
    for example in ACTIONS[name].usage.examples:
        table, _, field = example.at.partition(".")
        document = with_rule(table, field, example.rule) | SEAL
        assert parses(document)
        assert accepts(document)


@pytest.mark.parametrize("rule", ["bucket", {"bucket": None}, {"bucket": {}}])
def test_a_bucket_without_any_bound_is_refused(rule: object) -> None:
    document = with_rule("cpu", "logical_count", rule)
    assert not parses(document)
    assert not accepts(document)
    two = with_rule("cpu", "logical_count", {"bucket": {"width": 4, "bounds": [1]}})
    assert not accepts(two)


@pytest.mark.parametrize("member", [5, None, True, ["host.host_name"]])
def test_a_member_of_a_link_group_is_text(member: object) -> None:
    own = small() | {"detectors": {"badge": {"pattern": "E[0-9]{6}"}}}
    assert not accepts(own | {"pseudonyms": {"epoch": 1, "link_groups": {"names": [member]}}})
    assert accepts(own | {"pseudonyms": {"epoch": 1, "link_groups": {"badges": ["scan:badge"]}}})


# --- whatever the parser accepts ---

WORDS = st.sampled_from([*ACTIONS, "replace", "nothing", "shred", "KEEP"])
NUMBERS = st.one_of(st.integers(-1, 70), st.sampled_from([1_024, 1_025, 3_650, 3_651]))
PARAMETERS: dict[str, st.SearchStrategy[object]] = {
    "with": st.text(max_size=130),
    "keep_last": NUMBERS,
    "characters": NUMBERS,
    "to": st.sampled_from(["major_version", "directory", "domain", "hour", "day", "week"]),
    "v4": NUMBERS,
    "v6": NUMBERS,
    "scope": st.sampled_from(["fleet", "device", "world"]),
}
TREATMENTS = st.recursive(
    st.sampled_from(["replace", "pseudonymise", "drop_value", "keep", "ip_prefix", "hide", None]),
    lambda inner: st.dictionaries(
        st.sampled_from(["replace", "pseudonymise", "keep", "ip_prefix", "scope", "v4"]),
        st.one_of(inner, NUMBERS, st.just("device")),
        max_size=2,
    ),
    max_leaves=3,
)
SCANS = st.dictionaries(
    st.sampled_from([*DETECTORS, OTHERWISE, "nose"]), TREATMENTS, min_size=0, max_size=4
)


@st.composite
def rules(draw: st.DrawFn) -> object:
    name = draw(WORDS)
    if draw(st.booleans()):
        return name
    action = ACTIONS.get(name)
    known = sorted(action.usage.parameters if action is not None else PARAMETERS)
    parameters: object
    if name == "scan":
        parameters = draw(st.one_of(st.none(), SCANS))
    else:
        chosen = [p for p in known if p in PARAMETERS and draw(st.booleans())]
        parameters = {p: draw(PARAMETERS[p]) for p in chosen} or draw(st.sampled_from([None, {}]))
    rule = {name: parameters}
    if draw(st.booleans()):
        rule["rule"] = draw(st.sampled_from(["a", "no-serials", "x.*", "A", "-a", "a" * 65, 5]))
    return rule


PLACES = [(table.name, field.name) for table in CATALOG for field in table.fields]


@settings(max_examples=600, deadline=None)
@given(place=st.sampled_from(PLACES), rule=rules())
def test_a_rule_that_the_parser_accepts_the_schema_accepts(
    place: tuple[str, str], rule: object
) -> None:
    document = with_rule(*place, rule)
    assert accepts(document) or not parses(document)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_policy_that_the_parser_accepts_the_schema_accepts(data: st.DataObject) -> None:
    """Parts of the default policy, some set to what may or may not be said there."""
    document = copy.deepcopy(DEFAULT)
    tables = document["tables"]
    assert isinstance(tables, dict)
    for name in data.draw(st.sets(st.sampled_from(sorted(tables)), max_size=3)):
        table = tables[name]
        kept = st.sampled_from(sorted(table["fields"]))
        table |= data.draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "retention_days": NUMBERS,
                    "retention": st.sampled_from(["while_enrolled", "ever"]),
                    "priority": NUMBERS,
                    "consent": st.sampled_from(["required", "not_required", "maybe", True]),
                    "options": st.one_of(
                        st.none(),
                        st.fixed_dictionaries(
                            {},
                            optional={
                                "journal": st.one_of(st.booleans(), st.just("yes")),
                                "files": st.lists(st.sampled_from(["/a", "/b", "c", 1])),
                                "other": st.just(1),
                            },
                        ),
                    ),
                },
            )
        )
        if data.draw(st.booleans()):
            table.pop("retention", None)
        table["fields"] = {key: table["fields"][key] for key in data.draw(st.sets(kept))}
        covered = st.sampled_from([field.name for field in CATALOG.tables[name].fields])
        whole = data.draw(covered)
        cut = data.draw(st.integers(0, len(whole)))
        wildcard = whole[:cut] + "*" + whole[data.draw(st.integers(0, len(whole))) :]
        if data.draw(st.booleans()):
            table["fields"][wildcard] = data.draw(rules())
    for key in data.draw(st.sets(st.sampled_from(sorted(document)), max_size=2)):
        values: list[Any] = [
            None,
            "",
            "x",
            0,
            1,
            [],
            {},
            "2027-01-01",
            "2027-1-1",
            {"epoch": 2},
            {"epoch": 0},
        ]
        document[key] = data.draw(st.sampled_from(values))
        if data.draw(st.booleans()):
            del document[key]
    document["tests"] = data.draw(st.sampled_from([[], document.get("tests", [])]))
    if parses(document):
        assert accepts(document)


# --- words that nobody knows ---

FREE = {("pseudonyms", "link_groups")}  # whose keys are names of the author's own


def words_of(value: object, path: Path = ()) -> Iterator[Path]:
    """Every key, by its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if path not in FREE:
                yield (*path, key)
            yield from words_of(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from words_of(inner, (*path, i))


def misspelt(path: Path) -> Document:
    """The default policy with that key misspelt, of its tables and tests only the one it is in."""
    kept = {key: part for key, part in DEFAULT.items() if key != "tests" or path[0] == key}
    document: Any = copy.deepcopy(kept)
    area, *steps = path
    if len(steps) > 1 and area in ("tables", "tests"):
        inner = document[area]
        document[area] = [inner[steps[0]]] if area == "tests" else {steps[0]: inner[steps[0]]}
        steps[0] = 0 if area == "tests" else steps[0]
    assert parses(document)
    place = reduce(getitem, (area, *steps)[:-1], document)
    items = list(place.items())
    place.clear()
    place.update({f"{key}q" if key == path[-1] else key: value for key, value in items})
    return dict(document)


@lru_cache(maxsize=1)
def all_words() -> list[Path]:
    return list(words_of(DEFAULT))


@pytest.mark.parametrize("part", range(8))
def test_a_misspelt_key_is_refused_by_both(part: int) -> None:
    words = all_words()
    assert len(words) > 300
    for path in words[part::8]:
        document = misspelt(path)
        assert not parses(document), path
        assert not accepts(document), path


@pytest.mark.parametrize(
    "rule",
    [
        "shred",
        {"shred": None},
        {"mask": {"keep_last": 4, "keep_first": 1}},
        {"mask": {}},
        "mask",
        {"keep": {"it": 1}},
        {"keep": None, "drop": None},
        {"rule": "a"},
        {},
        {"generalise": {"to": "planet"}},
        {"pseudonymise": {"scope": "world"}},
        {"scan": {"nose": "replace"}},
        {"scan": {"email": "hide"}},
        {"scan": {"secret": "keep"}},
        {"scan": {"email": "ip_prefix"}},
        {"scan": {"otherwise": "keep"}},
        {"scan": {"own": {"replace": None, "keep": None}}},
    ],
)
def test_an_unknown_word_in_a_rule_is_refused_by_both(rule: object) -> None:
    for field in ("message", "program"):
        document = with_rule("log_line", field, rule)
        assert not parses(document)
        assert not accepts(document)


@pytest.mark.parametrize("wildcard", ["zz*", "vendor*x", "**", "serial*", "*serial", "mode_*"])
def test_a_wildcard_that_covers_nothing_is_refused_by_both(wildcard: str) -> None:
    document = with_rule("board", wildcard, "keep")
    assert not parses(document)
    assert not accepts(document)


@pytest.mark.parametrize("wildcard", ["*", "bios_*", "*_date", "v*r", "bios_date*", "*vendor"])
def test_a_wildcard_that_covers_something_is_accepted_by_both(wildcard: str) -> None:
    document = with_rule("board", wildcard, "keep")
    assert parses(document)
    assert accepts(document)


def test_a_link_group_takes_only_what_may_be_linked() -> None:
    for member, good in (
        ("user_account.user_name", True),
        (SCAN_PREFIX + "user", True),
        (SCAN_PREFIX + "secret", False),
        ("user_account.nobody", False),
    ):
        document = small() | {"pseudonyms": {"epoch": 1, "link_groups": {"a": [member]}}}
        assert parses(document) is good
        assert accepts(document) is good


def test_editors_are_told_what_each_word_does() -> None:
    text = json.dumps(SCHEMA, ensure_ascii=False)
    for action in ACTIONS.values():
        assert json.dumps(action.sentence, ensure_ascii=False) in text
    for detector in DETECTORS.values():
        assert json.dumps(detector.sentence, ensure_ascii=False) in text
    for table in CATALOG:
        assert all(field.sentence in text.replace('\\"', '"') for field in table.fields)


# --- a document that says what differs from another ---


def test_what_extends_needs_nothing_else_and_takes_away_with_nothing() -> None:
    for text in (
        "extends: default",
        "extends: base.yaml\nlooser: [os.name, log_line.message.email]",
        "extends: default\nnotice:\nseal:\ndetectors: {ours: }\nallow:",
        "extends: default\npseudonyms: {link_groups: {people: }}",
        "extends: default\ntables: {software: , os: {fields: {machine_id: }}}",
        "extends: default\ntables: {os: {retention_days: 3, consent: , options: }}",
        "extends: default\ntables: {log_line: {options: {journal: }}}",
        "extends: default\ntables: {log_line: {fields: {message: {scan: {ipv4: , ours: }}}}}",
        'extends: default\ntables: {board: {fields: {"*": drop, bios_date: {drop: , rule: a}}}}',
    ):
        assert list(VALIDATOR.iter_errors(load_yaml(text))) == [], text


def test_the_example_of_the_readme_is_accepted() -> None:
    for name in ("lab.yaml", "visits.yaml"):
        assert accepts(load_yaml(readme.example(name)))
    parent = {"extends": "default", **DEFAULT}
    assert accepts(parent)


@pytest.mark.parametrize(
    "text",
    [
        "extends:",
        "extends: default\nlooser: os.name",
        "extends: default\nshred: all",
        "extends: default\ntables:",
        "extends: default\ntables: {osx: }",
        "extends: default\ntables: {os: {fields: {nobody: }}}",
        "extends: default\ntables: {os: {fields: {name: shred}}}",
        "extends: default\ntables: {os: {fields: {name: {keep: , drop: }}}}",
        "extends: default\ntables: {os: {retention: ever}}",
        "extends: default\ntables: {log_line: {fields: {message: {scan: {secret: keep}}}}}",
        'extends: default\ntables: {board: {fields: {"zz*": }}}',
    ],
)
def test_what_extends_has_no_unknown_words_either(text: str) -> None:
    assert not accepts(load_yaml(text))


@pytest.mark.parametrize("path", [("notice",), ("tables", "usb"), ("tables", "os", "fields")])
def test_a_whole_policy_takes_nothing_away(path: tuple[str, ...]) -> None:
    """`extends` alone lets what is missing, or nothing, pass."""
    document: Any = copy.deepcopy(DEFAULT)
    place = reduce(getitem, path[:-1], document)
    place[path[-1]] = None
    assert accepts(document) is parses(document)
    assert accepts({"extends": "default", **document}) is (path[-1] != "fields")  # needed
    assert not accepts({"looser": [], **DEFAULT})
    assert not accepts({"tables": {}})
