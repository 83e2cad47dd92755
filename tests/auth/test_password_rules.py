"""What a password may be made of, and that the whole of it counts."""

from __future__ import annotations

import time

import pytest
from reticent_server.auth.errors import AccountError
from reticent_server.auth.passwords import Passwords, check_new_password
from reticent_server.auth.settings import PASSWORD_BYTES_MAX

PASSWORDS = Passwords(time_cost=1, memory_kib=64)


@pytest.mark.parametrize(
    "password",
    [
        "only lower case letters",
        "ONLY UPPER CASE",
        "802417395164",
        "пароль из букв",
        "五六七八九十百千万億兆京",
        "🐎🐴🦄🐮🐷🐑🐐🐪🦙🦒🐘🦏",
        "a b  c   d    e",
    ],
)
def test_any_printable_characters_will_do_and_no_kinds_are_asked_for(password: str) -> None:
    check_new_password(password, name="ada")
    assert PASSWORDS.matches(PASSWORDS.hash(password), password)


def test_the_last_character_of_a_long_one_counts() -> None:
    password = ("seven wet horses run " * 60)[:PASSWORD_BYTES_MAX]
    check_new_password(password, name="ada")
    stored = PASSWORDS.hash(password)
    assert PASSWORDS.matches(stored, password)
    assert not PASSWORDS.matches(stored, password[:-1] + "!")
    assert not PASSWORDS.matches(stored, password[:-1])


def test_spaces_are_not_taken_together() -> None:
    assert not PASSWORDS.matches(PASSWORDS.hash("seven  wet horses"), "seven wet horses")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "passwordpassword",
        "qwertyuiop12",
        "iloveyou2024!",
        "Reticent2026!",
        "trustno1trustno1",
        "ada-lovelace",
        "1234567890" * 90,
    ],
)
def test_what_is_guessed_first_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(AccountError, match="guessed first") as refused:
        check_new_password(password, name="adal")
    assert password not in str(refused.value)


def test_the_longest_password_is_judged_in_bounded_time() -> None:
    """By its beginning: the letters below stand for others, which all have to be tried."""
    worst = ("!10[0036[54|6!<<7(7([|<$6{|{{@" * 40)[:PASSWORD_BYTES_MAX]
    start = time.process_time()
    check_new_password(worst, name="ada")
    assert time.process_time() - start < 5
