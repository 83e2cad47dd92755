"""Accounts of people whom the OpenID provider vouches for.

(issuer, subject) is the person; a name or an e-mail address never is, since both are given anew to
others and may be chosen. Must hold: the roles are those that the person's groups give now and no
others, decided at each log-on and in its transaction; somebody without any is not let in, and what
an earlier log-on gave is taken; an account of this server is never found by its name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reticent_server.auth import settings
from reticent_server.auth.control import Control
from reticent_server.auth.errors import AuthError
from reticent_server.auth.holding import roles_of
from reticent_server.auth.models import Account, CustomRole, SsoIdentity
from reticent_server.auth.names import LOCAL_NAME, fold
from reticent_server.auth.roles import hold
from reticent_server.auth.scopes import Role
from reticent_server.auth.sessions import end_all_of
from reticent_server.auth.sources import OIDC

_MARK_CHARS = 8
_TRIES = 2


class AdmissionError(AuthError):
    """The provider vouches for somebody who may not log on here. `account`: where they have one."""

    def __init__(self, reason: str, *, account: str = "") -> None:
        super().__init__(
            "you are known to the sign-on service, but may not use this server; nobody was logged "
            "on; ask whoever manages your groups there"
        )
        self.reason = reason
        self.account = account


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    account_id: int
    name: str
    made: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


class SsoAccounts:
    """Calls block."""

    def __init__(self, control: Control, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def admit(
        self, *, issuer: str, subject: str, name: str, roles: Iterable[str], make: bool
    ) -> Admitted:
        """The account of this person, with these roles. Raises AdmissionError."""
        for left in reversed(range(_TRIES)):
            try:
                return self._admit(issuer, subject, name, frozenset(roles), make=make)
            except IntegrityError:  # a second first log-on at the same moment
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _admit(
        self, issuer: str, subject: str, name: str, wanted: frozenset[str], *, make: bool
    ) -> Admitted:
        with self._control.session() as db:
            roles = _existing(db, wanted)
            identity = db.get(SsoIdentity, (issuer, subject))
            account = db.get_one(Account, identity.account_id) if identity else None
            if account is None:
                if not roles:
                    raise AdmissionError("no group of theirs gives a role")
                if not make:
                    raise AdmissionError("they have no account, and none is made by a log-on")
                account = self._new(db, issuer, subject, name)
            if account.disabled_s is not None:
                raise AdmissionError("the account is disabled", account=account.name)
            before = roles_of(db, account.account_id)
            hold(db, account.account_id, roles)
            admitted = Admitted(
                account_id=account.account_id,
                name=account.name,
                made=identity is None,
                before=before,
                after=tuple(sorted(roles)),
            )
            if roles:
                account.confirmed_s = int(self._clock())
            else:
                end_all_of(db, account.account_id)
            db.commit()
        if not roles:
            raise AdmissionError("no group of theirs gives a role any more", account=admitted.name)
        return admitted

    def _new(self, db: Session, issuer: str, subject: str, name: str) -> Account:
        account = Account(
            name=_free_name(db, name, issuer, subject),
            password_hash="",  # and none can be set
            created_s=int(self._clock()),
            source=OIDC,
        )
        db.add(account)
        db.flush()
        db.add(SsoIdentity(issuer=issuer, subject=subject, account_id=account.account_id))
        db.flush()
        return account


def _existing(db: Session, wanted: Iterable[str]) -> tuple[str, ...]:
    """Without roles that there are not, or not any more: those give nothing."""
    found = [
        name for name in sorted(wanted) if name in set(Role) or db.get(CustomRole, name) is not None
    ]
    return tuple(found[: settings.ROLES_PER_ACCOUNT_MAX])


def _free_name(db: Session, wanted: str, issuer: str, subject: str) -> str:
    """A name that nobody has. Whoever has the wanted one keeps it, and this one gets a mark."""
    plain = re.sub(r"[^a-z0-9._@-]+", "-", fold(wanted)).lstrip("._@-")[: settings.NAME_CHARS_MAX]
    plain = plain.rstrip("-")
    taken = not plain or plain == LOCAL_NAME
    if not taken and db.scalar(select(Account).where(Account.name == plain)) is None:
        return plain
    mark = hashlib.sha256(f"{issuer}\0{subject}".encode(errors="replace")).hexdigest()
    return f"{(plain or 'sso')[: settings.NAME_CHARS_MAX - _MARK_CHARS - 1]}-{mark[:_MARK_CHARS]}"
