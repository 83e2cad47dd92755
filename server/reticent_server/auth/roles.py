"""Roles: listed, made, changed, removed; given to accounts and taken from them.

Must hold: nobody gives what they do not hold, whether by a role, through a role that somebody holds
already, or to an account; and somebody who can manage accounts is always left. All of it is decided
in the transaction that changes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from reticent_server.auth import settings
from reticent_server.auth.control import Control
from reticent_server.auth.errors import AccountError, BeyondError, UnknownError
from reticent_server.auth.grants import Grant, column_problem, covered
from reticent_server.auth.holding import (
    grant_of_builtin,
    grant_of_row,
    grants_of,
    managers,
    roles_of,
)
from reticent_server.auth.models import Account, AccountRole, CustomRole
from reticent_server.auth.names import fold
from reticent_server.auth.scopes import BASE, LIMITABLE, Role, Scope
from reticent_server.store.control.joining import Joining

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_GROUP_CHARS_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    name: str
    builtin: bool
    grant: Grant
    accounts: int  # that hold it


class RoleService(Joining):
    """`by` is what the one who asks holds. Calls block: run them in a thread."""

    def __init__(self, control: Control, *, clock: Callable[[], float]) -> None:
        self._control = control
        self._clock = clock

    def list(self) -> list[RoleView]:
        """The built-in ones, then the others by name."""
        counted = select(AccountRole.role, func.count()).group_by(AccountRole.role)
        with self._control.read() as db:
            held = {row[0]: row[1] for row in db.execute(counted)}
            rows = db.scalars(select(CustomRole).order_by(CustomRole.name)).all()
        views = [_view(role, grant_of_builtin(role), held, builtin=True) for role in Role]
        return views + [_view(row.name, grant_of_row(row), held, builtin=False) for row in rows]

    def get(self, name: str) -> RoleView:
        """Raises UnknownError."""
        for view in self.list():
            if view.name == name:
                return view
        raise UnknownError("role")

    def create(
        self,
        name: str,
        *,
        scopes: Iterable[str],
        groups: Iterable[str] | None = None,
        columns: Iterable[str] | None = None,
        by: Sequence[Grant],
        actor: str,
    ) -> RoleView:
        """Raises AccountError for what is no role, BeyondError for more than `by` holds."""
        if not _NAME.fullmatch(name) or name in set(Role):
            raise _refused(
                "its name must have 1 to 64 of a-z 0-9 . _ -, the first a letter or digit, and not "
                "be a built-in role's"
            )
        grant = _checked(scopes, groups, columns)
        _within(by, grant)
        with self._control.session() as db:
            if db.get(CustomRole, name) is not None:
                raise _refused(f"there is a role {name!r} already")
            if (db.scalar(select(func.count()).select_from(CustomRole)) or 0) >= settings.ROLES_MAX:
                raise _refused(f"there are {settings.ROLES_MAX} already; remove one first")
            row = CustomRole(name=name, made_by=actor[:128])
            self._write(row, grant)
            # Names that were given before there was such a role must not come to life with it.
            db.execute(delete(AccountRole).where(AccountRole.role == name))
            db.add(row)
        return _view(name, grant, {}, builtin=False)

    def change(
        self,
        name: str,
        *,
        scopes: Iterable[str],
        groups: Iterable[str] | None = None,
        columns: Iterable[str] | None = None,
        by: Sequence[Grant],
    ) -> RoleView:
        """All of the role anew; holds at once for whoever has it. Raises as `create`, and
        UnknownError."""
        grant = _checked(scopes, groups, columns)
        with self._control.session() as db:
            row = _must_find(db, name)
            _within(by, grant)
            _within(by, grant_of_row(row))
            with somebody_is_left(db):
                self._write(row, grant)
        return self.get(name)

    def remove(self, name: str, *, by: Sequence[Grant]) -> None:
        """It is taken from every account. Raises AccountError, BeyondError, UnknownError."""
        with self._control.session() as db:
            row = _must_find(db, name)
            _within(by, grant_of_row(row))
            with somebody_is_left(db):
                db.execute(delete(AccountRole).where(AccountRole.role == name))
                db.delete(row)

    def assign(
        self, account: str, roles: Sequence[str], *, by: Sequence[Grant]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """These are the account's roles from now on; returns those from before and those now.

        Whoever asks must hold what each role gives that is added or taken. Raises AccountError,
        BeyondError, UnknownError.
        """
        with self._control.session() as db:
            found = db.scalar(select(Account).where(Account.name == fold(account)))
            if found is None:
                raise UnknownError("account")
            before, after = set(roles_of(db, found.account_id)), set(known_roles(db, roles))
            for name in sorted(before ^ after):
                for grant in grants_of(db, [name]):
                    _within(by, grant)
            with somebody_is_left(db):
                hold(db, found.account_id, after)
        return tuple(sorted(before)), tuple(sorted(after))

    def _write(self, row: CustomRole, grant: Grant) -> None:
        row.scopes = " ".join(sorted(grant.scopes))
        row.groups_json = _text(grant.groups)
        row.columns_json = _text(grant.columns)
        row.changed_s = int(self._clock())


def known_roles(db: Session, roles: Iterable[str]) -> tuple[str, ...]:
    """Raises AccountError for one that there is not, or too many."""
    wanted = tuple(dict.fromkeys(roles))
    if len(wanted) > settings.ROLES_PER_ACCOUNT_MAX:
        raise AccountError(
            f"an account has at most {settings.ROLES_PER_ACCOUNT_MAX} roles; nothing was changed"
        )
    for name in wanted:
        if name not in set(Role) and db.get(CustomRole, name) is None:
            raise AccountError(
                f"there is no role {name[:64]!r}; nothing was changed; `reticent-server role list` "
                "shows those there are"
            )
    return wanted


def hold(db: Session, account_id: int, roles: Iterable[str]) -> None:
    """These and no others."""
    db.execute(delete(AccountRole).where(AccountRole.account_id == account_id))
    db.add_all(AccountRole(account_id=account_id, role=name) for name in sorted(set(roles)))
    db.flush()


def _checked(
    scopes: Iterable[str], groups: Iterable[str] | None, columns: Iterable[str] | None
) -> Grant:
    """Raises AccountError, naming the first thing that is wrong."""
    try:
        wanted = frozenset(Scope(name) for name in scopes) - BASE
    except ValueError:
        known = ", ".join(sorted(frozenset(Scope) - BASE))
        raise _refused(f"it names an unknown scope (known: {known})") from None
    if not wanted:
        raise _refused("it names no scope beyond what every account may do")
    grant = Grant(scopes=wanted, groups=_limit(groups), columns=_limit(columns))
    beyond = sorted(wanted - LIMITABLE) if grant.limited else []
    if beyond:
        raise _refused(
            f"{', '.join(beyond)} would reach past its limits: they are about all groups and tables"
        )
    if len(grant.groups or ()) > settings.ROLE_GROUPS_MAX:
        raise _refused(f"it names more than {settings.ROLE_GROUPS_MAX} groups")
    if any(not 0 < len(g) <= _GROUP_CHARS_MAX or not g.isprintable() for g in grant.groups or ()):
        raise _refused(f"a group's name has 1 to {_GROUP_CHARS_MAX} printable characters")
    if len(grant.columns or ()) > settings.ROLE_COLUMNS_MAX:
        raise _refused(f"it names more than {settings.ROLE_COLUMNS_MAX} tables and columns")
    for column in sorted(grant.columns or ()):
        if (problem := column_problem(column)) is not None:
            raise _refused(problem)
    return grant


def _limit(names: Iterable[str] | None) -> frozenset[str] | None:
    """Raises AccountError for an empty one: it would read like no limit."""
    if names is None:
        return None
    found = frozenset(names)
    if not found:
        raise _refused("a limit is empty; leave it out to have none")
    return found


def _within(by: Sequence[Grant], grant: Grant) -> None:
    """Raises BeyondError. What every account may do is nobody's to give."""
    wanted = Grant(scopes=grant.scopes - BASE, groups=grant.groups, columns=grant.columns)
    if not covered(by, wanted):
        raise BeyondError


@contextmanager
def somebody_is_left(db: Session) -> Iterator[None]:
    """Around a change. Raises AccountError where it would take the last account manager."""
    before = managers(db)
    yield
    db.flush()
    if before and not managers(db):
        raise AccountError(
            "nobody else can manage accounts, so this is the last administrator; nothing was "
            "changed; make another administrator first"
        )


def _must_find(db: Session, name: str) -> CustomRole:
    if name in set(Role):
        raise _refused("it is built in and cannot be changed")
    row = db.get(CustomRole, name)
    if row is None:
        raise UnknownError("role")
    return row


def _view(name: str, grant: Grant, held: dict[str, int], *, builtin: bool) -> RoleView:
    return RoleView(name=str(name), builtin=builtin, grant=grant, accounts=held.get(name, 0))


def _text(limit: frozenset[str] | None) -> str | None:
    return None if limit is None else json.dumps(sorted(limit), ensure_ascii=False)


def _refused(why: str) -> AccountError:
    return AccountError(f"role refused: {why}; nothing was changed; correct the request")
