"""A request from asking to its last use, and everybody who may not move it."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

import pytest
from reticent_server.approvals.errors import (
    ApprovalError,
    ApprovalNeededError,
    DecisionError,
    NotApprovedError,
    ReasonMissingError,
    StateError,
    UnknownRequestError,
)
from reticent_server.approvals.kinds import KINDS, Kind
from reticent_server.approvals.request import Request, State
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.auth import AccountService
from reticent_server.auth.passwords import Passwords
from reticent_server.auth.scopes import Role, Scope
from reticent_server.limits import (
    APPROVAL_REASON_CHARS_MAX,
    APPROVALS_KEPT_S,
    APPROVALS_WAITING_PER_ACCOUNT_MAX,
)
from reticent_server.store.control.engine import ControlStore
from support.approvals import LOCAL, Desk, person, subject

ADA, BO, EVE = person(1), person(2), person(3)
ANALYST = person(4, Role.ANALYST)
H = 3_600


@pytest.fixture
def desk(control: ControlStore) -> Desk:
    return Desk(control)


def asked(desk: Desk, of: str = "a") -> Request:
    return desk.service.ask(subject(of), reason="audit of May", caller=ADA)


def approved(desk: Desk, of: str = "a") -> Request:
    return desk.service.approve(asked(desk, of).request_id, caller=BO)


def test_what_another_approved_is_done_once_and_each_step_is_on_the_record(desk: Desk) -> None:
    with pytest.raises(ApprovalNeededError, match="waits for one") as needed:
        desk.service.use_or_ask(subject(), reason="audit of May", caller=ADA)
    request = needed.value.request
    assert request.state is State.WAITING
    with pytest.raises(ApprovalNeededError) as again:
        desk.service.use_or_ask(subject(), reason="and again", caller=ADA)
    assert again.value.request == request  # not a second one
    decided = desk.service.approve(request.request_id, caller=BO, words="seen")
    assert (decided.state, decided.decided_by, decided.decision) == ("approved", BO.name, "seen")
    used = desk.service.use_or_ask(subject(), reason="", caller=ADA)
    assert (used.state, used.used) == (State.USED, 1)
    with pytest.raises(NotApprovedError):
        desk.service.use(subject(), caller=ADA)
    assert desk.trail() == [
        (ADA.name, "approval.ask", "done"),
        (BO.name, "approval.approve", "done"),
        (ADA.name, "approval.use", "done"),
    ]
    use = desk.audit.page().entries[0]
    assert "approved by person2" in use.object
    assert "use 1 of 1" in use.object
    assert use.reason == "audit of May"
    assert f"subject {request.subject}" in use.object


def test_an_approval_is_for_just_one_subject_kind_and_account(desk: Desk) -> None:
    approved(desk)
    for other, caller in (
        (subject("b"), ADA),
        (subject("a", kind=Kind.DEVICE_ERASE), ADA),
        (subject("a"), BO),
        (subject("a"), EVE),
    ):
        with pytest.raises(NotApprovedError):
            desk.service.use(other, caller=caller)
    desk.service.use(subject("a"), caller=ADA)


@pytest.mark.parametrize("caller", [ADA, person(1, via="token"), person(9, via="token")])
def test_neither_who_asked_nor_a_token_decides(desk: Desk, caller: object) -> None:
    request = asked(desk)
    for decide in (desk.service.approve, desk.service.refuse):
        with pytest.raises(DecisionError):
            decide(request.request_id, caller=caller)  # type: ignore[arg-type]
    assert [entry[1:] for entry in desk.trail()[1:]] == [
        ("approval.approve", "refused"),
        ("approval.refuse", "refused"),
    ]
    with pytest.raises(NotApprovedError):
        desk.service.use(subject(), caller=ADA)


def test_the_command_line_decides_for_others_and_never_for_itself(desk: Desk) -> None:
    own = desk.service.ask(subject(), reason="backup", caller=LOCAL)
    with pytest.raises(DecisionError, match="own request"):
        desk.service.approve(own.request_id, caller=LOCAL)
    assert desk.service.approve(asked(desk).request_id, caller=LOCAL).decided_by == "local"


def test_whoever_may_not_approve_does_not_even_see_that_there_is_one(desk: Desk) -> None:
    request = asked(desk)
    for call in (desk.service.approve, desk.service.refuse, desk.service.withdraw):
        with pytest.raises(UnknownRequestError):
            call(request.request_id, caller=ANALYST)
    with pytest.raises(UnknownRequestError):
        desk.service.get(request.request_id, caller=ANALYST)
    with pytest.raises(UnknownRequestError):
        desk.service.approve(uuid.uuid4(), caller=BO)
    assert desk.service.list(caller=ANALYST) == []
    assert desk.service.count_for(ANALYST) == 0


def test_only_who_holds_the_kinds_scope_asks(desk: Desk) -> None:
    for spec in KINDS:
        with pytest.raises(ApprovalError, match=spec.asks):
            desk.service.ask(subject(kind=spec.kind), reason="x", caller=person(5, None))
        with pytest.raises(ApprovalError, match=spec.asks):
            desk.service.use(subject(kind=spec.kind), caller=person(5, None))
    assert desk.trail() == []


@pytest.mark.parametrize("spec", KINDS, ids=lambda spec: spec.kind)
def test_every_kind_names_scopes_that_there_are_and_says_what_it_is(spec: object) -> None:
    assert Scope(spec.asks)  # type: ignore[attr-defined]
    assert Scope(spec.approves)  # type: ignore[attr-defined]
    assert len(spec.sentence) > 20  # type: ignore[attr-defined]


def test_the_kinds_are_all_there() -> None:
    assert [spec.kind for spec in KINDS] == list(Kind)


def test_what_was_refused_or_withdrawn_stays_so(desk: Desk) -> None:
    refused = desk.service.refuse(asked(desk).request_id, caller=BO, words="too much")
    withdrawn = desk.service.withdraw(asked(desk, "b").request_id, caller=ADA)
    for request in (refused, withdrawn):
        for call, caller in (
            (desk.service.approve, BO),
            (desk.service.refuse, BO),
            (desk.service.withdraw, ADA),
        ):
            with pytest.raises(StateError, match=str(request.state)):
                call(request.request_id, caller=caller)
    with pytest.raises(NotApprovedError):
        desk.service.use(subject(), caller=ADA)


def test_an_approval_can_be_taken_back_by_both_sides_until_it_is_used(desk: Desk) -> None:
    for caller, of in ((ADA, "a"), (BO, "b"), (EVE, "c")):
        desk.service.withdraw(approved(desk, of).request_id, caller=caller)
        with pytest.raises(NotApprovedError):
            desk.service.use(subject(of), caller=ADA)
    with pytest.raises(StateError):  # one that waits is refused, by name
        desk.service.withdraw(asked(desk, "d").request_id, caller=BO)


def test_what_nobody_decided_and_what_nobody_used_in_time_is_over(desk: Desk) -> None:
    waiting = asked(desk)
    desk.clock.now += 72 * H - 1
    assert desk.service.get(waiting.request_id, caller=ADA)[0].state is State.WAITING
    desk.clock.now += 1
    assert desk.service.get(waiting.request_id, caller=ADA)[0].state is State.EXPIRED
    with pytest.raises(StateError, match="expired"):
        desk.service.approve(waiting.request_id, caller=BO)
    late = approved(desk)
    desk.clock.now += 24 * H - 1
    assert desk.service.count_for(ADA) == 1
    desk.clock.now += 1
    assert desk.service.count_for(ADA) == 0
    with pytest.raises(NotApprovedError):
        desk.service.use(subject(), caller=ADA)
    assert desk.service.expiring.run() == 2
    assert desk.service.expiring.run() == 0
    assert desk.trail()[-2:] == [("server", "approval.expire", "done")] * 2
    assert desk.service.get(late.request_id, caller=ADA)[0].state is State.EXPIRED
    desk.clock.now += APPROVALS_KEPT_S + 1
    desk.service.expiring.run()
    assert desk.service.list(caller=ADA) == []


def test_a_clock_that_goes_back_revives_nothing_that_was_written_down(desk: Desk) -> None:
    approved(desk)
    desk.clock.now += 25 * H
    desk.service.expiring.run()
    desk.clock.now -= 25 * H
    with pytest.raises(NotApprovedError):
        desk.service.use(subject(), caller=ADA)


def test_without_a_second_person_the_reason_and_the_use_are_recorded_all_the_same(
    control: ControlStore,
) -> None:
    desk = Desk(control, ApprovalRules(second_person=()))
    with pytest.raises(ReasonMissingError):
        desk.service.use_or_ask(subject(), reason=" \n ", caller=ADA)
    assert desk.trail() == []
    used = desk.service.use_or_ask(subject(), reason="audit of May", caller=ADA)
    assert (used.state, used.second_person) == (State.USED, False)
    ask, use = reversed(desk.audit.page().entries)
    assert (ask.reason, use.reason) == ("audit of May", "audit of May")
    assert "needs no second person" in ask.object
    assert "no second person" in use.object


def test_what_needed_none_before_a_restart_needs_one_after_it(control: ControlStore) -> None:
    desk = Desk(control, ApprovalRules(second_person=()))
    desk.service.ask(subject(), reason="x", caller=ADA)
    with pytest.raises(NotApprovedError):
        desk.again(ApprovalRules()).use(subject(), caller=ADA)


def test_the_machines_own_command_line_publishes_alone_and_does_nothing_else_alone(
    desk: Desk,
) -> None:
    policy = subject(kind=Kind.POLICY_REVEAL)
    assert desk.service.use_or_ask(policy, reason="x", caller=LOCAL).second_person is False
    for kind in set(Kind) - {Kind.POLICY_REVEAL}:
        with pytest.raises(ApprovalNeededError):
            desk.service.use_or_ask(subject(kind=kind), reason="x", caller=LOCAL)


def test_several_uses_are_counted(control: ControlStore) -> None:
    desk = Desk(control, ApprovalRules(uses=3))
    approved(desk)
    states = [desk.service.use(subject(), caller=ADA).state for _ in range(3)]
    assert states == [State.APPROVED, State.APPROVED, State.USED]
    with pytest.raises(NotApprovedError):
        desk.service.use(subject(), caller=ADA)


def test_the_error_says_what_to_do_where_nobody_else_may_approve(desk: Desk) -> None:
    accounts = AccountService(
        desk.control, clock=desk.clock, passwords=Passwords(time_cost=1, memory_kib=64)
    )
    accounts.create("person1", role=Role.ADMINISTRATOR, password="seven wet horses run")
    accounts.create("person2", role=Role.ANALYST, password="seven wet horses run")
    with pytest.raises(ApprovalNeededError, match="give another account the role"):
        desk.service.use_or_ask(subject(), reason="x", caller=ADA)
    accounts.create("person3", role=Role.PRIVACY_OFFICER, password="seven wet horses run")
    with pytest.raises(ApprovalNeededError, match="do the same again"):
        desk.service.use_or_ask(subject(), reason="x", caller=ADA)


def test_one_account_cannot_fill_the_queue(desk: Desk) -> None:
    for number in range(APPROVALS_WAITING_PER_ACCOUNT_MAX):
        asked(desk, str(number))
    with pytest.raises(ApprovalError, match="too many requests"):
        asked(desk, "one more")
    desk.service.ask(subject(), reason="x", caller=BO)  # nobody else is kept out


def test_a_reason_is_one_bounded_line(desk: Desk) -> None:
    made = desk.service.ask(subject(), reason="a\nb\x1b[2J\u202e" + "c" * 9_000, caller=ADA)
    assert len(made.reason) <= APPROVAL_REASON_CHARS_MAX
    assert made.reason.isprintable()
    assert made.reason.startswith("a b [2J ccc")


def test_what_the_second_person_reads_is_sealed_at_rest_and_gone_afterwards(
    desk: Desk, tmp_path: Path
) -> None:
    about = subject(kind=Kind.PERSON_REIDENTIFY, shown="alice@example.com")
    request = desk.service.ask(about, reason="x", caller=ADA)
    assert desk.service.get(request.request_id, caller=BO)[1] == "alice@example.com"
    assert b"alice" not in _database(tmp_path)
    desk.service.approve(request.request_id, caller=BO)
    assert desk.service.get(request.request_id, caller=BO)[1] == "alice@example.com"
    desk.service.use(about, caller=ADA)
    assert desk.service.get(request.request_id, caller=BO)[1] == ""
    with sqlite3.connect(tmp_path / "control.db") as db:
        assert db.execute("SELECT sealed FROM approval_request").fetchall() == [(b"",)]


def _database(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("control.db*")))


def test_a_step_that_cannot_be_recorded_is_not_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(desk)

    def full(*_: object, **__: object) -> object:
        raise OSError("no space left")

    monkeypatch.setattr(desk.audit, "_append", full)
    for step in (
        lambda: desk.service.approve(request.request_id, caller=BO),
        lambda: desk.service.withdraw(request.request_id, caller=ADA),
        lambda: asked(desk, "b"),
    ):
        with pytest.raises(OSError, match="no space"):
            step()
    monkeypatch.undo()
    assert [(r.name, r.state) for r in desk.service.list(caller=ADA)] == [
        (request.name, State.WAITING)
    ]
    desk.service.approve(request.request_id, caller=BO)
    monkeypatch.setattr(desk.audit, "_append", full)
    with pytest.raises(OSError, match="no space"):
        desk.service.use(subject(), caller=ADA)
    monkeypatch.undo()
    assert desk.service.use(subject(), caller=ADA).used == 1


def test_what_waited_too_long_stands_among_what_is_over(desk: Desk) -> None:
    late = asked(desk, "a")
    desk.clock.now += 72 * H
    done, waiting = approved(desk, "b"), asked(desk, "c")
    listed = [request.request_id for request in desk.service.list(caller=ADA)]
    assert listed == [waiting.request_id, done.request_id, late.request_id]
