"""Who else may approve."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from reticent_server.auth.holding import grants_of, roles_of
from reticent_server.auth.models import Account
from reticent_server.auth.scopes import Scope


def others_who_may(db: Session, scope: Scope, account_id: int) -> int:
    """How many enabled accounts beside this one hold the scope."""
    others = select(Account.account_id).where(
        Account.disabled_s.is_(None), Account.account_id != account_id
    )
    return sum(
        any(scope in grant.scopes for grant in grants_of(db, roles_of(db, one)))
        for one in db.scalars(others).all()
    )
