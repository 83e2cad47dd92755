"""The page on which a policy is written: what it says of a draft, and its publication."""

from __future__ import annotations

import asyncio
import html
import re
import threading
from collections.abc import Sequence

import httpx
import pytest
from reticent_contract.policy import default_policy_yaml
from reticent_server.auth import Role
from reticent_server.http.settings import STORE_CALLS_AT_ONCE
from support.console_app import NOW_S, PASSWORD, Site
from support.strict_html import check

LOOSER = """\
extends: default
looser: [user_account.user_id]
tables:
  user_account:
    fields: {user_id: keep}
"""
STRICTER = "extends: default\ntables: {software: }\n"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW_S)


async def browser(site: Site, name: str, role: Role) -> httpx.AsyncClient:
    site.account(name, role)
    client = site.client(accept="text/html")
    await client.post("/login", data={"name": name, "password": PASSWORD})
    return client


class Desk:
    """Somebody before the page of the group `lab`."""

    def __init__(self, client: httpx.AsyncClient, csrf: str) -> None:
        self._client, self._csrf = client, csrf

    async def look(self, text: str, **more: str) -> str:
        return await self._post("/policies/draft", 200, text=text, **more)

    async def publish(self, text: str, code: int, **more: str) -> str:
        more = {"share": "100"} | more
        return await self._post("/policies/draft/publish", code, text=text, **more)

    async def _post(self, path: str, code: int, **form: str) -> str:
        data = {"csrf_token": self._csrf, "group": "lab", **form}
        answer = await self._client.post(path, data=data)
        assert answer.status_code == code, answer.text
        if code != 303:
            check(answer.text)
        return answer.text


async def desk_of(site: Site, role: Role = Role.POLICY_EDITOR, name: str = "ada") -> Desk:
    client = await browser(site, name, role)
    page = (await client.get("/policies/draft?group=lab")).text
    check(page)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return Desk(client, found[1])


def text_in(page: str) -> str:
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.S)
    assert found
    return html.unescape(found[1])


