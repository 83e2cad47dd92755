"""What opens an account beside its password: counted, and ended all at once.

A new password ends sessions, log-ons that are half open, links and known browsers. API tokens and
passkeys stay, because most passwords are reset for being forgotten; after a theft they are ended
here, with whatever else is open. Calls block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from reticent_server.auth.authority import must_cover
from reticent_server.auth.control import Control
from reticent_server.auth.grants import Grant
from reticent_server.auth.models import (
    Account,
    AccountLink,
    ApiToken,
    HalfOpen,
    KnownBrowser,
    LoginSession,
    Passkey,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Openings:
    """How many there are, or were. A token that is revoked or over counts no more."""

    sessions: int
    api_tokens: int
    passkeys: int

    @property
    def staying(self) -> int:
        """Those that a new password does not end."""
        return self.api_tokens + self.passkeys


class OpeningService:
    def __init__(self, control: Control, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def of(self, account_id: int) -> Openings:
        with self._control.read() as db:
            return _counted(db, account_id, keep=None, now_s=int(self._clock()))

    def by_name(self) -> dict[str, Openings]:
        """Of every account."""
        now_s = int(self._clock())
        with self._control.read() as db:
            accounts = db.execute(select(Account.name, Account.account_id)).all()
            return {name: _counted(db, one, keep=None, now_s=now_s) for name, one in accounts}

    def end_all(self, account_id: int, *, by: Sequence[Grant], keep: str | None = None) -> Openings:
        """All but the session `keep`; what there was. Raises BeyondError."""
        with self._control.session() as db:
            must_cover(db, account_id, by)
            ended = end_openings(db, account_id, now_s=int(self._clock()), keep=keep)
            db.commit()
            return ended


def end_openings(db: Session, account_id: int, *, now_s: int, keep: str | None = None) -> Openings:
    """Within the caller's transaction. The password and a second factor's codes stay."""
    ended = _counted(db, account_id, keep=keep, now_s=now_s)
    db.execute(
        delete(LoginSession).where(
            LoginSession.account_id == account_id, LoginSession.session_id != (keep or "")
        )
    )
    for model in (HalfOpen, AccountLink, KnownBrowser, Passkey):
        db.execute(delete(model).where(model.account_id == account_id))
    for token in db.scalars(select(ApiToken).where(*_usable(account_id, now_s))):
        token.revoked_s = now_s
    return ended


def _counted(db: Session, account_id: int, *, keep: str | None, now_s: int) -> Openings:
    def count(*of: ColumnElement[bool]) -> int:
        return db.scalar(select(func.count()).where(*of)) or 0

    return Openings(
        sessions=count(
            LoginSession.account_id == account_id,
            LoginSession.session_id != (keep or ""),
            LoginSession.expires_s > now_s,
        ),
        api_tokens=count(*_usable(account_id, now_s)),
        passkeys=count(Passkey.account_id == account_id),
    )


def _usable(account_id: int, now_s: int) -> tuple[ColumnElement[bool], ...]:
    return (
        ApiToken.account_id == account_id,
        ApiToken.revoked_s.is_(None),
        ApiToken.expires_s > now_s,
    )
