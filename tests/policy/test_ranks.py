"""How much each word of the language lets out; in doubt, more."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import product
from typing import get_args

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.policy.diff.ranks import RANKS, TREATMENT_RANKS, as_strict
from reticent_contract.reading import At, Problem
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
from reticent_contract.redact.actions import ACTIONS, Action
from reticent_contract.redact.actions.base import TreatmentKind
from reticent_contract.rows import Row

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
    ("bucket", {"width": 100}),
    ("bucket", {"width": 200}),
    ("bucket", {"width": 250}),
    ("bucket", {"bounds": [0, 200, 1000]}),
    ("bucket", {"bounds": [200, 1000]}),
    ("bucket", {"bounds": [0, 150]}),
    ("bucket", {"to": "minute"}),
    ("bucket", {"to": "week"}),
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


@pytest.mark.parametrize(
    ("was", "now", "strict"),
    [
        ({"width": 100}, {"width": 200}, True),
        ({"width": 200}, {"width": 100}, False),
        ({"width": 100}, {"width": 250}, False),
        ({"width": 100}, {"bounds": [0, 200]}, True),
        ({"width": 100}, {"bounds": [0, 250]}, False),
        ({"bounds": [0, 200]}, {"width": 100}, False),
        ({"bounds": [0, 200, 1000]}, {"bounds": [200]}, True),
        ({"bounds": [200, 1000]}, {"bounds": [0, 200]}, False),
        ({"to": "minute"}, {"to": "week"}, True),
        ({"to": "day"}, {"to": "hour"}, False),
        ({"to": "day"}, {"width": 2}, False),
    ],
)
def test_buckets_made_of_whole_ones_are_as_strict(was: object, now: object, strict: bool) -> None:
    assert as_strict(action("bucket", was), action("bucket", now)) is strict


def test_nothing_is_as_loose_as_keep_and_nothing_stricter_than_drop() -> None:
    for one in (action(*rule) for rule in RULES):
        assert as_strict(action("keep", None), one)
        assert as_strict(one, action("drop", None))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (("scan", None), ("truncate", {"characters": 1})),  # a part that nobody looks through
        (("mask", {"keep_last": 8}), ("truncate", {"characters": 1})),  # another part
        (("mask", {"keep_last": 0}), ("generalise", {"to": "domain"})),
        (("truncate", {"characters": 1}), ("ip_prefix", {"v4": 24, "v6": 48})),
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


SECRETS = ("alice", "bob@example.com", "203.0.113.77", "00:1a:2b:3c:4d:5e", "hunter2hunter2")
LINES = (
    "alice: Accepted publickey for alice from 203.0.113.77 port 22",
    "203.0.113.77 mail from bob@example.com by 00:1a:2b:3c:4d:5e",
    "password=hunter2hunter2 for user=alice at 203.0.113.77",
    "nothing of anybody here",
)
TEXT_RULES = [rule for rule in RULES if rule[0] not in ("bucket", "generalise", "ip_prefix")]


def leaving(document: dict[str, object], rule: tuple[str, object], put: Put) -> list[str]:
    """What of each line leaves under this rule, by the real engine."""
    changed = copy.deepcopy(document) | {"tests": []}
    put(changed, MESSAGE, {rule[0]: rule[1]})
    made = parse_policy(changed, CATALOG)
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
