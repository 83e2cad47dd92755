"""API tokens: `rtat_` and 256 random bits, shown once; the store keeps their SHA-256.

A token never holds more than its account's roles give at the moment of use, within their limits,
and never the scopes that manage tokens, passwords and accounts.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from reticent_server.auth import settings
from reticent_server.auth.caller import Caller
from reticent_server.auth.control import Control
from reticent_server.auth.errors import AccountError
from reticent_server.auth.grants import Grant, narrowed
from reticent_server.auth.holding import grants_of, roles_of
from reticent_server.auth.models import Account, ApiToken
from reticent_server.auth.scopes import NEVER_FOR_TOKENS, Role, Scope, expand
from reticent_server.auth.sources import OIDC
from reticent_server.store.control.joining import Joining

# The command line manages accounts too; it has no account, so no tokens and no password of its own.
_LOCAL = frozenset(Scope) - {Scope.OWN_TOKENS, Scope.OWN_PASSWORD}
PREFIX = "rtat_"  # lets secret scanners find one that leaked


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    token_id: str
    name: str
    scopes: tuple[str, ...]
    created_s: int
    expires_s: int
    last_used_s: int | None
    revoked_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    token: str  # shown once
    view: TokenView


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadToken:
    """One that was good once: whose it was, and why it is good for nothing."""

    token_id: str
    owner: str
    why: str


class ApiTokenService(Joining):
    def __init__(self, control: Control, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock
        self._local: bytes | None = None

    def create(
        self, account_id: int, *, name: str, scopes: Iterable[str], days: int | None = None
    ) -> NewToken:
        """Raises AccountError for scopes the account does not hold, a bad name or lifetime."""
        days = settings.TOKEN_DAYS_DEFAULT if days is None else days
        if not 1 <= days <= settings.TOKEN_DAYS_MAX:
            raise _refused(f"it must live 1 to {settings.TOKEN_DAYS_MAX} days")
        if not name.strip() or len(name) > settings.TOKEN_NAME_CHARS_MAX:
            raise _refused(f"its name must have 1 to {settings.TOKEN_NAME_CHARS_MAX} characters")
        token, now = PREFIX + secrets.token_urlsafe(32), int(self._clock())
        with self._control.session() as db:
            grants = grants_of(db, roles_of(db, account_id))
            granted = _granted(grants, scopes)
            live = select(func.count()).where(
                ApiToken.account_id == account_id,
                ApiToken.revoked_s.is_(None),
                ApiToken.expires_s > now,
            )
            if (db.scalar(live) or 0) >= settings.TOKENS_PER_ACCOUNT_MAX:
                raise _refused(
                    f"the account has {settings.TOKENS_PER_ACCOUNT_MAX} already; revoke one first"
                )
            row = ApiToken(
                token_id=secrets.token_hex(8),
                token_sha256=_digest(token),
                account_id=account_id,
                name=name.strip(),
                scopes=" ".join(sorted(granted)),
                created_s=now,
                expires_s=now + days * 86_400,
            )
            db.add(row)
            db.flush()
            view = _view(row)
        return NewToken(token=token, view=view)

    def list(self, account_id: int) -> list[TokenView]:
        """The account's tokens, newest first, revoked and expired ones included."""
        wanted = select(ApiToken).where(ApiToken.account_id == account_id)
        with self._control.read() as db:
            rows = db.scalars(wanted.order_by(ApiToken.created_s.desc(), ApiToken.token_id))
            return [_view(row) for row in rows]

    def revoke(self, account_id: int, token_id: str) -> bool:
        """Whether the account has such a token; it is useless from now on."""
        with self._control.session() as db:
            row = db.get(ApiToken, token_id)
            if row is None or row.account_id != account_id:
                return False
            row.revoked_s = row.revoked_s or int(self._clock())
            return True

    def caller(self, token: str) -> Caller | None:
        """Whose token it is, with the scopes it holds now; None where it is good for nothing."""
        digest = _digest(token)
        if self._local is not None and secrets.compare_digest(digest, self._local):
            return local_caller()
        now = int(self._clock())
        with self._control.read() as db:
            row = db.scalar(select(ApiToken).where(ApiToken.token_sha256 == digest))
            if row is None or row.revoked_s is not None or now >= row.expires_s:
                return None
            account = db.get(Account, row.account_id)
            if account is None or account.disabled_s is not None or _is_stale(account, now):
                return None
            roles = roles_of(db, account.account_id)
            grants = grants_of(db, roles)
        if row.last_used_s is None or now - row.last_used_s >= settings.TOKEN_TOUCH_S:
            self._touch(row.token_id, now)
        held = _known(row.scopes.split()) - NEVER_FOR_TOKENS
        return Caller(
            account_id=account.account_id,
            name=account.name,
            roles=roles,
            grants=narrowed(grants, held | {Scope.SELF}),
            via="token",
            token_id=row.token_id,
        )

    def dead(self, token: str) -> DeadToken | None:
        """Of a token that `caller` knows nobody by; None where nobody ever had it."""
        with self._control.read() as db:
            row = db.scalar(select(ApiToken).where(ApiToken.token_sha256 == _digest(token)))
            account = None if row is None else db.get(Account, row.account_id)
        if row is None or account is None:
            return None
        if row.revoked_s is not None:
            why = "the token is revoked"
        else:
            why = "the account is disabled" if account.disabled_s else "the token has expired"
            if _is_stale(account, int(self._clock())):
                why = "its holder has not logged on for too long"
        return DeadToken(token_id=row.token_id, owner=account.name, why=why)

    def _touch(self, token_id: str, now: int) -> None:
        with self._control.session() as db:
            row = db.get_one(ApiToken, token_id)
            row.last_used_s = now

    def open_local(self) -> str:
        """A token of the built-in account `local`, held in this process's memory only.

        Whoever may read the server's data directory may use it: they could open the stores anyway.
        It dies with the process, so nothing is left to revoke after a crash.
        """
        token = PREFIX + secrets.token_urlsafe(32)
        self._local = _digest(token)
        return token

    def close_local(self) -> None:
        self._local = None


