"""What helpers in people's sessions report, as an event source.

Enters: times in the foreground, from the agent's door, each with the account that the kernel names.
Leaves: `foreground` rows. Must hold: nothing is taken while no policy asks, or of a person who has
not agreed; what is taken is bounded and checked, for a helper may be anybody's program.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter, deque
from collections.abc import Mapping
from pathlib import PurePath

from reticent_contract import limits
from reticent_contract.catalog.agent_health import UNAVAILABLE
from reticent_contract.catalog.app_usage import APP_USAGE
from reticent_contract.rows import Row

from reticent_agent.collect.browsers.people import people
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.health import event_of, health_row
from reticent_agent.collect.model import WHILE_ASKED, Context, Emit, EventSource, of_whom
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.stopping import WakeUp, wait_readable

NAME = f"{WHILE_ASKED}app_usage:foreground"
_DAY_MS = 86_400_000
CANNOT = {
    "wayland": "Wayland has no way to tell which application is in front",
    "no_display": "the session has no display",
    UNAVAILABLE: "the program that tells which application is in front is not installed",
    "program_not_started": "the program that tells which application is in front does not start",
}
_GATHER_S = 5.0  # people change windows in bursts


class AppInbox:
    """Between the agent's door (its event loop) and the source (a thread)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Row] = deque()
        self._waiting_of: Counter[int] = Counter()  # by account
        self._wake = WakeUp()
        self._asked = False
        self._agreed: Mapping[int, int] | None = None
        self._names: dict[int | None, str] = {}
        self._told: set[tuple[int, str]] = set()

    def source(self, options: Mapping[str, object]) -> EventSource:
        agreed = of_whom(options)

        def follow(context: Context, _: str, emit: Emit) -> None:
            self._follow(context, agreed, emit)

        return EventSource(name=NAME, table=APP_USAGE.name, follow=follow)

    async def take(self, user_id: int, request: Mapping[str, object]) -> Mapping[str, object]:
        """The door's handler. `asked` false: nobody asks for it; the helper need not go on."""
        with self._lock:
            agreed = self._agreed
            if not self._asked or (agreed is not None and user_id not in agreed):
                return {"asked": False, "taken": 0}
            since_us = 0 if agreed is None else agreed[user_id]
            rows = _rows(request.get("used"), self._names.get(user_id, ""), since_us=since_us)
            waiting = self._waiting_of[user_id] + len(rows)
            if (
                waiting > limits.APP_ROWS_WAITING_PER_USER_MAX
                or len(self._waiting) + len(rows) > limits.APP_ROWS_WAITING_MAX
            ):
                return {"asked": True, "busy": True, "taken": 0}
            self._waiting_of[user_id] = waiting
            cannot = request.get("cannot")
            is_reason = isinstance(cannot, str) and cannot in CANNOT
            if is_reason and (user_id, str(cannot)) not in self._told:
                self._told.add((user_id, str(cannot)))
                rows.append(_trouble(str(cannot)))
            self._waiting.extend(rows)
        if rows:
            self._wake.wake()
        return {"asked": True, "taken": len(rows)}

    def _follow(self, context: Context, agreed: Mapping[int, int] | None, emit: Emit) -> None:
        names = {one.user_id: one.user_name for one in people(context.files, sys.platform)}
        with self._lock:
            self._asked, self._agreed, self._names = True, agreed, dict(names)
            self._waiting.clear()
            self._waiting_of.clear()
            self._told.clear()
        try:
            while not context.stopping():
                wait_readable(context.stopping, (self._wake.fileno(),), seconds_max=None)
                wait_readable(context.stopping, (), seconds_max=_GATHER_S)
                self._wake.clear()
                rows = self._take_waiting()
                if rows:
                    emit(rows, cursor="1")
        finally:
            with self._lock:
                self._asked = False

    def _take_waiting(self) -> list[Row]:
        with self._lock:
            rows = list(self._waiting)
            self._waiting.clear()
            self._waiting_of.clear()
        return rows


def _trouble(reason: str) -> Row:
    return health_row(
        event_of(reason),
        ts_us=SystemClock().now_us(),
        component=NAME,
        reason=reason,
        detail=CANNOT[reason],
    )


def _rows(used: object, user_name: str, *, since_us: int) -> list[Row]:
    """Whole entries alone; what is none of the form is left out."""
    found: list[Row] = []
    for one in used[: limits.EMIT_ROWS_MAX] if isinstance(used, list) else ():
        if not isinstance(one, dict):
            continue
        start_us, duration_ms, path, pid = (
            one.get(name) for name in ("start_us", "duration_ms", "path", "pid")
        )
        app = one.get("app") or (PurePath(path).name if isinstance(path, str) else None)
        if (
            type(start_us) is not int
            or not max(since_us, 1) <= start_us < limits.EVENT_TS_US_MAX
            or type(duration_ms) is not int
            or not 0 < duration_ms <= _DAY_MS
            or not isinstance(app, str)
        ):
            continue
        row = event_row(
            APP_USAGE,
            "foreground",
            start_us,
            {
                "user_name": user_name or None,
                "app": app,
                "path": path if isinstance(path, str) else None,
                "pid": pid if type(pid) is int and 0 < pid < 1 << 31 else None,
                "duration_ms": duration_ms,
            },
        )
        if row is not None:
            found.append(row)
    return found
