"""Services over both forms of the control store: what they rely on, each database does."""

from __future__ import annotations

import threading

import pytest
from reticent_server.approvals.errors import NotApprovedError
from reticent_server.approvals.request import State
from reticent_server.auth import AccountService, Role
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.passwords import Passwords
from reticent_server.scim.applying import Rules
from reticent_server.scim.errors import ScimError
from reticent_server.scim.filters import Term
from reticent_server.scim.groups import Groups
from reticent_server.scim.people import People
from reticent_server.store.control import ControlStore
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from support.approvals import Desk, person, subject
from support.console_app import PASSWORD, Clock


def test_an_approval_goes_from_asking_to_its_one_use(control: ControlStore) -> None:
    desk = Desk(control)
    request = desk.service.ask(subject(), reason="x", caller=person(1))
    assert desk.service.count_for(person(2)) == 1
    desk.service.approve(request.request_id, caller=person(2))
    used: list[int] = []

    def use() -> None:
        try:
            used.append(desk.service.use(subject(), caller=person(1)).used)
        except NotApprovedError:
            used.append(0)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(used) == [0, 0, 0, 1]
    assert [one.state for one in desk.service.list(caller=person(2))] == [State.USED]
    assert [entry[1] for entry in desk.trail()] == [
        "approval.ask",
        "approval.approve",
        "approval.use",
    ]
    late = desk.service.ask(subject("b"), reason="x", caller=person(1))
    desk.clock.now = late.waits_until_s
    assert desk.service.expiring.run() == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"]
)
def test_the_audit_trail_only_grows(control: ControlStore, statement: str) -> None:
    desk = Desk(control)
    desk.audit.record(actor="ada", action="login")
    with pytest.raises(DBAPIError, match="only grows"), control.session() as db:
        db.execute(text(statement))
    assert desk.trail() == [("ada", "login", "done")]


def test_accounts_log_on_change_roles_and_are_shut(control: ControlStore) -> None:
    accounts = AccountService(
        control, clock=Clock(), passwords=Passwords(time_cost=1, memory_kib=64), key=bytes(32)
    )
    for name in ("ada", "bo"):
        accounts.create(name, role=Role.ADMINISTRATOR, password=PASSWORD, must_change=False)
    session = accounts.log_on("ada", PASSWORD, address="192.0.2.7")
    token = accounts.tokens.create(session.caller.account_id, name="x", scopes=["read:events"])
    assert accounts.tokens.caller(token.token) is not None
    accounts.roles.assign("ada", [Role.ANALYST], by=WHOLE_SERVER)
    caller = accounts.sessions.caller(session.token)
    assert caller is not None
    assert caller.roles == (Role.ANALYST,)
    accounts.disable("ada", by=WHOLE_SERVER)
    assert accounts.sessions.caller(session.token) is None
    assert [view.name for view in accounts.list()] == ["ada", "bo"]


@pytest.mark.parametrize(("letter", "fits"), [("a", 256), ("\u00df", 256), ("\u0390", 170)])
def test_people_and_groups_of_the_longest_names_are_kept_and_longer_ones_refused(
    control: ControlStore, letter: str, fits: int
) -> None:
    """Folding makes two letters of one, or three; SQLite would keep what PostgreSQL does not."""
    people = People(control, rules=Rules(), clock=Clock())
    groups = Groups(control, rules=Rules(), clock=Clock())
    mail = [{"value": letter * fits}]
    person_id = people.create({"userName": letter * fits, "emails": mail}).resource["id"]
    found = people.find([Term("username", letter * fits)], start=1, count=9)
    assert [one["id"] for one in found.resources] == [person_id]
    groups.create({"displayName": letter * 2 * fits, "members": [{"value": person_id}]})
    for given in ({"userName": letter * (fits + 1)}, {"userName": letter * fits}):
        with pytest.raises(ScimError):
            people.create(given)
    for longer in (2 * fits, 513):
        with pytest.raises(ScimError):
            groups.create({"displayName": letter * longer, "members": []})
