"""A version goes to a share first; the share grows or stops; every version stays known."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.keys import load_keys
from reticent_server.policies.published import StageState
from reticent_server.policies.service import PolicyService
from reticent_server.store.control import open_control
from support.policies import roll_back

LAPTOPS = [UUID(int=number * 104_729) for number in range(200)]


@pytest.fixture
def policies(data_dir: Path) -> Iterator[PolicyService]:
    control = open_control(data_dir / "control.db")
    keys = load_keys(data_dir, clock=time.time)
    yield PolicyService(control, signing_key=keys.policy, catalog=CATALOG, clock=lambda: 77.0)
    control.close()


def publish(
    policies: PolicyService, *, group: str = "default", share: int = 100, **changes: object
) -> int:
    document = dict(policies.parsed(policies.current()).document)
    del document["version"]
    return policies.publish(document | changes, group=group, share=share)


def on(policies: PolicyService, version: int, *, group: str = "default") -> set[UUID]:
    lineup = policies.lineup(group)
    return {laptop for laptop in LAPTOPS if lineup.of(laptop, runs=None).version == version}


def test_a_share_gets_it_and_the_rest_the_last_one_for_all(policies: PolicyService) -> None:
    told: list[str] = []
    policies.on_publish(told.append)
    assert publish(policies, share=30) == 2
    first = on(policies, 2)
    assert 40 < len(first) < 80
    assert on(policies, 1) == set(LAPTOPS) - first
    assert policies.current().version == 1  # what a rollout may still be stopped for is not it
    assert policies.rollouts.widen("default", share=60).stage.share_percent == 60
    assert first < on(policies, 2) < set(LAPTOPS)
    assert policies.rollouts.widen("default", share=100).stage.state is StageState.WHOLE
    assert on(policies, 2) == set(LAPTOPS)
    assert policies.current().version == 2
    assert told == ["default"] * 3


def test_a_stop_holds_and_leaves_what_is_there(policies: PolicyService) -> None:
    publish(policies, share=30)
    stopped = policies.rollouts.stop("default", by="ada")
    assert stopped.stage.state is StageState.STOPPED
    assert on(policies, 2) == set()
    assert policies.lineup().of(LAPTOPS[0], runs=stopped.sha256).version == 2
    with pytest.raises(ConflictError, match="was stopped; nothing was changed"):
        policies.rollouts.widen("default", share=60)
    assert publish(policies, share=30) == 3  # the next one may go out


def test_two_rollouts_at_once_are_refused_and_a_version_for_all_is_not(
    policies: PolicyService,
) -> None:
    publish(policies, share=30)
    with pytest.raises(ConflictError, match="version 2 of group 'default' is still being"):
        publish(policies, share=10)
    assert [policy.version for policy in policies.history()] == [2, 1]
    assert publish(policies) == 3
    assert on(policies, 3) == set(LAPTOPS)


@pytest.mark.parametrize("share", [0, 29, 30, 101])
def test_a_share_only_grows(policies: PolicyService, share: int) -> None:
    publish(policies, share=30)
    with pytest.raises(ConflictError, match="a share only grows"):
        policies.rollouts.widen("default", share=share)
    with pytest.raises(ConflictError, match="1 to 100 percent"):
        publish(policies, share=-1)


def test_what_is_not_being_rolled_out_can_be_neither_widened_nor_stopped(
    policies: PolicyService,
) -> None:
    with pytest.raises(ConflictError, match="for the whole group already"):
        policies.rollouts.stop("default")
    with pytest.raises(NotFoundError, match="nothing was changed"):
        policies.rollouts.widen("lab", share=50)


def test_a_groups_first_own_version_may_be_partial(policies: PolicyService) -> None:
    assert publish(policies, group="lab", share=30) == 2
    first = on(policies, 2, group="lab")
    assert 0 < len(first) < len(LAPTOPS)
    assert policies.current("lab").group == "default"
    publish(policies)
    publish(policies)
    # Those outside the share keep the default one from before: a batch that named the default
    # group's version 2 or 3 would be taken for one of the lab's own.
    assert on(policies, 1, group="lab") == set(LAPTOPS) - first
    policies.rollouts.widen("lab", share=100)
    assert policies.current("lab").group == "lab"
    for group, version in (("lab", 1), ("lab", 2), ("default", 2)):
        owner = "default" if version == 1 else group
        sha256 = policies.get(owner, version).sha256
        assert policies.named(group, version, sha256) is not None


def test_groups_without_a_policy_of_their_own_take_part_in_the_default_groups_rollout(
    policies: PolicyService,
) -> None:
    publish(policies, share=30)
    assert on(policies, 2, group="sales") == on(policies, 2)


def test_the_way_back_is_the_older_text_as_a_new_version(policies: PolicyService) -> None:
    publish(policies, group="lab", purpose="the old one")
    publish(policies, group="lab", purpose="the new one")
    assert roll_back(policies, "lab", to=2, actor="ada") == 4
    old, again = (json.loads(policies.get("lab", v).canonical_json) for v in (2, 4))
    assert {**old, "version": 4} == again
    with pytest.raises(NotFoundError):
        roll_back(policies, "lab", to=1)  # never one of its own
    assert roll_back(policies, "lab", to=2, share=10) == 5
    with pytest.raises(ConflictError):
        roll_back(policies, "lab", to=3, share=10)


def test_another_server_on_the_same_database_is_noticed(
    policies: PolicyService, data_dir: Path
) -> None:
    """Lineups are kept in memory; two servers behind a balancer share the database."""
    control = open_control(data_dir / "control.db")
    keys = load_keys(data_dir, clock=time.time)
    other = PolicyService(control, signing_key=keys.policy, catalog=CATALOG)
    assert (policies.current().version, other.current().version) == (1, 1)
    publish(other, share=30)
    assert on(policies, 2) == on(other, 2) != set()
    other.rollouts.stop("default")
    assert on(policies, 2) == set()
    publish(other)
    assert policies.current().version == 3
    control.close()


def test_a_refused_publication_leaves_no_trace(policies: PolicyService) -> None:
    with pytest.raises(PolicyError):
        publish(policies, share=30, keystrokes="keep")
    assert [policy.version for policy in policies.history()] == [1]
    assert publish(policies, share=30) == 2
