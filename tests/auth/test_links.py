"""One-time links: good once, for a day, for an enabled account; kept as a hash."""

from __future__ import annotations

import httpx
import pytest
from reticent_server.auth import AccountService, Role, settings
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.errors import AccountError, LinkError, NotLoggedOnError
from reticent_server.auth.models import AccountLink
from reticent_server.auth.passwords import Passwords
from reticent_server.http.settings import SESSION_COOKIE
from reticent_server.store.control.engine import ControlStore
from sqlalchemy import select
from support.console_app import PASSWORD, Clock, Site

HOME = "192.0.2.7"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(control: ControlStore, clock: Clock) -> AccountService:
    return AccountService(control, clock=clock, passwords=Passwords(time_cost=1, memory_kib=64))


def test_a_link_sets_a_password_once(accounts: AccountService) -> None:
    link = accounts.create_with_link("ada", role=Role.ANALYST)
    assert link.address("host:8443") == f"https://host:8443/first/{link.secret}"
    with pytest.raises(AccountError):
        accounts.links.set_password(link.secret, "short")
    assert accounts.links.name_of(link.secret) == "ada"  # neither looking nor a slip uses it up
    assert accounts.links.set_password(link.secret, PASSWORD) == "ada"
    with pytest.raises(LinkError):
        accounts.links.set_password(link.secret, "eight dry horses sleep")
    assert not accounts.log_on("ada", PASSWORD, address=HOME).caller.must_set_password


def test_a_link_ends_after_a_day(accounts: AccountService, clock: Clock) -> None:
    link = accounts.create_with_link("ada", role=Role.ANALYST)
    clock.now += settings.LINK_VALID_S - 1
    assert accounts.links.name_of(link.secret) == "ada"
    clock.now += 1
    with pytest.raises(LinkError):
        accounts.links.set_password(link.secret, PASSWORD)


def test_the_link_of_a_disabled_account_is_no_good(accounts: AccountService) -> None:
    link = accounts.create_with_link("ada", role=Role.ANALYST)
    accounts.disable("ada", by=WHOLE_SERVER)
    with pytest.raises(LinkError):
        accounts.links.set_password(link.secret, PASSWORD)
    with pytest.raises(AccountError):
        accounts.links.make("ada")


def test_a_reset_voids_the_password_and_the_sessions_at_once(accounts: AccountService) -> None:
    accounts.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
    session = accounts.log_on("ada", PASSWORD, address=HOME)
    accounts.reset_with_link("ada", by=WHOLE_SERVER)
    assert accounts.sessions.caller(session.token) is None
    with pytest.raises(NotLoggedOnError):
        accounts.log_on("ada", PASSWORD, address=HOME)


def test_a_link_is_kept_as_a_hash(accounts: AccountService, control: ControlStore) -> None:
    link = accounts.create_with_link("ada", role=Role.ANALYST)
    with control.read() as db:
        row = db.scalars(select(AccountLink)).one()
    assert link.secret not in str(vars(row))


async def test_the_page_of_a_link_sets_the_password_and_logs_on(site: Site) -> None:
    path = "/first/" + site.services.accounts.create_with_link("ada", role=Role.ANALYST).secret
    async with site.client() as client:
        page = await client.get(path)
        assert page.status_code == 200
        assert 'value="ada"' in page.text
        assert page.headers["referrer-policy"] == "same-origin"
        differ = await client.post(path, data={"new": PASSWORD, "again": "x"})
        assert differ.status_code == 422
        foreign = {"Origin": "https://evil.test"}
        body = {"new": PASSWORD, "again": PASSWORD}
        assert (await client.post(path, data=body, headers=foreign)).status_code == 403
        client.cookies.set(SESSION_COOKIE, "brought", domain="reticent.test", path="/")
        done = await client.post(path, data=body)
        assert done.status_code == 303
        assert done.cookies[SESSION_COOKIE] != "brought"
        assert (await client.get("/api/v1/session")).json()["name"] == "ada"
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path, data=body)).status_code == 404
    assert ("ada", "account.password", "account ada", "done") in site.audit()


@pytest.mark.parametrize("secret", ["x", "a" * 43, "%00", "a" * 64])
async def test_a_made_up_link_leads_nowhere(client: httpx.AsyncClient, secret: str) -> None:
    answer = await client.get(f"/first/{secret}")
    assert answer.status_code == 404
    assert "not good" in answer.text


def test_a_new_password_voids_an_older_link(accounts: AccountService) -> None:
    link = accounts.create_with_link("ada", role=Role.ANALYST)
    accounts.reset_password("ada", by=WHOLE_SERVER)
    with pytest.raises(LinkError):
        accounts.links.set_password(link.secret, PASSWORD)


def test_the_first_administrators_link_is_renewed_whatever_the_name(
    accounts: AccountService,
) -> None:
    first = accounts.first_administrator(name="alice")
    assert first is not None
    assert accounts.first_administrator(name="bob") is None
    again = accounts.first_administrator()
    assert again is not None
    assert again.name == "alice"
    assert [view.name for view in accounts.list()] == ["alice"]
