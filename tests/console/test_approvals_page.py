"""The second person's pages without a browser: what each account sees there, and its forms."""

from __future__ import annotations

import re

import httpx
from reticent_server.auth import Role
from support.approvals import person
from support.audited import asked_by_another
from support.console_app import PASSWORD, Site
from support.strict_html import check

HTML = {"accept": "text/html"}


async def browser(site: Site, name: str, role: Role) -> httpx.AsyncClient:
    site.account(name, role)
    client = site.client(**HTML)
    answer = await client.post("/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_a_request_is_counted_read_and_approved(site: Site) -> None:
    bo = await browser(site, "bo", Role.PRIVACY_OFFICER)
    request = asked_by_another(site, number=99, withdraw=False)
    assert ">1</span>" in (await bo.get("/approvals/count")).text
    listed = (await bo.get("/approvals")).text
    check(listed)
    assert "Erase a laptop and what it sent" in listed
    assert "alice" not in listed  # read on the request's own page, which is recorded
    shown = (await bo.get(f"/approvals/{request}")).text
    check(shown)
    assert "alice" in shown
    assert "UTC" in shown
    assert "UTC UTC" not in shown
    form = {"csrf_token": csrf_of(shown), "words": "agreed"}
    done = await bo.post(f"/approvals/{request}/approve", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/approvals")
    assert (await bo.get("/approvals/count")).text == ""
    after = (await bo.get(f"/approvals/{request}")).text
    check(after)
    assert "bo said: agreed" in after
    again = await bo.post(f"/approvals/{request}/refuse", data=form)
    assert (again.status_code, "approved already" in again.text) == (409, True)


async def test_what_needs_a_second_person_says_so_on_a_page(fleet: Site) -> None:
    bo = await browser(fleet, "bo", Role.PRIVACY_OFFICER)
    page = (await bo.get("/people")).text
    check(page)
    form = {"csrf_token": csrf_of(page), "person": "alice", "reason": "her request"}
    needed = await bo.post("/people", data=form)
    assert (needed.status_code, "needs a second person" in needed.text) == (409, True)
    mine = fleet.services.approvals.list(caller=person(1))
    check(needed.text)
    assert "<h1>A second person has to agree</h1>" in needed.text
    assert "Conflict" not in needed.text  # which reads like a fault
    assert f'href="/approvals/{mine[0].request_id}"' in needed.text
    listed = (await bo.get("/approvals")).text
    assert "Nothing waits for you" in listed  # one's own does not
    assert "Look up a named person among pseudonyms" in listed
    fleet.services.approvals.approve(mine[0].request_id, caller=person(98))
    assert ">1</span>" in (await bo.get("/approvals/count")).text
    found = await bo.post("/people", data=form)
    check(found.text)
    assert found.status_code == 200
    assert "Nothing was found" in found.text
    assert "not read" not in found.text


async def test_events_are_exported_from_their_page(fleet: Site) -> None:
    ada = await browser(fleet, "ada", Role.ANALYST)
    page = (await ada.get("/events?range=all")).text
    check(page)
    form = {"csrf_token": csrf_of(page), "q": "table:session", "range": "all", "format": "csv"}
    done = await ada.post("/events/export", data=form)
    assert done.headers["content-disposition"] == 'attachment; filename="reticent-events.csv"'
    assert done.text.startswith("id,ts,received_at,device_id,table,event,")
    assert (await ada.post("/events/export", data={**form, "csrf_token": "x"})).status_code == 403
