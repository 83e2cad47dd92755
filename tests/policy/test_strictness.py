"""Which policy reveals more, field by field and setting by setting; in doubt it does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import product
from typing import get_args

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Table
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.policy.ordering import RANKS, TREATMENT_RANKS, as_strict
from reticent_contract.policy.strictness import reveals_more
from reticent_contract.reading import At, Problem
from reticent_contract.redact.actions import ACTIONS, Action
from reticent_contract.redact.actions.base import TreatmentKind

Put = Callable[[dict[str, object], str, object], None]
MESSAGE = "tables/log_line/fields/message"
RULES: tuple[tuple[str, object], ...] = (
    ("keep", None),
    ("scan", None),
    ("scan", {"own": "pseudonymise", "user": "pseudonymise"}),
    ("scan", {"own": "keep"}),
    ("scan", {"ipv4": "keep"}),
    ("scan", {"ipv4": "keep", "email": "keep"}),
    ("scan", {"ipv4": {"ip_prefix": {"v4": 16}}}),
    ("mask", {"keep_last": 4}),
    ("mask", {"keep_last": 2}),
    ("truncate", {"characters": 9}),
    ("truncate", {"characters": 3}),
    ("generalise", {"to": "hour"}),
    ("generalise", {"to": "day"}),
    ("generalise", {"to": "directory"}),
    ("ip_prefix", {"v4": 24, "v6": 48}),
    ("ip_prefix", {"v4": 16, "v6": 48}),
    ("ip_prefix", {"v4": 24, "v6": 32}),
    ("pseudonymise", {"scope": "fleet"}),
    ("pseudonymise", {"scope": "device"}),
    ("replace", {"with": "x"}),
    ("count_only", None),
    ("drop", None),
)


def action(word: str, parameters: object) -> Action:
    problems: list[Problem] = []
    made = ACTIONS[word].read(At(problems), parameters)
    assert problems == []
    return made


def policy(document: dict[str, object], *changes: tuple[str, object], put: Put) -> Policy:
    changed = copy.deepcopy(document) | {"tests": []}
    for path, value in changes:
        put(changed, path, value)
    return parse_policy(changed, CATALOG)


def test_every_action_and_treatment_has_its_step() -> None:
    assert set(ACTIONS) <= set(RANKS)
    assert set(get_args(TreatmentKind)) == set(TREATMENT_RANKS)


def test_as_strict_is_an_order() -> None:
    actions = [action(*rule) for rule in RULES]
    for one, other, third in product(actions, repeat=3):
        assert as_strict(one, one)
        if as_strict(one, other) and as_strict(other, third):
            assert as_strict(one, third), (one, other, third)
        if as_strict(one, other) and as_strict(other, one):
            assert one == other


def test_nothing_is_as_loose_as_keep_and_nothing_stricter_than_drop() -> None:
    for one in (action(*rule) for rule in RULES):
        assert as_strict(action("keep", None), one)
        assert as_strict(one, action("drop", None))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (("scan", None), ("truncate", {"characters": 1})),  # a part that nobody looks through
        (("mask", {"keep_last": 8}), ("truncate", {"characters": 1})),  # another part
        (("generalise", {"to": "day"}), ("generalise", {"to": "hour"})),
        (("generalise", {"to": "domain"}), ("generalise", {"to": "directory"})),
        (("ip_prefix", {"v4": 24}), ("ip_prefix", {"v4": 16, "v6": 49})),
        (("pseudonymise", {"scope": "device"}), ("pseudonymise", None)),
        (("scan", {"ipv4": "replace"}), ("scan", {"ipv4": {"ip_prefix": {"v4": 8}}})),
        (("replace", None), ("pseudonymise", {"scope": "device"})),
        (("drop", None), ("count_only", None)),
    ],
)
def test_what_is_not_surely_as_strict_is_not(
    was: tuple[str, object], now: tuple[str, object]
) -> None:
    assert not as_strict(action(*was), action(*now))


def test_an_action_that_has_no_step_is_as_strict_as_keep_alone() -> None:
    class Shred:
        name = "shred"

    unknown: Action = Shred()  # type: ignore[assignment]  # only its name is looked at
    assert not as_strict(action("pseudonymise", None), unknown)
    assert not as_strict(unknown, action("pseudonymise", None))
    assert not as_strict(action("keep", None), unknown)
    assert as_strict(unknown, action("drop", None))


def test_a_policy_reveals_no_more_than_itself(document: dict[str, object], put: Put) -> None:
    one = policy(document, put=put)
    reworded = policy(document, ("version", 9), ("purpose", "another"), put=put)
    assert reveals_more(one, reworded) == ()


@pytest.mark.parametrize(
    ("path", "value", "place", "part"),
    [
        ("tables/os/fields/machine_id", "keep", "os.machine_id", None),
        (f"{MESSAGE}", "keep", "log_line.message", None),
        (f"{MESSAGE}/scan/mac", "keep", "log_line.message", "mac"),
        (f"{MESSAGE}/scan/ipv4", {"ip_prefix": {"v4": 25}}, "log_line.message", "ipv4"),
        ("tables/user_account/fields/user_id", "count_only", "user_account.user_id", None),
        ("tables/session/retention_days", 181, "session:retention", None),
        ("tables/log_line/options/files", ["/var/log/x"], "log_line:options.files", None),
        ("expires", None, "policy:expires", None),
        ("pseudonyms/epoch", 2, "pseudonyms:epoch", None),
    ],
)
def test_more_is_told_with_its_place(
    document: dict[str, object], put: Put, path: str, value: object, place: str, part: str | None
) -> None:
    put(document, "expires", "2030-01-01")
    put(document, "pseudonyms/epoch", 3)
    strict, loose = policy(document, put=put), policy(document, (path, value), put=put)
    (change,) = reveals_more(strict, loose)
    assert (change.place, change.part) == (place, part)
    written = change.path
    assert tuple(path.split("/")) == written[: len(path.split("/"))]
    assert reveals_more(loose, strict) == () or "options" in path  # other files: neither is less


def test_a_field_and_a_table_that_were_not_named_count_as_dropped(
    document: dict[str, object], put: Put
) -> None:
    whole = policy(document, put=put)
    put(document, "tables", {"os": {"retention_days": 9, "fields": {"name": "keep"}}})
    put(document, "pseudonyms", {"epoch": 1})
    small = policy(document, put=put)
    assert reveals_more(whole, small) == ()
    places = {change.place for change in reveals_more(small, whole)}
    assert {"os.version", "session.user_name", "os:retention"} <= places
    assert "os.name" not in places
    assert "user_account.user_id" not in places  # dropped, named or not


def test_consent_that_is_no_longer_asked_for_is_more(document: dict[str, object], put: Put) -> None:
    asks = policy(document, ("tables/session/consent", "required"), put=put)
    (change,) = reveals_more(asks, policy(document, put=put))
    assert change.place == "session:consent"


def test_pseudonyms_that_agree_where_they_did_not_are_more(
    document: dict[str, object], put: Put
) -> None:
    apart = policy(document, ("pseudonyms/link_groups/person", ["scan:user"]), put=put)
    joined = policy(document, put=put)
    assert reveals_more(joined, apart) == ()
    places = {change.place for change in reveals_more(apart, joined)}
    assert {"user_account.user_name", "session.user_name", "log_line.message"} <= places
    kept = policy(document, ("tables/session/fields/user_name", "keep"), put=put)
    assert "session.user_name" not in {change.place for change in reveals_more(kept, joined)}


def test_a_wildcard_is_named_by_its_key(document: dict[str, object], put: Put) -> None:
    cpu = "tables/cpu/fields"
    strict = policy(document, (cpu, {"*": "drop"}), put=put)
    table: Table = CATALOG.tables["cpu"]
    changes = reveals_more(strict, policy(document, put=put))
    assert {change.place for change in changes} <= {f"cpu.{f.name}" for f in table.fields}
    assert {change.path for change in changes} == {("tables", "cpu", "fields", "*")}


SECRETS = ("alice", "bob@example.com", "203.0.113.77", "00:1a:2b:3c:4d:5e", "hunter2hunter2")
LINES = (
    "alice: Accepted publickey for alice from 203.0.113.77 port 22",
    "203.0.113.77 mail from bob@example.com by 00:1a:2b:3c:4d:5e",
    "password=hunter2hunter2 for user=alice at 203.0.113.77",
    "nothing of anybody here",
)
TEXT_RULES = [rule for rule in RULES if rule[0] not in ("generalise", "ip_prefix")]


def leaving(document: dict[str, object], rule: tuple[str, object], put: Put) -> list[str]:
    """What of each line leaves under this rule, by the real engine."""
    from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
    from reticent_contract.rows import Row

    made = policy(document, (MESSAGE, {rule[0]: rule[1]}), put=put)
    keys = KeyRing({1: b"\x01" * 32}, b"\x02" * 32)
    plan = compile_plan(made, catalog=CATALOG, keys=keys, own=OwnIdentifiers(CATALOG))
    rows = (plan.redact(Row("log_line", "line", 0, {"message": line})) for line in LINES)
    return ["" if row is None else str(row.values.get("message", "")) for row in rows]


def test_what_is_as_strict_shows_nothing_that_was_hidden(
    document: dict[str, object], put: Put
) -> None:
    """The order held against the engine: who is in a line under the stricter rule was there."""
    shown = {
        index: {
            (n, s)
            for n, text in enumerate(leaving(document, rule, put))
            for s in SECRETS
            if s in text
        }
        for index, rule in enumerate(TEXT_RULES)
    }
    assert len({len(found) for found in shown.values()}) > 3  # they do differ
    compared = 0
    for (i, one), (j, other) in product(enumerate(TEXT_RULES), repeat=2):
        if i != j and as_strict(action(*one), action(*other)):
            assert shown[j] <= shown[i], (one, other)
            compared += 1
    assert compared > 40
