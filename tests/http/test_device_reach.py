"""A device's life within a role's groups: beyond them nothing is decided, asked, set or shown."""

from __future__ import annotations

import httpx
import pytest
from reticent_server.auth import Scope
from reticent_server.auth.grants import Grant
from reticent_server.auth.scopes import LIMITABLE
from reticent_server.devices.actions import Action
from reticent_server.devices.groups import GroupSettings
from reticent_server.devices.models import Device, DeviceStatus
from support.committing import committed
from support.console_app import Site
from support.console_data import device_id

API = "/api/v1"
OWN, FOREIGN = device_id(1), device_id(2)  # of the groups finance and default
SETTINGS = {"silent_after_hours": 1, "return_within_days": 0}


def wait(site: Site) -> None:
    """Both devices wait for approval."""
    with site.services.control.session() as session:
        for each in (OWN, FOREIGN):
            session.get_one(Device, each).status = DeviceStatus.WAITING


async def limited(
    site: Site,
    scopes: frozenset[Scope] = LIMITABLE,
    *,
    others: frozenset[Scope] = frozenset(),
) -> httpx.AsyncClient:
    """Somebody who has these scopes in finance alone, and `others` everywhere, logged on."""
    roles = site.services.accounts.roles
    all_ = [Grant(scopes=frozenset(Scope))]
    roles.create("of-eve", scopes=scopes, groups=["finance"], by=all_, actor="root")
    client = await site.logged_on("eve", "of-eve")
    if others:
        roles.create("others", scopes=others, by=all_, actor="root")
        roles.assign("eve", ["of-eve", "others"], by=all_)
    return client


async def test_only_waiting_devices_of_own_groups_are_shown_and_decided_on(fleet: Site) -> None:
    wait(fleet)
    client = await limited(fleet)
    listed = (await client.get(f"{API}/devices", params={"state": "waiting"})).json()["devices"]
    assert [device["device_id"] for device in listed] == [str(OWN)]
    for page in ("/enrolment", "/devices?state=waiting"):
        text = (await client.get(page)).text
        assert str(OWN) in text
        assert str(FOREIGN) not in text
    for decision in ("approve", "refuse", "retire"):
        answer = await client.post(
            f"{API}/devices/{FOREIGN}/{decision}", json={"reason": "not mine"}
        )
        missing = await client.post(
            f"{API}/devices/{device_id(99)}/{decision}", json={"reason": "not mine"}
        )
        assert (answer.status_code, answer.json()) == (404, missing.json())
    assert fleet.services.devices.get(FOREIGN).status == DeviceStatus.WAITING
    done = [what for _, action, what, _ in fleet.audit() if action.startswith("device.")]
    assert not [what for what in done if str(FOREIGN) in what]
    answer = await client.post(f"{API}/devices/{OWN}/approve", json={"reason": "ours"})
    assert answer.json()["status"] == "active"


async def test_nothing_is_asked_or_listed_of_a_foreign_laptop(fleet: Site) -> None:
    services = fleet.services
    committed(
        services.control,
        services.actions.ask,
        FOREIGN,
        Action.NEW_KEY,
        reason="theirs",
        asked_by="root",
    )
    client = await limited(fleet)
    path = f"{API}/devices/{FOREIGN}/actions"
    assert (await client.get(path)).status_code == 404
    asked = await client.post(path, json={"action": "resume", "reason": "not mine"})
    assert asked.status_code == 404
    assert [one.reason for one in services.actions.list(FOREIGN)] == ["theirs"]


@pytest.mark.parametrize("state", ["active", "silent", "revoked"])
async def test_lists_by_state_stay_within_groups(fleet: Site, state: str) -> None:
    fleet.services.devices.revoke(FOREIGN, reason="theirs")
    for group in ("finance", "default"):
        fleet.services.groups.set(GroupSettings(group=group, silent_after_s=3_600))
    fleet.clock.now += 3 * 3_600
    client = await limited(fleet)

    for more in ({}, {"group": "finance"}):
        answer = await client.get(f"{API}/devices", params={"state": state, **more})
        assert {device["group"] for device in answer.json()["devices"]} == {"finance"}
    for path in (f"{API}/devices", "/devices"):
        for foreign in ("default", "there-is-none"):
            answer = await client.get(path, params={"state": state, "group": foreign})
            assert answer.status_code == 404
            assert str(device_id(0)) not in answer.text


