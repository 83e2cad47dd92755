"""What a stolen database gives of passwords: nothing without the login key, which is not in it."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from reticent_server.auth.accounts import AccountService
from reticent_server.auth.errors import NotLoggedOnError
from reticent_server.auth.models import Account
from reticent_server.auth.passwords import Passwords
from reticent_server.auth.scopes import Role
from reticent_server.store.control import ControlStore
from sqlalchemy import select

CHEAP: dict[str, Any] = {"time_cost": 1, "memory_kib": 64}
KEY = bytes(range(32))
OTHER_KEY = bytes(32)
PASSWORD = "seven wet horses run"
HOME = "192.0.2.7"


def accounts_with(control: ControlStore, key: bytes | None) -> AccountService:
    return AccountService(control, key=key, passwords=Passwords(login_key=key, **CHEAP))


def stored_hash(control: ControlStore) -> str:
    with control.read() as db:
        return db.scalars(select(Account.password_hash)).one()


def test_who_has_the_hash_alone_cannot_confirm_the_right_password(control: ControlStore) -> None:
    accounts = accounts_with(control, KEY)
    accounts.create("ada", role=Role.ANALYST, password=PASSWORD, must_change=False)
    bare = stored_hash(control).removeprefix("1:")
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(bare, PASSWORD)
    assert not Passwords(**CHEAP).matches(bare, PASSWORD)
    assert not Passwords(login_key=OTHER_KEY, **CHEAP).matches(stored_hash(control), PASSWORD)
    assert accounts.log_on("ada", PASSWORD, address=HOME).caller.name == "ada"


def test_a_hash_from_before_the_key_is_renewed_at_the_next_log_on(control: ControlStore) -> None:
    accounts_with(control, None).create(
        "ada", role=Role.ANALYST, password=PASSWORD, must_change=False
    )
    before = stored_hash(control)
    assert before.startswith("$argon2id$")
    accounts_with(control, KEY).log_on("ada", PASSWORD, address=HOME)
    after = stored_hash(control)
    assert after.startswith("1:$argon2id$")
    accounts_with(control, KEY).log_on("ada", PASSWORD, address=HOME)
    assert stored_hash(control) == after


def test_without_the_key_nobody_gets_in_and_nothing_is_renewed(control: ControlStore) -> None:
    accounts_with(control, KEY).create(
        "ada", role=Role.ANALYST, password=PASSWORD, must_change=False
    )
    kept = stored_hash(control)
    for key in (None, OTHER_KEY):
        with pytest.raises(NotLoggedOnError):
            accounts_with(control, key).log_on("ada", PASSWORD, address=HOME)
    assert stored_hash(control) == kept


def test_equal_passwords_have_different_hashes_and_the_form_of_a_letter_does_not_matter() -> None:
    passwords = Passwords(login_key=KEY, **CHEAP)
    assert passwords.hash(PASSWORD) != passwords.hash(PASSWORD)
    assert passwords.matches(passwords.hash("señor y señora 12"), "sen\u0303or y señora 12")
