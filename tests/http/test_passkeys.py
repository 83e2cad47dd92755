"""Passkeys over the API: what holds lets in, and every answer that does not is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from reticent_server.auth import Role, settings
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.passkeys import relying_party
from reticent_server.http.settings import CSRF_HEADER, PASSKEY_COOKIE, SESSION_COOKIE
from support.authenticator import PRESENT, Authenticator, b64
from support.console_app import ORIGIN, PASSWORD, Site

PASSKEYS = "/api/v1/account/passkeys"
SESSION = "/api/v1/session/passkey"
RP_ID = "reticent.test"


@pytest.fixture
def key() -> Authenticator:
    return Authenticator(origin=ORIGIN, rp_id=RP_ID)


async def options_to_add(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post(f"{PASSKEYS}/options", json={"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()["options"]
    return options


async def add(client: httpx.AsyncClient, key: Authenticator) -> httpx.Response:
    credential = key.create(await options_to_add(client))
    return await client.post(PASSKEYS, json={"name": "laptop", "credential": credential})


async def options_to_log_on(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post(f"{SESSION}/options")
    assert answer.status_code == 200
    options: dict[str, Any] = answer.json()["options"]
    return options


async def log_on(client: httpx.AsyncClient, key: Authenticator) -> httpx.Response:
    credential = key.get(await options_to_log_on(client))
    return await client.post(SESSION, json={"credential": credential})


async def test_a_passkey_is_added_and_logs_on_alone(
    site: Site, client: httpx.AsyncClient, key: Authenticator
) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    options = await options_to_add(ada)
    assert options["rp"]["id"] == RP_ID
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert b"ada" not in key.handle
    added = await add(ada, key)
    assert added.status_code == 201, added.text
    session = await log_on(client, key)
    assert session.status_code == 201, session.text
    assert session.json()["account"]["name"] == "ada"
    assert (await client.get("/api/v1/devices")).status_code == 200
    (listed,) = (await ada.get(PASSKEYS)).json()["passkeys"]
    assert listed["name"] == "laptop"
    assert listed["last_used_at"] is not None
    again = await add(ada, key)  # the same once more
    assert again.status_code == 422
    trail = [(action, what) for _, action, what, _ in site.audit()]
    assert ("account.factor", f"account ada, passkey {listed['passkey_id']} added") in trail
    assert trail.count(("login", "")) == 2


async def test_with_a_passkey_the_password_alone_is_not_enough(
    site: Site, client: httpx.AsyncClient, key: Authenticator
) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    await add(ada, key)
    body = {"name": "ada", "password": PASSWORD}
    answer = await client.post("/api/v1/session", json=body)
    assert answer.json()["type"].endswith("second-factor-needed")
    assert (await log_on(client, key)).status_code == 201


def without_verification(key: Authenticator) -> None:
    key.flags = PRESENT


def at_another_origin(key: Authenticator) -> None:
    key.origin = "https://reticent.test.evil.test"


def for_another_party(key: Authenticator) -> None:
    key.rp_id = "evil.test"


def of_another_user(key: Authenticator) -> None:
    key.handle = bytes(32)


def of_another_key(key: Authenticator) -> None:
    key._key = Authenticator(origin="", rp_id="")._key


def that_is_unknown(key: Authenticator) -> None:
    key.credential_id = bytes(32)


def that_was_copied(key: Authenticator) -> None:
    key.count = 3  # below the last one seen


@pytest.mark.parametrize(
    "broken",
    [
        without_verification,
        at_another_origin,
        for_another_party,
        of_another_user,
        of_another_key,
        that_is_unknown,
        that_was_copied,
    ],
)
async def test_an_answer_that_does_not_hold_opens_nothing(
    site: Site,
    client: httpx.AsyncClient,
    key: Authenticator,
    broken: Callable[[Authenticator], None],
) -> None:
    await add(await site.logged_on("ada", Role.ANALYST), key)
    key.count = 10
    assert (await log_on(client, key)).status_code == 201
    client.cookies.clear()
    broken(key)
    answer = await log_on(client, key)
    assert answer.status_code == 401
    assert SESSION_COOKIE not in answer.cookies


@pytest.mark.parametrize("broken", [without_verification, at_another_origin, for_another_party])
async def test_a_passkey_that_does_not_hold_is_not_added(
    site: Site, key: Authenticator, broken: Callable[[Authenticator], None]
) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    broken(key)
    assert (await add(ada, key)).status_code == 422
    assert (await ada.get(PASSKEYS)).json() == {"passkeys": []}


async def test_an_answer_counts_once_in_its_browser_and_its_time(
    site: Site, client: httpx.AsyncClient, key: Authenticator
) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    await add(ada, key)
    credential = key.get(await options_to_log_on(client))
    cookie = client.cookies[PASSKEY_COOKIE]
    async with site.client() as other:  # phished, and sent from elsewhere
        assert (await other.post(SESSION, json={"credential": credential})).status_code == 401
        await options_to_log_on(other)
        assert (await other.post(SESSION, json={"credential": credential})).status_code == 401
    assert (await client.post(SESSION, json={"credential": credential})).status_code == 201
    client.cookies.set(PASSKEY_COOKIE, cookie, domain="reticent.test", path="/")
    assert (await client.post(SESSION, json={"credential": credential})).status_code == 401
    late = key.get(await options_to_log_on(client))
    site.clock.now += settings.CHALLENGE_S
    assert (await client.post(SESSION, json={"credential": late})).status_code == 401


async def test_a_challenge_that_was_counted_once_is_refused_without_a_sign_count_too(
    site: Site, client: httpx.AsyncClient, key: Authenticator
) -> None:
    """As synced passkeys answer, whose count is always 0."""
    await add(await site.logged_on("ada", Role.ANALYST), key)
    options = await options_to_log_on(client)
    cookie = client.cookies[PASSKEY_COOKIE]
    key.count = -1
    credential = key.get(options)
    assert (await client.post(SESSION, json={"credential": credential})).status_code == 201
    client.cookies.set(PASSKEY_COOKIE, cookie, domain="reticent.test", path="/")
    assert (await client.post(SESSION, json={"credential": credential})).status_code == 401


async def test_a_challenge_is_good_for_what_it_was_made_for(
    site: Site, client: httpx.AsyncClient, key: Authenticator
) -> None:
    ada, eve = await site.logged_on("ada", Role.ANALYST), await site.logged_on("eve", Role.ANALYST)
    mine = key.create(await options_to_add(ada))
    body = {"name": "x", "credential": mine}
    assert (await eve.post(PASSKEYS, json=body)).status_code == 422  # another's session
    assert (await ada.post(PASSKEYS, json=body)).status_code == 201
    asked = key.get({"challenge": (await options_to_add(ada))["challenge"]})
    await options_to_log_on(client)
    assert (await client.post(SESSION, json={"credential": asked})).status_code == 401


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": {}},
        {"response": {"clientDataJSON": "!"}},
        {"response": {"clientDataJSON": b64(b"[]")}},
        {"response": {"clientDataJSON": b64(b'{"type":1}')}, "rawId": 5},
        {"response": {"clientDataJSON": b64(b"\xff")}, "rawId": "AA"},
        {"response": None, "rawId": None},
    ],
)
async def test_a_hostile_answer_is_refused(
    site: Site, client: httpx.AsyncClient, credential: dict[str, Any]
) -> None:
    await options_to_log_on(client)
    assert (await client.post(SESSION, json={"credential": credential})).status_code == 401
    ada = await site.logged_on("ada", Role.ANALYST)
    body = {"name": "x", "credential": credential}
    assert (await ada.post(PASSKEYS, json=body)).status_code == 422


async def test_asking_writes_nothing_and_another_site_cannot_ask(site: Site) -> None:
    async with site.client(Origin="https://evil.test") as forged:
        assert (await forged.post(f"{SESSION}/options")).status_code == 403
        assert (await forged.post(SESSION, json={"credential": {}})).status_code == 403
    before = site.services.audit.head()
    async with site.client() as stranger:
        await options_to_log_on(stranger)
        await stranger.post(SESSION, json={"credential": {}})
    assert site.services.audit.head() == before


async def test_passkeys_are_renamed_and_removed_by_their_holder_only(
    site: Site, client: httpx.AsyncClient, key: Authenticator
) -> None:
    ada, eve = await site.logged_on("ada", Role.ANALYST), await site.logged_on("eve", Role.ANALYST)
    mine = f"{PASSKEYS}/{(await add(ada, key)).json()['passkey_id']}"
    right, wrong = {"password": PASSWORD}, {"password": "wrong"}
    assert (await eve.put(mine, json={"name": "x"})).status_code == 404
    assert (await eve.post(f"{mine}/remove", json=right)).status_code == 404
    assert (await ada.put(mine, json={"name": "phone"})).status_code == 204
    assert "phone" in (await ada.get("/account")).text
    assert (await ada.post(f"{mine}/remove", json=wrong)).status_code == 403
    assert (await log_on(client, key)).status_code == 201
    form = {"csrf_token": ada.headers[CSRF_HEADER], "passkey_id": mine.rpartition("/")[2]}
    renamed = await ada.post("/account/passkeys/rename", data=form | {"name": "watch"})
    assert renamed.headers["location"] == "/account"
    refused = await ada.post("/account/passkeys/remove", data=form | wrong)
    assert "password is wrong" in refused.text
    removed = await ada.post("/account/passkeys/remove", data=form | right)
    assert removed.headers["location"] == "/account"
    client.cookies.clear()
    assert (await log_on(client, key)).status_code == 401


async def test_adding_one_asks_for_the_password(site: Site) -> None:
    ada = await site.logged_on("ada", Role.ANALYST)
    answer = await ada.post(f"{PASSKEYS}/options", json={"password": "wrong"})
    assert answer.status_code == 403


async def test_the_passkeys_of_a_disabled_account_open_nothing(
    site: Site, client: httpx.AsyncClient, key: Authenticator
) -> None:
    await add(await site.logged_on("ada", Role.ANALYST), key)
    site.services.accounts.disable("ada", by=WHOLE_SERVER)
    assert (await log_on(client, key)).status_code == 401


async def test_a_passkey_gets_in_where_strangers_locked_the_account(
    site: Site, client: httpx.AsyncClient, key: Authenticator
) -> None:
    await add(await site.logged_on("ada", Role.ANALYST), key)
    for number in range(12):
        transport = httpx.ASGITransport(site.app, client=(f"198.51.100.{number}", 40_000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as stranger:
            body = {"name": "ada", "password": "wrong"}
            refused = await stranger.post("/api/v1/session", json=body)
    assert refused.status_code == 429
    assert (await log_on(client, key)).status_code == 201


async def test_an_administrator_removes_passkeys_that_were_lost(
    site: Site, key: Authenticator
) -> None:
    boss, ada = await site.logged_on("boss"), await site.logged_on("ada", Role.ANALYST)
    await add(ada, key)
    assert (await boss.delete("/api/v1/access/ada/second-factor")).status_code == 204
    assert (await ada.get(PASSKEYS)).json() == {"passkeys": []}


def test_a_server_that_is_known_by_an_address_has_no_passkeys() -> None:
    assert relying_party("192.0.2.1", 8443) is None
    assert relying_party("2001:db8::1", 8443) is None
    party = relying_party("telemetry.example.com", 8443)
    assert party is not None
    assert party.rp_id == "telemetry.example.com"
    assert set(party.origins) == {
        "https://telemetry.example.com:8443",
        "https://telemetry.example.com",
    }