async def test_settings_and_silent_ones_of_own_groups_alone(fleet: Site) -> None:
    groups = fleet.services.groups
    for group in ("finance", "default"):
        groups.set(GroupSettings(group=group, silent_after_s=3_600))
    fleet.clock.now += 3 * 3_600
    counted = groups.count_silent()
    assert min(counted["finance"], counted["default"]) > 0
    client = await limited(fleet)
    (listed,) = (await client.get(f"{API}/device-groups")).json()["groups"]
    assert (listed["group"], listed["silent"]) == ("finance", counted["finance"])
    page = (await client.get("/devices")).text
    assert f"<strong>{counted['finance']}</strong> silent" in page
    assert 'name="group" value="finance"' in page
    assert 'name="group" value="default"' not in page
    for foreign in ("default", "there-is-none"):
        answer = await client.put(f"{API}/device-groups", json={"group": foreign, **SETTINGS})
        assert answer.status_code == 404
        assert groups.get(foreign).return_within_s > 0
    answer = await client.put(f"{API}/device-groups", json={"group": "finance", **SETTINGS})
    assert (answer.status_code, groups.get("finance").return_within_s) == (200, 0)
    set_ = [what for _, action, what, _ in fleet.audit() if action == "device_group.set"]
    assert set_ == ["group finance"]


async def test_a_group_whose_devices_are_all_out_of_service_has_no_silent_one(fleet: Site) -> None:
    for number in (1, 3, 5):
        fleet.services.devices.retire(device_id(number), reason="sold")
    client = await limited(fleet)
    page = await client.get("/devices")
    assert (page.status_code, 'name="group" value="finance"' in page.text) == (200, True)


async def test_who_reads_everywhere_decides_in_own_groups_alone(fleet: Site) -> None:
    """What a page offers goes by the scope that it needs, not by that of reading."""
    wait(fleet)
    client = await limited(
        fleet, frozenset({Scope.ADMIN_DEVICES}), others=frozenset({Scope.READ_DEVICES})
    )
    for each, offered in ((OWN, True), (FOREIGN, False)):
        answer = await client.get(f"/devices/{each}")
        assert answer.status_code == 200
        assert (f"/devices/{each}/decide" in answer.text) is offered
    page = (await client.get("/devices")).text
    assert 'name="group" value="default"' not in page
    for number, offered in ((5, True), (0, False)):
        text = (await client.get(f"/devices/{device_id(number)}")).text
        for form in ("ask", "decide", "revoke"):
            assert (f"/devices/{device_id(number)}/{form}" in text) is offered
    refused = await client.post(f"{API}/devices/{FOREIGN}/approve", json={"reason": "x"})
    assert refused.status_code == 404


async def test_who_sees_tokens_but_no_devices_sees_none_that_wait(fleet: Site) -> None:
    wait(fleet)
    client = await limited(fleet, frozenset({Scope.READ_ENROLMENT, Scope.ADMIN_ENROLMENT}))
    page = await client.get("/enrolment")
    assert page.status_code == 200
    assert str(OWN) not in page.text


async def test_a_token_with_approval_is_made_within_groups(fleet: Site) -> None:
    client = await limited(fleet)
    before = len(fleet.services.enrolment.list())
    body = {"needs_approval": True}
    foreign = await client.post(f"{API}/enrolment-tokens", json={"group": "default", **body})
    assert (foreign.status_code, len(fleet.services.enrolment.list())) == (404, before)
    own = await client.post(f"{API}/enrolment-tokens", json={"group": "finance", **body})
    assert own.status_code == 201
    (made,) = (await client.get(f"{API}/enrolment-tokens")).json()["tokens"]
    assert (made["group"], made["needs_approval"]) == ("finance", True)


@pytest.mark.parametrize(
    ("role", "reads", "decides"),
    [
        ("administrator", 200, 200),
        ("deployer", 200, 200),
        ("analyst", 200, 403),
        ("privacy-officer", 200, 403),
        ("auditor", 403, 403),
        ("policy-editor", 403, 403),
    ],
)
async def test_each_built_in_role_decides_as_its_scopes_say(
    fleet: Site, role: str, reads: int, decides: int
) -> None:
    wait(fleet)
    client = await fleet.logged_on("eve", role)
    assert (await client.get(f"{API}/device-groups")).status_code == reads
    answer = await client.post(f"{API}/devices/{OWN}/approve", json={"reason": "ours"})
    assert answer.status_code == decides
    approved = fleet.services.devices.get(OWN).status == DeviceStatus.ACTIVE
    assert approved is (decides == 200)
