"""A lock grows; who the account belongs to still gets in from where it was used before."""

from __future__ import annotations

import httpx
import pytest
from reticent_server.auth import AccountService, Role, settings
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.errors import AccountError, NotLoggedOnError, ThrottledError
from reticent_server.auth.lockout import Lockout
from reticent_server.auth.models import Account, KnownBrowser
from reticent_server.auth.passwords import Passwords
from reticent_server.config import LoginRules
from reticent_server.http.settings import BROWSER_COOKIE
from reticent_server.store.control.engine import ControlStore
from sqlalchemy import select
from support.console_app import PASSWORD, Clock, Site

AFTER = 3


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(control: ControlStore, clock: Clock) -> AccountService:
    made = AccountService(
        control,
        clock=clock,
        passwords=Passwords(time_cost=1, memory_kib=64),
        rules=LoginRules(lock_after=AFTER),
    )
    made.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
    return made


def guess(accounts: AccountService, times: int, name: str = "ada", start: int = 0) -> None:
    """Each from an address of its own, as a botnet does."""
    for number in range(start, start + times):
        with pytest.raises(NotLoggedOnError):
            accounts.log_on(name, "wrong", address=f"198.51.100.{number}")


def refused(
    accounts: AccountService, name: str = "ada", address: str = "203.0.113.9"
) -> ThrottledError:
    with pytest.raises(ThrottledError) as raised:
        accounts.log_on(name, PASSWORD, address=address)
    return raised.value


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_a_lock_grows_and_reads_the_same_for_a_name_that_does_not_exist(
    accounts: AccountService, clock: Clock, name: str
) -> None:
    guess(accounts, AFTER, name)
    waits = []
    for number in range(9):
        shut = refused(accounts, name, f"203.0.113.{number}")
        assert shut.locked
        again = refused(accounts, name, f"203.0.113.{number}")
        assert not again.locked  # recorded once a lock, not once a try
        waits.append(shut.retry_after_s)
        clock.now += shut.retry_after_s + 1
        guess(accounts, 1, name, start=100 + number)
    assert waits == [min(60 * 2**n, settings.LOCK_MAX_S) for n in range(9)]
    assert waits[-1] == settings.LOCK_MAX_S


def test_a_lock_ends_by_itself_and_a_log_on_forgets_it(
    accounts: AccountService, control: ControlStore, clock: Clock
) -> None:
    guess(accounts, AFTER)
    clock.now += refused(accounts).retry_after_s + 1
    accounts.log_on("ada", PASSWORD, address="203.0.113.9")
    with control.read() as db:
        account = db.scalars(select(Account)).one()
    assert (account.locks, account.locked_until_s) == (0, None)
    guess(accounts, AFTER)
    assert refused(accounts).retry_after_s == settings.LOCK_FIRST_S


def test_a_lock_outlives_a_restart_and_holds_on_every_server(
    accounts: AccountService, control: ControlStore, clock: Clock
) -> None:
    guess(accounts, AFTER)
    refused(accounts)
    with pytest.raises(ThrottledError):
        Lockout(control, clock=clock, after=AFTER).admit("ada")
    view = accounts.get("ada")
    assert view is not None
    assert view.locked_until_s == int(clock.now) + settings.LOCK_FIRST_S


def test_an_administrators_unlock_holds_at_once_whoever_wrote_it(
    accounts: AccountService, control: ControlStore, clock: Clock
) -> None:
    guess(accounts, AFTER)
    refused(accounts)
    AccountService(control, clock=clock, passwords=accounts._passwords).unlock(
        "Ada", by=WHOLE_SERVER
    )
    guess(accounts, AFTER, start=50)  # all tries are there again
    with pytest.raises(AccountError):
        accounts.unlock("nobody", by=WHOLE_SERVER)


def test_a_lock_is_forgotten_after_a_day_without_a_failure(
    accounts: AccountService, clock: Clock
) -> None:
    guess(accounts, AFTER)
    refused(accounts)
    clock.now += settings.LOCK_FIRST_S + settings.LOCK_FORGET_S
    guess(accounts, AFTER, start=50)
    assert refused(accounts).retry_after_s == settings.LOCK_FIRST_S


