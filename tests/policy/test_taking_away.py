"""Nothing (null) takes away what the other policy says: loader and schema agree on where."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError, default_policy_yaml
from reticent_server.policies.drafts import Draft, read_draft
from reticent_server.policies.yaml_source import load_yaml
from support.policy_schema import VALIDATOR

Document = dict[str, Any]
Place = tuple[str, ...]
TABLES = ("site_visit", "log_line", "os", "session")
NEEDED = {  # of the places below: what no whole policy, table or detector is without
    "language",
    "purpose",
    "legal_basis",
    "pseudonyms",
    "pseudonyms.epoch",
    "tables",
    *(f"tables.{table}.fields" for table in TABLES),
    "tables.site_visit.retention",
    "tables.log_line.retention_days",
    "tables.os.retention",
    "tables.session.retention_days",
    "detectors.badge.pattern",
    "extends",
}


def _parent() -> Document:
    """The default policy with a word of each key of the language."""
    parent = load_yaml(default_policy_yaml())
    tables: Any = parent["tables"]
    return parent | {
        "pseudonyms": {"epoch": 1, "link_groups": {"names": ["session.user_name"]}},
        "detectors": {"badge": {"pattern": "E[0-9]{6}", "sentence": "Ours.", "context": ["id"]}},
        "scan": {"phone_region": "IN"},
        "allow": ["203.0.113.7"],
        "tables": {name: tables[name] for name in TABLES[1:]}
        | {
            "site_visit": {
                "retention": "while_enrolled",
                "priority": 3,
                "consent": "required",
                "options": {"detail": "host", "browsers": ["firefox"]},
                "fields": {"site": "keep"},
            }
        },
        "tests": [{"name": "it", "given": {"os.snapshot": {"name": "x"}}, "expect": {"name": "x"}}],
    }


PARENT = _parent()


def is_laid_over(place: Place) -> bool:
    """A rule is laid over whole, but for the detectors of a scan."""
    return "fields" not in place or len(place) <= 4 or (place[4] == "scan" and len(place) == 6)


def places(node: Document, above: Place = ()) -> Iterator[Place]:
    for key, value in node.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from places(value, (*above, key))


def read(document: Document) -> Draft:
    """Strings, mappings and nulls are written in YAML as Python's `json` writes them."""
    text = json.dumps(document)
    return read_draft(text, CATALOG, parent_of=lambda _: copy.deepcopy(PARENT), is_strict=False)


def with_nothing_at(place: Place) -> Document:
    document: Document = {"extends": "default"}
    node = document
    for step in place[:-1]:
        node = node.setdefault(step, {})
    node[place[-1]] = None
    return document


def test_nothing_may_stand_where_a_whole_policy_may_do_without() -> None:
    refused = set[str]()
    every = [
        *filter(is_laid_over, places(PARENT)),
        ("looser",),
        ("extends",),
        ("seal",),
        ("group",),
    ]
    assert len(every) > 60
    for place in every:
        document = with_nothing_at(place)
        try:
            read(document)
        except PolicyError:
            refused.add(".".join(place))
        assert VALIDATOR.is_valid(document) is (".".join(place) not in refused), place
    assert refused == NEEDED


def test_tests_that_are_taken_away_are_gone_and_are_named() -> None:
    assert [test.name for test in read({"extends": "default"}).policy.tests] == ["it"]
    gone = read({"extends": "default", "tests": None})
    assert gone.policy.tests == ()
    assert gone.tests_left_out == ("it",)
    own = [{"name": "ours", "given": {"os.snapshot": {"name": "x"}}, "expect": {"name": "x"}}]
    both = read({"extends": "default", "tests": own})
    assert [test.name for test in both.policy.tests] == ["it", "ours"]


def test_what_is_needed_is_told_where_it_stands() -> None:
    with pytest.raises(PolicyError, match="line 2: purpose: every policy needs it") as refused:
        read_draft("extends: default\npurpose:\n", CATALOG, parent_of=lambda _: PARENT)
    assert "leave it out to take over what the other one says" in str(refused.value)


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ({"retention_days": 3, "retention": None}, True),
        ({"retention_days": None, "retention": "while_enrolled"}, True),
        ({"retention_days": None, "retention": None}, False),
        ({"retention_days": 3, "retention": "while_enrolled"}, False),
    ],
    ids=["days", "while enrolled", "neither", "both"],
)
def test_one_of_two_keys_is_said_and_the_other_may_be_nothing(said: Document, good: bool) -> None:
    document = {"extends": "default", "tables": {"os": said}}
    assert VALIDATOR.is_valid(document) is good
    try:
        read(document)
    except PolicyError:
        assert not good
    else:
        assert good
