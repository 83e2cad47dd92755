"""Two accounts of one person are one person, where the accounts tell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from reticent_server.approvals.errors import ApprovalNeededError, DecisionError
from reticent_server.auth.models import Account, AccountRole, SsoIdentity
from reticent_server.auth.scopes import Role
from reticent_server.scim.models import ScimPerson
from reticent_server.store.control.engine import ControlStore
from support.approvals import Desk, person, subject

LOCAL = {"name": "kiran@example.com"}
SIGNED_ON = {"name": "kiran-1a2b3c4d", "subject": "u-kiran"}


def account(control: ControlStore, number: int, holder: dict[str, Any]) -> None:
    """`holder`: the account's name; a subject; of the directory a user name, e-mails, an ID."""
    with control.session() as db:
        db.add(Account(account_id=number, name=holder["name"], password_hash="", created_s=0))
        db.flush()
        db.add(AccountRole(account_id=number, role=Role.ADMINISTRATOR))
        if "subject" in holder:
            issuer = holder.get("issuer", "https://login.example.com")
            db.add(SsoIdentity(issuer=issuer, subject=holder["subject"], account_id=number))
        if "user_name" in holder:
            emails = [{"value": value} for value in holder.get("emails", ())]
            db.add(
                ScimPerson(
                    scim_id=f"{number:032}",
                    user_name=holder["user_name"],
                    external_id=holder.get("external_id"),
                    email=None,
                    active=True,
                    document=json.dumps({"emails": emails} if emails else {}),
                    account_id=number,
                    version=1,
                    created_s=0,
                    changed_s=0,
                )
            )


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a local account named by the address, and the directory's": (
        LOCAL,
        {**SIGNED_ON, "user_name": "kiran", "emails": ["k@example.org", "Kiran@Example.com"]},
    ),
    "a local account and the directory's user name": (
        LOCAL,
        {**SIGNED_ON, "user_name": "kiran@example.com"},
    ),
    "two of the directory with one address": (
        {"name": "one", "user_name": "a", "emails": ["k@example.com"]},
        {"name": "two", "user_name": "b", "emails": ["x@example.com", "k@example.com"]},
    ),
    "one subject under two names of the provider": (
        {**SIGNED_ON, "issuer": "https://old.example.com"},
        {**SIGNED_ON, "name": "two"},
    ),
    "a subject that is another's ID in the directory": (
        SIGNED_ON,
        {"name": "two", "user_name": "b", "external_id": "u-kiran"},
    ),
}


@pytest.mark.parametrize("which", SAME)
@pytest.mark.parametrize("turned", [False, True])
def test_neither_account_of_one_person_decides_for_the_other(
    control: ControlStore, which: str, turned: bool
) -> None:
    first, second = SAME[which][::-1] if turned else SAME[which]
    account(control, 1, first)
    account(control, 2, second)
    desk = Desk(control)
    with pytest.raises(ApprovalNeededError, match="nobody else may approve") as needed:
        desk.service.use_or_ask(subject(), reason="x", caller=person(1))
    request = needed.value.request.request_id
    for decide in (desk.service.approve, desk.service.refuse):
        with pytest.raises(DecisionError, match="one person's"):
            decide(request, caller=person(2))
    assert [entry[1:] for entry in desk.trail()[1:]] == [
        ("approval.approve", "refused"),
        ("approval.refuse", "refused"),
    ]
    account(control, 3, {"name": "other", "subject": "u-other", "user_name": "other"})
    assert desk.service.approve(request, caller=person(3)).decided_by == "person3"


def test_two_people_without_anything_in_common_decide_for_each_other(control: ControlStore) -> None:
    account(control, 1, {"name": "a", "user_name": "a@x.test", "external_id": "1", "subject": "1"})
    account(control, 2, {"name": "1", "user_name": "b@x.test", "external_id": "2", "subject": "2"})
    desk = Desk(control)
    request = desk.service.ask(subject(), reason="x", caller=person(1))
    assert desk.service.approve(request.request_id, caller=person(2)).decided_by == "person2"
