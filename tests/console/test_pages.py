"""The console without a browser: every page, its escaping, its forms, its empty states."""

from __future__ import annotations

import re

import httpx
import pytest
from reticent_contract.enrolment_token import decode
from reticent_contract.kept import Kept
from reticent_server.auth import Role
from support.console_app import NOW_S, PASSWORD, Site
from support.console_data import device_id, pseudonym
from support.strict_html import check

HTML = {"accept": "text/html"}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: int(NOW_S * 1e9))
    monkeypatch.setattr("time.time", lambda: NOW_S)


async def browser(site: Site, role: Role = Role.ADMINISTRATOR) -> httpx.AsyncClient:
    """Logged on through the form, as a browser without JavaScript does it."""
    site.account("ada", role)
    client = site.client(**HTML)
    answer = await client.post("/login", data={"name": "ada", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/devices")
    return client


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "path",
    [
        "/devices",
        f"/devices/{device_id(0)}",
        f"/devices/{device_id(3)}",
        f"/devices/{device_id(6)}",
        f"/devices/{device_id(0)}?table=software",
        "/events",
        "/events?q=kind:session.logon&range=24h",
        "/events?q=(&range=24h",
        "/events?q=zzz&range=all",
        "/same?value=x",
        "/policies",
        "/policies?group=lab",
        "/policies/1",
        "/policies/draft",
        "/policies/draft?group=lab",
        "/policies/1?signed=true",
        "/enrolment",
        "/account",
        "/audit",
    ],
)
async def test_every_page_renders_within_the_content_security_policy(
    fleet: Site, path: str
) -> None:
    client = await browser(fleet)
    answer = await client.get(path)
    assert answer.status_code in {200, 400, 422}
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "<h1" in answer.text
    check(answer.text)


async def test_a_stranger_is_led_to_the_login_and_back(fleet: Site) -> None:
    fleet.account("ada")
    async with fleet.client(**HTML) as client:
        answer = await client.get("/events?q=kind%3Asession.logon")
        assert answer.status_code == 303
        page = (await client.get(answer.headers["location"])).text
        check(page)
        following = re.search(r'name="next" value="([^"]+)"', page)
        assert following
        data = {"name": "ada", "password": PASSWORD, "next": following[1]}
        answer = await client.post("/login", data=data)
        assert answer.headers["location"] == "/events?q=kind%3Asession.logon"


@pytest.mark.parametrize(
    "following",
    ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "", "/logout"],
)
async def test_a_login_leads_nowhere_else(site: Site, following: str) -> None:
    site.account("ada")
    async with site.client(**HTML) as client:
        data = {"name": "ada", "password": PASSWORD, "next": following}
        answer = await client.post("/login", data=data)
    assert answer.headers["location"] == "/devices"


async def test_a_wrong_password_stays_on_the_page_and_shows_no_password(site: Site) -> None:
    async with site.client(**HTML) as client:
        data = {"name": '"><script>', "password": "my wrong password"}
        answer = await client.post("/login", data=data)
    assert answer.status_code == 401
    assert "my wrong password" not in answer.text
    assert "<script>" not in answer.text
    check(answer.text)


async def test_devices_show_host_system_status_policy_and_agent(fleet: Site) -> None:
    page = (await (await browser(fleet)).get("/devices")).text
    assert page.count("/devices/") >= 7
    for words in ("Debian GNU/Linux 12", "online", "offline", "revoked", "0.1.0", "40 seconds ago"):
        assert words in page


async def test_facts_stand_in_readable_form_with_the_catalogs_sentences(fleet: Site) -> None:
    page = (await (await browser(fleet)).get(f"/devices/{device_id(0)}")).text
    for words in ("31.0 GiB", "5.20 GHz", "953.9 GiB", "2001:db8:1::/48", "Installed software"):
        assert words in page
    assert 'title="' in page
    assert "Show all 40" in page
    assert "none: denied by default" in page
    assert "user_account.full_name" in page


async def test_how_a_laptop_keeps_its_keys_stands_on_its_page(fleet: Site) -> None:
    client = await browser(fleet)
    page = (await client.get(f"/devices/{device_id(0)}")).text
    assert f'title="{Kept.TPM.sentence}">tpm</span>'.replace("'", "&#39;") in page
    assert ">tpm-sealed</span>" in page
    silent = (await client.get(f"/devices/{device_id(5)}")).text
    assert "Keys kept</dt><dd>not said</dd>" in silent


async def test_from_where_a_laptop_came_stands_on_its_page(fleet: Site) -> None:
    client = await browser(fleet)
    page = (await client.get(f"/devices/{device_id(0)}")).text
    check(page)
    assert "203.0.113.0/24" in page
    assert "Example &amp; Telecom, AS64500" in page
    found = (await client.get("/events", params={"q": "country:IN"})).text
    assert "connection.connected" in found
    assert 'id="connection"' not in (await client.get(f"/devices/{device_id(1)}")).text


