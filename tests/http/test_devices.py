"""Devices and facts over the API."""

from __future__ import annotations

from support.console_app import Site
from support.console_data import device_id


async def test_devices_are_paged_newest_first(fleet: Site) -> None:
    async with fleet.bearer("read:devices") as client:
        first = (await client.get("/api/v1/devices", params={"limit": 5})).json()
        rest = (
            await client.get("/api/v1/devices", params={"limit": 5, "cursor": first["next_cursor"]})
        ).json()
    found = [device["device_id"] for device in first["devices"] + rest["devices"]]
    assert found == [str(device_id(number)) for number in range(7)]
    assert rest["next_cursor"] is None


async def test_a_device_shows_what_it_said_and_what_the_server_knows(fleet: Site) -> None:
    async with fleet.bearer("read:devices") as client:
        device = (await client.get(f"/api/v1/devices/{device_id(0)}")).json()
    assert device["os_name"] == "Debian GNU/Linux"
    assert device["host_name"].startswith("pn:host.host_name:1:")
    assert device["policy_version"] == 1
    assert (device["device_key_kept"], device["pseudonym_keys_kept"]) == ("tpm", "tpm-sealed")
    assert device["last_seen_at"] == "2026-11-22T06:31:25Z"
    assert device["rows"] > 50


async def test_facts_are_the_state_tables_and_what_was_kept_back(fleet: Site) -> None:
    async with fleet.bearer("read:facts") as client:
        facts = (await client.get(f"/api/v1/devices/{device_id(0)}/facts")).json()
    assert len(facts["tables"]["software"]) == 40
    assert facts["tables"]["network_interface"][0]["ip_addresses"] == [
        "10.20.30.0/24",
        "2001:db8:1::/48",
    ]
    assert facts["dropped"] == {
        "user_account.full_name": 12,
        "board.serial": 3,
        "log_line.message": 1,
    }
    assert ("bot0", "device.view", f"device {device_id(0)}", "done") in fleet.audit()


async def test_a_revoked_device_is_told_why_and_it_is_recorded(fleet: Site) -> None:
    path = f"/api/v1/devices/{device_id(1)}"
    async with fleet.bearer("read:devices", "admin:devices") as client:
        answer = await client.post(f"{path}/revoke", json={"reason": "lost on a train"})
        assert answer.json()["status"] == "revoked"
        assert (await client.get(path)).json()["status_reason"] == "lost on a train"
    assert ("bot0", "device.revoke", f"device {device_id(1)}", "done") in fleet.audit()
