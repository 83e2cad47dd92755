"""Erasing by the API and the console: said twice, agreed by a second person, told as it stands.
And what a laptop answered to diagnostics."""

from __future__ import annotations

from dataclasses import replace

import httpx
from reticent_contract.v1 import telemetry_pb2
from reticent_server.approvals.service import ApprovalService
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.devices.models import DeviceDiagnostics
from reticent_server.erasure.job import Eraser
from reticent_server.erasure.service import BACKUPS
from reticent_server.http.app import create_app
from reticent_server.http.settings import CSRF_HEADER
from reticent_server.limits import DIAGNOSTICS_KEPT_S
from reticent_server.store.events.memory import MemoryEventStore
from support.committing import committed
from support.console_app import Site
from support.console_data import device_id, group_of, laptop_rows
from support.strict_html import check

DEVICE = str(device_id(1))
PATH = f"/api/v1/devices/{DEVICE}"
BODY = {"reason": "request 4711", "confirm": DEVICE}


class Quiet:
    """Ingest, where no laptop is connected."""

    def is_settled(self, _device_id: object) -> bool:
        return True

    def forget(self, _device_id: object) -> None:
        pass


def alone(site: Site) -> Site:
    """As the site, where no second person is needed."""
    services = replace(
        site.services,
        approvals=ApprovalService(
            site.services.control,
            audit=site.services.audit,
            rules=ApprovalRules(second_person=()),
            key=bytes(range(32)),
            clock=site.clock,
        ),
    )
    return replace(site, app=create_app(services), services=services)


def work(site: Site) -> MemoryEventStore:
    """What the server's thread does, once."""
    events = MemoryEventStore()
    now_us = int(site.clock.now * 1e6)
    events.append(group_of(1, laptop_rows(1, now_us=now_us), now_us=now_us))
    eraser = Eraser(
        site.services.erasures,
        events,
        Quiet(),
        record=site.services.audit.record,
        health=site.services.health,
    )
    assert eraser.run_once() == 0
    return events


async def test_nothing_is_erased_before_a_second_person_agreed(fleet: Site) -> None:
    client = await fleet.logged_on("ada")
    asked = await client.post(f"{PATH}/erase", json=BODY)
    assert (asked.status_code, asked.json()["kind"]) == (409, "device.erase")
    assert (await client.get(PATH)).json()["status"] == "active"
    request = asked.json()["request_id"]
    assert (await client.post(f"/api/v1/approvals/{request}/approve", json={})).status_code == 403
    second = await fleet.logged_on("bo", "privacy-officer")
    agreed = await second.post(f"/api/v1/approvals/{request}/approve", json={})
    assert agreed.status_code == 200, agreed.text
    other = {**BODY, "confirm": str(device_id(2))}
    wrong = await client.post(f"/api/v1/devices/{device_id(2)}/erase", json=other)
    assert wrong.status_code == 409  # agreed was to another device
    erased = await client.post(f"{PATH}/erase", json={**BODY, "reason": "other words"})
    assert (erased.status_code, erased.json()["done_at"]) == (202, None)
    assert (await client.get(PATH)).json()["status"] == "erased"
    again = await client.post(f"{PATH}/erase", json=BODY)
    assert again.json() == erased.json()
    work(fleet)
    done = (await client.get(f"{PATH}/erasure")).json()
    assert (done["rows"] > 0, done["done_at"] is not None, done["backups"]) == (True, True, BACKUPS)
    entries = fleet.services.audit.page(limit=500).entries
    (said,) = [entry.reason for entry in entries if entry.action == "device.erase"]
    assert said == BODY["reason"]  # what the second person agreed to
    actions = [(who, what) for who, what, about, _ in fleet.audit() if DEVICE in about]
    assert ("ada", "device.erase") in actions
    assert ("server", "device.erased") in actions


