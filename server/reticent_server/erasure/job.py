"""Brings erasures to their end: in a thread, from the start of the server on.

Enters: erasures that were asked for. Leaves: rows deleted, files gone, an entry in the audit trail.
Must hold: each step may be cut off and is repeated at the next start; a device is only done once
nothing of it is on its way to the store any more and no file of before is left.

 1. its stream is closed, and what was accepted from it has come to the store;
 2. its rows are deleted, and what the server remembers of it is forgotten;
 3. the engine has removed the files of before;
 4. the audit trail says so, then the record does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol
from uuid import UUID

from reticent_server.erasure.service import ErasureService, ErasureView
from reticent_server.health import Health
from reticent_server.limits import ERASURE_POLL_S
from reticent_server.log import Log
from reticent_server.paced import PacedThread
from reticent_server.recorder import Recorder
from reticent_server.store.events import EventStore

PART: Final = "event store"  # of the server's health
NAMED = 5  # parts
_log = Log("erasure")


class Streams(Protocol):
    """What ingest knows of devices; from any thread."""

    def is_settled(self, device_id: UUID) -> bool:
        """Whether it has no stream, and nothing of it is on its way to the store."""

    def forget(self, device_id: UUID) -> None:
        """Lets go of what is remembered of a device."""


class Eraser:
    """`start` and `stop` once each."""

    def __init__(
        self,
        erasures: ErasureService,
        events: EventStore,
        streams: Streams,
        *,
        record: Recorder,
        health: Health,
        wait_s: Callable[[], float] = lambda: ERASURE_POLL_S,
    ) -> None:
        self._erasures = erasures
        self._events = events
        self._streams = streams
        self._record = record
        self._health = health
        # Of these an earlier deletion may not have come to its count; None before the first look.
        self._cut_off: set[UUID] | None = None
        self._thread = PacedThread(
            "eraser",
            self.run_once,
            log=_log,
            unfinished="erasure_not_finished",
            failed="erasure_failed",
            wait_s=wait_s,
        )
        erasures.on_asked(self._thread.ask)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Blocks until the step under way has ended; the next start goes on."""
        self._thread.stop()

    def run_once(self) -> int:
        """One step for each erasure that is open; how many are still. Raises ServerError."""
        self._tell_set_aside()
        waiting = self._erasures.open()
        if self._cut_off is None:  # what is open now, a server of before may have begun
            self._cut_off = {one.device_id for one in waiting}
        ready = [one for one in waiting if self._streams.is_settled(one.device_id)]
        if ready:
            self._delete(ready, self._cut_off)
        return len(self._erasures.open())

    def _tell_set_aside(self) -> None:
        """Damaged parts, in which nobody can say what is: for a person to look at."""
        sentence = set_aside(self._events.damage())
        if sentence:
            self._health.notice(PART, sentence)
        else:
            self._health.settled(PART)

    def _delete(self, ready: list[ErasureView], cut_off: set[UUID]) -> None:
        try:
            found = self._events.erase([one.device_id.bytes for one in ready])
            self._erasures.deleted({one.device_id: found[one.device_id.bytes] for one in ready})
        except BaseException:
            cut_off.update(one.device_id for one in ready)
            raise
        for one in ready:
            self._streams.forget(one.device_id)
        if self._events.leftovers():
            return
        for one in ready:
            rows = self._erasures.get(one.device_id).rows
            self._record(
                actor="server",
                action="device.erased",
                object=f"device {one.device_id}",
                reason=f"{'at least ' * (one.device_id in cut_off)}{rows} rows deleted; "
                "no file of the event store holds one any more",
            )
            self._erasures.done(one.device_id)
            cut_off.discard(one.device_id)
            _log.info("device_erased", device_id=one.device_id, rows=rows)


def set_aside(parts: Sequence[str]) -> str:
    """What is to be said of damaged parts of the event store; "" where there are none."""
    if not parts:
        return ""
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    return (
        f"damaged parts of the event store were set aside: {', '.join(parts[:NAMED])}{more}; their "
        "rows answer no question, and no erasure ends while they lie there; restore the store "
        "from a backup, or remove them from the table's folder `detached`"
    )
