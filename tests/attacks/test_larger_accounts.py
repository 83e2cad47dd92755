"""Somebody who manages accounts and holds little tries to take, shut or weaken a larger account."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from reticent_server.auth import AccountService, Role, Scope
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.errors import BeyondError
from reticent_server.auth.grants import Grant
from reticent_server.http.openapi import document_of
from reticent_server.http.settings import CSRF_HEADER
from support.account_states import with_factor
from support.console_app import PASSWORD, Site

KEEPER = "account-keeper"  # a role of somebody who manages accounts, and nothing else
LITTLE = (Grant(scopes=frozenset({Scope.ADMIN_ACCOUNTS, Scope.READ_DEVICES})),)


@pytest.fixture
def keeping(site: Site) -> Site:
    site.services.accounts.roles.create(
        KEEPER, scopes=["admin:accounts", "read:devices"], by=WHOLE_SERVER, actor="test"
    )
    return site


async def session_of(client: httpx.AsyncClient) -> str:
    answer = await client.get("/api/v1/account/sessions")
    (one,) = answer.json()["sessions"]
    return str(one["session_id"])


ACTS = [
    ("DELETE", "/api/v1/access/boss/sessions"),
    ("DELETE", "/api/v1/access/boss/sessions/{session}"),
    ("DELETE", "/api/v1/access/boss/second-factor"),
    ("DELETE", "/api/v1/access/boss/lock"),
    ("POST", "/api/v1/access/boss/end-all"),
    ("POST", "/access/boss/sessions/end"),
    ("POST", "/access/boss/sessions/{session}/end"),
    ("POST", "/access/boss/reset-factor"),
    ("POST", "/access/boss/unlock"),
    ("POST", "/access/boss/end-all"),
]


async def test_a_larger_account_is_not_touched(keeping: Site) -> None:
    boss = await keeping.logged_on("boss")
    await with_factor(boss, "POST /api/v1/account/second-factor/remove")
    keeper = await keeping.logged_on("kim", KEEPER)
    session = await session_of(boss)
    for method, path in ACTS:
        form = {"csrf_token": keeper.headers[CSRF_HEADER]} if "/api/" not in path else None
        answer = await keeper.request(method, path.format(session=session), data=form)
        assert answer.status_code == 403, path
        assert "more than you hold" in answer.text
        assert (await boss.get("/api/v1/session")).status_code == 200, path
        assert (await boss.get("/api/v1/account/second-factor")).json()["on"] is True, path
    refused = [what for who, _, what, how in keeping.audit() if (who, how) == ("kim", "refused")]
    assert len(refused) == len(ACTS)
    assert all(what.startswith("account boss") for what in refused)


async def test_an_account_of_no_more_is(keeping: Site) -> None:
    other = await keeping.logged_on("other", KEEPER)
    keeper = await keeping.logged_on("kim", KEEPER)
    assert (await keeper.delete("/api/v1/access/other/sessions")).json() == {"ended": 1}
    assert (await other.get("/api/v1/session")).status_code == 401
    assert (await keeper.post("/api/v1/access/kim/end-all")).status_code == 200  # and their own


@pytest.mark.parametrize(
    "act",
    [
        lambda accounts: accounts.disable("boss", by=LITTLE),
        lambda accounts: accounts.reset_with_link("boss", by=LITTLE),
        lambda accounts: accounts.reset_password("boss", by=LITTLE),
        lambda accounts: accounts.unlock("boss", by=LITTLE),
        lambda accounts: accounts.remove_factors(accounts.number_of("boss"), by=LITTLE),
    ],
)
def test_no_service_resets_or_shuts_a_larger_account(
    site: Site, act: Callable[[AccountService], Any]
) -> None:
    site.account("eve")
    site.account("boss")
    accounts = site.services.accounts
    with pytest.raises(BeyondError):
        act(accounts)
    assert accounts.log_on("boss", PASSWORD, address="192.0.2.9").caller.name == "boss"


def test_limits_count_where_accounts_are_compared(site: Site) -> None:
    """Who reads one group does not act on who reads all, nor on who reads another."""
    accounts = site.services.accounts
    for name, groups in (("lab", ["lab"]), ("both", ["lab", "default"]), ("all", None)):
        accounts.roles.create(
            name, scopes=["read:events"], groups=groups, by=WHOLE_SERVER, actor="test"
        )
        site.account(f"is-{name}", name)
    site.account("boss")
    by = (Grant(scopes=frozenset({Scope.READ_EVENTS}), groups=frozenset({"lab"})),)
    accounts.disable("is-lab", by=by)
    for name in ("both", "all"):
        with pytest.raises(BeyondError):
            accounts.disable(f"is-{name}", by=by)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/account/second-factor"),
        ("POST", "/api/v1/account/passkeys/options"),
        ("POST", "/account/second-factor"),
    ],
)
async def test_who_saw_a_temporary_password_adds_no_factor_of_their_own(
    site: Site, method: str, path: str
) -> None:
    """It would open the account still after its holder has set a password."""
    site.services.accounts.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=True)
    async with site.client() as thief:
        answer = await thief.post("/api/v1/session", json={"name": "ada", "password": PASSWORD})
        csrf = answer.json()["csrf_token"]
        body: Any = {"password": PASSWORD}
        form = {"csrf_token": csrf, "password": PASSWORD}
        answer = await thief.request(
            method,
            path,
            headers={CSRF_HEADER: csrf},
            json=body if "/api/" in path else None,
            data=form if "/api/" not in path else None,
        )
        assert answer.status_code == 403
        assert "chosen by somebody else" in answer.text
        page = (await thief.get("/account")).text
        assert "Second factor" not in page


def test_every_body_refuses_what_it_does_not_know(site: Site) -> None:
    """Mass assignment: a key that nobody declared is refused, also deep inside."""
    document = document_of(site.app)
    bodies = {
        body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for path in document["paths"].values()
        for operation in path.values()
        if (body := operation.get("requestBody"))
    }
    schemas = document["components"]["schemas"]
    wanted = set(bodies)
    while wanted:
        found = re.findall(r"#/components/schemas/(\w+)", str(schemas[wanted.pop()]))
        wanted |= set(found) - bodies
        bodies |= set(found)
    assert len(bodies) > 15
    objects = {name for name in bodies if "properties" in schemas[name]}
    loose = {name for name in objects if schemas[name].get("additionalProperties") is not False}
    assert loose == set()
