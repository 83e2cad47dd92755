"""Accounts: made, listed, disabled, logged on to.

`AccountService` is what `Services.accounts` holds; sessions and tokens hang off it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import select

from reticent_server.auth import settings
from reticent_server.auth.account_view import AccountView, NewAccount, must_find, view_of
from reticent_server.auth.authority import must_cover
from reticent_server.auth.control import Control
from reticent_server.auth.errors import (
    AccountError,
    LocalLogOnOffError,
    NotLoggedOnError,
    SecondFactorNeededError,
)
from reticent_server.auth.grants import Grant
from reticent_server.auth.half_open import HalfOpenLogins
from reticent_server.auth.holding import grants_of, manages, roles_of
from reticent_server.auth.known_browsers import KnownBrowsers
from reticent_server.auth.links import LinkService, NewLink
from reticent_server.auth.lockout import Lockout
from reticent_server.auth.models import Account
from reticent_server.auth.names import clean_name, fold
from reticent_server.auth.openings import OpeningService
from reticent_server.auth.passkeys import PasskeyService, RelyingParty
from reticent_server.auth.passwords import Passwords, check_new_password, generate_password
from reticent_server.auth.roles import RoleService, hold, known_roles, somebody_is_left
from reticent_server.auth.scopes import Role
from reticent_server.auth.second_factor import SecondFactor
from reticent_server.auth.sessions import NewSession, SessionService, end_all_of
from reticent_server.auth.sources import must_be_local
from reticent_server.auth.throttle import LoginThrottle
from reticent_server.auth.tokens import ApiTokenService
from reticent_server.config import LoginRules
from reticent_server.store.control.joining import Joining

FIRST_NAME = "admin"


class AccountService(Joining):
    """Everything about accounts. Calls block (argon2, SQLite): run them in a thread."""

    def __init__(
        self,
        control: Control,
        *,
        clock: Callable[[], float] = time.time,
        passwords: Passwords | None = None,
        rules: LoginRules | None = None,
        key: bytes | None = None,
        party: RelyingParty | None = None,
        local_log_on: str = "all",
    ) -> None:
        """`key`, the login key, opens the secrets of second factors and goes into the hashes of
        passwords; commands that log nobody on need none.

        `local_log_on`: who may log on without the OpenID provider, "all" or "administrators".
        """
        self._administrators_only = local_log_on == "administrators"
        self._control = control
        self._clock = clock
        self._passwords = passwords or Passwords(login_key=key)
        self._rules = rules or LoginRules()
        self.sessions = SessionService(control, clock=clock, rules=self._rules)
        self.roles = RoleService(control, clock=clock)
        self.tokens = ApiTokenService(control, clock=clock)
        self.links = LinkService(control, clock=clock, passwords=self._passwords)
        self.throttle = LoginThrottle(clock=clock)
        self.second_factor = SecondFactor(control, clock=clock, key=key)
        self.passkeys = PasskeyService(control, clock=clock, key=key, party=party)
        self.openings = OpeningService(control, clock=clock, idle_s=self._rules.idle_s)
        self.half_open = HalfOpenLogins(control, clock=clock)
        self.browsers = KnownBrowsers(control, clock=clock)
        self._lockout = Lockout(control, clock=clock, after=self._rules.lock_after)

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
        if password is None:
            password = generate_password()
        else:
            check_new_password(password, name=name)
        hashed = self._passwords.hash(password)
        roles = self._add(name, (role, *also), hashed, temporary=must_change)
        return NewAccount(name=name, roles=roles, password=password)

    def create_with_link(self, name: str, *, role: str, also: Sequence[str] = ()) -> NewLink:
        """A new account without a password, and the link to set one. Raises AccountError."""
        name = clean_name(name)
        self._add(name, (role, *also), "", temporary=False)
        return self.links.make(name)

    def first_administrator(self, *, name: str | None = None) -> NewLink | None:
        """The link of the first administrator; None where somebody could log on already.

        Again before it was used it gives a new link: the first may be lost, or over.
        """
        there = self.list()
        if not there:
            return self.create_with_link(name or FIRST_NAME, role=Role.ADMINISTRATOR)
        only = there[0] if len(there) == 1 else None
        if only is None or only.has_password or (name and only.name != fold(name)):
            return None
        return self.links.make(only.name)

    def reset_with_link(self, name: str, *, by: Sequence[Grant], end_all: bool = False) -> NewLink:
        """The password void and every session ended at once; the link sets a new one.

        `end_all`: API tokens and passkeys too, which stay otherwise (`openings`). `by`: what the
        one who asks holds. Raises AccountError, BeyondError.
        """
        self._store_hash(fold(name), "", temporary=False, by=by)
        self._forget(name, by=by, end_all=end_all)
        self.unlock(name, by=by)
        return self.links.make(fold(name))

    def _forget(self, name: str, *, by: Sequence[Grant], end_all: bool) -> None:
        number = self.number_of(name)
        self.browsers.forget(number)
        if end_all:
            self.openings.end_all(number, by=by)

    def _add(
        self, name: str, roles: Sequence[str], password_hash: str, *, temporary: bool
    ) -> tuple[str, ...]:
        with self._control.session() as db:
            if db.scalar(select(Account).where(Account.name == name)) is not None:
                raise AccountError(
                    f"account {name!r} exists already; it was not changed; choose another name, or "
                    f"have a new password set with `reticent-server user password {name}`"
                )
            held = known_roles(db, roles)
            account = Account(
                name=name,
                password_hash=password_hash,
                password_is_temporary=temporary,
                created_s=int(self._clock()),
            )
            db.add(account)
            db.flush()
            hold(db, account.account_id, held)
        return tuple(sorted(held))

    def list(self) -> list[AccountView]:
        with self._control.read() as db:
            return [view_of(db, a) for a in db.scalars(select(Account).order_by(Account.name))]

    def get(self, name: str) -> AccountView | None:
        with self._control.read() as db:
            found = db.scalar(select(Account).where(Account.name == fold(name)))
            return view_of(db, found) if found else None

    def now_s(self) -> int:
        return int(self._clock())

    def number_of(self, name: str) -> int:
        """Raises AccountError where there is no such account."""
        with self._control.read() as db:
            found = db.scalar(select(Account).where(Account.name == fold(name)))
            return must_find(found, name).account_id

    def disable(self, name: str, *, by: Sequence[Grant]) -> AccountView:
        """Shuts the account and ends its sessions. AccountError for the last administrator,
        BeyondError where it gives more than `by`, what the one who asks holds."""
        with self._control.session() as db:
            account = must_find(db.scalar(select(Account).where(Account.name == fold(name))), name)
            must_cover(db, account.account_id, by)
            with somebody_is_left(db):
                account.disabled_s = account.disabled_s or int(self._clock())
                account.disabled_by = ""  # so that no directory opens it again
            end_all_of(db, account.account_id)
            return view_of(db, account)

    def reset_password(
        self,
        name: str,
        *,
        by: Sequence[Grant],
        must_change: bool = True,
        end_all: bool = False,
    ) -> NewAccount:
        """A new generated password, and every session ended; else as `reset_with_link`."""
        password = generate_password()
        hashed = self._passwords.hash(password)
        roles = self._store_hash(fold(name), hashed, temporary=must_change, by=by)
        self._forget(name, by=by, end_all=end_all)
        return NewAccount(name=fold(name), roles=roles, password=password)

    def change_password(
        self, name: str, *, old: str, new: str, address: str, browser: str | None = None
    ) -> None:
        """The holder's own change. Raises as `proved_change` does."""
        hashed = self.proved_change(name, old=old, new=new, address=address, browser=browser)
        self.store_change(name, hashed)

    def proved_change(
        self, name: str, *, old: str, new: str, address: str, browser: str | None = None
    ) -> str:
        """The hash of `new`, to be stored. Raises NotLoggedOnError where `old` is wrong,
        AccountError, or ThrottledError: a session left open is no place to guess it at."""
        self._check(name, old, address=address, browser=browser)
        if new == old:
            raise AccountError("new password refused: it is the old one; choose another")
        check_new_password(new, name=fold(name))
        return self._passwords.hash(new)

    def store_change(self, name: str, hashed: str) -> None:
        """The caller owes that it is of `proved_change`; every session ends."""
        self._store_hash(fold(name), hashed, temporary=False)

    def log_on(
        self,
        name: str,
        password: str,
        *,
        address: str,
        user_agent: str = "",
        browser: str | None = None,
        replaces: str | None = None,
        code: str | None = None,
    ) -> NewSession:
        """A new session, never one the client brought: `replaces` is ended (no session fixation).

        `browser` is the cookie of a known one, if it sent any. Raises ThrottledError before any
        work, NotLoggedOnError after constant work; where the account has a second factor,
        SecondFactorNeededError without `code` and WrongCodeError with a wrong one.
        """
        account_id, proved = self._check(name, password, address=address, browser=browser)
        if self.second_factor.is_on(account_id):
            if code is None:
                raise SecondFactorNeededError(account_id, proved=proved)
            self._check_code(account_id, fold(name), code)
        return self.start(
            account_id,
            address=address,
            user_agent=user_agent,
            browser=browser,
            replaces=replaces,
            password_hash=proved,
        )

    def finish(
        self,
        token: str | None,
        code: str,
        *,
        address: str,
        user_agent: str = "",
        browser: str | None = None,
        replaces: str | None = None,
    ) -> NewSession:
        """The second step of a log-on that is half open. Raises NotLoggedOnError where it is not
        or not any more, WrongCodeError, ThrottledError."""
        holder = self.half_open.holder(token)
        if token is None or holder is None:
            raise NotLoggedOnError
        self._check_code(holder.account_id, holder.name, code)
        if not self.half_open.end(token):
            raise NotLoggedOnError
        return self.start(
            holder.account_id,
            address=address,
            user_agent=user_agent,
            browser=browser,
            replaces=replaces,
            password_hash=holder.password_hash,  # a reset since then means it to open nothing
        )

    def prove(self, name: str, password: str, *, address: str, browser: str | None) -> None:
        """Asks for the password again, before what an open session alone must not do.

        Raises NotLoggedOnError, ThrottledError.
        """
        self._check(name, password, address=address, browser=browser)

    def confirm_codes(self, account_id: int, name: str, code: str) -> tuple[str, ...]:
        """Turns offered codes on, and gives the recovery codes. Raises WrongCodeError, or
        ThrottledError: an offer left open is no place to guess its code at."""
        self.throttle.admit_code(name=name)
        codes = self.second_factor.confirm(account_id, code)
        self.throttle.code_succeeded(name=name)
        return codes

    def remove_factors(self, account_id: int, *, by: Sequence[Grant]) -> bool:
        """Codes, recovery codes and passkeys, of somebody who lost them; whether there were any.

        `by`: what the one who asks holds. Raises BeyondError.
        """
        codes = self.second_factor.remove(account_id, by=by)
        return bool(self.passkeys.remove(account_id, by=by)) or codes

    def _check_code(self, account_id: int, name: str, code: str) -> None:
        self.throttle.admit_code(name=name)
        self.second_factor.check(account_id, code)
        self.throttle.code_succeeded(name=name)

    def start(
        self,
        account_id: int,
        *,
        address: str,
        user_agent: str = "",
        browser: str | None = None,
        replaces: str | None = None,
        password_hash: str | None = None,
    ) -> NewSession:
        """A session of an account that proved all it has to; the caller owes that.

        `password_hash`: of the password that proved it. NotLoggedOnError where it is another now:
        whoever set a new one meanwhile means the old to open nothing. LocalLogOnOffError where the
        configuration leaves this way to administrators.
        """
        if self._administrators_only:
            with self._control.read() as db:
                if not manages(grants_of(db, roles_of(db, account_id))):
                    raise LocalLogOnOffError(db.get_one(Account, account_id).name)
        if replaces:
            self.sessions.end(replaces)
        session = self.sessions.create(
            account_id, address=address, user_agent=user_agent, password_hash=password_hash
        )
        return replace(session, browser=self.browsers.remember(account_id, browser))

    def unlock(self, name: str, *, by: Sequence[Grant]) -> None:
        """Ends a lock after failed log-ons, which lets more be tried. Raises AccountError where
        there is no such account, BeyondError where it gives more than `by`, who asks, holds."""
        self.number_of(name)
        self._lockout.unlock(fold(name), by=by)

    def _check(
        self, name: str, password: str, *, address: str, browser: str | None = None
    ) -> tuple[int, str]:
        """The account's number, and the hash in the store that the password fits."""
        name = fold(name)[: settings.NAME_CHARS_MAX]
        known = browser if self.browsers.is_known(name, browser) else None
        if known:
            self.throttle.admit_browser(name=name, browser=known)
        else:
            self.throttle.admit(name=name, address=address)
            self._lockout.admit(name)
        with self._control.read() as db:
            account = db.scalar(select(Account).where(Account.name == name))
            enabled = account is not None and account.disabled_s is None
            stored = (account.password_hash or None) if account and enabled else None
            account_id = account.account_id if account else 0
        if not self._passwords.matches(stored, password) or stored is None:
            raise NotLoggedOnError
        if known:  # a stranger's failures still count: else each log-on would give new tries
            self.throttle.browser_succeeded(name=name, browser=known)
        else:
            self.throttle.succeeded(name=name, address=address)
            self._lockout.succeeded(name)
        if self._passwords.is_outdated(stored):
            stored = self._rehash(account_id, password, stored)
        return account_id, stored

    def _rehash(self, account_id: int, password: str, stored: str) -> str:
        """The hash that is stored now; one that somebody set meanwhile stays."""
        hashed = self._passwords.hash(password)
        with self._control.session() as db:
            account = db.get(Account, account_id)
            if account is None or account.password_hash != stored:
                return stored
            account.password_hash = hashed
        return hashed

    def _store_hash(
        self, name: str, hashed: str, *, temporary: bool, by: Sequence[Grant] | None = None
    ) -> tuple[str, ...]:
        """`by` None: the holder, who proved the old password."""
        with self._control.session() as db:
            account = must_find(db.scalar(select(Account).where(Account.name == name)), name)
            must_be_local(account)
            if by is not None:
                must_cover(db, account.account_id, by)
            account.password_hash = hashed
            account.password_is_temporary = temporary
            roles = roles_of(db, account.account_id)
            end_all_of(db, account.account_id)
        return roles
