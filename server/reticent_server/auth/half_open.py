"""Between the password and the second factor: a state that is no session and opens nothing.

256 random bits in a cookie of this browser, their SHA-256 in the store, good for five minutes and
for one session. Must hold: it is made new after the password was proved, so one that the client
brought never becomes anybody's (no fixation), and no guard knows it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import delete

from reticent_server.auth import settings
from reticent_server.auth.control import Control
from reticent_server.auth.errors import NotLoggedOnError
from reticent_server.auth.models import Account, HalfOpen


class Holder(NamedTuple):
    """An account, and the hash of the password that began its log-on."""

    account_id: int
    name: str
    password_hash: str


class HalfOpenLogins:
    def __init__(self, control: Control, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def begin(self, account_id: int, *, proved: str) -> str:
        """The cookie's value, for an account that proved the password of this hash just now.

        Raises NotLoggedOnError where its password is another by now: whoever set that means the
        old one to open nothing.
        """
        token, now = secrets.token_urlsafe(32), int(self._clock())
        with self._control.session() as db:
            if db.get_one(Account, account_id).password_hash != proved:
                raise NotLoggedOnError
            db.execute(
                delete(HalfOpen).where(
                    (HalfOpen.expires_s <= now) | (HalfOpen.account_id == account_id)
                )
            )
            db.add(
                HalfOpen(
                    token_sha256=_digest(token),
                    account_id=account_id,
                    expires_s=now + settings.HALF_OPEN_S,
                )
            )
            db.commit()
        return token

    def holder(self, token: str | None) -> Holder | None:
        """Whose log-on it is; None where it is over."""
        with self._control.read() as db:
            row = db.get(HalfOpen, _digest(token)) if token else None
            account = db.get(Account, row.account_id) if row else None
            if row is None or account is None or account.disabled_s is not None:
                return None
            if self._clock() >= row.expires_s:
                return None
            return Holder(account.account_id, account.name, account.password_hash)

    def end(self, token: str) -> bool:
        """Whether it was there still: of two at once, one gets the session."""
        with self._control.session() as db:
            row = db.get(HalfOpen, _digest(token))
            if row is None:
                return False
            db.delete(row)
            db.commit()
            return True


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
