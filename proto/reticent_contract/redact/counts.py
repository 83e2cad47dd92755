"""What redaction counts: per field and rule, how many values had which outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["kept", "redacted", "dropped", "failed", "overflow"]
OUTCOMES: tuple[Outcome, ...] = ("kept", "redacted", "dropped", "failed", "overflow")


@dataclass(frozen=True, slots=True)
class Count:
    """`field` as `table.field`, or `table.*` for whole rows. `overflow` is counted by the spool."""

    field: str
    rule: str
    outcome: Outcome
    count: int


class Tally:
    """Counters of one field under one rule; the plan's lock guards them."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[Outcome, int] = {}

    def add(self, outcome: Outcome, count: int) -> None:
        self._counts[outcome] = self._counts.get(outcome, 0) + count

    def take(self) -> Iterator[tuple[Outcome, int]]:
        """What was counted since the last call."""
        counts, self._counts = self._counts, {}
        yield from counts.items()
