"""Accounts: made, listed, disabled, logged on to.

`AccountService` is what `Services.accounts` holds; sessions and tokens hang off it.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from reticent_server.auth import settings
from reticent_server.auth.control import Control
from reticent_server.auth.errors import AccountError, NotLoggedOnError
from reticent_server.auth.links import LinkService, NewLink
from reticent_server.auth.models import Account, LoginSession
from reticent_server.auth.passwords import Passwords, check_new_password, generate_password
from reticent_server.auth.scopes import Role
from reticent_server.auth.sessions import NewSession, SessionService
from reticent_server.auth.throttle import LoginThrottle
from reticent_server.auth.tokens import ApiTokenService

LOCAL_NAME = "local"  # the built-in account of the command line on the server's own machine
FIRST_NAME = "admin"
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    name: str
    role: Role
    created_s: int
    disabled_s: int | None
    password_is_temporary: bool
    has_password: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    name: str
    role: Role
    password: str  # shown once; nothing keeps it


class AccountService:
    """Everything about accounts. Calls block (argon2, SQLite): run them in a thread."""

    def __init__(
        self,
        control: Control,
        *,
        clock: Callable[[], float] = time.time,
        passwords: Passwords | None = None,
    ) -> None:
        self._control = control
        self._clock = clock
        self._passwords = passwords or Passwords()
        self.sessions = SessionService(control, clock=clock)
        self.tokens = ApiTokenService(control, clock=clock)
        self.links = LinkService(control, clock=clock, passwords=self._passwords)
        self.throttle = LoginThrottle(clock=clock)

    def create(
        self, name: str, *, role: Role, password: str | None = None, must_change: bool = True
    ) -> NewAccount:
        """A new account; without `password` one is generated. Raises AccountError."""
        name = clean_name(name)
        if password is None:
            password = generate_password()
        else:
            check_new_password(password, name=name)
        self._add(name, role, self._passwords.hash(password), temporary=must_change)
        return NewAccount(name=name, role=role, password=password)

    def create_with_link(self, name: str, *, role: Role) -> NewLink:
        """A new account without a password, and the link to set one. Raises AccountError."""
        name = clean_name(name)
        self._add(name, role, "", temporary=False)
        return self.links.make(name)

    def first_administrator(self, *, name: str = FIRST_NAME) -> NewLink | None:
        """The link of the first administrator; None where somebody could log on already.

        Again before it was used it gives a new link: the first may be lost, or over.
        """
        there = self.list()
        if not there:
            return self.create_with_link(name, role=Role.ADMINISTRATOR)
        only = there[0] if len(there) == 1 else None
        unused = only is not None and not only.has_password and only.name == _fold(name)
        return self.links.make(_fold(name)) if unused else None

    def reset_with_link(self, name: str) -> NewLink:
        """The password void and every session ended at once; the link sets a new one."""
        self._store_hash(_fold(name), "", temporary=False)
        return self.links.make(_fold(name))

    def _add(self, name: str, role: Role, password_hash: str, *, temporary: bool) -> None:
        with self._control.session() as db:
            if db.scalar(select(Account).where(Account.name == name)) is not None:
                raise AccountError(
                    f"account {name!r} exists already; it was not changed; choose another name, or "
                    f"have a new password set with `reticent-server user password {name}`"
                )
            db.add(
                Account(
                    name=name,
                    password_hash=password_hash,
                    password_is_temporary=temporary,
                    role=role.value,
                    created_s=int(self._clock()),
                )
            )
            db.commit()

    def list(self) -> list[AccountView]:
        with self._control.read() as db:
            return [_view(a) for a in db.scalars(select(Account).order_by(Account.name))]

    def get(self, name: str) -> AccountView | None:
        with self._control.read() as db:
            found = db.scalar(select(Account).where(Account.name == _fold(name)))
            return _view(found) if found else None

    def disable(self, name: str) -> AccountView:
        """Shuts the account and ends its sessions. AccountError for the last administrator."""
        with self._control.session() as db:
            account = _must_find(
                db.scalar(select(Account).where(Account.name == _fold(name))), name
            )
            others = select(func.count()).where(
                Account.role == Role.ADMINISTRATOR.value,
                Account.disabled_s.is_(None),
                Account.account_id != account.account_id,
            )
            if account.role == Role.ADMINISTRATOR.value and not db.scalar(others):
                raise AccountError(
                    f"account {account.name!r} is the last administrator; it stays enabled; make "
                    "another administrator first"
                )
            account.disabled_s = account.disabled_s or int(self._clock())
            db.execute(delete(LoginSession).where(LoginSession.account_id == account.account_id))
            db.commit()
            return _view(account)

    def reset_password(self, name: str, *, must_change: bool = True) -> NewAccount:
        """A new generated password, and every session of the account ended."""
        password = generate_password()
        role = self._set_password(_fold(name), password, temporary=must_change)
        return NewAccount(name=_fold(name), role=role, password=password)

    def change_password(self, name: str, *, old: str, new: str, address: str) -> None:
        """The holder's own change. Raises NotLoggedOnError where `old` is wrong, AccountError, or
        ThrottledError: a session left open is no place to guess the password at."""
        self._check(name, old, address=address)
        if new == old:
            raise AccountError("new password refused: it is the old one; choose another")
        check_new_password(new, name=_fold(name))
        self._set_password(_fold(name), new, temporary=False)

    def log_on(
        self, name: str, password: str, *, address: str, replaces: str | None = None
    ) -> NewSession:
        """A new session, never one the client brought: `replaces` is ended (no session fixation).

        Raises ThrottledError before any work, NotLoggedOnError after constant work.
        """
        account_id = self._check(name, password, address=address)
        if replaces:
            self.sessions.end(replaces)
        return self.sessions.create(account_id)

    def _check(self, name: str, password: str, *, address: str) -> int:
        name = _fold(name)[: settings.NAME_CHARS_MAX]
        self.throttle.admit(name=name, address=address)
        with self._control.read() as db:
            account = db.scalar(select(Account).where(Account.name == name))
            enabled = account is not None and account.disabled_s is None
            stored = (account.password_hash or None) if account and enabled else None
            account_id = account.account_id if account else 0
        if not self._passwords.matches(stored, password):
            raise NotLoggedOnError
        self.throttle.succeeded(name=name, address=address)
        if stored and self._passwords.is_outdated(stored):
            self._rehash(account_id, password)
        return account_id

    def _rehash(self, account_id: int, password: str) -> None:
        hashed = self._passwords.hash(password)
        with self._control.session() as db:
            account = db.get(Account, account_id)
            if account:
                account.password_hash = hashed
                db.commit()

    def _set_password(self, name: str, password: str, *, temporary: bool) -> Role:
        return self._store_hash(name, self._passwords.hash(password), temporary=temporary)

    def _store_hash(self, name: str, hashed: str, *, temporary: bool) -> Role:
        with self._control.session() as db:
            account = _must_find(db.scalar(select(Account).where(Account.name == name)), name)
            account.password_hash = hashed
            account.password_is_temporary = temporary
            role = Role(account.role)
            db.execute(delete(LoginSession).where(LoginSession.account_id == account.account_id))
            db.commit()
        return role


def clean_name(name: str) -> str:
    """The stored form of a name. Raises AccountError for one that cannot be an account's."""
    folded = _fold(name)
    if len(folded) > settings.NAME_CHARS_MAX or not _NAME.fullmatch(folded):
        raise AccountError(
            f"account name refused: 1 to {settings.NAME_CHARS_MAX} of a-z 0-9 . _ @ - are allowed, "
            "the first a letter or digit; no account was made; choose another name"
        )
    if folded == LOCAL_NAME:
        raise AccountError(
            f"account {LOCAL_NAME!r} is built in; no account was made; choose another name"
        )
    return folded


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _must_find(account: Account | None, name: str) -> Account:
    if account is None:
        raise AccountError(
            f"there is no account {name[:64]!r}; nothing was changed; `reticent-server user list` "
            "shows those there are"
        )
    return account


def _view(account: Account) -> AccountView:
    return AccountView(
        name=account.name,
        role=Role(account.role),
        created_s=account.created_s,
        disabled_s=account.disabled_s,
        password_is_temporary=account.password_is_temporary,
        has_password=bool(account.password_hash),
    )
