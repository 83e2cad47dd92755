"""Whatever three people, a token and the clock do in whatever order: the rules hold."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from reticent_server.approvals.errors import ApprovalError
from reticent_server.approvals.request import State
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.auth.caller import Caller
from reticent_server.auth.scopes import Role
from reticent_server.store.control.engine import open_control
from support.approvals import LOCAL, Desk, person, subject

RULES = ApprovalRules(request_hours=4, use_hours=2, uses=2)
TOKEN = person(2, via="token")
CALLERS = [person(1), person(2), person(3, Role.ANALYST), TOKEN, LOCAL]
MIGRATED: list[Path] = []  # set by the test; a state machine takes no fixture


class Approvals(RuleBasedStateMachine):
    """Beside the service it is kept who approved what, for whom, when, and how often it was used:
    a use is right where that says so, whatever the service thinks."""

    requests: Bundle[UUID] = Bundle("requests")
    callers = st.sampled_from(CALLERS)
    subjects = st.sampled_from("ab")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MIGRATED[0].parent))
        shutil.copy(MIGRATED[0], self.folder / "control.db")
        self.control = open_control(self.folder / "control.db")
        self.desk = Desk(self.control, RULES)
        self.asked: dict[UUID, tuple[int, str, float]] = {}
        self.leave: dict[UUID, list[float]] = {}  # until when, uses left
        self.over: set[UUID] = set()
        self.steps = 0

    def teardown(self) -> None:
        self.control.close()
        shutil.rmtree(self.folder)

    @rule(target=requests, caller=callers, of=subjects)
    def ask(self, caller: Caller, of: str) -> Any:
        made = self.desk.service.ask(subject(of), reason="x", caller=caller)
        if made.request_id in self.asked:
            return multiple()
        self.asked[made.request_id] = (caller.account_id, of, self.desk.clock.now)
        self.steps += 1
        return made.request_id

    @rule(target=requests, caller=callers, of=subjects)
    def ask_and_agree(self, caller: Caller, of: str) -> Any:
        """So that most runs get as far as what may be done with an approval."""
        made = self.ask(caller, of)
        if isinstance(made, UUID):
            self.decide(made, LOCAL if caller.account_id else CALLERS[0], True)
        return made

    @rule(request=requests, caller=callers, agrees=st.booleans())
    def decide(self, request: UUID, caller: Caller, agrees: bool) -> None:
        asked_by, _, asked_s = self.asked[request]
        may = (
            caller.via != "token"
            and caller.account_id != asked_by
            and "analyst" not in caller.roles
        )
        waits = (
            request not in self.leave
            and request not in self.over
            and self.desk.clock.now < asked_s + RULES.request_hours * 3_600
        )
        decide = self.desk.service.approve if agrees else self.desk.service.refuse
        try:
            decide(request, caller=caller)
        except ApprovalError:
            assert not (may and waits)
            return
        assert may
        assert waits
        self.steps += 1
        if agrees:
            self.leave[request] = [self.desk.clock.now + RULES.use_hours * 3_600, RULES.uses]
        else:
            self.over.add(request)

    @rule(request=requests, caller=callers)
    def withdraw(self, request: UUID, caller: Caller) -> None:
        asked_by, _, asked_s = self.asked[request]
        now = self.desk.clock.now
        until, left = self.leave.get(request, (asked_s + RULES.request_hours * 3_600, 1))
        live = request not in self.over and now < until and left > 0
        mine = caller.account_id == asked_by
        agreed_to = request in self.leave and "analyst" not in caller.roles
        try:
            self.desk.service.withdraw(request, caller=caller)
        except ApprovalError:
            assert not (live and (mine or agreed_to))
            return
        assert live
        assert mine or agreed_to
        self.over.add(request)
        self.leave.pop(request, None)
        self.steps += 1

    @rule(caller=callers, of=subjects)
    def use(self, caller: Caller, of: str) -> None:
        good = [
            request
            for request, (until, left) in self.leave.items()
            if self.asked[request][:2] == (caller.account_id, of)
            and self.desk.clock.now < until
            and left > 0
        ]
        try:
            used = self.desk.service.use(subject(of), caller=caller)
        except ApprovalError:
            assert not good
            return
        assert used.request_id in good
        self.leave[used.request_id][1] -= 1
        self.steps += 1

    @rule(minutes=st.sampled_from([1, 90, 200]))
    def wait(self, minutes: int) -> None:
        self.desk.clock.now += minutes * 60

    @rule()
    def expire(self) -> None:
        self.steps += self.desk.service.expiring.run()

    @invariant()
    def each_step_has_its_entry(self) -> None:
        done = [entry for entry in self.desk.trail() if entry[2] == "done"]
        assert len(done) == self.steps

    @invariant()
    def nothing_is_used_more_often_than_approved(self) -> None:
        for request in self.desk.service.list(caller=person(1)):
            assert request.used <= request.uses_max
            assert (request.state is State.USED) == (request.used == request.uses_max)


def test_the_rules_hold_in_whatever_order(
    migrated_control: Path,
) -> None:
    MIGRATED[:] = [migrated_control]
    case = Approvals.TestCase
    case.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
    case().runTest()