def looked_at(page: str) -> str:
    found = re.search(r'name="looked_at" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


async def test_a_circle_is_told_before_it_is_published(fleet: Site) -> None:
    policies, desk = fleet.services.policies, await desk_of(fleet, Role.ADMINISTRATOR)
    for group, over in (("lab", "default"), ("lab2", "lab")):
        document = {"extends": over, "notice": f"of {group}'s laptops"}
        policies.publish(document, group=group)
    before = policies.newest("lab")
    for text, said in (
        (
            "notice: ours\nextends: lab2\n",
            "makes a circle: 'lab' extends 'lab2', 'lab2' extends 'lab'; ",
        ),
        ("notice: ours\nextends: lab\n", "names the group that it is published for"),
    ):
        page = html.unescape(await desk.look(text))
        assert re.search(f'<td class="num">2</td><td class="wrap">[^<]*{re.escape(said)}', page)
        assert said in html.unescape(await desk.publish(text, 422))
    assert policies.newest("lab") == before


async def test_it_begins_with_what_is_in_force_under_its_next_version(fleet: Site) -> None:
    client = await browser(fleet, "ada", Role.POLICY_EDITOR)
    assert "/policies/draft?group=default" in (await client.get("/policies")).text
    text = text_in((await client.get("/policies/draft")).text)
    newest = fleet.services.policies.newest("default").version
    assert f"version: {newest + 1}\n" in text
    of_lab = text_in((await client.get("/policies/draft?group=lab")).text)
    assert "extends: default" in of_lab


async def test_a_draft_is_looked_at_and_nothing_is_stored(fleet: Site) -> None:
    desk = await desk_of(fleet)
    page = await desk.look(LOOSER, lines="mail ada@example.com\r\nnothing here")
    assert "It reveals more." in page
    assert "user_account.user_id" in page
    whom = re.search(r"It concerns (\d+ devices?, about \d+ (?:people|person))\.", page)
    assert whom
    assert f", {whom[1]}</td>" in page
    assert "mail &lt;pn:email:1:" in page
    assert "ada@example.com" in page.partition("What would leave")[0]  # as typed, in its form alone
    assert "ada@example.com" not in page.partition("What would leave")[2]
    assert re.search(r"\b(\d+) of \1 tests passed", page)
    assert [g for g in fleet.services.policies.groups() if g == "lab"] == []
    assert not [entry for entry in fleet.audit() if entry[1].startswith("policy.publish")]


async def test_what_is_wrong_has_its_line_and_what_fails_its_test(fleet: Site) -> None:
    desk = await desk_of(fleet)
    page = await desk.look("extends: default\ntables:\n  os: {fields: {name: shred}}\n")
    assert "shred" in page
    assert re.search(r'<td class="num">3</td>', page)
    assert 'id="publish"' not in page
    kept = default_policy_yaml().replace("user_id: drop", "user_id: keep")
    failing = await desk.look(kept)
    assert "laptops refuse a policy whose tests fail" in failing
    assert 'id="publish"' not in failing
    no_field = await desk.look(STRICTER, lines="x", field="os.nothing")
    assert "os.nothing" in no_field
    assert "What would leave" not in no_field


async def test_it_is_published_from_the_text_that_was_looked_at(fleet: Site) -> None:
    desk = await desk_of(fleet)
    as_sent = STRICTER.replace("\n", "\r\n")  # by a browser
    page = await desk.look(as_sent)
    assert text_in(page) == STRICTER
    await desk.publish(as_sent, 303, looked_at=looked_at(page))
    assert fleet.services.policies.newest("lab").group == "lab"


async def test_what_was_written_after_the_look_stays_and_is_looked_at_not_published(
    fleet: Site,
) -> None:
    desk = await desk_of(fleet)
    page = await desk.look(STRICTER)
    form = {"lines": "mail ada@example.com", "reason": "audit 4711"}
    changed = await desk.publish(LOOSER, 409, looked_at=looked_at(page), **form)
    assert "changed after it was looked at; nothing was published" in changed
    assert text_in(changed) == LOOSER
    assert "It reveals more." in changed
    assert "mail &lt;pn:email:1:" in changed
    assert 'value="audit 4711"' in changed
    assert "lab" not in fleet.services.policies.groups()
    assert not [entry for entry in fleet.audit() if entry[1] == "approval.ask"]
    wrong = await desk.publish("extends: default\nx: y\n", 409, looked_at=looked_at(changed))
    assert 'id="publish"' not in wrong
    await desk.publish(LOOSER, 409, looked_at=looked_at(changed), **form)
    assert [entry for entry in fleet.audit() if entry[1] == "approval.ask"]


async def test_all_that_was_written_is_there_while_a_second_person_is_waited_for(
    fleet: Site,
) -> None:
    desk = await desk_of(fleet)
    form = {"lines": "mail ada@example.com\r\nnothing", "field": "log_line.message"}
    page = await desk.look(LOOSER, reason="audit 4711", share="30", **form)
    needed = await desk.publish(
        LOOSER, 409, looked_at=looked_at(page), reason="audit 4711", share="30", **form
    )
    for shown in (page, needed):
        assert text_in(shown) == LOOSER
        assert re.search(r"mail ada@example\.com\r?\nnothing</textarea>", shown)
        for name, value in (
            ("group", "lab"),
            ("field", "log_line.message"),
            ("share", "30"),
            ("reason", "audit 4711"),
        ):
            assert re.search(rf'<input[^>]* name="{name}"[^>]* value="{value}"', shown), name
    link = re.search(r'<a href="/approvals/[0-9a-f-]{36}"[^>]*>', needed)
    assert link
    assert 'target="_blank"' in link[0]  # the page that holds the text is not left for it


async def test_whatever_publication_is_refused_for_the_text_stays(fleet: Site) -> None:
    desk = await desk_of(fleet)
    unreasoned = await desk.publish(LOOSER, 422)
    assert text_in(unreasoned) == LOOSER
    needed = await desk.publish(LOOSER, 409, reason="names are needed")
    assert text_in(needed) == LOOSER
    assert "names are needed" in needed
    request = re.search(r'href="/approvals/([0-9a-f-]{36})"', needed)
    assert request
    bo = await browser(fleet, "bo", Role.PRIVACY_OFFICER)
    shown = (await bo.get(f"/approvals/{request[1]}")).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token
    await bo.post(f"/approvals/{request[1]}/approve", data={"csrf_token": token[1]})
    await desk.publish(LOOSER, 303, reason="names are needed")
    assert fleet.services.policies.newest("lab").group == "lab"


async def test_a_privacy_officer_looks_and_does_not_publish(fleet: Site) -> None:
    desk = await desk_of(fleet, Role.PRIVACY_OFFICER)
    page = await desk.look(STRICTER)
    assert "It reveals less." in page
    assert 'id="publish"' not in page
    await desk.publish(STRICTER, 403)


async def test_no_text_at_all_is_told_on_the_page(fleet: Site) -> None:
    desk = await desk_of(fleet)
    assert "a policy is a mapping" in html.unescape(await desk.look(""))
    assert "a policy is a mapping" in html.unescape(await desk.publish("", 422))


async def test_a_field_that_does_not_exist_is_told_without_lines_too(fleet: Site) -> None:
    desk = await desk_of(fleet)
    for lines in ("", "a line"):
        assert "nosuch.field" in (await desk.look(STRICTER, field="nosuch.field", lines=lines))
        page = html.unescape(await desk.look(STRICTER, field="nosuch.field", lines=lines))
        assert "is no field of the catalog" in page
    assert "is no field" not in await desk.look(STRICTER, field="os.version")


async def test_whom_a_draft_concerns_is_counted(fleet: Site) -> None:
    desk = await desk_of(fleet)
    async with fleet.bearer("read:policies") as client:
        counted = (await client.get("/api/v1/policies/reach")).json()
    assert counted["devices"] > 1
    assert counted["people"] > 1
    page = await desk.look(default_policy_yaml(), group="default")
    assert f"It concerns {counted['devices']} devices, about {counted['people']} people." in page


async def test_a_count_that_hangs_holds_up_no_other_page(
    fleet: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ended, counting = await desk_of(fleet), threading.Event(), []

    def hangs(devices: Sequence[bytes]) -> int:
        counting.append(devices)
        ended.wait(30)
        return 1

    monkeypatch.setattr(fleet.services.events, "count_users", hangs)
    monkeypatch.setattr("reticent_server.http.policy_reach.POLICY_REACH_WAIT_S", 0.2)
    at_once = 45  # more than all threads that pages have
    texts = [default_policy_yaml()] * at_once
    looks = [asyncio.create_task(desk.look(text, group="default")) for text in texts]
    try:
        done, _ = await asyncio.wait(looks, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        assert done
        client = fleet.client()
        for path in ("/healthz", "/readyz", "/login"):
            assert (await asyncio.wait_for(client.get(path), 20)).status_code == 200
        assert 0 < len(counting) <= STORE_CALLS_AT_ONCE
    finally:
        ended.set()
        pages = await asyncio.gather(*looks)
    assert sum("It concerns " in page for page in pages) == len(counting)