def _is_stale(account: Account, now: int) -> bool:
    """Roles that only a log-on brings up to date are not believed for ever."""
    confirmed_s = account.confirmed_s or 0
    return account.source == OIDC and now - confirmed_s >= settings.SSO_CONFIRMED_S


def _granted(grants: Sequence[Grant], names: Iterable[str]) -> frozenset[Scope]:
    may = frozenset().union(*(grant.scopes for grant in grants))
    try:
        wanted = expand(names) - {Scope.SELF}
    except ValueError as error:
        raise _refused(str(error)) from None
    beyond = (wanted - may) | (wanted & NEVER_FOR_TOKENS)
    if beyond:
        raise _refused(f"it may not hold {', '.join(sorted(beyond))}")
    if not wanted:
        raise _refused("it names no scope")
    return wanted


def _known(names: Iterable[str]) -> frozenset[Scope]:
    """Without those that a newer version stored: what is not known is no permission."""
    known = {scope.value for scope in Scope}
    return frozenset(Scope(name) for name in names if name in known)


def _refused(why: str) -> AccountError:
    return AccountError(f"API token refused: {why}; no token was made; correct the request")


def local_caller() -> Caller:
    """The command line on the server's own machine: the built-in account `local`."""
    return Caller(
        account_id=0,
        name="local",
        roles=(Role.ADMINISTRATOR.value,),
        grants=(Grant(scopes=_LOCAL),),
        via="local",
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _view(row: ApiToken) -> TokenView:
    return TokenView(
        token_id=row.token_id,
        name=row.name,
        scopes=tuple(row.scopes.split()),
        created_s=row.created_s,
        expires_s=row.expires_s,
        last_used_s=row.last_used_s,
        revoked_s=row.revoked_s,
    )
