"""Ways round a limit to columns: the same fact at another place, and lists that nobody recorded."""

from __future__ import annotations

import pytest
from reticent_server.console.connections import connections_of
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.query.reach import MARKER
from reticent_server.store.events.model import Event
from support.console_app import Site
from support.console_data import device_id
from support.role_holders import as_custom

NETWORK = "198.51.100.0/24"
WHY = "the device's key was used on other hardware: from 198.51.100.0/24 since"
WAITING, BROKEN = device_id(1), device_id(3)


@pytest.fixture
def seen_from(fleet: Site) -> Site:
    with fleet.services.control.session() as db:
        for number, status in ((1, DeviceStatus.WAITING), (3, DeviceStatus.CONFLICT)):
            device = db.get_one(Device, device_id(number))
            device.enrolled_from, device.status, device.status_reason = NETWORK, status, ""
            if status is DeviceStatus.CONFLICT:
                device.status_reason = WHY
    return fleet


PATHS = [
    "/api/v1/devices",
    f"/api/v1/devices/{WAITING}",
    f"/api/v1/devices/{BROKEN}",
    "/devices",
    f"/devices/{WAITING}",
    f"/devices/{BROKEN}",
    "/enrolment",
]


async def test_from_where_a_device_enrolled_is_hidden_with_its_address(seen_from: Site) -> None:
    """The network is a part of `connection.wan_address`, and stands in a conflict's reason too."""
    scopes = ["read:devices", "read:enrolment"]
    shown = await as_custom(seen_from, scopes=scopes, columns=["connection.wan_address"])
    hidden = await as_custom(seen_from, name="kim", scopes=scopes, columns=["host.host_name"])
    for path in PATHS:
        assert path == "/devices" or NETWORK in (await shown.get(path)).text
        answer = await hidden.get(path)
        assert answer.status_code == 200, path
        assert "198.51.100" not in answer.text, path
        if "/api/" in path:
            one = answer.json().get("devices", [answer.json()])[0]
            assert one["enrolled_from"] == "[masked]"
            assert "enrolled_from" in one["masked"]
        elif path != "/devices":
            assert 'class="masked"' in answer.text, path


async def test_who_decides_on_a_device_sees_no_more_by_it(seen_from: Site) -> None:
    client = await as_custom(seen_from, scopes=["admin:devices"], columns=["host.host_name"])
    answer = await client.post(f"/api/v1/devices/{WAITING}/approve", json={"reason": "ours"})
    assert answer.json()["enrolled_from"] == "[masked]"


async def test_looking_at_devices_that_wait_is_recorded(seen_from: Site) -> None:
    client = await seen_from.logged_on("ada")
    assert NETWORK in (await client.get("/enrolment")).text
    assert ("ada", "device.list", "devices that wait", "done") in seen_from.audit()


def test_a_masked_network_number_reads_as_masked() -> None:
    row = Event(
        device_id=bytes(16),
        stream_id=bytes(16),
        seq=1,
        row=0,
        table="connection",
        event="connected",
        ts_us=0,
        received_at_us=0,
        fields={"network_owner": "Example Telecom", "network_number": MARKER},
    )
    (line,) = connections_of([row])
    assert "AS[" not in line.network
    assert line.network.striptags() == "Example Telecom, AS masked"
