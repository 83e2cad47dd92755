"""An event store in memory for the tests of API and console, whose rows a test may put in place."""

from __future__ import annotations

from reticent_server.query.expr import Expr
from reticent_server.store.events.memory import MemoryEventStore
from reticent_server.store.events.model import Event, Page


class MemoryEvents(MemoryEventStore):
    """`searches`: how many were made."""

    def __init__(self) -> None:
        super().__init__()
        self.searches = 0

    @property
    def rows(self) -> list[Event]:
        """What is stored; a change of it is a change of the store."""
        return self._events

    @rows.setter
    def rows(self, rows: list[Event]) -> None:
        self._events = rows

    def search(self, expr: Expr, *, limit: int, cursor: str | None = None) -> Page:
        self.searches += 1
        return super().search(expr, limit=limit, cursor=cursor)
