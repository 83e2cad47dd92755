"""Login sessions: 256 random bits in a cookie, their SHA-256 in the store.

A session ends after an hour unused, after twelve hours whatever happens, on log-out, on a change of
password, and when its account is disabled.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reticent_server.auth import settings
from reticent_server.auth.caller import Caller
from reticent_server.auth.control import Control
from reticent_server.auth.holding import grants_of, roles_of
from reticent_server.auth.models import Account, LoginSession


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    token: str  # for the cookie; nothing keeps it
    csrf_token: str
    expires_s: int
    caller: Caller


class SessionService:
    def __init__(self, control: Control, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def create(self, account_id: int) -> NewSession:
        """A session of an account that has just proved its password."""
        token, csrf_secret, now = secrets.token_urlsafe(32), secrets.token_bytes(32), self._now()
        with self._control.session() as db:
            account = db.get_one(Account, account_id)
            db.execute(delete(LoginSession).where(LoginSession.expires_s <= now))
            # The oldest make room, so that a script that never logs off cannot fill the table.
            kept = (
                select(LoginSession.token_sha256)
                .where(LoginSession.account_id == account_id)
                .order_by(LoginSession.last_used_s.desc())
                .offset(settings.SESSIONS_PER_ACCOUNT_MAX - 1)
            )
            for old in db.scalars(kept).all():
                db.execute(delete(LoginSession).where(LoginSession.token_sha256 == old))
            row = LoginSession(
                token_sha256=_digest(token),
                account_id=account_id,
                csrf_secret=csrf_secret,
                created_s=now,
                last_used_s=now,
                expires_s=now + settings.SESSION_MAX_S,
            )
            db.add(row)
            caller, expires_s = _caller(db, account, row), row.expires_s
            db.commit()
        return NewSession(
            token=token, csrf_token=csrf_token(csrf_secret), expires_s=expires_s, caller=caller
        )

    def caller(self, token: str, *, is_use: bool = True) -> Caller | None:
        """Whose session it is, or None where it is unknown or has ended.

        `is_use` False does not put off its end: a page left open refreshes itself for ever.
        """
        digest, now = _digest(token), self._now()
        with self._control.read() as db:
            row = db.get(LoginSession, digest)
            if row is None:
                return None
            account = db.get(Account, row.account_id)
            unused_s = now - row.last_used_s
            over = unused_s >= settings.SESSION_IDLE_S or now >= row.expires_s
            caller = None
            if account is not None and account.disabled_s is None and not over:
                caller = _caller(db, account, row)
        if caller is None:
            self.end(token)
        elif is_use and unused_s >= settings.SESSION_TOUCH_S:
            self._touch(digest, now)
        return caller

    def _touch(self, digest: bytes, now: int) -> None:
        with self._control.session() as db:
            row = db.get(LoginSession, digest)
            if row is not None:  # it may have been ended a moment ago
                row.last_used_s = now
                db.commit()

    def end(self, token: str) -> None:
        with self._control.session() as db:
            db.execute(delete(LoginSession).where(LoginSession.token_sha256 == _digest(token)))
            db.commit()

    def _now(self) -> int:
        return int(self._clock())


def csrf_token(secret: bytes) -> str:
    """The session's token for forms: a random pad and the secret under it.

    A new text each time, so that a compressed page does not let it be guessed (BREACH).
    """
    pad = secrets.token_bytes(len(secret))
    return base64.urlsafe_b64encode(pad + _xor(pad, secret)).decode()


def csrf_matches(secret: bytes | None, sent: str | None) -> bool:
    if secret is None or not sent or len(sent) > 128 or not sent.isascii():
        return False
    try:
        raw = base64.b64decode(sent, altchars=b"-_", validate=True)
    except ValueError:
        return False
    if len(raw) != 2 * len(secret):
        return False
    pad, masked = raw[: len(secret)], raw[len(secret) :]
    return hmac.compare_digest(_xor(pad, masked), secret)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _caller(db: Session, account: Account, row: LoginSession) -> Caller:
    roles = roles_of(db, account.account_id)
    return Caller(
        account_id=account.account_id,
        name=account.name,
        roles=roles,
        grants=grants_of(db, roles),
        via="session",
        csrf_secret=row.csrf_secret,
        must_set_password=account.password_is_temporary,
    )
