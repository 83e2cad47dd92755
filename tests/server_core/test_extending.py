"""A policy that extends another group's: closed when signed, only stricter unless it says so."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError, parse_policy
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.keys import load_keys
from reticent_server.policies.children import republish_children
from reticent_server.policies.flatten import flatten
from reticent_server.policies.publishing import Ready
from reticent_server.policies.revealing import reveal_of
from reticent_server.policies.service import PolicyService
from reticent_server.policies.yaml_source import load_yaml_lines, with_lines
from reticent_server.store.control import open_control
from support.policies import roll_back

STRICTER = """
extends: default
looser: [purpose]
purpose: less of the laboratory's laptops
tables:
  log_line:
    fields:
      message:
        scan:
          ipv4: drop_value
  os:
    fields:
      machine_id: drop
  software:   # nothing of it
tests:
  - name: no address leaves at all
    given: {log_line.line: {message: from 203.0.113.77}}
    expect: {}
"""


@pytest.fixture
def policies(data_dir: Path) -> Iterator[PolicyService]:
    control = open_control(data_dir / "control.db")
    keys = load_keys(data_dir, clock=time.time)
    yield PolicyService(control, signing_key=keys.policy, catalog=CATALOG, clock=lambda: 77.0)
    control.close()


def publish(policies: PolicyService, text: str, group: str = "lab") -> int:
    document, lines = load_yaml_lines(text)
    try:
        return policies.publish(document, group=group)
    except PolicyError as error:
        raise with_lines(error, lines) from None


def default_again(policies: PolicyService, **changes: object) -> int:
    document = dict(policies.parsed(policies.current()).document)
    del document["version"]
    return policies.publish(document | changes)


@pytest.mark.parametrize("change", ["purpose: marketing", "legal_basis: another", "notice:"])
def test_what_people_are_told_is_changed_only_where_it_is_marked(
    policies: PolicyService, change: str
) -> None:
    word = change.partition(":")[0]
    with pytest.raises(PolicyError, match=f"list '{word}' under looser"):
        publish(policies, f"extends: default\n{change}\n")
    publish(policies, f"extends: default\nlooser: [{word}]\n{change}\n")


@pytest.mark.parametrize("day", ["null", "2027-01-01"])
def test_what_begins_before_the_other_one_is_refused_unless_it_says_so(
    policies: PolicyService, day: str
) -> None:
    default_again(policies, not_before="2027-03-01", expires="2028-01-01")
    text = f"extends: default\nnotice: short\nnot_before: {day}\n"
    with pytest.raises(PolicyError, match=r"line 3: not_before: .*takes effect earlier") as refused:
        publish(policies, text)
    assert "list 'not_before' under looser" in str(refused.value)
    publish(policies, text + "looser: [not_before]\n")
    publish(policies, text.replace(day, "2027-04-01"))
    assert policies.parsed(policies.current("lab")).document["not_before"] == "2027-04-01"


def test_a_version_for_laptops_of_any_group_reveals_more_than_one_for_its_own(
    policies: PolicyService,
) -> None:
    publish(policies, "extends: default\n")
    document = dict(policies.parsed(policies.current("lab")).document)
    del document["version"], document["group"]
    assert reveal_of(policies, policies.ready(document, group="lab"), "lab") is None
    unbound = policies.ready(document | {"group": None}, group="lab")
    reveal = reveal_of(policies, unbound, "lab")
    assert reveal is not None
    assert reveal.sentences == (
        "laptops of any group may run the policy, before those of 'lab' alone",
    )


def test_what_is_signed_is_whole_and_holds_no_word_of_extending(policies: PolicyService) -> None:
    version = publish(policies, STRICTER)
    signed = policies.get("lab", version)
    document = json.loads(signed.canonical_json)
    assert not {"extends", "looser"} & set(document)
    assert (document["group"], document["version"]) == ("lab", 2)
    policy = policies.parsed(signed)
    parent = policies.parsed(policies.get("default", 1))
    assert set(policy.tables) == set(parent.tables) - {"software"}
    scan = document["tables"]["log_line"]["fields"]["message"]["scan"]
    assert scan["ipv4"] == "drop_value"
    assert scan["user"] == "pseudonymise"  # what is not spoken of stays
    assert policy.purpose == "less of the laboratory's laptops"
    assert policy.notice == parent.notice
    names = [test.name for test in policy.tests]
    assert "no address leaves at all" in names
    assert "the model of a laptop is known, its serial is not" in names
    assert "software leaves with its version" not in names
    assert signed.extends is not None
    assert (signed.extends.parent_group, signed.extends.parent_version) == ("default", 1)


@pytest.mark.parametrize(
    ("says", "line", "place"),
    [
        ("{session: {fields: {user_name: keep}}}", 3, "session.user_name"),
        ("\n  os:\n    fields:\n      machine_id: keep", 6, "os.machine_id"),
        ("{session: {retention_days: 181}}", 3, "session.retention_days"),
        ("{log_line: {options: {files: [/var/log/new]}}}", 3, "log_line.options.files"),
        ("{log_line: {fields: {message: {scan: {mac: keep}}}}}", 3, "log_line.message.mac"),
    ],
)
def test_what_lets_out_more_is_refused_with_its_line_unless_it_says_so(
    policies: PolicyService, says: str, line: int, place: str
) -> None:
    text = f"extends: default\nnotice: short\ntables: {says}\n"
    with pytest.raises(PolicyError) as refused:
        publish(policies, text)
    (problem,) = refused.value.problems
    assert problem.startswith(f"line {line}: ")
    assert f"list {place!r} under looser" in problem
    assert policies.groups() == ["default"]
    assert publish(policies, text + f'looser: ["{place}"]\n') == 2


def test_a_place_that_is_not_looser_is_refused_as_dead(policies: PolicyService) -> None:
    with pytest.raises(PolicyError, match=r"line 2: looser\[0\]: 'os.name' is not looser"):
        publish(policies, 'extends: default\nlooser: ["os.name"]\n')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: lab\n", "line 1: extends: names the group that it is published for"),
        ("extends: 5\n", "line 1: extends: must be text"),
        ('extends: default\nlooser: "os.name"\n', "line 2: looser: must be a list"),
        ("looser: []\nlanguage: 1\n", "line 1: looser: only a policy that extends"),
        ("extends: default\ntables: {osx: {fields: {}}}\n", "line 2: .*unknown table 'osx'"),
        ("extends: default\ntables: 7\n", "line 2: tables: must be a mapping"),
        ("extends: default\ngroup: other\n", "line 2: group: is not 'lab'"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(
    policies: PolicyService, text: str, message: str
) -> None:
    with pytest.raises(PolicyError, match=message):
        publish(policies, text)


def test_a_group_without_a_policy_of_its_own_cannot_be_extended(policies: PolicyService) -> None:
    with pytest.raises(NotFoundError, match="nothing was published"):
        publish(policies, "extends: sales\n")
    publish(policies, "extends: default\n", "sales")
    document = dict(policies.parsed(policies.get("sales", 2)).document)
    del document["version"]
    policies.publish(document | {"purpose": "new"}, group="sales", share=10)
    publish(policies, "extends: sales\n")
    extends = policies.get("lab", 2).extends
    assert extends is not None
    assert extends.parent_version == 2  # the one for all, not the one that may be stopped yet


def test_a_wildcard_covers_what_the_other_one_named(policies: PolicyService) -> None:
    parent = policies.parsed(policies.current()).document
    flat = flatten(parent, {"tables": {"board": {"fields": {"*": "drop"}}}}, CATALOG)
    rules = parse_policy({**flat, "version": 1}, CATALOG).tables["board"].rules
    assert {name for name, rule in rules.items() if rule.action.name != "drop"} == {"serial"}
    cpu = {"tables": {"cpu": {"fields": {"vendor": "drop"}}}}
    rules = (
        parse_policy({**flatten(parent, cpu, CATALOG), "version": 1}, CATALOG).tables["cpu"].rules
    )
    assert rules["vendor"].action.name == "drop"
    assert rules["model"].action.name == "keep"


def test_a_newer_parent_changes_nothing_by_itself(policies: PolicyService) -> None:
    publish(policies, STRICTER)
    lab = policies.current("lab")
    default_again(policies, purpose="another")
    assert policies.current("lab") == lab
    assert policies.newer_parent(lab) == 2
    assert [policy.group for policy in policies.behind("default")] == ["lab"]


def test_a_parent_published_between_flattening_and_storing_is_not_missed(
    policies: PolicyService,
) -> None:
    document, _ = load_yaml_lines(STRICTER)
    ready = policies.ready(document, group="lab")
    default_again(policies, purpose="published meanwhile")
    with pytest.raises(ConflictError, match="'default', which this extends, got another version"):
        policies.store(ready, group="lab", publisher="ada", share=100)
    assert policies.history("lab") == []
    again = policies.ready(document, group="lab")
    version = policies.store(again, group="lab", publisher="ada", share=100)
    extends = policies.get("lab", version).extends
    assert extends is not None
    assert extends.parent_version == policies.current("default").version


def test_a_rollback_may_go_back_to_what_extended_an_older_parent(policies: PolicyService) -> None:
    first = publish(policies, STRICTER)
    publish(policies, STRICTER.replace("less of", "still less of"))
    default_again(policies, purpose="newer")
    version = roll_back(policies, "lab", to=first)
    assert policies.get("lab", version).extends == policies.get("lab", first).extends


def storing(policies: PolicyService) -> Callable[[Ready, str], int]:
    return lambda ready, group: policies.store(ready, group=group, publisher="ada", share=100)


def test_children_are_published_anew_and_so_are_theirs(policies: PolicyService) -> None:
    publish(policies, STRICTER)
    publish(policies, "extends: lab\ntables: {cpu: }\n", "bench")
    default_again(policies, notice="a new notice")
    done = republish_children(policies, "default", despite_lint=False, store=storing(policies))
    assert [(child.group, child.version, child.problem) for child in done] == [
        ("lab", 3, ""),
        ("bench", 3, ""),
    ]
    for group in ("lab", "bench"):
        policy = policies.current(group)
        assert policies.parsed(policy).notice == "a new notice"
        assert policies.newer_parent(policy) is None
        assert policy.publisher == "ada"
    assert "cpu" not in policies.parsed(policies.current("bench")).tables


def test_a_child_that_became_looser_stays_as_it_is(policies: PolicyService) -> None:
    publish(policies, "extends: default\ntables: {os: {fields: {machine_id: pseudonymise}}}\n")
    document = json.loads(policies.current().canonical_json)
    del document["version"]
    document["tables"]["os"]["fields"]["machine_id"] = "drop"
    document["tests"] = []
    policies.publish(document)
    (child,) = republish_children(policies, "default", despite_lint=False, store=storing(policies))
    assert (child.group, child.version) == ("lab", None)
    assert "os.machine_id" in child.problem
    assert policies.current("lab").version == 2


def test_the_group_is_in_the_signed_text_of_all_but_the_default_group(
    policies: PolicyService,
) -> None:
    document = dict(policies.parsed(policies.current()).document)
    del document["version"]
    for given, group, signed in (
        ({}, "default", None),
        ({"group": "default"}, "default", None),
        ({}, "lab", "lab"),
        ({"group": "lab"}, "lab", "lab"),
        ({"group": None}, "lab", None),  # for agents that do not know the word yet
    ):
        version = policies.publish(document | given, group=group)
        assert policies.parsed(policies.get(group, version)).group == signed
    with pytest.raises(PolicyError, match="group: is not 'default'"):
        policies.publish(document | {"group": "lab"})
