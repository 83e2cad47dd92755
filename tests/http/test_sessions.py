"""Logging on over the API: cookies, CSRF, fixation, throttling, tokens."""

from __future__ import annotations

import httpx
import pytest
from reticent_server.auth import Role
from reticent_server.auth import settings as auth_settings
from reticent_server.http.settings import CSRF_HEADER, SESSION_COOKIE
from reticent_server.http.threads import BoundedThreads
from support.console_app import ORIGIN, PASSWORD, Site


async def log_on(client: httpx.AsyncClient, name: str, password: str) -> httpx.Response:
    return await client.post("/api/v1/session", json={"name": name, "password": password})


async def test_a_session_cookie_is_bound_to_this_host_and_hidden_from_scripts(
    site: Site, client: httpx.AsyncClient
) -> None:
    site.account("ada")
    cookie = (await log_on(client, "ada", PASSWORD)).headers["set-cookie"]
    assert cookie.startswith("__Host-")
    for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


async def test_a_login_gives_an_identity_and_a_logout_ends_it(site: Site) -> None:
    client = await site.logged_on("ada", Role.ANALYST)
    me = (await client.get("/api/v1/session")).json()
    assert (me["name"], me["roles"], me["via"]) == ("ada", ["analyst"], "session")
    cookie = client.cookies[SESSION_COOKIE]
    assert (await client.delete("/api/v1/session")).status_code == 204
    client.cookies.set(SESSION_COOKIE, cookie, domain="reticent.test", path="/")
    assert (await client.get("/api/v1/session")).status_code == 401
    assert [action for _, action, _, _ in site.audit()] == ["login", "logout"]


async def test_an_analyst_reads_and_does_not_administer(site: Site) -> None:
    client = await site.logged_on("ada", Role.ANALYST)
    assert (await client.get("/api/v1/devices")).status_code == 200
    assert (await client.get("/api/v1/events")).status_code == 200
    assert (await client.get("/api/v1/audit")).status_code == 403
    assert (await client.post("/api/v1/enrolment-tokens", json={})).status_code == 403


@pytest.mark.parametrize("name", ["ada", "nobody", "", "A" * 256, "ada\x00"])
async def test_a_wrong_name_and_a_wrong_password_read_the_same(
    site: Site, client: httpx.AsyncClient, name: str
) -> None:
    site.account("ada")
    answer = await log_on(client, name or " ", "wrong password here")
    assert answer.status_code == 401
    assert answer.json()["detail"].startswith("name or password is wrong")
    assert "set-cookie" not in answer.headers


async def test_what_was_typed_as_an_unknown_name_is_not_recorded(
    site: Site, client: httpx.AsyncClient
) -> None:
    await log_on(client, "my-secret-password", "x")
    assert site.audit() == [("unknown", "login", "", "refused")]


async def test_a_session_id_that_the_client_brought_is_never_taken_over(site: Site) -> None:
    site.account("ada")
    async with site.client() as client:
        client.cookies.set(
            SESSION_COOKIE, "chosen-by-an-attacker", domain="reticent.test", path="/"
        )
        first = await log_on(client, "ada", PASSWORD)
        first_token = first.cookies[SESSION_COOKIE]
        assert first_token != "chosen-by-an-attacker"
        second_token = (await log_on(client, "ada", PASSWORD)).cookies[SESSION_COOKIE]
    assert second_token != first_token
    assert site.services.accounts.sessions.caller(first_token) is None  # replaced, not left behind


async def test_a_change_with_a_cookie_needs_the_csrf_token(site: Site) -> None:
    client = await site.logged_on()
    token = client.headers.pop(CSRF_HEADER)
    for sent in (None, "", "x", token[:-4], token.swapcase()):
        headers = {} if sent is None else {CSRF_HEADER: sent}
        answer = await client.post("/api/v1/enrolment-tokens", json={}, headers=headers)
        assert answer.status_code == 403, sent
    answer = await client.post("/api/v1/enrolment-tokens", json={}, headers={CSRF_HEADER: token})
    assert answer.status_code == 201


