"""The policies' page: progress, history, refusals, what is extended, its two forms, each text."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from reticent_server.auth import Role
from reticent_server.devices.models import Device
from reticent_server.policies.published import AuthorText, StageState
from sqlalchemy import select
from support.console_app import NOW_S, PASSWORD, Site

HTML = {"accept": "text/html"}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW_S)


async def browser(site: Site, role: Role = Role.ADMINISTRATOR) -> httpx.AsyncClient:
    site.account("ada", role)
    client = site.client(**HTML)
    await client.post("/login", data={"name": "ada", "password": PASSWORD})
    return client


def publish(site: Site, *, share: int = 100, **changes: object) -> int:
    document = json.loads(site.services.policies.current().canonical_json)
    del document["version"]
    return site.services.policies.publish(document | changes, publisher="ada", share=share)


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_a_rollout_is_widened_and_stopped_by_its_forms(fleet: Site) -> None:
    publish(fleet, share=10)
    client = await browser(fleet)
    page = (await client.get("/policies")).text
    assert 'min="11"' in page
    data = {"csrf_token": csrf_of(page), "group": "default", "share": "40"}
    answer = await client.post("/policies/widen", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/policies?group=default")
    assert "40 %" in (await client.get("/policies")).text
    assert (await client.post("/policies/widen", data={**data, "share": "5"})).status_code == 409
    forged = await client.post("/policies/stop", data={"group": "default"})
    assert forged.status_code == 403
    await client.post("/policies/stop", data=data)
    stage = fleet.services.policies.newest().stage
    assert (stage.state, stage.share_percent) == (StageState.STOPPED, 40)
    page = (await client.get("/policies")).text
    assert "stopped at 40 %" in page
    assert "Move the rollout" not in page
    moves = [entry[1:] for entry in fleet.audit() if entry[1] == "policy.rollout"]
    assert moves == [("policy.rollout", "policy default 2", "done")] * 2


async def test_an_analyst_sees_progress_and_moves_nothing(fleet: Site) -> None:
    publish(fleet, share=10)
    client = await browser(fleet, Role.ANALYST)
    page = (await client.get("/policies")).text
    assert "10 %" in page
    assert "Move the rollout" not in page
    answer = await client.post("/policies/stop", data={"csrf_token": "x", "group": "default"})
    assert answer.status_code == 403


async def test_what_a_laptop_said_is_shown_as_text(fleet: Site) -> None:
    publish(fleet)
    with fleet.services.control.read() as session:
        first, second, *_ = session.scalars(
            select(Device.device_id).where(Device.status == "active").order_by(Device.created_s)
        )
    devices, policy = fleet.services.devices, fleet.services.policies.newest()
    devices.record_policy_report(
        first, version=2, sha256=policy.sha256, in_force=False, refusal="<script>no</script>"
    )
    devices.record_policy_report(second, version=2, sha256=policy.sha256, in_force=True, refusal="")
    client = await browser(fleet)
    for path in ("/policies", f"/devices/{first}"):
        page = (await client.get(path)).text
        assert "&lt;script&gt;no" in page
        assert "<script>no" not in page
    page = (await client.get(f"/devices/{second}")).text
    assert policy.sha256.hex() in page
    group = devices.get(second).group
    assert f'href="/policies?group={group}">2</a>' in page


async def test_what_extends_an_older_version_is_named_on_both_pages(site: Site) -> None:
    site.services.policies.publish({"extends": "default"}, group="lab")
    publish(site)
    client = await browser(site)
    lab = (await client.get("/policies?group=lab")).text
    assert "Version 2 extends version 1 of group default, which has version 2 now." in lab
    default = (await client.get("/policies")).text
    assert (
        "Not taken over yet by what extends this group's policy: lab 2. Publish those again."
        in default
    )
    assert "No policy of its own" in (await client.get("/policies?group=sales")).text


@pytest.mark.parametrize("share", [1, 50, 100])
async def test_only_laptops_in_the_share_are_behind(fleet: Site, share: int) -> None:
    client = await browser(fleet)
    publish(fleet, share=share)
    behind = 0
    for device in fleet.services.devices.list().devices:
        due = fleet.services.policies.lineup(device.group)
        version = due.of(device.device_id, runs=device.policy_sha256).version
        told = device.policy_version and not device.policy_refusal
        behind += bool(told and device.policy_version < version)
    assert (await client.get("/devices")).text.count(">behind<") == behind
    assert behind or share < 100


async def test_a_version_is_shown_as_it_was_written_and_as_it_was_signed(site: Site) -> None:
    text = "# for <b>Ada</b> & Grace\nextends: default\ntables: {software: }\n"
    document = {"extends": "default", "tables": {"software": None}}
    written = AuthorText(text=text, author="grace")
    site.services.policies.publish(document, group="lab", publisher="ada", text=written)
    client = await browser(site)
    history = (await client.get("/policies?group=lab")).text
    assert 'href="/policies/2?group=lab"' in history
    assert "<td>ada</td><td>grace</td>" in history
    page = (await client.get("/policies/2?group=lab")).text
    assert "# for &lt;b&gt;Ada&lt;/b&gt; &amp; Grace\nextends: default\n" in page
    assert "gives somebody away" in page  # lint has nothing to say
    signed = (await client.get("/policies/2?group=lab&signed=true")).text
    assert "Grace" not in signed
    assert "legal_basis: " in signed  # of what it extends
    assert (await client.get("/policies/3?group=lab")).status_code == 404


async def test_what_lint_says_of_a_version_stands_on_its_page(site: Site) -> None:
    tables = {"user_account": {"fields": {"full_name": "keep"}}}
    place = "user_account.full_name"
    document = {"extends": "default", "looser": [place], "tables": tables}
    site.services.policies.publish(document, group="lab")
    page = (await (await browser(site)).get("/policies/2?group=lab")).text
    assert f"{place} leaves in the clear" in page
    assert "Its author&#39;s text was not kept. What laptops get, as YAML." in page
