"""What a new password leaves open, who is shown it, and that one action ends it."""

from __future__ import annotations

import httpx
import pytest
from reticent_server.auth import Role
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.openings import Openings
from reticent_server.http.settings import CSRF_HEADER
from support.account_states import with_factor
from support.console_app import PASSWORD, Site

NEW = "eight dry cows sleep"
PASSKEY = "POST /api/v1/account/passkeys/{passkey_id}/remove"


async def opened(site: Site, name: str = "ada") -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """The account's browser and a program with its API token; it has a passkey too."""
    browser = await site.logged_on(name, Role.ANALYST)
    await with_factor(browser, PASSKEY)
    made = await browser.post("/api/v1/api-tokens", json={"name": "x", "scopes": ["read:devices"]})
    program = site.client(Authorization=f"Bearer {made.json()['token']}")
    assert (await program.get("/api/v1/devices")).status_code == 200
    return browser, program


def counted(site: Site, name: str = "ada") -> Openings:
    accounts = site.services.accounts
    return accounts.openings.of(accounts.number_of(name))


async def test_a_reset_leaves_tokens_and_passkeys_and_the_link_says_so(site: Site) -> None:
    await opened(site)
    link = site.services.accounts.reset_with_link("ada", by=WHOLE_SERVER)
    assert counted(site) == Openings(sessions=0, api_tokens=1, passkeys=1)
    async with site.client(Accept="text/html") as browser:
        page = (await browser.get(f"/first/{link.secret}")).text
        assert "1 API token, 1 passkey" in page
        await browser.post(f"/first/{link.secret}", data={"new": NEW, "again": NEW})
    assert counted(site).staying == 2


async def test_by_the_link_all_of_it_is_ended_with_the_new_password(site: Site) -> None:
    _, program = await opened(site)
    link = site.services.accounts.reset_with_link("ada", by=WHOLE_SERVER)
    form = {"new": NEW, "again": NEW, "end_all": "true"}
    async with site.client(Accept="text/html") as browser:
        answer = await browser.post(f"/first/{link.secret}", data=form)
        assert answer.headers["location"] == "/"  # no factor is left to ask for
    assert counted(site) == Openings(sessions=1, api_tokens=0, passkeys=0)
    assert (await program.get("/api/v1/devices")).status_code == 401


def test_a_reset_after_a_theft_ends_all_at_once(site: Site) -> None:
    number = site.account("ada", Role.ANALYST)
    accounts = site.services.accounts
    accounts.tokens.create(number, name="x", scopes=["read:devices"])
    accounts.reset_password("ada", by=WHOLE_SERVER, end_all=True)
    assert counted(site) == Openings(sessions=0, api_tokens=0, passkeys=0)


@pytest.mark.parametrize("by", ["api", "form"])
async def test_the_holder_ends_everything_else_with_the_password(site: Site, by: str) -> None:
    browser, program = await opened(site)
    other = site.client()
    # A passkey is a second factor, so the password alone does not log on here.
    site.services.accounts.start(site.services.accounts.number_of("ada"), address="192.0.2.9")
    path = "/api/v1/account/end-all" if by == "api" else "/account/end-all"

    async def end(password: str) -> int:
        body = {"password": password}
        if by == "api":
            answer = await browser.post(path, json=body)
        else:
            form = body | {"csrf_token": browser.headers[CSRF_HEADER]}
            answer = await browser.post(path, data=form)
        return int(answer.status_code)

    assert await end("wrong password here") in {400, 403}
    assert counted(site) == Openings(sessions=2, api_tokens=1, passkeys=1)
    assert await end(PASSWORD) in {200, 303}
    assert counted(site) == Openings(sessions=1, api_tokens=0, passkeys=0)
    assert (await program.get("/api/v1/devices")).status_code == 401
    assert (await browser.get("/api/v1/session")).status_code == 200
    told = "account ada: 1 sessions, 1 API tokens, 1 passkeys"
    assert ("ada", "account.end_all", told, "done") in site.audit()
    await other.aclose()


@pytest.mark.parametrize("by", ["api", "form"])
async def test_an_administrator_sees_and_ends_it(site: Site, by: str) -> None:
    await opened(site)
    boss = await site.logged_on("boss")
    assert "1 API token and 1 passkey" in (await boss.get("/access/ada")).text
    listed = (await boss.get("/api/v1/access")).json()["accounts"]
    (ada,) = [one for one in listed if one["name"] == "ada"]
    assert (ada["sessions"], ada["api_tokens"], ada["passkeys"]) == (1, 1, 1)
    if by == "api":
        answer = await boss.post("/api/v1/access/ada/end-all")
        assert answer.json() == {"sessions": 1, "api_tokens": 1, "passkeys": 1}
        assert (await boss.post("/api/v1/access/nobody/end-all")).status_code == 404
    else:
        form = {"csrf_token": boss.headers[CSRF_HEADER]}
        assert (await boss.post("/access/ada/end-all", data=form)).status_code == 303
    assert counted(site) == Openings(sessions=0, api_tokens=0, passkeys=0)
