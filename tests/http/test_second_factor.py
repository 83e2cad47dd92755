"""Logging on in two steps, in the console and over the API; setting it up and taking it away."""

from __future__ import annotations

import re

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from reticent_server.auth import Role, settings
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.models import HalfOpen
from reticent_server.config import LoginRules
from reticent_server.http.settings import BROWSER_COOKIE, CSRF_HEADER, SESSION_COOKIE, STEP_COOKIE
from sqlalchemy import select
from support.console_app import ORIGIN, PASSWORD, Site

FACTOR = "/api/v1/account/second-factor"


@pytest.fixture
def login_rules() -> LoginRules:
    return LoginRules(second_factor="administrators")


def code_of(site: Site, secret: str) -> str:
    """What the app shows in the next half minute, so that no step is used twice."""
    import base64

    site.clock.now += settings.TOTP_STEP_S
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), settings.TOTP_STEP_S)
    return totp.generate(int(site.clock.now)).decode()


async def set_up(site: Site, client: httpx.AsyncClient) -> tuple[str, list[str]]:
    """The secret and the recovery codes."""
    offer = await client.post(FACTOR, json={"password": PASSWORD})
    assert offer.status_code == 201, offer.text
    secret = offer.json()["secret"]
    done = await client.put(FACTOR, json={"code": code_of(site, secret)})
    assert done.status_code == 200, done.text
    return secret, done.json()["recovery_codes"]


async def test_the_api_asks_for_a_code_where_there_is_a_second_factor(
    site: Site, client: httpx.AsyncClient
) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    assert (await ada.get(FACTOR)).json() == {"on": False, "recovery_codes_left": 0}
    secret, codes = await set_up(site, ada)
    assert (await ada.get(FACTOR)).json() == {"on": True, "recovery_codes_left": 10}
    body = {"name": "ada", "password": PASSWORD}
    answer = await client.post("/api/v1/session", json=body)
    assert answer.status_code == 401
    assert answer.json()["type"].endswith("second-factor-needed")
    wrong = await client.post("/api/v1/session", json=body | {"code": "000000"})
    assert wrong.json()["type"].endswith("wrong-code")
    assert SESSION_COOKIE not in wrong.cookies
    code = code_of(site, secret)
    assert (await client.post("/api/v1/session", json=body | {"code": code})).status_code == 201
    again = await client.post("/api/v1/session", json=body | {"code": code})
    assert again.json()["type"].endswith("wrong-code")  # replayed
    spare = await client.post("/api/v1/session", json=body | {"code": codes[0]})
    assert spare.status_code == 201
    trail = site.audit()
    assert ("ada", "account.factor", "account ada, set up", "done") in trail
    assert trail.count(("ada", "login", "", "refused")) == 2


async def test_setting_up_and_removing_ask_for_the_password_again(site: Site) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    wrong = {"password": "wrong"}
    assert (await ada.post(FACTOR, json=wrong)).json()["type"].endswith("wrong-password")
    await set_up(site, ada)
    assert (await ada.post(FACTOR, json={"password": PASSWORD})).status_code == 409
    assert (await ada.post(f"{FACTOR}/remove", json=wrong)).status_code == 403
    assert (await ada.get(FACTOR)).json()["on"] is True
    right = {"password": PASSWORD}
    assert (await ada.post(f"{FACTOR}/remove", json=right)).status_code == 204
    assert (await ada.get(FACTOR)).json() == {"on": False, "recovery_codes_left": 0}
    for _ in range(settings.FAILURES_PER_BROWSER):
        await ada.post(FACTOR, json=wrong)
    assert (await ada.post(FACTOR, json=right)).status_code == 429
    assert (await ada.post(f"{FACTOR}/remove", json=right)).status_code == 429
    assert (await ada.put(FACTOR, json={"code": "000000"})).status_code == 422


