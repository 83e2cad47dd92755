"""A share of a group: the same laptops stay in while it grows, others are first next time."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import pytest
from reticent_server.policies.lineup import Lineup, is_in_share, place_of
from reticent_server.policies.published import PublishedPolicy, Stage, StageState

DEVICES = [UUID(int=number * 7_919) for number in range(2_000)]


def policy(version: int, share: int, state: StageState = StageState.ROLLING) -> PublishedPolicy:
    return PublishedPolicy(
        group="default",
        version=version,
        canonical_json=b"{}",
        signature=b"s" * 64,
        sha256=bytes([version]) * 32,
        published_s=0,
        publisher="test",
        stage=Stage(state=state, share_percent=share, at_s=0),
        extends=None,
        text_by=None,
    )


WHOLE = policy(1, 100, StageState.WHOLE)


def members(one: PublishedPolicy) -> set[UUID]:
    return {device for device in DEVICES if is_in_share(device, one)}


def test_the_places_of_laptops_never_change() -> None:
    """Else an upgrade of the server would send a version to other laptops."""
    sha256 = bytes(range(32))
    assert [place_of(UUID(int=number), sha256) for number in range(4)] == PLACES


PLACES = [2830, 6320, 4859, 6366]


@pytest.mark.parametrize("share", [1, 10, 30, 50, 99])
def test_a_share_is_about_that_many_laptops(share: int) -> None:
    assert abs(len(members(policy(2, share))) / len(DEVICES) - share / 100) < 0.04
    assert len(members(policy(2, 100))) == len(DEVICES)


def test_who_is_in_stays_in_while_the_share_grows() -> None:
    shares = [members(policy(2, share)) for share in range(1, 101)]
    assert all(one <= other for one, other in pairwise(shares))


def test_other_laptops_are_first_at_the_next_version() -> None:
    one, other = members(policy(2, 20)), members(policy(3, 20))
    both = len(one & other) / len(one)
    assert 0.1 < both < 0.3  # what chance gives


def test_a_laptop_outside_the_share_gets_the_whole_groups_version() -> None:
    rolling = policy(2, 30)
    lineup = Lineup((rolling,), WHOLE)
    inside = members(rolling)
    for device in DEVICES:
        assert lineup.of(device, runs=None) is (rolling if device in inside else WHOLE)


def test_a_stop_reaches_nobody_and_takes_nothing_back() -> None:
    stopped = policy(2, 30, StageState.STOPPED)
    lineup = Lineup((stopped,), WHOLE)
    for device in DEVICES[:50]:
        assert lineup.of(device, runs=None) is WHOLE
        assert lineup.of(device, runs=WHOLE.sha256) is WHOLE
        assert lineup.of(device, runs=stopped.sha256) is stopped


def test_a_version_after_a_stopped_one_reaches_its_laptops_too() -> None:
    stopped, rolling = policy(2, 30, StageState.STOPPED), policy(3, 20)
    lineup = Lineup((rolling, stopped), WHOLE)
    inside = members(rolling)
    for device in DEVICES:
        assert lineup.of(device, runs=stopped.sha256) is (rolling if device in inside else stopped)
