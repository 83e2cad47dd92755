"""Pages of what went wrong: the navigation for whoever is logged on, and nothing that was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import pytest
from reticent_server.auth import Role
from reticent_server.auth.sessions import SessionService
from reticent_server.http.settings import SESSION_COOKIE
from support.console_app import PASSWORD, Site
from support.strict_html import check

MARKUP = "<script>alert(4711)</script>"
SENT = "r.novak@example.com"


@dataclass(frozen=True)
class Wrong:
    """What ada asks for, and the status of the answer."""

    status: int
    path: str
    role: Role = Role.ADMINISTRATOR
    parameters: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    method: str = "GET"

    async def answer(self, client: httpx.AsyncClient, csrf: str = "") -> httpx.Response:
        if self.form is None:
            return await client.request(self.method, self.path, params=self.parameters)
        return await client.post(self.path, data={"csrf_token": csrf, **self.form})


WRONG = {
    "not-allowed": Wrong(403, "/access", Role.ANALYST, parameters={"q": MARKUP, "of": SENT}),
    "nothing-there": Wrong(404, f"/{SENT}/{MARKUP}"),
    "no-such-version": Wrong(404, "/policies/99", parameters={"group": "lab"}),
    "no-such-method": Wrong(405, "/devices/groups", parameters={"q": MARKUP}, method="DELETE"),
    "nothing-to-stop": Wrong(409, "/policies/stop", form={"group": "default"}),
    "waits": Wrong(409, "/people", form={"person": SENT, "reason": MARKUP}),
    "not-understood": Wrong(422, "/policies/widen", form={"group": SENT, "share": MARKUP}),
    "no-reason": Wrong(422, "/people", form={"person": SENT, "reason": ""}),
}


async def logged_on(site: Site, role: Role) -> tuple[httpx.AsyncClient, str]:
    """A browser and its CSRF token."""
    site.account("ada", role)
    client = site.client(accept="text/html")
    await client.post("/login", data={"name": "ada", "password": PASSWORD})
    found = re.search(r'name="csrf_token" value="([^"]+)"', (await client.get("/account")).text)
    assert found
    return client, found[1]


def menu(page: str) -> list[str]:
    """Where the navigation leads to, in its order; none without one."""
    found = re.search(r'<nav aria-label="Main">(.*?)</nav>', page, re.S)
    return re.findall(r'<a href="([^"]+)"', found[1]) if found else []


@pytest.mark.parametrize("what", WRONG)
async def test_whoever_is_logged_on_keeps_the_navigation(fleet: Site, what: str) -> None:
    wrong = WRONG[what]
    client, csrf = await logged_on(fleet, wrong.role)
    whole = menu((await client.get("/account")).text)
    assert len(whole) >= 5
    answer = await wrong.answer(client, csrf)
    assert answer.status_code == wrong.status, answer.text
    check(answer.text)
    assert menu(answer.text) == whole
    found = re.search(r'action="/logout">\s*<input[^>]*value="([^"]+)"', answer.text)
    assert found
    assert MARKUP not in answer.text
    assert "4711" not in answer.text
    assert SENT not in answer.text
    await client.post("/logout", data={"csrf_token": found[1]})
    assert (await client.get("/account")).is_redirect


@pytest.mark.parametrize("session", ["", "x" * 43, "x" * 4_096], ids=["none", "unknown", "huge"])
async def test_nobody_else_has_it(fleet: Site, session: str) -> None:
    client = fleet.client(accept="text/html")
    client.cookies.set(SESSION_COOKIE, session)
    answer = await WRONG["nothing-there"].answer(client)
    assert answer.status_code == 404
    assert "<nav" not in answer.text
    assert "csrf_token" not in answer.text
    client, _ = await logged_on(fleet, Role.ADMINISTRATOR)
    client.headers["accept"] = "application/json"
    answer = await WRONG["nothing-there"].answer(client)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_api_token_makes_no_navigation(fleet: Site) -> None:
    async with fleet.bearer("admin:*") as client:
        client.headers["accept"] = "text/html"
        assert "<nav" not in (await WRONG["nothing-there"].answer(client)).text


@pytest.mark.parametrize("is_logged_on", [True, False])
async def test_a_failure_of_ours_is_a_page_that_tells_the_incident_alone(
    fleet: Site,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_logged_on: bool,
) -> None:
    client, _ = await logged_on(fleet, Role.ADMINISTRATOR)
    whole = menu((await client.get("/account")).text)

    def broken(*_: object, **__: object) -> None:
        if not is_logged_on:
            client.cookies.clear()
            monkeypatch.setattr(SessionService, "caller", lambda *_, **__: None)
        raise RuntimeError(SENT)

    monkeypatch.setattr(fleet.events, "device_summaries", broken)
    answer = await client.get("/devices", params={"q": MARKUP})
    assert answer.status_code == 500
    check(answer.text)
    assert menu(answer.text) == (whole if is_logged_on else [])
    (record,) = [r for r in caplog.records if r.msg == "request_failed"]
    assert vars(record)["reticent"]["incident"] in answer.text
    assert SENT not in answer.text
    assert MARKUP not in answer.text


async def test_where_it_cannot_be_known_who_is_logged_on_a_failure_is_told_all_the_same(
    fleet: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client, _ = await logged_on(fleet, Role.ADMINISTRATOR)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(SENT)

    monkeypatch.setattr(SessionService, "caller", broken)
    answer = await client.get("/devices")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert SENT not in answer.text
    ours = [record for record in caplog.records if record.levelname == "ERROR"]
    failed = {record.msg: vars(record)["reticent"]["incident"] for record in ours}
    assert failed["request_failed"] == failed["failure_page_failed"] == answer.json()["incident"]