async def test_an_offer_left_open_is_no_place_to_guess_its_code_at(site: Site) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    secret = (await ada.post(FACTOR, json={"password": PASSWORD})).json()["secret"]
    for _ in range(settings.FAILURES_PER_CODE):
        wrong = await ada.put(FACTOR, json={"code": "000000"})
        assert wrong.json()["type"].endswith("wrong-code")
    late = await ada.put(FACTOR, json={"code": code_of(site, secret)})
    assert (late.status_code, "retry-after" in late.headers) == (429, True)
    assert (await ada.get(FACTOR)).json()["on"] is False


async def test_the_console_sets_one_up_with_a_picture_and_asks_for_it(site: Site) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    token = {"csrf_token": ada.headers[CSRF_HEADER]}
    assert "Set up second factor" in (await ada.get("/account")).text
    refused = await ada.post("/account/second-factor", data=token | {"password": "wrong"})
    assert "password is wrong" in refused.text
    page = await ada.post("/account/second-factor", data=token | {"password": PASSWORD})
    assert "<svg" in page.text
    assert "style=" not in page.text
    (secret,) = re.findall(r'id="secret"[^>]*>([A-Z2-7]{32})<', page.text)
    wrong = token | {"code": "000000"}
    foreign = await ada.post("/account/second-factor/confirm", data=wrong)  # an offer found open
    assert foreign.headers["location"] == "/account"
    (hidden,) = re.findall(r'name="secret" value="([^"]*)"', page.text)
    bad = await ada.post("/account/second-factor/confirm", data=wrong | {"secret": hidden})
    assert bad.status_code == 422
    assert secret in bad.text
    data = token | {"code": code_of(site, secret)}
    done = await ada.post("/account/second-factor/confirm", data=data)
    assert len(re.findall(r"(?:[a-z2-7]{4}-){3}[a-z2-7]{4}", done.text)) == 10
    later = await ada.post("/account/second-factor/confirm", data=data)
    assert later.headers["location"] == "/account"

    async with site.client() as browser:
        first = await browser.post(
            "/login", data={"name": "ada", "password": PASSWORD, "next": "/events"}
        )
        assert first.headers["location"] == "/login/code?next=%2Fevents"
        assert SESSION_COOKIE not in first.cookies
        for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=300"):
            assert attribute in first.headers["set-cookie"]
        assert (await browser.get("/api/v1/session")).status_code == 401  # half open is nothing
        assert 'autocomplete="one-time-code"' in (await browser.get("/login/code")).text
        refused = await browser.post("/login/code", data={"code": "000000"})
        assert refused.status_code == 401
        code = code_of(site, secret)
        origin = {"Origin": "https://evil.test"}
        forged = await browser.post("/login/code", data={"code": code}, headers=origin)
        assert forged.status_code == 403
        async with site.client() as stranger:  # without the cookie of this browser
            other = await stranger.post("/login/code", data={"code": code})
            assert other.headers["location"] == "/login"
        step = browser.cookies[STEP_COOKIE]
        last = await browser.post("/login/code", data={"code": code, "next": "/events"})
        assert last.headers["location"] == "/events"
        assert last.cookies[SESSION_COOKIE] != step
        assert (await browser.get("/api/v1/session")).json()["name"] == "ada"
    removed = await ada.post("/account/second-factor/remove", data=token | {"password": PASSWORD})
    assert removed.headers["location"] == "/account"


async def test_who_must_have_one_gets_no_further_without(site: Site) -> None:
    root = await site.logged_on("boss")
    assert (await root.get("/api/v1/session")).json()["must_add_factor"] is True
    refused = await root.get("/api/v1/devices")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("second-factor-missing")
    assert ("boss", "access", "GET /api/v1/devices", "refused") in site.audit()
    async with site.client(Accept="text/html") as browser:
        answer = await browser.post("/login", data={"name": "boss", "password": PASSWORD})
        assert answer.headers["location"] == "/account"
        assert (await browser.get("/devices")).headers["location"] == "/account"
        assert "asks for a second factor" in (await browser.get("/account")).text
    assert (await root.post("/api/v1/api-tokens", json={})).status_code == 403
    await set_up(site, root)
    assert (await root.get("/api/v1/devices")).status_code == 200
    ada = await site.logged_on("ada", Role.ANALYST)
    assert (await ada.get("/api/v1/devices")).status_code == 200  # not asked of analysts here


