"""Devices approved, refused, retired, asked for something, by the API."""

from __future__ import annotations

from reticent_server.devices.models import Device, DeviceStatus
from support.console_app import Site
from support.console_data import device_id

API = "/api/v1/devices"


def wait(site: Site, number: int) -> str:
    with site.services.control.session() as session:
        session.get_one(Device, device_id(number)).status = DeviceStatus.WAITING
    return f"{API}/{device_id(number)}"


async def test_a_waiting_device_is_approved_once_and_it_is_recorded(fleet: Site) -> None:
    path = wait(fleet, 1)
    async with fleet.bearer("read:devices", "admin:devices") as client:
        listed = (await client.get(API, params={"state": "waiting"})).json()["devices"]
        assert [device["device_id"] for device in listed] == [str(device_id(1))]
        assert len(listed[0]["key_sha256"]) == 64
        answer = await client.post(f"{path}/approve", json={"reason": "ours"})
        assert answer.json()["status"] == "active"
        again = await client.post(f"{path}/refuse", json={"reason": "not ours"})
        assert (again.status_code, again.json()["type"]) == (
            409,
            "urn:reticent:problem:device-state",
        )
    assert ("bot0", "device.approve", f"device {device_id(1)}", "done") in fleet.audit()


async def test_a_refused_device_is_revoked_and_a_retired_one_stays_listed(fleet: Site) -> None:
    path = wait(fleet, 1)
    async with fleet.bearer("read:devices", "admin:devices") as client:
        answer = await client.post(f"{path}/refuse", json={"reason": "not ours"})
        assert answer.json()["status"] == "revoked"
        retired = await client.post(f"{API}/{device_id(2)}/retire", json={"reason": "sold"})
        assert retired.json()["status_reason"] == "sold"
        listed = (await client.get(API, params={"state": "retired"})).json()["devices"]
        assert [device["device_id"] for device in listed] == [str(device_id(2))]
    assert ("bot0", "device.retire", f"device {device_id(2)}", "done") in fleet.audit()


async def test_what_is_asked_of_a_laptop_is_listed_with_its_reason(fleet: Site) -> None:
    path = f"{API}/{device_id(1)}/actions"
    pause = {"action": "pause", "reason": "exam week", "minutes": 60}
    async with fleet.bearer("read:devices", "admin:devices") as client:
        assert (await client.post(path, json=pause)).status_code == 201
        (action,) = (await client.get(path)).json()["actions"]
        assert (action["action"], action["reason"], action["done"]) == ("pause", "exam week", None)
        assert action["until"] == "2026-11-22T07:32:05Z"
        endless = await client.post(path, json={"action": "pause", "reason": "for ever"})
        assert endless.status_code == 422
        ended = {"action": "new-key", "reason": "audit", "minutes": 5}
        assert (await client.post(path, json=ended)).status_code == 422
        fleet.services.devices.retire(device_id(1), reason="sold")
        assert (await client.post(path, json=pause)).status_code == 409
    assert ("bot0", "device.pause.ask", f"device {device_id(1)}", "done") in fleet.audit()


async def test_too_much_waits_for_no_laptop(fleet: Site) -> None:
    path = f"{API}/{device_id(1)}/actions"
    key = {"action": "new-key", "reason": "audit"}
    async with fleet.bearer("admin:devices") as client:
        codes = [(await client.post(path, json=key)).status_code for _ in range(17)]
    assert codes == [201] * 16 + [409]


async def test_a_group_says_when_a_device_is_silent(fleet: Site) -> None:
    async with fleet.bearer("read:devices", "admin:devices", "read:metrics") as client:
        silent = {"state": "silent", "group": "default"}
        assert (await client.get(API, params=silent)).json()["devices"] == []
        body = {"group": "default", "silent_after_hours": 1, "return_within_days": 0}
        group = (await client.put("/api/v1/device-groups", json=body)).json()
        assert (group["silent_after_hours"], group["return_within_days"]) == (1, 0)
        fleet.clock.now += 3 * 3_600
        found = (await client.get(API, params=silent)).json()["devices"]
        counted = fleet.services.groups.count_silent()
        assert len(found) == counted["default"] > 0
        listed = (await client.get("/api/v1/device-groups")).json()["groups"]
        assert next(g for g in listed if g["group"] == "default")["silent_after_hours"] == 1
        assert 'reticent_devices_silent{group="default"}' in (await client.get("/metrics")).text
        refused = await client.put("/api/v1/device-groups", json={**body, "silent_after_hours": 0})
        assert refused.status_code == 422
    assert ("bot0", "device_group.set", "group default", "done") in fleet.audit()


async def test_a_token_may_need_approval(fleet: Site) -> None:
    async with fleet.bearer("admin:enrolment", "read:enrolment") as client:
        await client.post("/api/v1/enrolment-tokens", json={"needs_approval": True})
        (token, *_) = (await client.get("/api/v1/enrolment-tokens")).json()["tokens"]
    assert token["needs_approval"] is True
