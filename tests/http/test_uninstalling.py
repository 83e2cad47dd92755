"""Asking for an agent to be uninstalled: who may, the second person, what is shown and recorded."""

from __future__ import annotations

from reticent_server.devices.actions import Action
from reticent_server.devices.models import DeviceStatus
from support.committing import committed
from support.console_app import Site
from support.console_data import device_id
from support.strict_html import check

DEVICE = device_id(1)
PATH = f"/api/v1/devices/{DEVICE}/actions"
BODY = {"action": "uninstall", "reason": "returned, ticket 4711"}


async def test_an_agent_is_uninstalled_only_once_a_second_person_agreed_to_this_laptop(
    fleet: Site,
) -> None:
    client = await fleet.logged_on("ada")
    asked = await client.post(PATH, json=BODY)
    assert (asked.status_code, asked.json()["kind"]) == (409, "device.uninstall")
    assert fleet.services.actions.list(DEVICE) == []
    request = asked.json()["request_id"]
    second = await fleet.logged_on("bo", "privacy-officer")
    shown = (await second.get(f"/api/v1/approvals/{request}")).json()
    assert "what it has not sent is lost" in shown["about"]
    assert (await client.post(f"/api/v1/approvals/{request}/approve", json={})).status_code == 403
    agreed = await second.post(f"/api/v1/approvals/{request}/approve", json={})
    assert agreed.status_code == 200, agreed.text
    other = await client.post(f"/api/v1/devices/{device_id(2)}/actions", json=BODY)
    assert other.status_code == 409  # agreed was to another laptop
    done = await client.post(PATH, json={**BODY, "reason": "other words"})
    assert done.status_code == 201, done.text
    (action,) = fleet.services.actions.list(DEVICE)
    assert (action.action, action.reason) == (Action.UNINSTALL, BODY["reason"])  # as agreed to
    assert fleet.services.devices.get(DEVICE).status is DeviceStatus.ACTIVE  # until it says so
    again = await client.post(PATH, json=BODY)
    assert (again.status_code, again.json()["type"]) == (409, "urn:reticent:problem:device-state")
    wanted = ("ada", "device.uninstall.ask", f"device {DEVICE}, request {request}", "done")
    assert wanted in fleet.audit()


async def test_no_approval_is_used_up_for_a_laptop_that_nothing_reaches(fleet: Site) -> None:
    fleet.services.devices.retire(DEVICE, reason="sold")
    client = await fleet.logged_on("ada")
    refused = await client.post(PATH, json=BODY)
    assert refused.json()["type"] == "urn:reticent:problem:device-state"
    assert (await client.get("/api/v1/approvals")).json()["requests"] == []


async def test_who_may_not_manage_devices_asks_for_nothing(fleet: Site) -> None:
    async with fleet.bearer("read:devices", "read:events") as client:
        assert (await client.post(PATH, json=BODY)).status_code == 403
    assert fleet.services.actions.list(DEVICE) == []


async def test_the_device_page_asks_for_it_and_shows_how_far_it_is(fleet: Site) -> None:
    client = await fleet.logged_on("ada")
    page = await client.get(f"/devices/{DEVICE}")
    check(page.text)
    assert 'id="uninstall-reason"' in page.text
    actions = fleet.services.actions
    asked = committed(
        fleet.services.control,
        actions.ask,
        DEVICE,
        Action.UNINSTALL,
        reason="returned",
        asked_by="ada",
    )
    assert "waits" in _answer(await client.get(f"/devices/{DEVICE}"))
    actions.delivered([asked.action_id])
    told = _answer(await client.get(f"/devices/{DEVICE}"))
    assert "delivered" in told
    assert "silent since" in told
    assert committed(fleet.services.control, actions.begun, DEVICE, asked.action_id)
    listed = (await client.get(PATH)).json()["actions"][0]
    assert (listed["begun_at"], listed["done"]) == ("2026-11-22T06:32:05Z", None)
    assert "begun" in _answer(await client.get(f"/devices/{DEVICE}"))
    fleet.services.devices.retire(DEVICE, reason="uninstalled")
    gone = await client.get(f"/devices/{DEVICE}")
    check(gone.text)
    assert 'id="uninstall"' not in gone.text


def _answer(page: object) -> str:
    return str(page.text).partition("returned</td>")[2].partition("</tr>")[0]  # type: ignore[attr-defined]
