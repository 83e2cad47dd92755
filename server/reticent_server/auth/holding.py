"""Which grants an account holds at this moment, read inside the transaction that asks.

Must hold: what cannot be understood grants nothing. A role that is gone, a scope that this version
does not know and a limit that cannot be read are each no permission, never a wider one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reticent_server.auth import settings
from reticent_server.auth.grants import Grant, within_limits
from reticent_server.auth.models import Account, AccountRole, CustomRole
from reticent_server.auth.scopes import BASE, Role, Scope, scopes_of
from reticent_server.auth.sources import LOCAL

_BASE = Grant(scopes=BASE)


def roles_of(db: Session, account_id: int) -> tuple[str, ...]:
    wanted = select(AccountRole.role).where(AccountRole.account_id == account_id)
    return tuple(db.scalars(wanted.order_by(AccountRole.role)))


def roles_changed(account: str, before: Sequence[str], after: Sequence[str]) -> str:
    """In the audit trail's words."""
    was, now = (" ".join(held) or "none" for held in (before, after))
    return f"account {account}: {was} to {now}"


def grants_of(db: Session, roles: Sequence[str]) -> tuple[Grant, ...]:
    """What these roles give together, with what every account may do."""
    custom = [name for name in roles if name not in set(Role)]
    found = [grant_of_builtin(Role(name)) for name in roles if name in set(Role)]
    if custom:
        rows = db.scalars(select(CustomRole).where(CustomRole.name.in_(custom)))
        found += [grant_of_row(row) for row in rows]
    return (_BASE, *found)


def grant_of_builtin(role: Role) -> Grant:
    return Grant(scopes=scopes_of(role))


def grant_of_row(row: CustomRole) -> Grant:
    known = {scope.value for scope in Scope}
    try:
        groups, columns = _read(row.groups_json), _read(row.columns_json)
    except ValueError:
        return Grant(scopes=frozenset())
    scopes = frozenset(Scope(name) for name in row.scopes.split() if name in known)
    return within_limits(Grant(scopes=scopes, groups=groups, columns=columns))


def existing_roles(db: Session, wanted: Iterable[str]) -> tuple[str, ...]:
    """Without roles that there are not, or not any more, and no more than an account may have."""
    found = [
        name for name in sorted(wanted) if name in set(Role) or db.get(CustomRole, name) is not None
    ]
    return tuple(found[: settings.ROLES_PER_ACCOUNT_MAX])


def managers(db: Session) -> int:
    """How many enabled accounts of this server may manage all accounts; those of an OpenID provider
    do not count, because it may fail. Sees what the transaction changed."""
    enabled = select(Account.account_id).where(
        Account.disabled_s.is_(None), Account.source == LOCAL
    )
    return sum(manages(grants_of(db, roles_of(db, one))) for one in db.scalars(enabled).all())


def manages(grants: Iterable[Grant]) -> bool:
    return any(Scope.ADMIN_ACCOUNTS in grant.scopes for grant in grants)


def _read(text: str | None) -> frozenset[str] | None:
    """Raises ValueError where it is no list of texts."""
    if text is None:
        return None
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError("no list of texts")
    return frozenset(found)
