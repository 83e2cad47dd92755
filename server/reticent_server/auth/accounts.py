"""Accounts: made, listed, disabled, logged on to.

`AccountService` is what `Services.accounts` holds; sessions and tokens hang off it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from reticent_server.auth import settings
from reticent_server.auth.control import Control
from reticent_server.auth.errors import AccountError, NotLoggedOnError
from reticent_server.auth.holding import roles_of
from reticent_server.auth.models import Account, LoginSession
from reticent_server.auth.names import clean_name, fold
from reticent_server.auth.passwords import Passwords, check_new_password, generate_password
from reticent_server.auth.roles import RoleService, hold, known_roles, somebody_is_left
from reticent_server.auth.scopes import Role
from reticent_server.auth.sessions import NewSession, SessionService
from reticent_server.auth.throttle import LoginThrottle
from reticent_server.auth.tokens import ApiTokenService

LOCAL_NAME = "local"  # the built-in account of the command line on the server's own machine
FIRST_NAME = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    name: str
    roles: tuple[str, ...]
    created_s: int
    disabled_s: int | None
    password_is_temporary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    name: str
    roles: tuple[str, ...]
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
        self.roles = RoleService(control, clock=clock)
        self.tokens = ApiTokenService(control, clock=clock)
        self.throttle = LoginThrottle(clock=clock)

    def create(
        self,
        name: str,
        *,
        role: str,
        also: Sequence[str] = (),
        password: str | None = None,
        must_change: bool = True,
    ) -> NewAccount:
        """A new account; without `password` one is generated. Raises AccountError.

        `role` and `also` are its roles. Nobody is asked whether they hold what they give: for
        whoever can open the stores anyway.
        """
        name = clean_name(name)
        if name == LOCAL_NAME:
            raise AccountError(
                f"account {LOCAL_NAME!r} is built in; no account was made; choose another name"
            )
        if password is None:
            password = generate_password()
        else:
            check_new_password(password, name=name)
        hashed = self._passwords.hash(password)
        with self._control.session() as db:
            if db.scalar(select(Account).where(Account.name == name)) is not None:
                raise AccountError(
                    f"account {name!r} exists already; it was not changed; choose another name, or "
                    f"set a new password with `reticent-server user password {name}`"
                )
            roles = known_roles(db, (role, *also))
            account = Account(
                name=name,
                password_hash=hashed,
                password_is_temporary=must_change,
                created_s=int(self._clock()),
            )
            db.add(account)
            db.flush()
            hold(db, account.account_id, roles)
            db.commit()
        return NewAccount(name=name, roles=tuple(sorted(roles)), password=password)

    def ensure_first_administrator(
        self, *, name: str = FIRST_NAME, must_change: bool = True
    ) -> NewAccount | None:
        """The first administrator with a generated password, or None where there is an account."""
        with self._control.read() as db:
            if db.scalar(select(func.count()).select_from(Account)):
                return None
        return self.create(name, role=Role.ADMINISTRATOR, must_change=must_change)

    def list(self) -> list[AccountView]:
        with self._control.read() as db:
            return [_view(db, a) for a in db.scalars(select(Account).order_by(Account.name))]

    def get(self, name: str) -> AccountView | None:
        with self._control.read() as db:
            found = db.scalar(select(Account).where(Account.name == fold(name)))
            return _view(db, found) if found else None

    def disable(self, name: str) -> AccountView:
        """Shuts the account and ends its sessions. AccountError for the last administrator."""
        with self._control.session() as db:
            account = _must_find(db.scalar(select(Account).where(Account.name == fold(name))), name)
            with somebody_is_left(db):
                account.disabled_s = account.disabled_s or int(self._clock())
            db.execute(delete(LoginSession).where(LoginSession.account_id == account.account_id))
            db.commit()
            return _view(db, account)

    def reset_password(self, name: str, *, must_change: bool = True) -> NewAccount:
        """A new generated password, and every session of the account ended."""
        password = generate_password()
        roles = self._set_password(fold(name), password, temporary=must_change)
        return NewAccount(name=fold(name), roles=roles, password=password)

    def change_password(self, name: str, *, old: str, new: str, address: str) -> None:
        """The holder's own change. Raises NotLoggedOnError where `old` is wrong, AccountError, or
        ThrottledError: a session left open is no place to guess the password at."""
        self._check(name, old, address=address)
        if new == old:
            raise AccountError("new password refused: it is the old one; choose another")
        check_new_password(new, name=fold(name))
        self._set_password(fold(name), new, temporary=False)

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
        name = fold(name)[: settings.NAME_CHARS_MAX]
        self.throttle.admit(name=name, address=address)
        with self._control.read() as db:
            account = db.scalar(select(Account).where(Account.name == name))
            stored = account.password_hash if account and account.disabled_s is None else None
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

    def _set_password(self, name: str, password: str, *, temporary: bool) -> tuple[str, ...]:
        hashed = self._passwords.hash(password)
        with self._control.session() as db:
            account = _must_find(db.scalar(select(Account).where(Account.name == name)), name)
            account.password_hash = hashed
            account.password_is_temporary = temporary
            roles = roles_of(db, account.account_id)
            db.execute(delete(LoginSession).where(LoginSession.account_id == account.account_id))
            db.commit()
        return roles


def _must_find(account: Account | None, name: str) -> Account:
    if account is None:
        raise AccountError(
            f"there is no account {name[:64]!r}; nothing was changed; `reticent-server user list` "
            "shows those there are"
        )
    return account


def _view(db: Session, account: Account) -> AccountView:
    return AccountView(
        name=account.name,
        roles=roles_of(db, account.account_id),
        created_s=account.created_s,
        disabled_s=account.disabled_s,
        password_is_temporary=account.password_is_temporary,
    )
