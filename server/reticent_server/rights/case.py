"""One request of a person as the rest of the server sees it. Times are seconds since 1970 UTC."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from uuid import UUID

from reticent_server.rights.words import Ground, Right, State, stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """By what somebody is known, and which laptops are theirs."""

    identifiers: tuple[str, ...] = field(repr=False)
    devices: tuple[UUID, ...] = ()

    def text(self) -> str:
        return json.dumps([list(self.identifiers), [str(one) for one in self.devices]])

    @classmethod
    def of(cls, text: str) -> Known:
        identifiers, devices = json.loads(text)
        return cls(identifiers=tuple(identifiers), devices=tuple(UUID(one) for one in devices))


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Rows of one table of one device. `deleted`, `emptied`: of an erasure."""

    device_id: UUID
    table: str
    found: int
    deleted: int = 0
    emptied: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`earlier`: how many requests of the same person were opened before it. `before_us`: what was
    received up to then is looked at."""

    case_id: UUID
    right: Right
    reference: str
    opened_by: str
    received_s: int
    due_s: int
    extended_s: int | None
    state: State
    ground: Ground | None
    approval_id: UUID | None
    run_by: str
    run_s: int | None
    before_us: int | None
    over_s: int | None
    unseen: tuple[str, ...]
    earlier: int
    counts: tuple[Count, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.over_s is not None

    @property
    def is_counted(self) -> bool:
        """Whether a search has ended: some of what cannot be found is always said then."""
        return bool(self.unseen)

    @property
    def stands(self) -> str:
        return stands(self.right, self.state)

    @property
    def name(self) -> str:
        return name_of(self.right, self.reference, self.case_id)


def name_of(right: str, reference: str, case_id: UUID) -> str:
    """For lists and the audit trail; by it requests for a second person are found again."""
    return f"{right} request {reference}, {case_id}"
