"""What a password may be made of, and that the whole of it counts."""

from __future__ import annotations

import pytest
from reticent_server.auth.passwords import Passwords, check_new_password
from reticent_server.auth.settings import PASSWORD_BYTES_MAX

PASSWORDS = Passwords(time_cost=1, memory_kib=64)


@pytest.mark.parametrize(
    "password",
    [
        "only lower case letters",
        "ONLY UPPER CASE",
        "314159265358",
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
