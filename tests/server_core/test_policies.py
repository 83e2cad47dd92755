"""Publishing policies: versions only grow, by group, and every version stays known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError, verify_signed
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.keys import load_keys
from reticent_server.policies.service import PolicyService
from reticent_server.store.control import open_control


@pytest.fixture
def policies(data_dir: Path) -> Iterator[PolicyService]:
    control = open_control(data_dir / "control.db")
    keys = load_keys(data_dir, clock=time.time)
    yield PolicyService(control, signing_key=keys.policy, catalog=CATALOG, clock=lambda: 77.0)
    control.close()


def document(policies: PolicyService, **changes: object) -> dict[str, object]:
    """The policy in force as a document without a version."""
    found = dict(policies.parsed(policies.current()).document)
    del found["version"]
    return found | changes


def test_a_document_without_a_version_gets_the_next_one(policies: PolicyService) -> None:
    told: list[str] = []
    policies.on_publish(told.append)
    assert policies.publish(document(policies), publisher="ada") == 2
    assert policies.publish(document(policies, version=9)) == 9
    assert policies.publish(document(policies)) == 10
    assert told == ["default"] * 3
    assert [p.version for p in policies.history()] == [10, 9, 2, 1]
    second = policies.get("default", 2)
    assert (second.publisher, second.published_s) == ("ada", 77)


def test_what_is_published_can_be_verified_by_a_laptop(policies: PolicyService) -> None:
    policies.publish(document(policies))
    policy = verify_signed(
        policies.current().signed,
        public_key=policies.public_key,
        now_s=int(time.time()),
        version_in_force=1,
        catalog=CATALOG,
    )
    assert policy.version == 2


@pytest.mark.parametrize("version", [1, 0])
def test_a_version_that_is_not_newer_is_refused(policies: PolicyService, version: int) -> None:
    with pytest.raises((ConflictError, PolicyError), match=r"stays so|unchanged"):
        policies.publish(document(policies, version=version))
    assert policies.current().version == 1


def test_a_version_that_is_not_newer_is_told_with_the_group_that_has_the_newest(
    policies: PolicyService,
) -> None:
    old = document(policies, version=1)
    of_default = "group 'default' has version 1 already, and those of group 'nope' go on from there"
    with pytest.raises(ConflictError, match=of_default):
        policies.publish(old, group="nope")
    policies.publish(document(policies), group="nope")
    with pytest.raises(ConflictError, match="group 'nope' has version 2 already; what is in force"):
        policies.publish(old, group="nope")
    policies.publish(document(policies, version=5))
    with pytest.raises(ConflictError, match="group 'default' has version 5 already"):
        policies.publish(old, group="nope")
    with pytest.raises(ConflictError, match="group 'default' has version 5 already; what is in"):
        policies.publish(old)


def test_a_policy_that_is_not_understood_is_not_published(policies: PolicyService) -> None:
    with pytest.raises(PolicyError, match="unchanged"):
        policies.publish(document(policies, keystrokes="keep"))
    broken = {"cpu": {"retention": "while_enrolled", "fields": {"vendor": "shred"}}}
    with pytest.raises(PolicyError, match="shred"):
        policies.publish(document(policies, tables=broken, tests=[], pseudonyms={"epoch": 1}))
    assert [p.version for p in policies.history()] == [1]


def test_a_group_has_the_default_policy_until_its_own(policies: PolicyService) -> None:
    before = policies.current("lab")
    assert (before.group, before.version) == ("default", 1)
    assert policies.publish(document(policies), group="lab") == 2  # agents never go back
    assert policies.publish(document(policies)) == 2
    assert policies.publish(document(policies)) == 3
    assert (policies.current("lab").group, policies.current("lab").version) == ("lab", 2)
    assert policies.groups() == ["default", "lab"]


def test_a_batch_may_name_only_what_its_group_had(policies: PolicyService) -> None:
    policies.publish(document(policies), group="lab")
    policies.publish(document(policies, purpose="another one"))
    first, lab = policies.get("default", 1), policies.get("lab", 2)
    other = policies.get("default", 2)

    def known(group: str, version: int, sha256: bytes) -> bool:
        return policies.named(group, version, sha256) is not None

    assert known("default", 1, first.sha256)
    assert known("lab", 1, first.sha256)  # from before it had its own
    assert known("lab", 2, lab.sha256)
    assert not known("lab", 2, other.sha256)
    assert not known("lab", 3, lab.sha256)
    assert not known("default", 1, lab.sha256)
    assert not known("default", 2**64 - 1, lab.sha256)


def test_what_is_missing_is_said(policies: PolicyService) -> None:
    with pytest.raises(NotFoundError, match="no policy version 7"):
        policies.get("default", 7)
    with pytest.raises(ConflictError, match="nothing was published"):
        policies.publish(document(policies), group="")
