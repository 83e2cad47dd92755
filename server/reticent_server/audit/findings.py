"""What is wrong with an audit trail, as the verifier says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["deleted", "altered", "reordered", "truncated", "gap", "checkpoint", "unprotected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`number`: the first row that it is about. `accepted`: an administrator signed for it."""

    kind: Kind
    number: int
    sentence: str
    accepted: bool = False

    def __str__(self) -> str:
        known = " (accepted by an administrator)" if self.accepted else ""
        return f"{self.kind}: {self.sentence}{known}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`problems` are the first ones by row, `broken` counts those that nobody accepted.

    `digest` names this verdict, `digest_then` the same had the row that was asked for been the
    last; `standing` is what a row `audit.accept` says of the rows. See `acceptance`.
    `newest` is the last checkpoint as (sequence, number of its row, microseconds since 1970 UTC).
    """

    rows: int
    head_number: int
    head_hash: bytes
    newest: tuple[int, int, int] | None = None
    broken: int = 0
    accepted: int = 0
    problems: tuple[Problem, ...] = field(default=())
    digest: str = ""
    digest_then: str = ""
    standing: str = ""

    @property
    def whole(self) -> bool:
        return not self.broken

    @property
    def first(self) -> Problem | None:
        """The first problem that nobody accepted."""
        return next((problem for problem in self.problems if not problem.accepted), None)

    def summary(self) -> str:
        """Numbers only."""
        parts = [f"{_count(self.rows, 'row')} up to {self.head_number}"]
        if self.newest is not None:
            parts.append(f"last checkpoint {self.newest[0]} at row {self.newest[1]}")
        if self.accepted:
            parts.append(f"{_count(self.accepted, 'problem')} accepted by an administrator")
        return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
