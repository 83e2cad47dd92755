"""Callers, a clock and the approval service over a bare control store."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import UUID

from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.request import Subject
from reticent_server.approvals.service import ApprovalService
from reticent_server.approvals.settings import ApprovalRules
from reticent_server.audit import AuditService
from reticent_server.auth import Caller
from reticent_server.auth.grants import Grant
from reticent_server.auth.scopes import Role, Scope, scopes_of
from reticent_server.commands.stores import approvals_of, control_of
from reticent_server.config import ServerConfig
from reticent_server.store.control.engine import ControlStore

from support.console_site import Done

START_S = 1_795_329_125.0
KEY = bytes(range(32))


@dataclass
class Clock:
    now: float = START_S

    def __call__(self) -> float:
        return self.now


def person(
    number: int,
    role: Role | None = Role.ADMINISTRATOR,
    *,
    via: Literal["session", "token"] = "session",
) -> Caller:
    scopes = scopes_of(role) if role else frozenset({Scope.SELF})
    return Caller(
        account_id=number,
        name=f"person{number}",
        roles=(role,) if role else (),
        grants=(Grant(scopes=scopes),),
        via=via,
    )


LOCAL = Caller(
    account_id=0,
    name="local",
    roles=("administrator",),
    grants=(Grant(scopes=frozenset(Scope)),),
    via="local",
)


def subject(of: str = "a", *, kind: Kind = Kind.EVENTS_EXPORT, shown: str = "") -> Subject:
    return Subject(kind=kind, parts={"of": of}, name="by device", shown=shown)


@dataclass
class Desk:
    control: ControlStore
    rules: ApprovalRules = field(default_factory=ApprovalRules)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.audit = AuditService(self.control, clock=self.clock)
        self.service = self.again(self.rules)

    def again(self, rules: ApprovalRules) -> ApprovalService:
        """The same after a restart with another configuration."""
        return ApprovalService(
            self.control, audit=self.audit, rules=rules, key=KEY, clock=self.clock
        )

    def trail(self) -> list[tuple[str, str, str]]:
        """(actor, action, outcome), oldest first."""
        entries = self.audit.page(limit=500).entries
        return [(e.actor, e.action, e.outcome) for e in reversed(entries)]


def agree(data_dir: Path, asked: Done) -> None:
    """As a second person, in the control store itself, as `reticent-server approval` does it, to
    what a command has just asked for."""
    assert (asked.code, "this needs a second person" in asked.err) == (1, True), asked.err
    request_id = UUID(asked.err.partition("; request ")[2][:36])
    with control_of(data_dir) as control:
        approvals = approvals_of(control, ServerConfig(data_dir=data_dir))
        approvals.approve(request_id, caller=person(7))
