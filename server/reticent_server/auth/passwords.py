"""Passwords: made, hashed, checked.

Must hold: a check costs the same whether or not there is a hash to check against, and no more than
a fixed number run at once (each takes 64 MiB).
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from reticent_server.auth import settings
from reticent_server.auth.errors import AccountError

# No look-alikes (0 O 1 l I): a person reads this off one screen and types it into another.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"

NAME_CHARS_COMPARED = 5  # shorter names stand in ordinary words


def generate_password() -> str:
    """Four groups of five characters, 100 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def check_new_password(password: str, *, name: str) -> None:
    """Raises AccountError for one that must not be set (NIST SP 800-63B: length, not classes)."""
    problem = None
    if len(password) < settings.PASSWORD_CHARS_MIN:
        problem = f"shorter than {settings.PASSWORD_CHARS_MIN} characters"
    elif len(password.encode()) > settings.PASSWORD_BYTES_MAX:
        problem = f"longer than {settings.PASSWORD_BYTES_MAX} bytes"
    elif len(name) >= NAME_CHARS_COMPARED and name in password.casefold():
        problem = "it contains the account's name"
    elif len(set(password)) < 5:
        problem = "it has fewer than five different characters"
    if problem:
        raise AccountError(f"new password refused: {problem}; the old one stays; choose another")


def _hasher(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(
        time_cost=time_cost, memory_cost=memory_kib, parallelism=settings.ARGON2_LANES
    )


@cache
def _nobodys_hash(time_cost: int, memory_kib: int) -> str:
    """What an unknown name is checked against, with the same cost as a real hash.

    Of a random password that nobody keeps; made once a process, before the first check.
    """
    return _hasher(time_cost, memory_kib).hash(secrets.token_urlsafe(32))


class Passwords:
    """Thread-safe. `time_cost` and `memory_kib` are lowered by tests only."""

    def __init__(
        self,
        *,
        time_cost: int = settings.ARGON2_TIME_COST,
        memory_kib: int = settings.ARGON2_MEMORY_KIB,
    ) -> None:
        self._hasher = _hasher(time_cost, memory_kib)
        self._room = threading.BoundedSemaphore(settings.PASSWORD_CHECKS_AT_ONCE)
        self._nobody = _nobodys_hash(time_cost, memory_kib)

    def hash(self, password: str) -> str:
        with self._room:
            return self._hasher.hash(unicodedata.normalize("NFC", password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; with `stored` None the same work is done for nothing."""
        if len(password.encode()) > settings.PASSWORD_BYTES_MAX:
            password = ""  # still does the work, matches nothing: no empty password is ever set
        with self._room:
            try:
                matched = self._hasher.verify(
                    stored or self._nobody, unicodedata.normalize("NFC", password)
                )
            except (VerificationError, InvalidHashError):
                return False
        return matched and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)