async def test_the_id_must_be_said_again_and_the_device_be_there(fleet: Site) -> None:
    site = alone(fleet)
    async with site.bearer("admin:devices", "read:devices") as client:
        wrong = await client.post(f"{PATH}/erase", json={**BODY, "confirm": str(device_id(2))})
        assert (wrong.status_code, wrong.json()["type"]) == (
            422,
            "urn:reticent:problem:not-confirmed",
        )
        absent = f"/api/v1/devices/{device_id(99)}"
        body = {**BODY, "confirm": str(device_id(99))}
        assert (await client.post(f"{absent}/erase", json=body)).status_code == 404
        assert (await client.get(f"{PATH}/erasure")).status_code == 404
        assert (await client.post(f"{PATH}/erase", json=BODY)).status_code == 202
        listed = (await client.get("/api/v1/devices", params={"state": "erased"})).json()
        assert [one["device_id"] for one in listed["devices"]] == [DEVICE]
        retire = await client.post(f"{PATH}/retire", json={"reason": "x"})
        assert (retire.status_code, retire.json()["type"]) == (
            409,
            "urn:reticent:problem:device-state",
        )


async def test_whoever_may_only_read_devices_erases_none(fleet: Site) -> None:
    async with alone(fleet).bearer("read:devices") as client:
        assert (await client.post(f"{PATH}/erase", json=BODY)).status_code == 403


async def test_the_console_erases_with_confirmation_and_shows_what_is_left(fleet: Site) -> None:
    site = alone(fleet)
    client = await site.logged_on("ada")
    client.headers["accept"] = "text/html"
    page = (await client.get(f"/devices/{DEVICE}")).text
    assert "Backups made before still hold it until they expire" in page
    csrf = client.headers[CSRF_HEADER]
    form = {"csrf_token": csrf, "reason": "request 4711", "confirm": "no"}
    assert (await client.post(f"/devices/{DEVICE}/erase", data=form)).status_code == 422
    answer = await client.post(f"/devices/{DEVICE}/erase", data={**form, "confirm": DEVICE})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/devices/{DEVICE}")
    assert "is being erased" in await shown(client)
    work(site)
    page = await shown(client)
    assert "no file of this server holds one any more" in page
    assert "Erase this device" not in page


async def shown(client: httpx.AsyncClient) -> str:
    page = (await client.get(f"/devices/{DEVICE}")).text
    check(page)
    return page


def keep(site: Site, facts: list[telemetry_pb2.DiagnosticFact]) -> tuple[int, int]:
    return committed(site.services.control, site.services.diagnostics.keep, device_id(1), facts)


async def test_diagnostics_are_shown_for_a_while_and_go_with_the_device(fleet: Site) -> None:
    site = alone(fleet)
    kept = site.services.diagnostics
    path = f"{PATH}/diagnostics"
    fact = telemetry_pb2.DiagnosticFact
    async with site.bearer("read:devices", "admin:devices") as client:
        assert (await client.get(path)).status_code == 404
        ask = {"action": "diagnostics", "reason": "ticket 4710"}
        assert (await client.post(f"{PATH}/actions", json=ask)).status_code == 201
        assert keep(site, [fact(name="state", word="offline")]) == (1, 0)
        assert keep(site, [fact(name="rows.acked", number=4)]) == (1, 0)
        answer = (await client.get(path)).json()
        assert answer["facts"] == {"rows.acked": 4}  # the newest alone
        fleet.clock.now += DIAGNOSTICS_KEPT_S
        assert (await client.get(path)).status_code == 404
        kept.forget_old()
        with site.services.control.read() as session:
            assert session.get(DeviceDiagnostics, device_id(1)) is None
        keep(site, [fact(name="rows.acked", number=5)])
        await client.post(f"{PATH}/erase", json=BODY)
        assert (await client.get(path)).status_code == 404
        assert keep(site, [fact(name="rows.acked", number=6)]) == (0, 1)


async def test_the_device_page_shows_diagnostics(fleet: Site) -> None:
    fact = telemetry_pb2.DiagnosticFact(name="check.spool", word="warning")
    keep(fleet, [fact])
    client = await fleet.logged_on("ada")
    page = await shown(client)
    assert "check.spool" in page
    assert 'value="diagnostics"' in page