@pytest.mark.parametrize("by", ["api", "form"])
async def test_an_administrator_removes_one_that_was_lost(site: Site, by: str) -> None:
    root, ada = await site.logged_on("boss"), await site.logged_on("ada", Role.ANALYST)
    await set_up(site, root)
    await set_up(site, ada)
    assert (await ada.delete("/api/v1/access/boss/second-factor")).status_code == 403
    assert "Remove second factor" in (await root.get("/access/ada")).text
    if by == "api":
        assert (await root.delete("/api/v1/access/ada/second-factor")).status_code == 204
        assert (await root.delete("/api/v1/access/ada/second-factor")).status_code == 404
        assert (await root.delete("/api/v1/access/nobody/second-factor")).status_code == 404
    else:
        form = {"csrf_token": root.headers[CSRF_HEADER]}
        assert (await root.post("/access/ada/reset-factor", data=form)).status_code == 303
    assert (await ada.get(FACTOR)).json()["on"] is False
    what = "account ada, removed by an administrator"
    assert ("boss", "account.factor", what, "done") in site.audit()


async def test_a_reset_right_after_the_password_was_proved_leaves_no_second_step(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    await set_up(site, ada)
    accounts = site.services.accounts
    is_on = accounts.second_factor.is_on

    def reset_then_look(account_id: int) -> bool:
        accounts.reset_password("ada", by=WHOLE_SERVER)
        return is_on(account_id)

    monkeypatch.setattr(accounts.second_factor, "is_on", reset_then_look)
    async with site.client(Accept="text/html") as browser:
        answer = await browser.post("/login", data={"name": "ada", "password": PASSWORD})
        link = accounts.reset_with_link("ada", by=WHOLE_SERVER)
        form = {"new": PASSWORD, "again": PASSWORD}
        first = await browser.post(f"/first/{link.secret}", data=form)
        assert (answer.status_code, first.status_code) == (401, 401)
        assert not browser.cookies
    with site.services.control.read() as db:
        assert db.scalars(select(HalfOpen)).all() == []


async def test_a_link_leads_to_the_second_step(site: Site) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    secret, _ = await set_up(site, ada)
    link = site.services.accounts.reset_with_link("ada", by=WHOLE_SERVER)
    async with site.client() as browser:
        form = {"new": PASSWORD, "again": PASSWORD}
        answer = await browser.post(f"/first/{link.secret}", data=form)
        assert answer.headers["location"].startswith("/login/code")
        assert SESSION_COOKIE not in answer.cookies
        last = await browser.post("/login/code", data={"code": code_of(site, secret)})
        assert last.status_code == 303
        assert SESSION_COOKIE in last.cookies


async def test_guesses_at_the_password_in_an_open_session_lock_and_are_recorded(
    site: Site,
) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    ada.cookies.delete(BROWSER_COOKIE)
    for number in range(LoginRules().lock_after + 1):
        transport = httpx.ASGITransport(site.app, client=(f"198.51.100.{number}", 40_000))
        async with httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=ada.headers, cookies=ada.cookies
        ) as elsewhere:
            answer = await elsewhere.post(FACTOR, json={"password": "wrong"})
    assert answer.status_code == 429
    assert ("ada", "account.lock", "account ada", "refused") in site.audit()


async def test_a_change_of_password_keeps_this_browser_logged_on(site: Site) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    await set_up(site, ada)
    form = {"csrf_token": ada.headers[CSRF_HEADER], "old": PASSWORD}
    new = "eight dry horses sleep"
    answer = await ada.post("/account/password", data=form | {"new": new, "again": new})
    assert answer.headers["location"] == "/"
    assert (await ada.get("/api/v1/session")).status_code == 200
