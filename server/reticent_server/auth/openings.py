"""What opens an account beside its password: counted, and ended all at once.

A new password ends sessions, log-ons that are half open, links and known browsers. API tokens and
passkeys stay, because most passwords are reset for being forgotten; after a theft they are ended
here, with whatever else is open. Calls block.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, true
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
from reticent_server.store.control.joining import Joining


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


class OpeningService(Joining):
    def __init__(self, control: Control, *, clock: Callable[[], float], idle_s: int) -> None:
        """`idle_s`: how long unused a session opens something still."""
        self._control = control
        self._clock = clock
        self._idle_s = idle_s

    def of(self, account_id: int) -> Openings:
        with self._control.read() as db:
            return self._counted(db, Account.account_id == account_id)[account_id]

    def by_name(self) -> dict[str, Openings]:
        """Of every account."""
        with self._control.read() as db:
            names = {row[0]: row[1] for row in db.execute(select(Account.account_id, Account.name))}
            found = self._counted(db, true())
        return {name: found[account_id] for account_id, name in names.items()}

    def end_all(self, account_id: int, *, by: Sequence[Grant], keep: str | None = None) -> Openings:
        """All but the session `keep`; what there was. Raises BeyondError."""
        with self._control.session() as db:
            must_cover(db, account_id, by)
            this = Account.account_id == account_id
            ended = self._counted(db, this, keep=keep)[account_id]
            end_openings(db, account_id, now_s=int(self._clock()), keep=keep)
            return ended

    def _counted(
        self, db: Session, which: ColumnElement[bool], *, keep: str | None = None
    ) -> defaultdict[int, Openings]:
        """By the account's number."""
        now_s = int(self._clock())
        live = (
            LoginSession.session_id != (keep or ""),
            LoginSession.expires_s > now_s,
            LoginSession.last_used_s > now_s - self._idle_s,
        )

        def count(
            model: type[LoginSession | ApiToken | Passkey], *of: ColumnElement[bool]
        ) -> dict[int, int]:
            wanted = select(model.account_id, func.count()).join(
                Account, Account.account_id == model.account_id
            )
            found = db.execute(wanted.where(which, *of).group_by(model.account_id))
            return {row[0]: row[1] for row in found}

        sessions, passkeys = count(LoginSession, *live), count(Passkey)
        tokens = count(ApiToken, *_usable(now_s))
        none = Openings(sessions=0, api_tokens=0, passkeys=0)
        counted = defaultdict(lambda: none)
        for one in sessions.keys() | tokens.keys() | passkeys.keys():
            counted[one] = Openings(
                sessions=sessions.get(one, 0),
                api_tokens=tokens.get(one, 0),
                passkeys=passkeys.get(one, 0),
            )
        return counted


def end_openings(db: Session, account_id: int, *, now_s: int, keep: str | None = None) -> None:
    """Within the caller's transaction. The password and a second factor's codes stay."""
    db.execute(
        delete(LoginSession).where(
            LoginSession.account_id == account_id, LoginSession.session_id != (keep or "")
        )
    )
    for model in (HalfOpen, AccountLink, KnownBrowser, Passkey):
        db.execute(delete(model).where(model.account_id == account_id))
    mine = select(ApiToken).where(ApiToken.account_id == account_id, *_usable(now_s))
    for token in db.scalars(mine):
        token.revoked_s = now_s


def _usable(now_s: int) -> tuple[ColumnElement[bool], ...]:
    return ApiToken.revoked_s.is_(None), ApiToken.expires_s > now_s
