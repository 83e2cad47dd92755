"""The event store as one caller sees it: every question that a request may ask, and no other.

Must hold: routes ask this and never the store itself (a test reads their source).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reticent_server.query.expr import And, Expr, FieldExists
from reticent_server.query.reach import Reach
from reticent_server.query.sealed import event_withheld, fields_withheld, summary_withheld, withheld
from reticent_server.query.sealed_terms import compared_whole
from reticent_server.store.events.interface import EventStore
from reticent_server.store.events.model import DeviceSummary, FieldValue, HourCount, Page, RuleCount

_DROPPED = ("dropped", "failed", "overflow")


class ScopedEvents:
    """Raises what the store's methods of the same names do.

    `with_sealed`: sealed values leave whole, as `http.unsealing` has it; else withheld.
    """

    def __init__(self, store: EventStore, reach: Reach, *, with_sealed: bool = False) -> None:
        self._store = store
        self._with_sealed = with_sealed
        self.reach = reach

    def search(self, expr: Expr, *, limit: int, cursor: str | None = None) -> Page:
        page = self._store.search(self._asked(expr), limit=limit, cursor=cursor)
        rows = [self.reach.masked_event(row) for row in page.rows]
        if not self._with_sealed:
            rows = [event_withheld(row) for row in rows]
        return Page(rows, page.next_cursor)

    def count(self, expr: Expr) -> int:
        return self._store.count(self._asked(expr))

    def count_by(
        self, expr: Expr, field: str, *, limit: int
    ) -> Sequence[tuple[str | int | bool, int]]:
        """The most frequent first. Where the field is hidden it counts as having no value, so those
        rows drop out; of sealed values those under one key are one."""
        asked = self._asked(And((expr, FieldExists(field))))
        counts: dict[str | int | bool, int] = {}
        for value, rows in self._store.count_by(asked, field, limit=limit):
            shown = value if not isinstance(value, str) else str(withheld(value))
            counts[shown] = counts.get(shown, 0) + rows
        # Several of them together may be more than what came before them.
        return sorted(counts.items(), key=lambda found: -found[1])

    def _asked(self, expr: Expr) -> Expr:
        return self.reach.narrowed(expr if self._with_sealed else compared_whole(expr))

    def counts_by_hour(
        self, *, since_us: int, until_us: int, device_id: bytes | None = None
    ) -> Sequence[HourCount]:
        return self._store.counts_by_hour(
            since_us=since_us, until_us=until_us, device_id=device_id, within=self.reach.rows
        )

    def device_summaries(self, device_ids: Sequence[bytes]) -> Mapping[bytes, DeviceSummary]:
        found = self._store.device_summaries(device_ids, within=self.reach.rows)
        if not self.reach.everything:
            found = {key: self.reach.masked_summary(summary) for key, summary in found.items()}
        return {key: summary_withheld(summary) for key, summary in found.items()}

    def current_state(self, device_id: bytes) -> dict[str, list[Mapping[str, FieldValue]]]:
        """Of the tables of which something is shown."""
        return {
            table: [fields_withheld(self.reach.masked(device_id, table, row)) for row in rows]
            for table, rows in self._store.current_state(device_id).items()
            if self.reach.shows_some(device_id, table)
        }

    def rule_counts(self, device_id: bytes) -> list[RuleCount]:
        """Of the columns that are shown."""
        return [
            count
            for count in self._store.rule_counts(device_id)
            if self.reach.shows(device_id, *_column(count[0]))
        ]

    def dropped_by_field(self, device_id: bytes) -> dict[str, int]:
        dropped: dict[str, int] = {}
        for field, _, outcome, count in self.rule_counts(device_id):
            if outcome in _DROPPED:
                dropped[field] = dropped.get(field, 0) + count
        return dropped


def _column(name: str) -> tuple[str, str]:
    table, _, field = name.partition(".")
    return table, field
