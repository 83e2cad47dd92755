"""Sessions are listed and ended: one's own, and by an administrator another's."""

from __future__ import annotations

import httpx
import pytest
from reticent_server.auth import Role
from reticent_server.http.settings import CSRF_HEADER
from support.console_app import PASSWORD, Site

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def another(site: Site, name: str = "ada") -> httpx.AsyncClient:
    client = site.client(**{"User-Agent": FIREFOX})
    answer = await client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
    client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
    return client


async def sessions(client: httpx.AsyncClient, path: str = "/account") -> list[dict[str, object]]:
    answer = await client.get(f"/api/v1{path}/sessions")
    assert answer.status_code == 200
    listed: list[dict[str, object]] = answer.json()["sessions"]
    return listed


async def test_ones_sessions_are_listed_with_what_tells_them_apart(site: Site) -> None:
    first = await site.logged_on("ada", Role.ANALYST)
    second = await another(site)
    listed = await sessions(second)
    assert sorted(str(row["browser"]) for row in listed) == ["Firefox on Linux", "another program"]
    assert {row["network"] for row in listed} == {"192.0.2.0/24"}  # never the whole address
    assert [row["browser"] for row in listed if row["current"]] == ["Firefox on Linux"]
    assert [row["browser"] for row in await sessions(first) if row["current"]] == [
        "another program"
    ]
    page = (await second.get("/account")).text
    assert "this one" in page
    assert "192.0.2.7" not in page


async def test_one_session_is_ended_and_only_ones_own(site: Site) -> None:
    ada, eve = await site.logged_on("ada", Role.ANALYST), await site.logged_on("eve", Role.ANALYST)
    other = await another(site)
    (target,) = [row["session_id"] for row in await sessions(ada) if not row["current"]]
    assert (await eve.delete(f"/api/v1/account/sessions/{target}")).status_code == 404
    assert (await other.get("/api/v1/session")).status_code == 200
    assert (await ada.delete(f"/api/v1/account/sessions/{target}")).status_code == 204
    assert (await other.get("/api/v1/session")).status_code == 401
    assert ("ada", "session.end", f"account ada, session {target}", "done") in site.audit()


@pytest.mark.parametrize("by", ["api", "form"])
async def test_all_others_are_ended_and_this_one_stays(site: Site, by: str) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    others = [await another(site), await another(site)]
    if by == "api":
        assert (await ada.delete("/api/v1/account/sessions")).json() == {"ended": 2}
    else:
        form = {"csrf_token": ada.headers[CSRF_HEADER]}
        assert (await ada.post("/account/sessions/end", data=form)).status_code == 303
    assert [(await other.get("/api/v1/session")).status_code for other in others] == [401, 401]
    assert (await ada.get("/api/v1/session")).status_code == 200


@pytest.mark.parametrize("by", ["api", "form"])
async def test_an_administrator_ends_another_accounts_sessions(site: Site, by: str) -> None:
    root, ada = await site.logged_on("boss"), await site.logged_on("ada", Role.ANALYST)
    assert len(await sessions(root, "/access/ada")) == 1
    assert "another program" in (await root.get("/access/ada")).text
    assert "/access/ada" in (await root.get("/access")).text
    form = {"csrf_token": root.headers[CSRF_HEADER]}
    if by == "api":
        assert (await root.delete("/api/v1/access/ada/sessions")).json() == {"ended": 1}
    else:
        answer = await root.post("/access/ada/sessions/end", data=form)
        assert answer.headers["location"] == "/access/ada"
    assert (await ada.get("/api/v1/session")).status_code == 401
    assert "Nobody is logged on" in (await root.get("/access/ada")).text
    again = await another(site)
    (row,) = await sessions(root, "/access/ada")
    if by == "api":
        gone = await root.delete(f"/api/v1/access/ada/sessions/{row['session_id']}")
        assert gone.status_code == 204
    else:
        await root.post(f"/access/ada/sessions/{row['session_id']}/end", data=form)
    assert (await again.get("/api/v1/session")).status_code == 401
    assert [who for who, action, _, _ in site.audit() if action == "session.end"] == ["boss"] * 2


async def test_an_analyst_reaches_nobody_elses_sessions(site: Site) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    site.account("boss")
    for method, path in (
        ("GET", "/api/v1/access"),
        ("GET", "/api/v1/access/boss/sessions"),
        ("DELETE", "/api/v1/access/boss/sessions"),
        ("DELETE", "/api/v1/access/boss/lock"),
        ("GET", "/access"),
        ("GET", "/access/boss"),
    ):
        assert (await ada.request(method, path)).status_code == 403, path
    assert "/access" not in (await ada.get("/account")).text


@pytest.mark.parametrize("path", ["/api/v1/access/nobody/sessions", "/access/nobody"])
async def test_an_account_that_is_not_there_has_no_sessions(site: Site, path: str) -> None:
    root = await site.logged_on("boss")
    assert (await root.get(path)).status_code == 404
