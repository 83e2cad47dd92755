"""Watches the audit trail of a running server: signs checkpoints, checks, and says what it found.

At each turn, after AUDIT_CHECKPOINT_ROWS rows or AUDIT_CHECKPOINT_S: 1. the row that this process
wrote last is still there; 2. what was added since the last checkpoint follows from it; once a day,
at the start, and when that fails: 3. every row is checked; 4. a new problem is itself recorded;
5. a checkpoint is signed, also over a broken trail: what is added from here on is protected.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from reticent_server.audit.acceptance import ACTION, last_row_of, with_more
from reticent_server.audit.book import CheckpointBook
from reticent_server.audit.chain import Row
from reticent_server.audit.checkpoints import Checkpoints
from reticent_server.audit.findings import Problem, Verdict
from reticent_server.audit.service import AuditService
from reticent_server.audit.trail import verify_trail
from reticent_server.audit.verifying import Verifier
from reticent_server.errors import ConflictError, ServerError
from reticent_server.health import Health
from reticent_server.limits import (
    AUDIT_CHECK_ALL_S,
    AUDIT_CHECKPOINT_ROWS,
    AUDIT_CHECKPOINT_S,
)
from reticent_server.log import Log
from reticent_server.metrics import Metrics

PART: Final = "audit"
ACTOR = "server"

_log = Log("audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditState:
    """`verdict` None: not checked yet. `failing`: places that checkpoints cannot be written to."""

    verdict: Verdict | None = None
    checked_at_us: int = 0
    failing: tuple[str, ...] = ()
    error: str = ""

    @property
    def problem(self) -> str:
        """A sentence; empty where all is well."""
        if self.verdict is not None and self.verdict.first is not None:
            return str(self.verdict.first)
        if self.failing:
            return "checkpoints cannot be written to " + ", ".join(self.failing)
        return self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Where a row stands: broken or accepted where a problem names it, signed up to the newest
    checkpoint, and waiting for the next one above that."""

    problems: Mapping[int, bool]  # row -> accepted
    signed_up_to: int

    def of(self, number: int) -> Literal["broken", "accepted", "signed", "waiting"]:
        if number in self.problems:
            return "accepted" if self.problems[number] else "broken"
        return "signed" if number <= self.signed_up_to else "waiting"


class _StoppedError(Exception):
    pass


