"""The last-mile gate with a policy's own words: its detectors, its phone region, its exceptions."""

from __future__ import annotations

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.rows import Row
from support.batch_rows import START_US
from support.gate import behind_an_honest_plan, behind_no_plan, own_of, policy_of
from support.policies import document

OWN = (Row("host", "snapshot", START_US, {"system_serial": "PF3X9Z1KQ7"}),)


def line(message: str) -> Row:
    return Row("log_line", "line", START_US, {"message": message})


def with_words(**words: object) -> Policy:
    return parse_policy({**document(), **words}, CATALOG)


BADGE = {"pattern": "[0-9]{11}", "checksum": "luhn"}


@pytest.mark.parametrize(
    ("words", "message", "detector"),
    [
        ({"detectors": {"badge": BADGE}}, "badge 79927398713 opened", "badge"),
        ({"detectors": {"badge": BADGE}}, "badge 7992%37398713 opened", "badge"),
        ({"detectors": {"badge": {**BADGE, "pattern": "^[0-9]{11}$"}}}, "79927398713", "badge"),
        ({"scan": {"phone_region": "IN"}}, "reach 98765 43210 today", "phone"),
    ],
)
def test_what_only_the_policys_own_words_find_is_stopped(
    words: dict[str, object], message: str, detector: str
) -> None:
    """Between other texts, and not where the policy has no such words."""
    rows = [line(message=text) for text in ("nothing", message, "79927398710")]
    gated = behind_no_plan(rows, with_words(**words), own_of(OWN))
    assert [[stop.detector for stop in one.stops] for one in gated] == [[], [detector], []]
    assert not any(one.stops for one in behind_no_plan(rows, policy_of(), own_of(OWN)))


def test_behind_an_honest_plan_the_policys_own_words_stop_nothing() -> None:
    policy = with_words(detectors={"badge": BADGE}, scan={"phone_region": "IN"})
    rows = [line(message=f"{m} seen") for m in ("79927398713", "7992%37398713", "98765 43210")]
    gated = behind_an_honest_plan(rows, policy, own_of([*OWN, line(message="x")]))
    assert len(gated) == len(rows)
    assert not any(one.stops for one in gated)


def test_the_mark_of_the_policys_own_detector_is_nobodys_name() -> None:
    own = own_of([Row("user_account", "snapshot", START_US, {"user_name": "badge"})])
    policy = with_words(detectors={"badge": BADGE})
    (gated,) = behind_no_plan([line(message="to <badge> sent")], policy, own)
    assert gated.stops == ()


def test_a_pattern_of_the_policy_does_not_reach_into_the_next_text() -> None:
    """Joined to its neighbour a number's checksum would fail, and it would pass."""
    policy = with_words(detectors={"badge": {**BADGE, "pattern": r"[0-9]{11}(?:\s[0-9]{1,20})?"}})
    rows = [line(message=text) for text in ("79927398713", "5")]
    gated = behind_no_plan(rows, policy, own_of(OWN))
    assert [len(one.stops) for one in gated] == [1, 0]


@pytest.mark.parametrize("message", ["from 10.20.0.5 in", "from 10%2E20%2E0%2E5 in"])
def test_an_exception_holds_however_it_is_written(message: str) -> None:
    rows = [line(message=message)]
    for allowed in ("10.20.0.5", "10.20.0.0/16"):
        (gated,) = behind_no_plan(rows, with_words(allow=[allowed]), own_of(OWN))
        assert gated.stops == ()
    (gated,) = behind_no_plan(rows, with_words(allow=["10.20.0.6"]), own_of(OWN))
    assert [stop.detector for stop in gated.stops] == ["ipv4"]
