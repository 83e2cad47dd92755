"""Login sessions: 256 random bits in a cookie, their SHA-256 in the store.

A session ends unused and at its absolute end, both as configured, on log-out, on a change of
password, when its account is disabled, and when its holder or an administrator ends it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from reticent_server.auth import settings
from reticent_server.auth.authority import must_cover
from reticent_server.auth.browsers import browser_of
from reticent_server.auth.caller import Caller
from reticent_server.auth.control import Control
from reticent_server.auth.errors import NotLoggedOnError
from reticent_server.auth.grants import Grant
from reticent_server.auth.holding import grants_of, manages, roles_of
from reticent_server.auth.models import Account, AccountLink, HalfOpen, LoginSession
from reticent_server.auth.second_factor import factor_is_on
from reticent_server.auth.sources import LOCAL, OIDC
from reticent_server.config import LoginRules
from reticent_server.peer import network_of
from reticent_server.store.control.joining import Joining


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    token: str  # for the cookie; nothing keeps it
    csrf_token: str
    expires_s: int
    caller: Caller
    browser: str = ""  # for the cookie by which the browser is known from now on


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """What is shown of a session; `session_id` names it and opens nothing."""

    session_id: str
    created_s: int
    last_used_s: int  # within half a minute
    expires_s: int
    network: str
    browser: str


class SessionService(Joining):
    def __init__(self, control: Control, *, clock: Callable[[], float], rules: LoginRules) -> None:
        self._control = control
        self._clock = clock
        self._rules = rules

    def create(
        self,
        account_id: int,
        *,
        address: str,
        user_agent: str = "",
        password_hash: str | None = None,
        way: str = LOCAL,
    ) -> NewSession:
        """A session of an account that has just proved who it is, by the password of that hash.

        Of the address only its network is kept, of the browser two words. Raises NotLoggedOnError
        where the account's password is another by now.
        """
        token, csrf_secret, now = secrets.token_urlsafe(32), secrets.token_bytes(32), self._now()
        with self._control.session() as db:
            account = db.get_one(Account, account_id)
            if password_hash is not None and account.password_hash != password_hash:
                raise NotLoggedOnError
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
                session_id=secrets.token_hex(8),
                account_id=account_id,
                network=network_of(address),
                browser=browser_of(user_agent),
                csrf_secret=csrf_secret,
                created_s=now,
                last_used_s=now,
                expires_s=now + self._rules.session_s,
                way=way,
            )
            db.add(row)
            caller, expires_s = self._caller(db, account, row), row.expires_s
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
            over = unused_s >= self._rules.idle_s or now >= row.expires_s
            caller = None
            if account is not None and account.disabled_s is None and not over:
                caller = self._caller(db, account, row)
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

    def end(self, token: str) -> None:
        with self._control.session() as db:
            db.execute(delete(LoginSession).where(LoginSession.token_sha256 == _digest(token)))

    def list(self, account_id: int) -> list[SessionView]:
        """Those that still open something, the last used first."""
        wanted = select(LoginSession).where(LoginSession.account_id == account_id, *self._live())
        with self._control.read() as db:
            rows = db.scalars(wanted.order_by(LoginSession.last_used_s.desc()))
            return [_view(row) for row in rows]

    def _live(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        now = self._now()
        return LoginSession.expires_s > now, LoginSession.last_used_s > now - self._rules.idle_s

    def end_one(self, account_id: int, session_id: str, *, by: Sequence[Grant]) -> bool:
        """Whether the account has such a session; it opens nothing from the next request on.

        `by`: what the one who asks holds. Raises BeyondError, as `end_others` does.
        """
        return self._end_where(account_id, LoginSession.session_id == session_id, by) > 0

    def end_others(self, account_id: int, *, by: Sequence[Grant], keep: str | None = None) -> int:
        """Ends all sessions of the account but `keep`; how many those were."""
        return self._end_where(account_id, LoginSession.session_id != (keep or ""), by)

    def _end_where(self, account_id: int, which: ColumnElement[bool], by: Sequence[Grant]) -> int:
        with self._control.session() as db:
            must_cover(db, account_id, by)
            found = db.scalars(
                select(LoginSession).where(LoginSession.account_id == account_id, which)
            ).all()
            for row in found:
                db.delete(row)
            return len(found)

    def _caller(self, db: Session, account: Account, row: LoginSession) -> Caller:
        roles = roles_of(db, account.account_id)
        grants = grants_of(db, roles)
        asked = self._rules.second_factor == "all" or (
            self._rules.second_factor == "administrators" and manages(grants)
        )
        ours = account.source == LOCAL  # a second factor of others is their provider's to ask for
        return Caller(
            account_id=account.account_id,
            name=account.name,
            roles=roles,
            grants=grants,
            via="session",
            session_id=row.session_id,
            csrf_secret=row.csrf_secret,
            must_set_password=account.password_is_temporary,
            must_add_factor=asked and ours and not factor_is_on(db, account.account_id),
            sso=row.way == OIDC,
        )

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


def end_all_of(db: Session, account_id: int) -> None:
    """Whatever an old password began: sessions, log-ons that are half open, one-time links."""
    for model in (LoginSession, HalfOpen, AccountLink):
        db.execute(delete(model).where(model.account_id == account_id))


def _view(row: LoginSession) -> SessionView:
    return SessionView(
        session_id=row.session_id,
        created_s=row.created_s,
        last_used_s=row.last_used_s,
        expires_s=row.expires_s,
        network=row.network,
        browser=row.browser,
    )