def test_a_known_browser_gets_in_while_strangers_are_locked_out(accounts: AccountService) -> None:
    mine = accounts.log_on("ada", PASSWORD, address="192.0.2.7").browser
    guess(accounts, AFTER)
    refused(accounts)
    again = accounts.log_on("ada", PASSWORD, address="203.0.113.9", browser=mine)
    assert again.browser == mine
    refused(accounts)  # its log-on gave the strangers no new tries


def test_a_known_browser_has_few_tries_itself(accounts: AccountService) -> None:
    mine = accounts.log_on("ada", PASSWORD, address="192.0.2.7").browser
    for _ in range(settings.FAILURES_PER_BROWSER):
        with pytest.raises(NotLoggedOnError):
            accounts.log_on("ada", "wrong", address="192.0.2.7", browser=mine)
    with pytest.raises(ThrottledError):
        accounts.log_on("ada", PASSWORD, address="192.0.2.7", browser=mine)


def test_a_browser_is_known_for_its_account_only_and_for_a_time(
    accounts: AccountService, control: ControlStore, clock: Clock
) -> None:
    accounts.create("eve", role=Role.ANALYST, password=PASSWORD, must_change=False)
    mine = accounts.log_on("ada", PASSWORD, address="192.0.2.7").browser
    assert accounts.browsers.is_known("ada", mine)
    assert not accounts.browsers.is_known("eve", mine)
    assert not accounts.browsers.is_known("ada", "brought")
    session = accounts.log_on("eve", PASSWORD, address="192.0.2.7", browser="brought")
    assert session.browser != "brought"
    with control.read() as db:
        assert mine not in str([vars(row) for row in db.scalars(select(KnownBrowser))])
    clock.now += settings.BROWSER_KNOWN_S
    assert not accounts.browsers.is_known("ada", mine)


def test_a_reset_forgets_known_browsers_and_opens_a_lock(accounts: AccountService) -> None:
    mine = accounts.log_on("ada", PASSWORD, address="192.0.2.7").browser
    guess(accounts, AFTER)
    refused(accounts)
    link = accounts.reset_with_link("ada", by=WHOLE_SERVER)
    assert not accounts.browsers.is_known("ada", mine)
    accounts.links.set_password(link.secret, "eight dry horses sleep")
    accounts.log_on("ada", "eight dry horses sleep", address="203.0.113.9")


async def test_a_lock_is_recorded_shown_and_ended_by_an_administrator(site: Site) -> None:
    root = await site.logged_on("boss")
    site.account("ada", Role.ANALYST)
    accounts = site.services.accounts
    for number in range(LoginRules().lock_after):
        with pytest.raises(NotLoggedOnError):
            accounts.log_on("ada", "wrong", address=f"198.51.100.{number}")
    body = {"name": "ada", "password": PASSWORD}
    async with site.client() as stranger:
        for _ in range(3):
            assert (await stranger.post("/api/v1/session", json=body)).status_code == 429
        locked = [entry for entry in site.audit() if entry[1] == "account.lock"]
        assert locked == [("ada", "account.lock", "account ada", "refused")]
        rows = (await root.get("/api/v1/access")).json()["accounts"]
        assert {row["name"]: bool(row["locked_until"]) for row in rows} == {
            "ada": True,
            "boss": False,
        }
        assert "locked until" in (await root.get("/access/ada")).text
        assert (await root.delete("/api/v1/access/nobody/lock")).status_code == 404
        assert (await root.delete("/api/v1/access/ada/lock")).status_code == 204
        assert (await stranger.post("/api/v1/session", json=body)).status_code == 201
    assert ("boss", "account.unlock", "account ada", "done") in site.audit()


async def test_the_cookie_of_a_known_browser_is_bound_hidden_and_outlives_the_session(
    site: Site, client: httpx.AsyncClient
) -> None:
    site.account("ada")
    answer = await client.post("/api/v1/session", json={"name": "ada", "password": PASSWORD})
    (cookie,) = [
        c for c in answer.headers.get_list("set-cookie") if c.startswith(BROWSER_COOKIE + "=")
    ]
    for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age="):
        assert attribute in cookie
    client.cookies.delete("__Host-reticent")
    assert (await client.get("/api/v1/session")).status_code == 401  # it opens nothing