async def test_what_people_entered_is_marked_as_such(
    fleet: Site,
) -> None:
    client = await browser(fleet)
    page = (await client.get(f"/devices/{device_id(0)}")).text
    record = page[page.index('id="device_record"') :].partition("</section>")[0]
    assert "entered or imported" in record
    assert "2024-05-17" in record
    assert "not the date of the firmware" in record
    assert page.count("entered or imported") == page.count("2024-05-17") == 1


async def test_all_rows_of_one_table_can_be_shown(fleet: Site) -> None:
    page = (await (await browser(fleet)).get(f"/devices/{device_id(0)}?table=software")).text
    assert "package-039" in page
    assert "Show all 40" not in page


async def test_what_a_laptop_sent_is_escaped(fleet: Site) -> None:
    page = (await (await browser(fleet)).get("/events?q=table:log_line")).text
    assert "&lt;b&gt;&amp;amp; &lt;/script&gt;" in page
    assert "</script> " not in page


async def test_events_are_filtered_and_counted_by_the_place_of_their_delivery(fleet: Site) -> None:
    client = await browser(fleet)
    listed = (
        await client.get("/events", params={"q": "delivered_from_country:DE", "range": "all"})
    ).text
    check(listed)
    assert re.search(r"delivered from country</dt><dd>DE</dd>", listed)
    assert re.search(r"delivered from network number</dt><dd>64500</dd>", listed)
    assert "delivered from country</dt><dd>IN" not in listed
    asked = {"q": "kind:session.failed_logon", "range": "all", "by": "delivered_from_country"}
    page = (await client.get("/events", params=asked)).text
    check(page)
    rows = re.findall(r'<td class="wrap">(\w+)</td><td>(\d+)</td><td.*?><a href="([^"]+)">', page)
    assert sum(int(count) for _, count, _ in rows) == 5
    assert {value for value, _, _ in rows} == {"IN", "DE"}
    for value, count, link in rows:
        narrowed = (await client.get(link.replace("&amp;", "&"))).text
        assert len(re.findall(f"delivered from country</dt><dd>{value}</dd>", narrowed)) == int(
            count
        )


async def test_a_pseudonym_leads_to_all_events_with_it(fleet: Site) -> None:
    client = await browser(fleet)
    user = pseudonym("person", "user 1")
    page = (await client.get("/events?q=table:session&range=all")).text
    links = {m.replace("&amp;", "&") for m in re.findall(r'class="pn" href="([^"]+)"', page)}
    wanted = [link for link in links if user.replace(":", "%3A") in link]
    assert len(wanted) == 1
    answer = await client.get(wanted[0])
    assert answer.status_code == 303
    found = (await client.get(answer.headers["location"])).text
    for kind in ("session.failed_logon", "log_line.line"):
        assert kind in found  # as a value, and inside a message
    assert (await client.get("/same?value=alice")).status_code == 422


async def test_a_query_that_cannot_be_read_is_shown_with_a_caret(fleet: Site) -> None:
    answer = await (await browser(fleet)).get("/events?q=kind:session.nope")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "kind:session.nope\n             ^" in answer.text


