"""Challenges of passkeys: made without writing anything, good once and for five minutes.

    8 bytes expiry (seconds since 1970, big-endian), 16 random, 32 HMAC-SHA-256 over these, the
    purpose, and the cookie or session that it is for

Anybody may ask for one to log on with, so making one must not write. Using one does: its hash is
kept until it expires, so that no answer counts twice, on whichever server.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from reticent_server.auth import settings
from reticent_server.auth.control import Control
from reticent_server.auth.errors import PasskeyError
from reticent_server.auth.models import UsedChallenge

_HEAD_BYTES = 8 + 16


class UsedOnce:
    """What may be used once, on whichever server: its SHA-256, until it would be over anyway."""

    def __init__(self, control: Control, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def first(self, digest: bytes, *, expires_s: int) -> bool:
        """Whether this is the first time. Blocks."""
        try:
            with self._control.session() as db:
                now = int(self._clock())
                db.execute(delete(UsedChallenge).where(UsedChallenge.expires_s <= now))
                db.add(UsedChallenge(challenge_sha256=digest, expires_s=expires_s))
                db.commit()
        except IntegrityError:
            return False
        return True


class Challenges:
    """`key`: 32 bytes, the same on every server."""

    def __init__(self, control: Control, *, clock: Callable[[], float], key: bytes) -> None:
        self._used = UsedOnce(control, clock=clock)
        self._clock = clock
        self._key = key

    def make(self, purpose: str, holder: str) -> bytes:
        expires_s = int(self._clock()) + settings.CHALLENGE_S
        head = expires_s.to_bytes(8, "big") + secrets.token_bytes(16)
        return head + self._mac(head, purpose, holder)

    def use(self, challenge: bytes, purpose: str, holder: str) -> None:
        """Raises PasskeyError for one that is not ours, for something else, over, or used."""
        head, mac = challenge[:_HEAD_BYTES], challenge[_HEAD_BYTES:]
        if not hmac.compare_digest(mac, self._mac(head, purpose, holder)):
            raise PasskeyError
        expires_s, now = int.from_bytes(head[:8], "big"), int(self._clock())
        if now >= expires_s:
            raise PasskeyError
        if not self._used.first(hashlib.sha256(challenge).digest(), expires_s=expires_s):
            raise PasskeyError

    def _mac(self, head: bytes, purpose: str, holder: str) -> bytes:
        said = head + b"\0".join([purpose.encode(), holder.encode(errors="replace")])
        return hmac.digest(self._key, said, "sha256")
