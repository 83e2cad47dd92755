"""One-time links, by which a person sets a password that nobody else has seen.

    https://<console>/first/<256 random bits, base64url>

A link is good once and for a day; a new one for the same account makes the older useless, and
disabling the account does too. Must hold: the store keeps a link's SHA-256 only, and reading the
page that it leads to does not use it up (mail filters and chat programs open what they see).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select

from reticent_server.auth import settings
from reticent_server.auth.control import Control
from reticent_server.auth.errors import AccountError, LinkError
from reticent_server.auth.holding import roles_of
from reticent_server.auth.models import Account, AccountLink
from reticent_server.auth.openings import end_openings
from reticent_server.auth.passwords import Passwords, check_new_password
from reticent_server.auth.sessions import end_all_of
from reticent_server.auth.sources import must_be_local
from reticent_server.store.control.joining import Joining

PATH = "/first"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    name: str
    roles: tuple[str, ...]
    secret: str  # shown once; nothing keeps it
    expires_s: int

    def address(self, console: str) -> str:
        """The whole link; `console` is host:port."""
        return f"https://{console}{PATH}/{self.secret}"


class LinkService(Joining):
    """Calls block (SQLite, argon2): run them in a thread."""

    def __init__(
        self, control: Control, *, clock: Callable[[], float], passwords: Passwords
    ) -> None:
        self._control = control
        self._clock = clock
        self._passwords = passwords

    def make(self, name: str) -> NewLink:
        """A link for this account. Raises AccountError where there is none, or it is disabled."""
        secret, now = secrets.token_urlsafe(32), int(self._clock())
        with self._control.session() as db:
            account = db.scalar(select(Account).where(Account.name == name))
            if account is None or account.disabled_s is not None:
                raise AccountError(
                    f"there is no enabled account {name[:64]!r}; no link was made; "
                    "`reticent-server user list` shows those there are"
                )
            must_be_local(account)
            db.execute(
                delete(AccountLink).where(
                    (AccountLink.account_id == account.account_id) | (AccountLink.expires_s <= now)
                )
            )
            link = AccountLink(
                secret_sha256=_digest(secret),
                account_id=account.account_id,
                expires_s=now + settings.LINK_VALID_S,
            )
            made = NewLink(
                name=name,
                roles=roles_of(db, account.account_id),
                secret=secret,
                expires_s=link.expires_s,
            )
            db.add(link)
        return made

    def name_of(self, secret: str) -> str:
        """Whose password the link sets; the link stays good. Raises LinkError."""
        with self._control.read() as db:
            link = db.get(AccountLink, _digest(secret))
            account = db.get(Account, link.account_id) if link else None
            if link is None or account is None or self._is_over(link, account):
                raise LinkError
            return account.name

    def set_password(self, secret: str, new: str, *, end_all: bool = False) -> str:
        """Sets the password, uses the link up, ends the account's sessions; returns its name.

        `end_all`: its API tokens and passkeys too, which stay otherwise.

        Raises LinkError, or AccountError for a password that must not be set; the link stays then.
        """
        return self.use(secret, self.hash_for(secret, new), end_all=end_all)

    def hash_for(self, secret: str, new: str) -> str:
        """Of a password that the link may set. Raises as `set_password` does."""
        check_new_password(new, name=self.name_of(secret))
        return self._passwords.hash(new)

    def use(self, secret: str, hashed: str, *, end_all: bool = False) -> str:
        """The same with the hash of a password that was checked. Raises LinkError."""
        with self._control.session() as db:
            link = db.get(AccountLink, _digest(secret))  # under the write lock: used once
            account = db.get(Account, link.account_id) if link else None
            if link is None or account is None or self._is_over(link, account):
                raise LinkError
            account.password_hash = hashed
            account.password_is_temporary = False
            end_all_of(db, account.account_id)  # the link itself too
            if end_all:
                end_openings(db, account.account_id, now_s=int(self._clock()))
            return account.name

    def _is_over(self, link: AccountLink, account: Account) -> bool:
        return account.disabled_s is not None or self._clock() >= link.expires_s


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()
