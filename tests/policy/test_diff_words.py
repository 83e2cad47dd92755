"""Diff's words tell all of a rule: no two different rules are told alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Field, Table
from reticent_contract.policy import Policy, PolicyError, parse_policy
from reticent_contract.policy.diff import compare
from reticent_contract.policy.diff.words import phrase, phrase_whole
from reticent_contract.policy.reference import fields_that_take
from reticent_contract.reading import At
from reticent_contract.redact.actions import ACTIONS, Action, Scan, Treatment
from reticent_contract.redact.actions.base import TreatmentKind

Schema = Mapping[str, Any]
SEAL = {"key": "EsMbxJ4zxmm1a8OmpAiVT4MrUP0l3gFDlSgzNcLxEU4"}
INVISIBLE = "\u200b\u200c\u00ad\u202e\ue000\U000e0001\N{RIGHT DOUBLE QUOTATION MARK}\\1"
TEXT = st.text(st.sampled_from(f"ab {INVISIBLE}"), min_size=1, max_size=6)


def drawn(schema: Schema) -> st.SearchStrategy[Any]:
    """Values that a part of the language's schema takes, near each other, so that pairs meet."""
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return st.one_of([drawn(part) for part in schema[key]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema["type"]
    if kind == "integer":
        low = schema["minimum"]
        near = st.integers(low, min(low + 3, schema["maximum"]))
        return near | st.integers(low, schema["maximum"])
    if kind == "string":
        return TEXT | st.sampled_from(["user_name", "email"])
    if kind == "array":
        return st.lists(drawn(schema["items"]), min_size=1, max_size=3, unique=True).map(sorted)
    if kind == "null":
        return st.none()
    properties = {name: drawn(part) for name, part in schema["properties"].items()}
    if schema.get("maxProperties") == 1:
        names = st.sampled_from(sorted(properties))
        return names.flatmap(lambda name: st.fixed_dictionaries({name: properties[name]}))
    needed = {name: properties.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional=properties)


def parameters_of(action: type[Action]) -> st.SearchStrategy[Any]:
    usage = action.usage
    named = {name: drawn(part) for name, part in usage.parameters.items()}
    if usage.one_alone:
        names = st.sampled_from(sorted(named))
        return names.flatmap(lambda name: st.fixed_dictionaries({name: named[name]}))
    if not named:
        return st.none()
    if action is Scan:  # a few detectors, and whatever is not named
        named = {n: named[n] for n in ("email", "ipv4", "ipv6", "phone", "secret", "otherwise")}
    needed = {name: named.pop(name) for name in usage.required}
    return st.fixed_dictionaries(needed, optional=named)


def read(name: str, parameters: object) -> Action | None:
    """None where the parser refuses it: the schema takes more."""
    at = At([])
    action = ACTIONS[name].read(at, parameters)
    return None if at.problems else action


PLACES = {  # one field that the action's examples fit
    name: next(iter(fields_that_take(action, CATALOG))) for name, action in ACTIONS.items()
}


@pytest.mark.parametrize("name", ACTIONS)
@given(data=st.data())
def test_two_rules_of_one_action_are_told_by_other_words(name: str, data: st.DataObject) -> None:
    one, other = (read(name, data.draw(parameters_of(ACTIONS[name]))) for _ in range(2))
    if one is not None and other is not None:
        assert (phrase_whole(one) == phrase_whole(other)) is (one == other)


@given(one=TEXT, other=TEXT)
def test_two_texts_are_quoted_otherwise_and_what_is_not_seen_is_written_out(
    one: str, other: str
) -> None:
    said = [phrase(read("replace", {"with": text})) for text in (one, other)]
    assert (said[0] == said[1]) is (one == other)
    assert all(
        words.isprintable() and words.count("\N{RIGHT DOUBLE QUOTATION MARK}") == 1
        for words in said
    )


def test_two_actions_are_told_by_other_words() -> None:
    said = {
        phrase_whole(read(name, _parameters(example.rule, name)))
        for name, action in ACTIONS.items()
        for example in action.usage.examples
    }
    rules = {
        repr(read(name, _parameters(example.rule, name)))
        for name, action in ACTIONS.items()
        for example in action.usage.examples
    }
    assert len(said) == len(rules) > len(ACTIONS)
    assert not any(" treated by " in f" {words}" for words in said)


def test_each_treatment_has_its_words() -> None:
    said = {phrase(Treatment(kind)) for kind in get_args(TreatmentKind)}
    assert len(said) == len(get_args(TreatmentKind))
    assert not any(words.startswith("treated by") for words in said)


def _parameters(rule: object, name: str) -> object:
    return rule.get(name) if isinstance(rule, Mapping) else None


def policy_with(table: Table, field: Field, rule: object) -> Policy | None:
    document = {
        "language": 1,
        "version": 1,
        "purpose": "to patch",
        "legal_basis": "our interest",
        "pseudonyms": {"epoch": 1},
        "tables": {table.name: {"retention_days": 3, "fields": {field.name: rule}}},
    }
    try:
        return parse_policy(document, CATALOG)
    except PolicyError:
        return None


@pytest.mark.parametrize("name", [name for name in ACTIONS if name != "seal"])
@given(data=st.data())
def test_what_changes_within_one_action_is_told_by_what_was_and_what_is(
    name: str, data: st.DataObject
) -> None:
    table, field = PLACES[name]
    rules = [{name: data.draw(parameters_of(ACTIONS[name]))} for _ in range(2)]
    pair = [policy_with(table, field, rule) for rule in rules]
    none = policy_with(table, field, "drop")
    assert none is not None
    if pair[0] is None or pair[1] is None:
        return
    changes = compare(pair[0], pair[1], CATALOG).changes
    same = pair[0].tables[table.name].rules == pair[1].tables[table.name].rules
    assert bool(changes) is not same
    for change in changes:
        was, _, is_now = change.sentence.partition(", is now ")
        assert was.rpartition(" was ")[2] != is_now.partition(": ")[0]
    first, second = ([c.sentence for c in compare(none, p, CATALOG).changes] for p in pair if p)
    assert (first == second) is same


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"bucket": {"width": 4}}, "told in steps of 4"),
        ({"bucket": {"bounds": [0, 4]}}, "told in steps that begin at 0, 4"),
        ({"bucket": {"to": "week"}}, "told to the week"),
        (
            {"replace": {"with": "a”, is now dropped"}},
            r"replaced by the text “a\u{201d}, is now dr",
        ),
        ({"replace": None}, "replaced by its field's name"),
        ({"mask": {"keep_last": 0}}, "masked whole"),
        ({"mask": {"keep_last": 1}}, "masked but for its last character"),
        ({"truncate": {"characters": 3}}, "cut to its first 3 characters"),
        ({"date_shift": {"days": 1}}, "moved by up to 1 day, all times of the laptop alike"),
        (
            {"date_shift": {"by": "email"}},
            "moved by up to 30 days, all times of the same email alike",
        ),
        ({"generalise": {"to": "grid", "degrees": 5}}, "generalised to a grid of 5 degrees"),
        (
            {"scan": {"email": "keep", "ipv4": "keep"}},
            "searched by the detectors (email, ipv4: kept; all others: replaced by the detector's",
        ),
        ({"scan": None}, "searched by the detectors (all: replaced by the detector's name)"),
    ],
)
def test_parameters_are_said_as_a_person_would_say_them(
    rule: dict[str, object], words: str
) -> None:
    ((name, parameters),) = rule.items()
    assert phrase_whole(read(name, parameters)).startswith(words)
