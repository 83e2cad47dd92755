"""Accounts, passwords, sessions and tokens without HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reticent_server.auth import AccountService, Role, Scope, settings
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.errors import AccountError, LinkError, NotLoggedOnError
from reticent_server.auth.grants import Grant
from reticent_server.auth.models import Account, ApiToken, LoginSession
from reticent_server.auth.passwords import Passwords, generate_password
from reticent_server.auth.scopes import NEVER_FOR_TOKENS, expand, scopes_of
from reticent_server.auth.sessions import csrf_matches, csrf_token
from reticent_server.config import LoginRules
from reticent_server.store.control.engine import ControlStore
from sqlalchemy import select
from support.console_app import NOW_S, PASSWORD, Clock

CHEAP: dict[str, Any] = {"time_cost": 1, "memory_kib": 64}
HOME = "192.0.2.7"
RULES = LoginRules()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(control: ControlStore, clock: Clock) -> AccountService:
    return AccountService(control, clock=clock, passwords=Passwords(**CHEAP))


def add(accounts: AccountService, control: ControlStore, name: str = "ada") -> int:
    accounts.create(name, role=Role.ADMINISTRATOR, password=PASSWORD, must_change=False)
    with control.read() as db:
        return db.scalars(select(Account.account_id).where(Account.name == name)).one()


def test_a_password_is_kept_as_argon2id_and_nothing_else(
    accounts: AccountService, control: ControlStore
) -> None:
    add(accounts, control)
    with control.read() as db:
        row = db.scalars(select(Account)).one()
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(vars(row))


def test_a_generated_password_has_a_hundred_bits_and_no_look_alikes() -> None:
    made = {generate_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(password) == 23 for password in made)
    assert not set("".join(made)) & set("0O1lI")


@pytest.mark.parametrize(
    "password", ["short", "a" * 20, "x" * 1_025, "my ada lovelace", "ababababababab", ""]
)
def test_a_weak_password_is_refused(accounts: AccountService, password: str) -> None:
    with pytest.raises(AccountError):
        accounts.create("lovelace", role=Role.ANALYST, password=password)
    assert accounts.list() == []


@pytest.mark.parametrize("name", ["", " ", "a b", "../x", "a" * 65, "<b>", "local", "LOCAL", "-a"])
def test_a_bad_name_is_refused(accounts: AccountService, name: str) -> None:
    with pytest.raises(AccountError):
        accounts.create(name, role=Role.ANALYST)


def test_names_are_compared_in_their_canonical_form(
    accounts: AccountService, control: ControlStore
) -> None:
    add(accounts, control)
    with pytest.raises(AccountError):
        accounts.create(" ADA ", role=Role.ANALYST)
    assert accounts.log_on("Ada", PASSWORD, address=HOME).caller.name == "ada"


def test_an_unknown_name_costs_one_check_like_a_known_one(
    accounts: AccountService, control: ControlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(accounts, control)
    passwords = accounts._passwords
    checked: list[bool] = []
    real: Callable[[str | None, str], bool] = passwords.matches

    def counted(stored: str | None, password: str) -> bool:
        checked.append(stored is None)
        return real(stored, password)

    monkeypatch.setattr(passwords, "matches", counted)
    for name in ("ada", "nobody"):
        with pytest.raises(NotLoggedOnError):
            accounts.log_on(name, "wrong", address=HOME)
    assert checked == [False, True]


def test_nothing_matches_where_there_is_no_hash() -> None:
    passwords = Passwords(**CHEAP)
    assert not passwords.matches(None, "")
    assert not passwords.matches("not a hash", "")
    assert not passwords.matches(passwords.hash("some password"), "x" * 5_000)


def test_a_hash_with_old_costs_is_renewed_at_the_next_login(
    control: ControlStore, clock: Clock
) -> None:
    add(AccountService(control, clock=clock, passwords=Passwords(**CHEAP)), control)
    dearer = AccountService(control, clock=clock, passwords=Passwords(time_cost=2, memory_kib=64))
    dearer.log_on("ada", PASSWORD, address=HOME)
    with control.read() as db:
        assert "t=2" in db.scalars(select(Account.password_hash)).one()
    dearer.log_on("ada", PASSWORD, address=HOME)


def test_a_disabled_account_is_shut_at_once(
    accounts: AccountService, control: ControlStore
) -> None:
    add(accounts, control, "root")
    account_id = add(accounts, control)
    session = accounts.log_on("ada", PASSWORD, address=HOME)
    token = accounts.tokens.create(account_id, name="t", scopes=["read:events"])
    accounts.disable("ada", by=WHOLE_SERVER)
    assert accounts.sessions.caller(session.token) is None
    assert accounts.tokens.caller(token.token) is None
    with pytest.raises(NotLoggedOnError):
        accounts.log_on("ada", PASSWORD, address=HOME)


def test_the_last_administrator_cannot_be_disabled(
    accounts: AccountService, control: ControlStore
) -> None:
    add(accounts, control)
    with pytest.raises(AccountError, match="last administrator"):
        accounts.disable("ada", by=WHOLE_SERVER)


def test_the_first_administrator_is_made_once(accounts: AccountService) -> None:
    first = accounts.first_administrator()
    assert first is not None
    for tried in ("", first.secret, "admin"):
        with pytest.raises(NotLoggedOnError):
            accounts.log_on("admin", tried, address=HOME)
    second = accounts.first_administrator()
    assert second is not None
    with pytest.raises(LinkError):  # the newer link made the older useless
        accounts.links.set_password(first.secret, PASSWORD)
    assert accounts.links.set_password(second.secret, PASSWORD) == "admin"
    assert accounts.first_administrator() is None
    assert accounts.log_on("admin", PASSWORD, address=HOME).caller.roles == (Role.ADMINISTRATOR,)


def test_by_default_a_session_ends_after_half_an_hour_unused_and_twelve_hours() -> None:
    assert (LoginRules().idle_s, LoginRules().session_s) == (1_800, 43_200)


def test_a_session_ends_unused_and_at_its_end(
    accounts: AccountService, control: ControlStore, clock: Clock
) -> None:
    add(accounts, control)
    idle = accounts.log_on("ada", PASSWORD, address=HOME).token
    clock.now = NOW_S + RULES.idle_s
    assert accounts.sessions.caller(idle) is None
    clock.now = NOW_S
    busy = accounts.log_on("ada", PASSWORD, address=HOME).token
    while clock.now < NOW_S + RULES.session_s:
        assert accounts.sessions.caller(busy) is not None
        clock.now += RULES.idle_s / 2
    assert accounts.sessions.caller(busy) is None
    with control.read() as db:
        assert db.scalars(select(LoginSession)).all() == []  # an ended one is gone from disk


def test_a_session_and_a_token_are_kept_as_hashes(
    accounts: AccountService, control: ControlStore
) -> None:
    account_id = add(accounts, control)
    session = accounts.log_on("ada", PASSWORD, address=HOME)
    token = accounts.tokens.create(account_id, name="t", scopes=["read:events"])
    with control.read() as db:
        kept = str([vars(row) for row in db.scalars(select(LoginSession))])
        kept += str([vars(row) for row in db.scalars(select(ApiToken))])
    assert session.token not in kept
    assert token.token not in kept


def test_the_oldest_session_makes_room(accounts: AccountService, control: ControlStore) -> None:
    account_id = add(accounts, control)
    for _ in range(settings.SESSIONS_PER_ACCOUNT_MAX + 3):
        accounts.sessions.create(account_id, address=HOME)
    with control.read() as db:
        assert len(db.scalars(select(LoginSession)).all()) == settings.SESSIONS_PER_ACCOUNT_MAX


def test_csrf_tokens_differ_and_match() -> None:
    secret = bytes(range(32))
    tokens = {csrf_token(secret) for _ in range(20)}
    assert len(tokens) == 20
    assert all(csrf_matches(secret, token) for token in tokens)
    assert not csrf_matches(bytes(32), tokens.pop())
    for bad in (None, "", "AAAA", "é" * 88, "=" * 88, "A" * 87, "A" * 1_000):
        assert not csrf_matches(secret, bad)
    assert not csrf_matches(None, "A" * 88)


def test_a_token_expires_and_can_be_revoked(
    accounts: AccountService, control: ControlStore, clock: Clock
) -> None:
    account_id = add(accounts, control)
    new = accounts.tokens.create(account_id, name="t", scopes=["read:events"], days=1)
    assert accounts.tokens.caller(new.token) is not None
    clock.now += 86_400
    assert accounts.tokens.caller(new.token) is None
    clock.now -= 86_400
    assert accounts.tokens.revoke(account_id, new.view.token_id)
    assert accounts.tokens.caller(new.token) is None
    assert not accounts.tokens.revoke(account_id + 1, new.view.token_id)  # somebody else's


def test_a_token_loses_what_its_account_loses(
    accounts: AccountService, control: ControlStore
) -> None:
    account_id = add(accounts, control)
    token = accounts.tokens.create(account_id, name="t", scopes=["admin:*", "read:events"]).token
    add(accounts, control, "root")
    accounts.roles.assign("ada", [Role.ANALYST], by=[Grant(scopes=frozenset(Scope))])
    caller = accounts.tokens.caller(token)
    assert caller is not None
    assert caller.scopes == {Scope.READ_EVENTS, Scope.SELF}


def test_tokens_are_bounded(
    accounts: AccountService, control: ControlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = add(accounts, control)
    monkeypatch.setattr(settings, "TOKENS_PER_ACCOUNT_MAX", 2)
    for _ in range(2):
        accounts.tokens.create(account_id, name="t", scopes=["read:events"])
    with pytest.raises(AccountError, match="revoke one first"):
        accounts.tokens.create(account_id, name="t", scopes=["read:events"])
    for days in (0, 367, -1):
        with pytest.raises(AccountError):
            accounts.tokens.create(account_id, name="t", scopes=["read:events"], days=days)


def test_the_local_token_is_in_memory_only(accounts: AccountService, control: ControlStore) -> None:
    token = accounts.tokens.open_local()
    caller = accounts.tokens.caller(token)
    assert caller is not None
    assert (caller.name, caller.via) == ("local", "local")
    assert caller.scopes & NEVER_FOR_TOKENS == {Scope.ADMIN_ACCOUNTS, Scope.APPROVE_REQUESTS}
    with control.read() as db:
        assert db.scalars(select(ApiToken)).all() == []
    accounts.tokens.close_local()
    assert accounts.tokens.caller(token) is None


def test_every_scope_is_held_by_administrators_and_stars_expand() -> None:
    assert scopes_of(Role.ADMINISTRATOR) == set(Scope)
    assert scopes_of(Role.ANALYST) < set(Scope)
    assert not any(scope.startswith("admin:") for scope in scopes_of(Role.ANALYST))
    admin = {scope for scope in Scope if scope.startswith("admin:")}
    # A directory decides who holds roles, so its scope is asked for by name.
    assert expand(["admin:*"]) == admin - NEVER_FOR_TOKENS - {Scope.ADMIN_SCIM}
    assert expand(["admin:scim"]) == {Scope.ADMIN_SCIM}
    assert Scope.ADMIN_ACCOUNTS in admin & NEVER_FOR_TOKENS
    with pytest.raises(ValueError, match="known"):
        expand(["admin"])


def test_a_password_that_was_reset_while_it_was_checked_opens_nothing(
    control: ControlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = Passwords(time_cost=1, memory_kib=64)
    accounts = AccountService(control, clock=Clock(), passwords=passwords)
    accounts.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
    matches = passwords.matches

    def slowly(stored: str | None, password: str) -> bool:
        found = matches(stored, password)
        accounts.reset_with_link("ada", by=WHOLE_SERVER)
        return found

    monkeypatch.setattr(passwords, "matches", slowly)
    for outdated in (
        False,
        True,
    ):  # neither opens it a session, nor is the old one stored again under newer settings
        monkeypatch.setattr(passwords, "is_outdated", lambda _, answer=outdated: answer)
        accounts.links.set_password(accounts.links.make("ada").secret, PASSWORD)
        with pytest.raises(NotLoggedOnError):
            accounts.log_on("ada", PASSWORD, address=HOME)
        view = accounts.get("ada")
        assert view is not None
        assert not view.has_password
    assert accounts.openings.by_name()["ada"].sessions == 0
