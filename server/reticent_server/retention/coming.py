"""Says beforehand what the round after a hold is to delete.

Enters: the rules of then, the stored rows. Leaves: how many rows are over, in a sentence for an
administrator. Must hold: numbers and times alone.
"""

from __future__ import annotations

from typing import Final

from reticent_server.limits import RETENTION_HOLD_S
from reticent_server.retention.rules import Rules, expiries
from reticent_server.store.events import EventStore

PART: Final = "retention"  # of the server's health
HOURS = RETENTION_HOLD_S // 3_600
FIRST = "no look was ever noted: the server is new, or of a version that deleted nothing"
OFF = "more than two days since the last look: the server was off, or its clock was set forward"


def why(last_s: int | None) -> str:
    """`last_s`: when a round last looked, None where none ever did."""
    return FIRST if last_s is None else OFF


def coming(
    rules: Rules, events: EventStore, *, last_s: int | None, at_s: float, when: str
) -> str | None:
    """`when` says `at_s` (seconds since 1970 UTC) in words; None where no row is over then."""
    due = events.due(expiries(rules.now(events.count_by_table(), now_s=at_s)))
    rows = sum(sum(by_table.values()) for by_table in due)
    if not rows:
        return None
    return (
        f"{when} retention deletes about {rows:,} rows whose days are over by the policies; until "
        f"then nothing is deleted: {why(last_s)}; see that the clock is right and that the "
        "policies' retention is what you mean"
    )
