"""Whether somebody may act on another person's account: end, shut, open, weaken or reset it.

Enters: what the one who asks holds. Must hold: it covers what the account gives, each grant within
its limits, as where roles are given and taken. Else whoever manages accounts and holds little could
take a larger one by a reset link, or take away what makes it hard to take. It is asked inside the
transaction that changes something, so that a role that is given meanwhile counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from reticent_server.auth.errors import BeyondError
from reticent_server.auth.grants import Grant, covered
from reticent_server.auth.holding import grants_of, roles_of
from reticent_server.auth.scopes import BASE, Scope

# The command line on the server's own machine: who can run it can open the stores.
WHOLE_SERVER = (Grant(scopes=frozenset(Scope)),)


def must_cover(db: Session, account_id: int, by: Sequence[Grant]) -> None:
    """Raises BeyondError where the account gives more than `by` holds."""
    for grant in grants_of(db, roles_of(db, account_id)):
        beyond = Grant(scopes=grant.scopes - BASE, groups=grant.groups, columns=grant.columns)
        if not covered(by, beyond):
            raise BeyondError("the account")
