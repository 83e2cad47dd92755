"""The event store as one caller sees it: every question that a request may ask, and no other.

Must hold: routes ask this and never the store itself (a test reads their source).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reticent_contract.catalog.model import Type

from reticent_server.limits import SEALED_KEYS_MAX
from reticent_server.query.expr import And, Expr, FieldExists, Not
from reticent_server.query.reach import Reach
from reticent_server.query.sealed import event_withheld, fields_withheld, summary_withheld, withheld
from reticent_server.query.sealed_terms import compared_whole, like_it, sealed_in
from reticent_server.store.events.fields import FIELD_TYPES
from reticent_server.store.events.interface import EventStore
from reticent_server.store.events.model import (
    OF_EVERY_ROW,
    DeviceSummary,
    FieldValue,
    HourCount,
    Page,
    RuleCount,
)

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
        rows drop out; of sealed values those under one key are one, however many they are, and at
        most SEALED_KEYS_MAX keys are counted."""
        if field in OF_EVERY_ROW:
            return self._store.count_by(self._asked(expr), field, limit=limit)
        has = And((self._told(expr), FieldExists(field)))
        if FIELD_TYPES[field] is not Type.TEXT:
            return self._store.count_by(self.reach.narrowed(has), field, limit=limit)
        plain = self.reach.narrowed(And((has, Not(sealed_in(field)))))
        counts = dict(self._store.count_by(plain, field, limit=limit))
        rest: Expr = And((has, sealed_in(field)))
        for _ in range(SEALED_KEYS_MAX):  # one by one: two questions for each
            found = self._store.count_by(self.reach.narrowed(rest), field, limit=1)
            if not found:
                break
            value = str(found[0][0])
            alike = And((rest, like_it(field, value)))
            counts[str(withheld(value))] = self._store.count(self.reach.narrowed(alike))
            rest = And((rest, Not(like_it(field, value))))
        return sorted(counts.items(), key=lambda one: -one[1])[:limit]

    def _asked(self, expr: Expr) -> Expr:
        return self.reach.narrowed(self._told(expr))

    def _told(self, expr: Expr) -> Expr:
        return expr if self._with_sealed else compared_whole(expr)

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
