"""Looks once an hour for rows whose time is over, in a thread.

Enters: the rules of now. Leaves: rows deleted, their number in the control store and the audit
trail. Must hold: what a crash cut off is done by the next round; a round that finds nothing writes
nothing to the event store; a clock that was set forward deletes nothing at once (`hold`). It
deletes by whole days, so one round a day has something to do.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry, RecordWith
from reticent_server.devices.diagnostics import Diagnostics
from reticent_server.errors import ServerError
from reticent_server.health import Health
from reticent_server.limits import RETENTION_EVERY_S, RETENTION_FIRST_S
from reticent_server.log import Log
from reticent_server.metrics import Metrics
from reticent_server.retention.coming import HOURS, PART, coming, why
from reticent_server.retention.cuts import Cuts
from reticent_server.retention.hold import Hold
from reticent_server.retention.rules import Rule, Rules, expiries
from reticent_server.store.events import EventStore
from reticent_server.store.events.model import CONNECTION_TABLE

_log = Log("retention")


class Retention:
    """`start` and `stop` once each. `erased` gives the devices whose erasure is done."""

    def __init__(
        self,
        rules: Rules,
        cuts: Cuts,
        events: EventStore,
        *,
        diagnostics: Diagnostics,
        erased: Callable[[], Sequence[bytes]],
        record_with: RecordWith,
        metrics: Metrics,
        health: Health,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rules = rules
        self._cuts = cuts
        self._events = events
        self._diagnostics = diagnostics
        self._erased = erased
        self._record_with = record_with
        self._metrics = metrics
        self._health = health
        self._clock = clock
        self._hold = Hold(
            clock=clock, last_s=cuts.last_s, on_begin=self._tell_hold, monotonic=monotonic
        )
        self._has_held = False  # since this server started
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Blocks until the step under way has ended."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def run_once(self) -> int:
        """How many rows were deleted; none while the clock is in doubt. Raises ServerError."""
        self._sweep()
        self._diagnostics.forget_old()
        if self._hold.holds():
            self._announce()
            return 0
        self._cuts.look()
        rows = self._expire()
        self._health.settled(PART)
        return rows

    def _expire(self) -> int:
        # Its rows may be gone, or never have been let through, and others still say what it said.
        tables = {*self._events.count_by_table(), CONNECTION_TABLE}
        rules = self._rules.now(tables, now_s=self._clock())
        if not rules:
            return 0
        self._cuts.announce(rules)
        found = self._events.expire(expiries(rules))
        gone = [(rule, rows) for rule, rows in zip(rules, found, strict=True) if rows]
        self._cuts.count([rule for rule, _ in gone], [rows for _, rows in gone])
        for rule, by_table in gone:
            for table, rows in sorted(by_table.items()):
                self._tell(rule, table, rows)
        return sum(sum(by_table.values()) for _, by_table in gone)

    def _sweep(self) -> None:
        """Whatever came of an erased device after its erasure was done: nothing, as a rule.

        Not while it is under way: its rows are counted by whoever erases."""
        late = sum(self._events.erase(self._erased()).values())
        if late:
            _log.warning("rows_of_erased_devices_deleted", rows=late)

    def _announce(self) -> None:
        """What the round after this hold is to delete; anew each time, as rows come."""
        at_s = self._clock() + self._hold.left_s
        sentence = coming(
            self._rules,
            self._events,
            last_s=self._cuts.last_s(),
            at_s=at_s,
            when=f"from about {datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M} UTC on",
        )
        if sentence is None:
            self._health.settled(PART)
        else:
            self._health.notice(PART, sentence)

    def _tell_hold(self, last_s: int | None) -> None:
        """The trail has it once, however often the server starts meanwhile; the log each time."""
        _log.warning("retention_held", hours=HOURS, first=last_s is None)
        is_same = not self._has_held and self._cuts.is_told(last_s)
        self._has_held = True  # by another jump of the clock it begins anew
        if is_same:
            return

        def change(db: Session) -> Entry:
            self._cuts.tell(db, last_s)
            return Entry(
                actor="server",
                action="retention.hold",
                object="the event store",
                reason=f"{why(last_s)}; nothing is deleted for {HOURS} hours; see that the clock "
                "is right",
            )

        self._record_with(change)

    def _tell(self, rule: Rule, table: str, rows: int) -> None:
        day = datetime.fromtimestamp(rule.before_us / 1_000_000, UTC).date()
        self._metrics.rows_expired.labels(table).inc(rows)
        entry = Entry(
            actor="server",
            action="retention.delete",
            object=f"table {table} of group {rule.group}",
            reason=f"{rows} rows received before {day} UTC: their retention is over",
        )
        self._record_with(lambda _: entry)
        _log.info("rows_expired", table=table, group=rule.group, rows=rows)

    def _run(self) -> None:
        wait_s = RETENTION_FIRST_S
        while not self._ending.wait(wait_s):
            wait_s = RETENTION_EVERY_S
            try:
                self.run_once()
            except ServerError as error:
                _log.error("retention_not_finished", error)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                _log.error("retention_failed", error)
