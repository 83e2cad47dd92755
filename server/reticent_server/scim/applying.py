"""What the directory says becomes what an account may do, in the transaction that says it.

A person has no account until they log on (`auth.sso_accounts`), or where the directory names them
by the subject that the OpenID provider knows them by. From then on their roles are those that the
operator's `[oidc.roles]` gives to their groups here, whatever a token says; a person who is
switched off or gone has none, no session, and a shut account. Must hold: what an administrator shut
stays shut whatever the directory says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from reticent_server.auth.holding import existing_roles, roles_changed, roles_of
from reticent_server.auth.models import Account, SsoIdentity
from reticent_server.auth.roles import hold
from reticent_server.auth.sessions import end_all_of
from reticent_server.auth.sources import SCIM
from reticent_server.scim.models import ScimGroup, ScimMember, ScimPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The operator's. `issuer`: where `externalId` is the provider's subject, else None."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    issuer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of one account, for the audit trail."""

    account: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    shut: bool = False
    opened: bool = False

    @property
    def is_one(self) -> bool:
        return self.before != self.after or self.shut or self.opened

    def __str__(self) -> str:
        state = ", shut" if self.shut else ", opened" if self.opened else ""
        return roles_changed(self.account, self.before, self.after) + state


def wanted_roles(db: Session, person: ScimPerson, rules: Rules) -> tuple[str, ...]:
    """By the names and the external IDs of the person's groups."""
    if not person.active:
        return ()
    groups = db.execute(
        select(ScimGroup.display_name, ScimGroup.external_id)
        .join(ScimMember, ScimMember.group_id == ScimGroup.scim_id)
        .where(ScimMember.person_id == person.scim_id)
    )
    named = {name for row in groups for name in row if name}
    return existing_roles(db, {role for name in named for role in rules.roles.get(name, ())})


def settle(db: Session, person: ScimPerson, rules: Rules, *, now_s: int) -> Change | None:
    """Makes the account be as the directory says; None where there is none."""
    account = _account(db, person, rules)
    return None if account is None else settle_account(db, account, person, rules, now_s=now_s)


def settle_account(
    db: Session, account: Account, person: ScimPerson, rules: Rules, *, now_s: int
) -> Change:
    """The same for the person's account."""
    before, after = roles_of(db, account.account_id), wanted_roles(db, person, rules)
    hold(db, account.account_id, after)
    account.source = SCIM
    shut = opened = False
    if person.active and account.disabled_s is not None and account.disabled_by == SCIM:
        account.disabled_s, account.disabled_by, opened = None, "", True
    elif not person.active and account.disabled_s is None:
        account.disabled_s, account.disabled_by, shut = now_s, SCIM, True
    if not after:
        end_all_of(db, account.account_id)
    db.flush()
    return Change(account=account.name, before=before, after=after, shut=shut, opened=opened)


def forget(db: Session, person: ScimPerson, rules: Rules, *, now_s: int) -> Change | None:
    """The same for a person who is about to be gone: as if switched off."""
    person.active = False
    return settle(db, person, rules, now_s=now_s)


def settle_members(db: Session, person_ids: set[str], rules: Rules, *, now_s: int) -> list[Change]:
    """Of those among them who have an account."""
    changes = []
    linked = select(ScimPerson).where(ScimPerson.account_id.is_not(None))
    for person in db.scalars(linked).all():
        if person.scim_id in person_ids:
            change = settle(db, person, rules, now_s=now_s)
            changes += [change] if change else []
    return changes


def _account(db: Session, person: ScimPerson, rules: Rules) -> Account | None:
    if person.account_id is None and rules.issuer and person.external_id:
        identity = db.get(SsoIdentity, (rules.issuer, person.external_id))
        if identity is not None and _is_free(db, identity.account_id):
            person.account_id = identity.account_id
            db.flush()
    return None if person.account_id is None else db.get(Account, person.account_id)


def _is_free(db: Session, account_id: int) -> bool:
    taken = select(ScimPerson.scim_id).where(ScimPerson.account_id == account_id)
    return db.scalar(taken) is None
