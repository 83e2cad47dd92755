"""What is done and what the trail says of it are stored together or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from reticent_server.audit import AuditService
from reticent_server.audit.service import AuditError
from reticent_server.devices.actions import Action
from reticent_server.devices.models import DeviceAction, DeviceStatus
from reticent_server.devices.service import DeviceService
from reticent_server.devices.uninstalling import DONE, Uninstalling
from reticent_server.errors import StoreError
from reticent_server.policies.published import StageState
from reticent_server.policies.recorded import RecordedPolicies
from reticent_server.policies.revealing import Reveal, Storing
from support.committing import committed
from support.console_app import Site
from support.console_data import device_id
from support.policies import document

STRICTER = {"notice": "A notice of another day."}
DEVICE = device_id(0)


@dataclass
class Told:
    """Whom a change was told to: laptops' groups, and devices with their status."""

    groups: list[str] = field(default_factory=list)
    devices: list[tuple[UUID, DeviceStatus]] = field(default_factory=list)


@pytest.fixture
def told(site: Site) -> Told:
    found = Told()
    site.services.policies.on_publish(found.groups.append)
    site.services.devices.on_status(lambda one, to, _: found.devices.append((one, to)))
    return found


@pytest.fixture
def desk(site: Site) -> RecordedPolicies:
    def leave(_reveal: Reveal, _reason: str, _storing: Storing) -> None:
        raise AssertionError("nothing here reveals more")

    services = site.services
    return RecordedPolicies(
        policies=services.policies,
        record_with=services.audit.record_with,
        actor="ada",
        leave=leave,
    )


def entries(site: Site) -> list[tuple[str, str]]:
    return [(action, about) for _, action, about, _ in site.audit()]


def undone_without_its_entry(
    site: Site, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]
) -> None:
    """`act` fails where the trail takes no row, and leaves none."""
    before = entries(site)

    def full(*_: object) -> tuple[int, bytes]:
        raise AuditError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(AuditService, "_append", full)
        with pytest.raises(AuditError):
            act()
    assert entries(site) == before


def test_a_policy_and_its_entry(
    site: Site, desk: RecordedPolicies, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = site.services.policies
    newest = policies.newest("default").version

    def publish() -> None:
        desk.publish(document(version=2, **STRICTER), group="default")

    undone_without_its_entry(site, monkeypatch, publish)
    assert policies.newest("default").version == newest
    assert told.groups == []
    publish()
    assert policies.newest("default").version == newest + 1
    assert told.groups == ["default"]
    assert entries(site)[-1] == ("policy.publish", f"policy default {newest + 1}")


@pytest.mark.parametrize(("share", "stage"), [(60, StageState.ROLLING), (None, StageState.STOPPED)])
def test_a_rollout_and_its_entry(
    site: Site,
    desk: RecordedPolicies,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    share: int | None,
    stage: StageState,
) -> None:
    policies = site.services.policies
    version = desk.publish(document(version=2, **STRICTER), group="default", share=30).version
    told.groups.clear()
    before = policies.newest("default")
    undone_without_its_entry(site, monkeypatch, lambda: desk.move("default", share=share))
    assert policies.newest("default") == before
    assert told.groups == []
    moved = desk.move("default", share=share)
    assert moved == policies.newest("default")
    assert (moved.stage.state, moved.stage.share_percent) == (stage, share or 30)
    assert told.groups == ([] if share is None else ["default"])
    assert entries(site)[-1] == ("policy.rollout", f"policy default {version}")


@pytest.fixture
def leaving(fleet: Site) -> Uninstalling:
    """The laptop DEVICE has said that its agent is uninstalled, as it was asked to be."""
    control, actions = fleet.services.control, fleet.services.actions
    asked = committed(
        control,
        lambda db: actions.ask(
            db, DEVICE, Action.UNINSTALL, reason="returned", asked_by="ada", pause_s=None
        ),
    )
    committed(
        control, lambda db: actions.answered(db, DEVICE, asked.action_id, done=True, detail="")
    )
    return Uninstalling(
        control,
        fleet.services.devices,
        record_with=fleet.services.audit.record_with,
        clock=fleet.clock,
    )


def test_a_device_that_leaves_service_and_its_entry(
    fleet: Site, leaving: Uninstalling, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    undone_without_its_entry(fleet, monkeypatch, lambda: leaving.done(DEVICE))
    assert fleet.services.devices.get(DEVICE).status is DeviceStatus.ACTIVE
    assert told.devices == []
    assert leaving.run() == 1
    assert fleet.services.devices.get(DEVICE).status_reason == f"{DONE}: returned"
    assert told.devices == [(DEVICE, DeviceStatus.RETIRED)]
    assert entries(fleet)[-1] == ("device.retire", f"device {DEVICE}")


def test_a_device_whose_status_cannot_be_stored_has_no_entry(
    fleet: Site, leaving: Uninstalling, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = entries(fleet)

    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        for name in ("retire", "retire_in"):
            broken.setattr(DeviceService, name, full, raising=False)
        with pytest.raises(StoreError):
            leaving.done(DEVICE)
    assert entries(fleet) == before


def test_a_device_that_left_service_by_another_way_is_not_retired_again(
    fleet: Site, leaving: Uninstalling, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = leaving._due(DeviceAction.done.is_(True))
    fleet.services.devices.revoke(DEVICE, reason="stolen")
    before = entries(fleet)
    monkeypatch.setattr(leaving, "_due", lambda *_: due)  # as it was a moment ago
    leaving.done(DEVICE)
    assert fleet.services.devices.get(DEVICE).status is DeviceStatus.REVOKED
    assert told.devices == [(DEVICE, DeviceStatus.REVOKED)]
    assert entries(fleet) == before