class AuditWatch:
    """`start` and `stop` once each; both block. Without `start` it checks when it is asked."""

    def __init__(
        self,
        audit: AuditService,
        checkpoints: Checkpoints,
        *,
        health: Health,
        metrics: Metrics,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.checkpoints = checkpoints
        self.state = AuditState()
        self._audit = audit
        self._health = health
        self._metrics = metrics
        self._clock = clock
        self._turning = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._wake_at = 0
        self._witnessed: tuple[Problem, ...] = ()
        self._told: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="audit-watch", daemon=True)

    def start(self) -> None:
        self._wake_at = self._audit.head()[0] + AUDIT_CHECKPOINT_ROWS
        self._audit.on_record = self._recorded
        self._thread.start()

    def stop(self) -> None:
        """Signs the last checkpoint."""
        self._stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._guarded(self.turn)

    def cover(self) -> Cover:
        """Of the rows, by the last check and the newest checkpoint. Raises StoreError."""
        verdict, newest = self.state.verdict, self.checkpoints.newest()
        found = verdict.problems if verdict else ()
        return Cover(
            problems={problem.number: problem.accepted for problem in found},
            signed_up_to=newest.mark.number if newest else 0,
        )

    def check(self) -> AuditState:
        """Checks every row now. Raises StoreError."""
        with self._turning:
            return self._check(iter)

    def accept(self, *, digest: str, actor: str, reason: str, source_address: str) -> AuditState:
        """Takes every problem there is for known: it is signed for, and shown from then on as such.

        `digest`: of the verdict that whoever accepts looked at. Triggers that are missing are put
        back. For a database that was restored from a backup on purpose. Raises ConflictError where
        the trail is not as that verdict saw it, ServerError.
        """
        with self._turning:
            seen = last_row_of(digest)
            self._recent_is_broken()  # a tail that is cut off now is no part of that verdict
            verdict = self._check(iter, seen=seen).verdict
            then = verdict.digest_then if verdict else ""
            same = hmac.compare_digest(then.encode(), digest.encode())
            if verdict is None or not then or not same:
                raise ConflictError(
                    "the audit trail, or what is wrong with it, is not as the verdict of this "
                    "digest saw it; nothing was accepted; check it again and look at what it says"
                )
            problems = "1 problem" if verdict.broken == 1 else f"{verdict.broken} problems"
            self._audit.record(
                actor=actor,
                action=ACTION,
                object=f"{problems} of the audit trail {verdict.standing}",
                reason=reason,
                source_address=source_address,
            )
            self.checkpoints.stored.put_back_triggers()
            self.checkpoints.make(accepts=True)
            self._witnessed = ()
            return self._check(iter)

    def turn(self, *, all_rows: bool = False) -> None:
        """What the thread does each time. Raises ServerError."""
        with self._turning:
            if self._recent_is_broken() or all_rows:
                self._check(self._until_stopped)
            made = self.checkpoints.make()
            if made is not None:
                self._wake_at = made.mark.number + AUDIT_CHECKPOINT_ROWS
            failing = tuple(sorted(map(str, self.checkpoints.failing)))
            self._say(replace(self.state, failing=failing, error=""))

    def _run(self) -> None:
        last_all = None
        while not self._stopping.is_set():
            now = time.monotonic()
            due = last_all is None or now - last_all >= AUDIT_CHECK_ALL_S
            last_all = now if due else last_all
            self._guarded(partial(self.turn, all_rows=due))
            self._wake.wait(AUDIT_CHECKPOINT_S)
            self._wake.clear()

    def _guarded(self, turn: Callable[[], None]) -> None:
        try:
            turn()
        except _StoppedError:
            return
        except ServerError as error:
            _log.error("audit_turn_failed", error)
            self._say(replace(self.state, error="the audit trail could not be checked or signed"))

    def _recorded(self, number: int) -> None:
        if number >= self._wake_at:
            self._wake.set()

    def _recent_is_broken(self) -> bool:
        written, newest = self._audit.last_written, self.checkpoints.newest()
        if written is not None:
            (number, digest) = written
            row = next(self._audit.rows(first=number, last=number), None)
            if row is None or row.hash != digest:
                gone = "is gone" if row is None else "was replaced"
                self._witness(
                    Problem(
                        kind="truncated" if row is None else "altered",
                        number=number,
                        sentence=f"row {number}, which this server wrote, {gone}",
                    )
                )
                return True
        if newest is None:
            return False
        book = CheckpointBook(self.checkpoints.public_key)
        book.add([newest])
        verifier = Verifier(book, first=max(1, newest.mark.number), previous=None)
        for row in self._until_stopped(self._audit.rows(first=max(1, newest.mark.number))):
            verifier.row(row)
        broken = not verifier.finish().whole
        return broken and (self.state.verdict is None or self.state.verdict.whole)

    def _witness(self, problem: Problem) -> None:
        if problem not in self._witnessed:
            self._witnessed = (*self._witnessed, problem)[:8]

    def _check(
        self, watch: Callable[[Iterator[Row]], Iterator[Row]], *, seen: int | None = None
    ) -> AuditState:
        verdict = verify_trail(self._audit, self.checkpoints, watch=watch, seen=seen)
        if self._witnessed:
            problems = sorted((*self._witnessed, *verdict.problems), key=lambda p: p.number)
            broken = verdict.broken + len(self._witnessed)
            told = [(problem.kind, problem.number) for problem in self._witnessed]
            verdict = replace(
                verdict,
                problems=tuple(problems),
                broken=broken,
                digest=with_more(verdict.digest, told),
                digest_then=with_more(verdict.digest_then, told),
            )
        self._say(
            replace(self.state, verdict=verdict, checked_at_us=int(self._clock() * 1e6), error="")
        )
        if verdict.first is not None and str(verdict.first) not in self._told:
            self._told.add(str(verdict.first))
            _log.error("audit_trail_broken", kind=verdict.first.kind, row=verdict.first.number)
            self._audit.record(
                actor=ACTOR,
                action="audit.check",
                object="audit trail",
                outcome="failed",
                reason=str(verdict.first),
            )
        return self.state

    def _until_stopped(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            if self._stopping.is_set() and self._thread.is_alive():
                raise _StoppedError
            yield row

    def _say(self, state: AuditState) -> None:
        self.state = state
        verdict = state.verdict
        self._metrics.audit_problems.set(verdict.broken if verdict else 0)
        self._metrics.audit_places_failing.set(len(state.failing))
        if state.problem:
            self._health.notice(PART, state.problem)
        else:
            self._health.settled(PART)
