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
from reticent_server.auth.holding import existing_roles, roles_of
from reticent_server.auth.models import Account, SsoIdentity
from reticent_server.auth.names import LOCAL_NAME, fold
from reticent_server.auth.roles import hold
from reticent_server.auth.sessions import end_all_of
from reticent_server.auth.sources import OIDC, SCIM
from reticent_server.scim.applying import Change, Rules, settle_account, wanted_roles
from reticent_server.scim.models import ScimPerson

_MARK_CHARS = 8
_TRIES = 2


class AdmissionError(AuthError):
    """The provider vouches for somebody who may not log on here.

    `account`: where they have one; `change`: what the log-on did to it all the same.
    """

    def __init__(self, reason: str, *, account: str = "", change: Change | None = None) -> None:
        super().__init__(
            "you are known to the sign-on service, but may not use this server; nobody was logged "
            "on; ask whoever manages your groups there"
        )
        self.reason = reason
        self.account = account
        self.change = change


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    account_id: int
    name: str
    made: bool
    change: Change


@dataclass(frozen=True, slots=True)
class _Vouched:
    """What the provider says of a person."""

    issuer: str
    subject: str
    name: str
    directory_key: str


class SsoAccounts:
    """Calls block. `attribute`: of SCIM, by which the directory names the person."""

    def __init__(
        self, control: Control, *, clock: Callable[[], float], rules: Rules, attribute: str
    ) -> None:
        self._control = control
        self._clock = clock
        self._rules = rules
        self._attribute = attribute

    def admit(
        self,
        *,
        issuer: str,
        subject: str,
        name: str,
        roles: Iterable[str],
        make: bool,
        directory_key: str,
    ) -> Admitted:
        """The account of this person, with the roles that the directory gives where it names them,
        else with these. Raises AdmissionError."""
        vouched = _Vouched(issuer, subject, name, directory_key)
        for _ in range(_TRIES):
            try:
                return self._admit(vouched, frozenset(roles), make=make)
            except IntegrityError:  # a second first log-on at the same moment
                continue
        raise AdmissionError("the account could not be made: its marked name is taken too")

    def _admit(self, vouched: _Vouched, wanted: frozenset[str], *, make: bool) -> Admitted:
        with self._control.session() as db:
            identity = db.get(SsoIdentity, (vouched.issuer, vouched.subject))
            account = db.get_one(Account, identity.account_id) if identity else None
            person = self._person(db, vouched, account)
            roles = wanted_roles(db, person, self._rules) if person else existing_roles(db, wanted)
            if account is None:
                if not roles:
                    raise AdmissionError("no group of theirs gives a role")
                if not make and person is None:
                    raise AdmissionError("they have no account, and none is made by a log-on")
                account = self._new(db, vouched)
            change = self._settle(db, account, person, roles)
            shut = account.disabled_s is not None
            if roles and not shut:
                account.confirmed_s = int(self._clock())
            else:
                end_all_of(db, account.account_id)
            # Before a refusal too: what is taken here must stay taken.
            db.commit()
        if shut:
            raise AdmissionError("the account is disabled", account=account.name, change=change)
        if not roles:
            raise AdmissionError(
                "no group of theirs gives a role any more", account=account.name, change=change
            )
        return Admitted(
            account_id=account.account_id, name=account.name, made=identity is None, change=change
        )

    def _settle(
        self, db: Session, account: Account, person: ScimPerson | None, roles: tuple[str, ...]
    ) -> Change:
        if person is None:
            before = roles_of(db, account.account_id)
            hold(db, account.account_id, roles)
            return Change(account=account.name, before=before, after=roles)
        person.account_id = account.account_id
        db.flush()
        return settle_account(db, account, person, self._rules, now_s=int(self._clock()))

    def _person(self, db: Session, vouched: _Vouched, account: Account | None) -> ScimPerson | None:
        """Whom the directory means. Raises AdmissionError where that is somebody else's account, or
        where it meant the account's holder once and names nobody now."""
        person = None
        if vouched.directory_key:
            by_name = self._attribute == "userName"
            column = ScimPerson.user_name if by_name else ScimPerson.external_id
            key = vouched.directory_key
            found = db.scalars(
                select(ScimPerson).where(column == (fold(key) if by_name else key)).limit(2)
            ).all()
            person = found[0] if len(found) == 1 else None
            if len(found) > 1:
                raise AdmissionError("the directory names several people so")
        number = account.account_id if account else None
        if person is None:
            if account is not None and account.source == SCIM:
                raise AdmissionError("the directory names them no more", account=account.name)
            return None
        if person.account_id not in {None, number}:
            raise AdmissionError("the directory's person has another's account")
        other = select(ScimPerson.scim_id).where(
            ScimPerson.account_id == number, ScimPerson.scim_id != person.scim_id
        )
        if number is not None and db.scalar(other) is not None:
            raise AdmissionError("the account is another person's of the directory")
        return person

    def _new(self, db: Session, vouched: _Vouched) -> Account:
        issuer, subject = vouched.issuer, vouched.subject
        account = Account(
            name=_free_name(db, vouched.name, issuer, subject),
            password_hash="",  # and none can be set
            created_s=int(self._clock()),
            source=OIDC,
        )
        db.add(account)
        db.flush()
        db.add(SsoIdentity(issuer=issuer, subject=subject, account_id=account.account_id))
        db.flush()
        return account


def _free_name(db: Session, wanted: str, issuer: str, subject: str) -> str:
    """A name that nobody has. Whoever has the wanted one keeps it, and this one gets a mark."""
    plain = re.sub(r"[^a-z0-9._@-]+", "-", fold(wanted)).lstrip("._@-")[: settings.NAME_CHARS_MAX]
    plain = plain.rstrip("-")
    taken = not plain or plain == LOCAL_NAME
    if not taken and db.scalar(select(Account).where(Account.name == plain)) is None:
        return plain
    mark = hashlib.sha256(f"{issuer}\0{subject}".encode(errors="replace")).hexdigest()
    return f"{(plain or 'sso')[: settings.NAME_CHARS_MAX - _MARK_CHARS - 1]}-{mark[:_MARK_CHARS]}"
