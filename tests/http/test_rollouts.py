"""Shares, stops, ways back, groups and what extends them, over the API."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from reticent_contract.policy import NotYetValidError
from reticent_server.devices.models import Device
from reticent_server.policies.lineup import is_in_share
from sqlalchemy import select
from support.console_app import Site

IN_SERVICE = 6  # of the seven devices of `fleet`
STRICTER = "extends: default\ntables:\n  os: {fields: {machine_id: drop}}\n"


def document(site: Site, **changes: object) -> dict[str, Any]:
    found = json.loads(site.services.policies.current().canonical_json)
    del found["version"]
    return {**found, **changes}


async def publish(client: httpx.AsyncClient, site: Site, **body: object) -> httpx.Response:
    body = {"document": document(site, notice="another")} | body
    return await client.post("/api/v1/policies", json=body)


def report(site: Site, number: int, **what: Any) -> UUID:
    """Device `number` says what became of a version."""
    with site.services.control.read() as session:
        ids = list(session.scalars(select(Device.device_id).order_by(Device.created_s)))
    site.services.devices.record_policy_report(ids[number], **what)
    return ids[number]


async def test_a_share_grows_step_by_step_and_each_step_is_recorded(fleet: Site) -> None:
    async with fleet.bearer("admin:policies", "admin:rollouts", "read:policies") as client:
        made = (await publish(client, fleet, share_percent=10)).json()
        assert (made["version"], made["state"], made["share_percent"]) == (2, "rolling", 10)
        assert (await publish(client, fleet, share_percent=10)).status_code == 409
        wider = await client.post("/api/v1/policies/rollout", json={"share_percent": 100})
        listed = (await client.get("/api/v1/policies")).json()["policies"]
        again = await client.post("/api/v1/policies/rollout", json={"stop": True})
    assert (wider.json()["policy"]["state"], wider.json()["in_share"], wider.json()["devices"]) == (
        "whole",
        IN_SERVICE,
        IN_SERVICE,
    )
    assert [(p["version"], p["state"]) for p in listed] == [(2, "whole"), (1, "whole")]
    assert again.status_code == 409
    recorded = [entry[1:] for entry in fleet.audit() if entry[1].startswith("policy.")]
    assert recorded == [
        ("policy.publish", "policy default 2", "done"),
        ("policy.rollout", "policy default 2", "done"),
    ]


async def test_a_stop_is_shown_and_the_older_text_is_the_way_back(site: Site) -> None:
    async with site.bearer("admin:policies", "admin:rollouts", "read:policies") as client:
        await publish(client, site, share_percent=10)
        stopped = (await client.post("/api/v1/policies/rollout", json={"stop": True})).json()
        back = await client.post("/api/v1/policies/rollback", json={"to": 1})
        missing = await client.post("/api/v1/policies/rollback", json={"to": 77})
        first = (await client.get("/api/v1/policies/1")).json()["document"]
        third = (await client.get("/api/v1/policies/3")).json()["document"]
    assert (stopped["policy"]["state"], stopped["policy"]["share_percent"]) == ("stopped", 10)
    assert (back.status_code, back.json()["version"]) == (201, 3)
    assert {**first, "version": 3} == third
    assert missing.status_code == 409
    assert ("bot0", "policy.rollback", "policy default 3", "done") in site.audit()


async def test_who_runs_it_who_refused_it_and_who_is_silent_is_counted(fleet: Site) -> None:
    async with fleet.bearer("admin:policies", "admin:rollouts", "read:policies") as client:
        await publish(client, fleet, share_percent=50)
        policy = fleet.services.policies.get("default", 2)
        sha256 = policy.sha256
        runs = report(fleet, 0, version=2, sha256=sha256, in_force=True, refusal="")
        for number in (1, 2):
            refused = "unknown action\x1b 'x'"
            report(fleet, number, version=2, sha256=sha256, in_force=False, refusal=refused)
        shown = (await client.get("/api/v1/policies/rollout/current")).json()
        listed = (await client.get("/api/v1/policies")).json()["policies"]
        with fleet.services.control.read() as session:
            in_service = select(Device.device_id).where(Device.status == "active")
            due = sum(is_in_share(one, policy) for one in session.scalars(in_service))
        fleet.clock.now += 3_600
        later = (await client.get("/api/v1/policies/rollout/current")).json()
        fleet.services.devices.revoke(runs, reason="lost")
        without = (await client.get("/api/v1/policies/rollout/current")).json()
    refusals = [{"reason": "unknown action  'x'", "devices": 2}]
    assert (shown["on_new"], shown["refused"], shown["refusals"]) == (1, 2, refusals)
    assert shown["on_old"] + shown["silent"] == IN_SERVICE - 3
    assert shown["in_share"] == due
    assert (listed[0]["running"], listed[0]["refused"], listed[0]["refusals"]) == (1, 2, refusals)
    assert (later["on_old"], later["silent"]) == (0, IN_SERVICE - 3)
    assert (without["devices"], without["on_new"]) == (IN_SERVICE - 1, 0)


async def test_who_waits_for_a_first_day_is_not_counted_as_refusing(fleet: Site) -> None:
    async with fleet.bearer("admin:policies", "read:policies") as client:
        await publish(client, fleet)
        sha256 = fleet.services.policies.get("default", 2).sha256
        for number, said in enumerate((str(NotYetValidError(2, 1_798_761_600)), "test 1 waits")):
            report(fleet, number, version=2, sha256=sha256, in_force=False, refusal=said)
        shown = (await client.get("/api/v1/policies/rollout/current")).json()
        listed = (await client.get("/api/v1/policies")).json()["policies"]
    for counts in (shown, listed[0]):
        assert counts["refused"] == 1
        told = [refusal["reason"] for refusal in counts["refusals"]]
        assert any("waits until 2027-01-01T00:00:00Z" in reason for reason in told)


async def test_a_text_that_lets_out_more_than_what_it_extends_is_refused_with_its_line(
    site: Site,
) -> None:
    looser = "extends: default\ntables:\n  os:\n    fields: {machine_id: keep}\n"
    async with site.bearer("admin:policies", "admin:rollouts", "read:policies") as client:
        refused = await client.post("/api/v1/policies", json={"group": "lab", "text": looser})
        absent = await client.post("/api/v1/policies", json={"text": "extends: sales\n"})
        groups = (await client.get("/api/v1/policies/groups")).json()["groups"]
    assert refused.status_code == 422
    assert "line 4: tables.os.fields.machine_id" in refused.json()["detail"]
    assert absent.status_code == 409
    assert [group["group"] for group in groups] == ["default"]


async def test_groups_show_a_newer_parent_until_it_is_taken_over(site: Site) -> None:
    async with site.bearer("admin:policies", "admin:rollouts", "read:policies") as client:
        made = await client.post("/api/v1/policies", json={"group": "lab", "text": STRICTER})
        assert (made.json()["extends"], made.json()["extends_version"]) == ("default", 1)
        await publish(client, site)
        listed = await client.get("/api/v1/policies", params={"group": "lab"})
        (_, lab) = (await client.get("/api/v1/policies/groups")).json()["groups"]
        third = (await publish(client, site, with_children=True)).json()
        (_, after) = (await client.get("/api/v1/policies/groups")).json()["groups"]
        share = await publish(client, site, with_children=True, share_percent=9)
    assert listed.json()["policies"][0]["newer_parent"] == 2
    assert (lab["newer_parent"], lab["newest"]["version"]) == (2, 2)
    assert third["children"] == [{"group": "lab", "version": 4, "problem": ""}]
    assert (after["newer_parent"], after["current"]["extends_version"]) == (None, 3)
    assert share.status_code == 409
    assert ("bot0", "policy.publish", "policy lab 4", "done") in site.audit()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/policies", {}),
        ("/api/v1/policies", {"text": "language: 1", "document": {}}),
        ("/api/v1/policies", {"text": "language: 1", "share_percent": 0}),
        ("/api/v1/policies/rollout", {}),
        ("/api/v1/policies/rollout", {"stop": True, "share_percent": 10}),
        ("/api/v1/policies/rollout", {"share_percent": 101}),
        ("/api/v1/policies/rollback", {}),
    ],
)
async def test_what_is_half_said_is_refused(site: Site, path: str, body: dict[str, Any]) -> None:
    async with site.bearer("admin:policies", "admin:rollouts") as client:
        assert (await client.post(path, json=body)).status_code == 422
    assert site.services.policies.newest().version == 1