async def test_older_pages_cover_everything_without_javascript(fleet: Site) -> None:
    client = await browser(fleet)
    address: str | None = "/events?q=table:session&range=all"
    seen: list[str] = []
    while address:
        page = (await client.get(address)).text
        seen += re.findall(r'class="mono">([^<]+)<', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else None
    wanted = {row.id for row in fleet.events.rows if row.table == "session"}
    assert len(seen) == len(set(seen)) > 100
    assert set(seen) == wanted


async def test_htmx_gets_the_results_alone(fleet: Site) -> None:
    client = await browser(fleet)
    headers = {"hx-request": "true", "hx-target": "div#results"}
    part = await client.get("/events?q=table:session", headers=headers)
    assert part.text.lstrip().startswith('<div id="results"')
    assert part.headers["vary"] == "HX-Request"
    again = await client.get(
        "/events?q=table:session", headers=headers | {"hx-history-restore-request": "true"}
    )
    assert again.text.startswith("<!doctype html>")


async def test_an_htmx_request_without_a_session_leaves_for_the_login(fleet: Site) -> None:
    async with fleet.client(**HTML, **{"hx-request": "true"}) as client:
        answer = await client.get("/devices")
    assert answer.status_code == 204
    assert answer.headers["hx-redirect"].startswith("/login")


async def test_the_chart_adds_up(fleet: Site) -> None:
    page = (await (await browser(fleet)).get("/events?q=kind:session.failed_logon&range=7d")).text
    titles = [int(n) for n in re.findall(r"UTC: (\d+) event", page)]
    assert sum(titles) == 5
    assert "5 events, a bar every 3 hours" in page


async def test_empty_pages_say_what_to_do_next(site: Site) -> None:
    client = await browser(site)
    assert "Make an enrolment token" in (await client.get("/devices")).text
    assert "laptop is enrolled" in (await client.get("/events?range=all")).text
    assert "None yet" in (await client.get("/enrolment")).text


async def test_a_token_is_shown_once_with_its_command(site: Site) -> None:
    client = await browser(site)
    csrf = csrf_of((await client.get("/enrolment")).text)
    data = {"csrf_token": csrf, "group": "finance", "uses": "5", "hours": "2"}
    page = (await client.post("/enrolment", data=data)).text
    assert ">sudo reticent-agent enrol -<" in page  # the token is no argument: `ps` shows those
    found = re.search(r">(rtk1_\S+?)<", page)
    assert found
    assert decode(found[1]).group == "finance"
    again = (await client.get("/enrolment")).text
    assert found[1] not in again
    assert "0 of 5" in again


@pytest.mark.parametrize(
    "path",
    [
        "/enrolment",
        f"/devices/{device_id(0)}/revoke",
        "/account/password",
        "/account/tokens",
        "/logout",
    ],
)
async def test_a_form_without_its_csrf_token_changes_nothing(fleet: Site, path: str) -> None:
    client = await browser(fleet)
    before = len(fleet.audit())
    for data in ({}, {"csrf_token": "x"}):
        answer = await client.post(path, data={"reason": "x"} | data)
        assert answer.status_code == 403
        check(answer.text)
    assert [entry[1::2] for entry in fleet.audit()[before:]] == [("access", "refused")] * 2
    assert (await client.get("/devices")).status_code == 200


async def test_a_device_is_revoked_by_form(fleet: Site) -> None:
    client = await browser(fleet)
    path = f"/devices/{device_id(0)}"
    csrf = csrf_of((await client.get(path)).text)
    answer = await client.post(f"{path}/revoke", data={"csrf_token": csrf, "reason": "lost"})
    assert answer.status_code == 303
    assert "is revoked since" in (await client.get(path)).text


async def test_a_log_out_ends_the_session(site: Site) -> None:
    client = await browser(site)
    csrf = csrf_of((await client.get("/devices")).text)
    assert (await client.post("/logout", data={"csrf_token": csrf})).status_code == 303
    assert (await client.get("/devices")).status_code == 303


async def test_a_temporary_password_must_be_changed_first(site: Site) -> None:
    new = site.services.accounts.create("ada", role=Role.ANALYST)
    async with site.client(**HTML) as client:
        answer = await client.post("/login", data={"name": "ada", "password": new.password})
        assert answer.headers["location"] == "/account"
        assert (await client.get("/devices")).headers["location"] == "/account"
        page = (await client.get("/account")).text
        data = {"csrf_token": csrf_of(page), "old": new.password, "new": PASSWORD}
        wrong = await client.post("/account/password", data=data | {"again": "something else here"})
        assert wrong.status_code == 400
        answer = await client.post("/account/password", data=data | {"again": PASSWORD})
        assert answer.headers["location"] == "/"
        assert (await client.get("/devices")).status_code == 200


async def test_an_api_token_is_made_and_revoked_by_form(site: Site) -> None:
    client = await browser(site)
    csrf = csrf_of((await client.get("/account")).text)
    data = {
        "csrf_token": csrf,
        "name": "siem",
        "days": "7",
        "scopes": ["read:events", "read:devices"],
    }
    page = (await client.post("/account/tokens", data=data)).text
    token = re.search(r"(rtat_[\w-]+)", page)
    assert token
    async with site.client(Authorization=f"Bearer {token[1]}") as bearer:
        assert (await bearer.get("/api/v1/events")).status_code == 200
        revoke = re.search(r'action="(/account/tokens/[0-9a-f]+/revoke)"', page)
        assert revoke
        await client.post(revoke[1], data={"csrf_token": csrf})
        assert (await bearer.get("/api/v1/events")).status_code == 401


async def test_an_analyst_sees_no_door_that_is_shut(fleet: Site) -> None:
    client = await browser(fleet, Role.ANALYST)
    page = (await client.get(f"/devices/{device_id(0)}")).text
    for door in ('href="/enrolment"', 'href="/audit"', "/revoke"):
        assert door not in page
    answer = await client.get("/enrolment")
    assert answer.status_code == 403
    check(answer.text)


@pytest.mark.parametrize("path", ["/nothing", f"/devices/{device_id(99)}", "/devices/x"])
async def test_what_is_missing_is_a_page_for_people(fleet: Site, path: str) -> None:
    answer = await (await browser(fleet)).get(path)
    assert answer.status_code in {404, 422}
    assert "<h1>" in answer.text
    check(answer.text)


async def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(site: Site) -> None:
    client = await browser(site)
    for _ in range(7):
        site.clock.now += 600
        answer = await client.get("/devices", headers={"X-Reticent-Poll": "1"})
    assert answer.status_code == 303
