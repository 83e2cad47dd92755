"""Groups that would extend each other in a circle: refused, and harmless where they were stored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError
from reticent_server.errors import ConflictError
from reticent_server.keys import load_keys
from reticent_server.policies import reading
from reticent_server.policies.children import republish_children
from reticent_server.policies.publishing import Ready
from reticent_server.policies.service import PolicyService
from reticent_server.policies.yaml_source import load_yaml
from reticent_server.store.control import open_control
from support.policies import roll_back

DIFFERS = "extends: {}\nlooser: [purpose]\npurpose: of {}'s laptops\n"


@pytest.fixture
def policies(data_dir: Path) -> Iterator[PolicyService]:
    control = open_control(data_dir / "control.db")
    keys = load_keys(data_dir, clock=time.time)
    yield PolicyService(control, signing_key=keys.policy, catalog=CATALOG, clock=lambda: 77.0)
    control.close()


def publish(policies: PolicyService, group: str, *, over: str, share: int = 100) -> int:
    return policies.publish(load_yaml(DIFFERS.format(over, group)), group=group, share=share)


def with_a_circle(policies: PolicyService, monkeypatch: pytest.MonkeyPatch) -> None:
    """As servers stored it before this was looked at: lab extends lab2, which extends lab."""
    publish(policies, "lab", over="default")
    publish(policies, "lab2", over="lab")
    with monkeypatch.context() as patched:
        patched.setattr(reading, "circle", lambda *_: ())
        publish(policies, "lab", over="lab2")


@pytest.mark.parametrize("between", [(), ("b",), ("b", "c")])
def test_a_circle_is_refused_and_named(policies: PolicyService, between: tuple[str, ...]) -> None:
    chain = ("lab", *between, "last")
    publish(policies, "lab", over="default")
    for below, above in zip(chain[1:], chain, strict=False):
        publish(policies, below, over=above)
    with pytest.raises(PolicyError, match="makes a circle: 'lab' extends 'last', ") as refused:
        publish(policies, "lab", over="last")
    for below, above in zip(chain[1:], chain, strict=False):
        assert f"{below!r} extends {above!r}" in str(refused.value)
    assert policies.current("lab").version == 2


def test_a_group_that_names_itself_is_refused(policies: PolicyService) -> None:
    with pytest.raises(PolicyError, match="names the group that it is published for"):
        publish(policies, "lab", over="lab")


def test_a_circle_through_a_version_for_a_share_is_refused(policies: PolicyService) -> None:
    """It may become the whole group's, and nobody would look at it again then."""
    publish(policies, "lab", over="default")
    publish(policies, "lab2", over="default")
    publish(policies, "lab2", over="lab", share=10)
    with pytest.raises(PolicyError, match="'lab' extends 'lab2', 'lab2' extends 'lab'"):
        publish(policies, "lab", over="lab2")


def test_a_rollback_makes_no_circle_either(policies: PolicyService) -> None:
    publish(policies, "lab2", over="default")
    first = publish(policies, "lab", over="lab2")
    publish(policies, "lab", over="default")
    publish(policies, "lab2", over="lab")
    with pytest.raises(PolicyError, match="'lab' extends 'lab2', 'lab2' extends 'lab'"):
        roll_back(policies, "lab", to=first)


def test_of_two_at_the_same_moment_the_second_is_refused(policies: PolicyService) -> None:
    publish(policies, "lab", over="default")
    publish(policies, "lab2", over="default")
    readies: dict[str, Ready] = {
        group: policies.ready(load_yaml(DIFFERS.format(over, group)), group=group)
        for group, over in (("lab", "lab2"), ("lab2", "lab"))
    }
    policies.store(readies["lab"], group="lab", publisher="ann", share=100)
    with pytest.raises((PolicyError, ConflictError), match=r"circle|another version"):
        policies.store(readies["lab2"], group="lab2", publisher="bob", share=100)


def test_a_circle_from_before_hangs_nothing_and_can_be_left(
    policies: PolicyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_circle(policies, monkeypatch)

    def store(ready: Ready, group: str) -> int:
        return policies.store(ready, group=group, publisher="ann", share=100)

    for group in ("lab", "lab2", "default"):
        children = republish_children(policies, group, despite_lint=False, store=store)
        assert len(children) <= 2
        assert all("circle" in child.problem for child in children)
    assert [policies.newer_parent(policies.current(group)) for group in ("lab", "lab2")] == [
        None,
        3,
    ]
    # Who extends one of them is not in the circle.
    publish(policies, "other", over="lab")
    with pytest.raises(PolicyError, match="makes a circle"):
        publish(policies, "lab2", over="lab")
    publish(policies, "lab", over="default")
    publish(policies, "lab2", over="lab")
