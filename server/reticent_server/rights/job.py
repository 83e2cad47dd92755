"""Brings erasures of what names a person to their end: in a thread, from the server's start on.

Enters: requests that were run. Leaves: rows deleted, values emptied, an entry in the audit trail.
Must hold: each step may be cut off and is repeated at the next start; a request is done only once
a search finds nothing that was received before it was run, and no file of before is left.

 1. what was on its way when it was run has come to the store;
 2. what is found is counted, and noted before it goes, for the answer and for `doctor`;
 3. rows whose subject the person is are deleted; in other rows what names them is emptied;
 4. the same search finds nothing;
 5. the engine has removed the files of before; then the record says so, and forgets who it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from reticent_server.limits import ERASURE_POLL_S, RIGHTS_SETTLE_S
from reticent_server.log import Log
from reticent_server.paced import PacedThread
from reticent_server.retention.cuts import Cuts
from reticent_server.rights.case import Case
from reticent_server.rights.finding import Finder
from reticent_server.rights.service import RightsService
from reticent_server.store.events import EventStore

_log = Log("rights")


class RightsEraser:
    """`start` and `stop` once each. `clock`: seconds since 1970-01-01 UTC. `written`: returns once
    every group is stored, or has failed, that was being stored when it was called."""

    def __init__(
        self,
        rights: RightsService,
        finder: Finder,
        events: EventStore,
        cuts: Cuts,
        *,
        clock: Callable[[], float],
        written: Callable[[], object],
        wait_s: Callable[[], float] = lambda: ERASURE_POLL_S,
    ) -> None:
        self._rights = rights
        self._finder = finder
        self._events = events
        self._cuts = cuts
        self._clock = clock
        self._written = written
        self._thread = PacedThread(
            "rights",
            self.run_once,
            log=_log,
            unfinished="person_not_erased",
            failed="person_erasing_failed",
            wait_s=wait_s,
        )
        rights.on_run(self._thread.ask)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Blocks until the step under way has ended; the next start goes on."""
        self._thread.stop()

    def run_once(self) -> int:
        """One round for each erasure that runs; how many still do. Raises ServerError."""
        self._rights.forget_old()
        waiting = self._rights.running()
        for case in waiting:
            if case.before_us is not None and self._is_settled(case.before_us):  # 1
                self._erase(case, case.before_us)
        return len(self._rights.running()) if waiting else 0

    def _is_settled(self, before_us: int) -> bool:
        return self._clock() * 1e6 >= before_us + RIGHTS_SETTLE_S * 1e6

    def _erase(self, case: Case, before_us: int) -> None:
        self._written()  # 1: however long the disk takes
        known = self._rights.known(case.case_id)
        person, unseen = self._finder.find(known, before_us=before_us)
        found = Counter(self._events.count_where(person.named, before_us=before_us))
        if found or not case.unseen:
            deleted = Counter(self._events.count_where(person.rows_about, before_us=before_us))
            self._cuts.announce_devices(
                {device_id for device_id, _ in deleted}, before_s=before_us // 1_000_000 + 1
            )
            self._rights.counted(case.case_id, found, deleted, found - deleted, unseen)  # 2
        self._events.erase_where(person.rows_about, before_us=before_us)  # 3
        for one in person.emptyings({table for _, table in found}):
            self._events.empty_where(one.expr, one.fields, before_us=before_us)
        if self._events.count_where(person.named, before_us=before_us):  # 4
            return
        if self._events.leftovers():  # 5
            return
        self._rights.erased(case.case_id)
        _log.info("person_erased", case_id=case.case_id)
