"""Who else may approve: another person, as far as the accounts tell.

Two accounts are one person's where they share an e-mail address, a user name of the directory, or
what the OpenID provider or the directory calls their holder; a local account's name counts as both
of the first. Must hold: what is the same is refused, what only looks different is not found out.
"""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from reticent_server.auth.holding import grants_of, roles_of
from reticent_server.auth.models import Account, SsoIdentity
from reticent_server.auth.names import fold
from reticent_server.auth.scopes import Scope
from reticent_server.scim.models import ScimPerson


def others_who_may(db: Session, scope: Scope, account_id: int) -> int:
    """How many enabled accounts of other persons hold the scope."""
    others = select(Account.account_id).where(
        Account.disabled_s.is_(None), Account.account_id != account_id
    )
    return sum(
        any(scope in grant.scopes for grant in grants_of(db, roles_of(db, one)))
        and not same_person(db, one, account_id)
        for one in db.scalars(others).all()
    )


def same_person(db: Session, one: int, other: int) -> bool:
    """Whether two accounts are known to be one person's. One that there is not is nobody's."""
    return one == other or not _called(db, one).isdisjoint(_called(db, other))


def _called(db: Session, account_id: int) -> set[tuple[str, str]]:
    """What the holder of an account is called, each with the kind of name that it is."""
    account = db.get(Account, account_id)
    if account is None:
        return set()
    names = {account.name}
    identities = select(SsoIdentity.subject).where(SsoIdentity.account_id == account_id)
    subjects = set(db.scalars(identities))
    person = db.scalar(select(ScimPerson).where(ScimPerson.account_id == account_id))
    if person is not None:
        listed = json.loads(person.document).get("emails", [])
        names |= {person.user_name, *(fold(one["value"]) for one in listed)}
        subjects |= {person.external_id} if person.external_id else set()
    return {("name", name) for name in names} | {("subject", subject) for subject in subjects}
