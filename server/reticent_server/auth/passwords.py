"""Passwords: made, hashed, checked.

A stored hash is argon2id's own string (RFC 9106). Where the login key is at hand, which lies in no
database, it is that of HMAC-SHA-256(key', password) with "1:" before it, key' being derived from
the login key: whoever has the database alone has nothing to try guesses at.

Must hold: a check costs the same whether or not there is a hash to check against, and no more than
a fixed number run at once (each takes 64 MiB).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reticent_server.auth import settings
from reticent_server.auth.errors import AccountError

# No look-alikes (0 O 1 l I): a person reads this off one screen and types it into another.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"

NAME_CHARS_COMPARED = 5  # shorter names stand in ordinary words
_KEYED = "1:"


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
    elif _is_guessed_early(password, name):
        problem = (
            "it is made of what is guessed first: common passwords, names, dates, rows of keys"
        )
    if problem:
        raise AccountError(f"new password refused: {problem}; the old one stays; choose another")


def _is_guessed_early(password: str, name: str) -> bool:
    """Whether 100 million guesses would find it, tried in the order of an attacker who knows lists
    of breached passwords (zxcvbn, Wheeler 2016). Judged by its beginning, for the cost of it."""
    from zxcvbn import zxcvbn  # 14 MB of lists, which only a server that sets passwords needs

    beginning = password[: settings.PASSWORD_CHARS_JUDGED]
    judged = zxcvbn(beginning, [name, "reticent"])
    return int(judged["score"]) < settings.PASSWORD_SCORE_MIN


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
    """Thread-safe. `time_cost` and `memory_kib` are lowered by tests only.

    `login_key`: 32 bytes. Without it hashes are made without a key, and those with one match
    nothing; they are renewed at the next log-on to a server that has it.
    """

    def __init__(
        self,
        *,
        login_key: bytes | None = None,
        time_cost: int = settings.ARGON2_TIME_COST,
        memory_kib: int = settings.ARGON2_MEMORY_KIB,
    ) -> None:
        self._key = _derived(login_key) if login_key else None
        self._hasher = _hasher(time_cost, memory_kib)
        self._room = threading.BoundedSemaphore(settings.PASSWORD_CHECKS_AT_ONCE)
        self._nobody = _nobodys_hash(time_cost, memory_kib)

    def hash(self, password: str) -> str:
        with self._room:
            if self._key is None:
                return self._hasher.hash(_plain(password))
            return _KEYED + self._hasher.hash(_keyed(self._key, password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; with `stored` None the same work is done for nothing."""
        if len(password.encode()) > settings.PASSWORD_BYTES_MAX:
            password = ""  # still does the work, matches nothing: no empty password is ever set
        kept = stored or self._nobody
        tried: str | bytes = _plain(password)
        if kept.startswith(_KEYED) and self._key is not None:
            kept, tried = kept.removeprefix(_KEYED), _keyed(self._key, password)
        with self._room:
            try:
                matched = self._hasher.verify(kept, tried)
            except (VerificationError, InvalidHashError):
                return False
        return matched and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was made with other costs than today's, or without the key there is now."""
        is_keyed = stored.startswith(_KEYED)
        if is_keyed != (self._key is not None):
            return self._key is not None
        return self._hasher.check_needs_rehash(stored.removeprefix(_KEYED))


def _derived(login_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"reticent passwords v1").derive(login_key)


def _plain(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _keyed(key: bytes, password: str) -> bytes:
    return hmac.new(key, _plain(password).encode(), hashlib.sha256).digest()
