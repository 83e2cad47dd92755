"""Finishes a day of receipt when it is over: one part, an index of words, roll-ups.

Enters: the clock. Leaves: days in the form in which they are asked for. Must hold: an insert pays
for none of this; a day that is not finished answers the same, only slower; what was cut off by a
crash is begun again. A day is over an hour after midnight UTC, when no group is under way for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from reticent_server.errors import StoreError
from reticent_server.limits import CLOSE_DAYS_EVERY_S
from reticent_server.store.events import schema
from reticent_server.store.events.engine import Engine

_GRACE = timedelta(hours=1)


def unfinished_days(engine: Engine, *, now_us: int) -> list[str]:
    """Days that are over and lack their index or their roll-ups, oldest first, as `2026-11-22`."""
    now = datetime.fromtimestamp(now_us / 1_000_000, UTC)
    rows = engine.read(
        "SELECT partition AS day FROM system.parts "  # noqa: S608  # a constant
        f"WHERE database = currentDatabase() AND table = '{schema.TABLE}' AND active "
        "AND partition < {today:String} GROUP BY partition "
        f"HAVING min(length(projections)) < {len(schema.PROJECTIONS)} OR count() > 1 ORDER BY day",
        {"today": (now - _GRACE).date().isoformat()},
    )
    return [row["day"] for row in rows]


def finish(engine: Engine, days: list[str], *, go_on: Callable[[], bool]) -> int:
    """Merge each day into one part, its index and roll-ups made by that merge; returns how many.

    Not by `MATERIALIZE`: a mutation of one day makes a new version of every other day's parts.
    Raises StoreError; whatever happens, usual merges stay as cheap as they were.
    """
    done = 0
    try:
        engine.maintain(schema.merge_settings(finishing=True))
        for day in days:
            if not go_on():
                break
            date = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date()
            engine.maintain(f"OPTIMIZE TABLE {schema.TABLE} PARTITION '{date.isoformat()}' FINAL")
            done += 1
    finally:
        engine.maintain(schema.merge_settings(finishing=False))
    return done


class DayCloser:
    """A thread that finishes days. `clock`: microseconds since 1970 UTC."""

    def __init__(self, engine: Engine, *, clock: Callable[[], int]) -> None:
        self._engine = engine
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events-closing", daemon=True)
        self._thread.start()

    def run_once(self) -> int:
        """Finish what is to be finished; returns how many days. Raises StoreError."""
        days = unfinished_days(self._engine, now_us=self._clock())
        if not days:
            return 0
        return finish(self._engine, days, go_on=lambda: not self._stop.is_set())

    def _run(self) -> None:
        while not self._stop.wait(CLOSE_DAYS_EVERY_S):
            try:
                self.run_once()
            except StoreError:
                # The day stays as it is, complete but slower to ask; the next round tries again.
                continue

    def stop(self) -> None:
        """Break off a day under way, which loses nothing, and take up no more."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._engine.execute(f"SYSTEM STOP MERGES {schema.TABLE}")
        self._thread.join()