async def test_the_csrf_token_of_another_session_is_no_good(site: Site) -> None:
    ada, eve = await site.logged_on("ada"), await site.logged_on("eve")
    answer = await ada.post(
        "/api/v1/enrolment-tokens", json={}, headers={CSRF_HEADER: eve.headers[CSRF_HEADER]}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_another_site_can_neither_change_anything_nor_log_anyone_on(
    site: Site, headers: dict[str, str]
) -> None:
    client = await site.logged_on()
    answer = await client.post("/api/v1/enrolment-tokens", json={}, headers=headers)
    assert answer.status_code == 403
    async with site.client(**headers) as forged:
        assert (await log_on(forged, "ada", PASSWORD)).status_code == 403


async def test_the_own_origin_is_let_through(site: Site) -> None:
    client = await site.logged_on()
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    answer = await client.post("/api/v1/enrolment-tokens", json={}, headers=headers)
    assert answer.status_code == 201


async def test_guessing_is_throttled_and_says_for_how_long(
    site: Site, client: httpx.AsyncClient
) -> None:
    site.account("ada")
    for _ in range(auth_settings.FAILURES_PER_NAME_AND_ADDRESS):
        assert (await log_on(client, "ada", "wrong")).status_code == 401
    answer = await log_on(client, "ada", PASSWORD)  # the right one is not even looked at
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    recorded = len(site.audit())
    for _ in range(10):
        assert (await log_on(client, "ada", PASSWORD)).status_code == 429
    assert len(site.audit()) == recorded  # a stranger cannot fill the trail
    site.clock.now += auth_settings.THROTTLE_WINDOW_S + 1
    assert (await log_on(client, "ada", PASSWORD)).status_code == 201


async def test_a_log_in_that_lacks_its_password_or_is_one_too_many_is_refused(
    site: Site, client: httpx.AsyncClient
) -> None:
    assert (await client.post("/api/v1/session", json={"name": "ada"})).status_code == 422
    site.app.state.login_threads = BoundedThreads(at_once=1, waiting_max=0)
    assert (await log_on(client, "ada", PASSWORD)).status_code == 503


async def test_setting_a_password_is_refused_where_the_old_is_wrong_or_the_new_too_weak(
    site: Site,
) -> None:
    client = await site.logged_on()
    weak = {"old": PASSWORD, "new": "x"}
    assert (await client.put("/api/v1/account/password", json=weak)).status_code == 422
    wrong = {"old": "wrong", "new": "eight dry horses sleep"}
    for _ in range(auth_settings.FAILURES_PER_NAME_AND_ADDRESS):
        assert (await client.put("/api/v1/account/password", json=wrong)).status_code == 403
    assert (await client.put("/api/v1/account/password", json=wrong)).status_code == 429


async def test_a_temporary_password_is_good_for_setting_ones_own_only(
    site: Site, client: httpx.AsyncClient
) -> None:
    new = site.services.accounts.create("ada", role=Role.ADMINISTRATOR)
    body = (await log_on(client, "ada", new.password)).json()
    assert body["account"]["must_set_password"] is True
    assert (await client.get("/api/v1/devices")).json()["type"].endswith("password-is-temporary")
    answer = await client.put(
        "/api/v1/account/password",
        json={"old": new.password, "new": PASSWORD},
        headers={CSRF_HEADER: body["csrf_token"]},
    )
    assert answer.status_code == 204
    assert (await client.get("/api/v1/session")).status_code == 401  # every session ended
    await log_on(client, "ada", PASSWORD)
    assert (await client.get("/api/v1/devices")).status_code == 200


async def test_a_token_holds_its_scopes_and_is_listed_without_its_text(site: Site) -> None:
    client = await site.logged_on()
    made = await client.post("/api/v1/api-tokens", json={"name": "siem", "scopes": ["read:events"]})
    assert made.status_code == 201
    token = made.json()["token"]
    assert token.startswith("rtat_")
    assert token not in (await client.get("/api/v1/api-tokens")).text
    async with site.client(Authorization=f"Bearer {token}") as bearer:
        assert (await bearer.get("/api/v1/events")).status_code == 200
        assert (await bearer.get("/api/v1/devices")).status_code == 403
        assert (await bearer.get("/api/v1/session")).json()["via"] == "token"
        token_id = made.json()["view"]["token_id"]
        assert (await client.delete(f"/api/v1/api-tokens/{token_id}")).status_code == 204
        assert (await bearer.get("/api/v1/events")).status_code == 401


async def test_a_token_cannot_make_tokens_or_set_passwords(site: Site) -> None:
    async with site.bearer("read:events", "admin:*") as client:
        body = {"name": "more", "scopes": ["read:events"]}
        assert (await client.post("/api/v1/api-tokens", json=body)).status_code == 403
        answer = await client.put("/api/v1/account/password", json={"old": "x", "new": "y"})
        assert answer.status_code == 403


async def test_an_analyst_cannot_make_a_token_with_more_than_the_role(site: Site) -> None:
    client = await site.logged_on("ada", Role.ANALYST)
    for scopes in (["admin:*"], ["admin:devices"], ["own:tokens"], ["nonsense"], ["self"]):
        answer = await client.post("/api/v1/api-tokens", json={"name": "x", "scopes": scopes})
        assert answer.status_code == 422, scopes


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic YTpi", "Bearer rtat_x", "Bearer " + "a" * 5_000, "x"]
)
async def test_a_bad_authorization_header_is_nobody(
    site: Site, client: httpx.AsyncClient, header: str
) -> None:
    answer = await client.get("/api/v1/devices", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_bad_token_beside_a_good_cookie_is_nobody(site: Site) -> None:
    client = await site.logged_on()
    answer = await client.get("/api/v1/devices", headers={"Authorization": "Bearer rtat_wrong"})
    assert answer.status_code == 401
