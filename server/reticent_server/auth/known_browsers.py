"""Browsers that an account was used from: a cookie of 256 random bits, its SHA-256 in the store.

It proves nothing but that somebody logged on here before, so it opens nothing. It sets its bearer
apart from strangers: their failed guesses do not hold up who comes from a known browser, which has
a count of its own. After OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from sqlalchemy import delete, select

from reticent_server.auth import settings
from reticent_server.auth.control import Control
from reticent_server.auth.models import Account, KnownBrowser
from reticent_server.store.control.joining import Joining


class KnownBrowsers(Joining):
    def __init__(self, control: Control, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def is_known(self, name: str, cookie: str | None) -> bool:
        if not cookie:
            return False
        wanted = (
            select(KnownBrowser.last_seen_s)
            .join(Account, Account.account_id == KnownBrowser.account_id)
            .where(Account.name == name, KnownBrowser.cookie_sha256 == _digest(cookie))
        )
        with self._control.read() as db:
            seen_s = db.scalar(wanted)
        return seen_s is not None and self._clock() - seen_s < settings.BROWSER_KNOWN_S

    def remember(self, account_id: int, cookie: str | None) -> str:
        """The cookie to set, after a log-on. One that the account does not know is never adopted:
        somebody else may have put it there."""
        now = int(self._clock())
        kept = cookie or secrets.token_urlsafe(32)
        with self._control.session() as db:
            mine = KnownBrowser.account_id == account_id
            known = db.scalar(
                select(KnownBrowser).where(mine, KnownBrowser.cookie_sha256 == _digest(kept))
            )
            if known is None:
                kept = secrets.token_urlsafe(32)
                known = KnownBrowser(cookie_sha256=_digest(kept), account_id=account_id)
                db.add(known)
            known.last_seen_s = now
            db.flush()
            surplus = (
                select(KnownBrowser.cookie_sha256)
                .where(mine)
                .order_by(KnownBrowser.last_seen_s.desc())
                .offset(settings.BROWSERS_PER_ACCOUNT_MAX)
            )
            for old in db.scalars(surplus).all():
                db.execute(delete(KnownBrowser).where(KnownBrowser.cookie_sha256 == old))
        return kept

    def forget(self, account_id: int) -> None:
        """All of the account: whoever has one of them may be the reason for a reset."""
        with self._control.session() as db:
            db.execute(delete(KnownBrowser).where(KnownBrowser.account_id == account_id))


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode(errors="replace")).digest()
