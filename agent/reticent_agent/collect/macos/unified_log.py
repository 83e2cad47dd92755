"""macOS's unified log: what programs logged, and the screen's lock.

Enters: lines of `log stream --style ndjson` (log(1)), one JSON object each after a line that says
what is filtered. Leaves: `log_line` rows, and `lock` and `unlock` rows of `session`. Must hold: a
line that cannot be read costs that line; what was logged while the agent was off is read with
`log show` from the cursor on, at most an hour.

The whole log is hundreds of lines a second that nobody reads. Asked for are errors and faults, and
all that the programs below say, which let people in.

The cursor: {"v": 1, "ts": microseconds, "same": how many lines of that time were told}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reticent_contract import limits
from reticent_contract.rows import Row, Value

from reticent_agent.collect.batches import batches
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.health import health_row
from reticent_agent.collect.lines import bounded_text
from reticent_agent.collect.macos import asking
from reticent_agent.collect.model import Context, Emit, EventSource

LOG = "/usr/bin/log"
ID = "/usr/bin/id"
PROGRAMS = ("sshd", "sshd-session", "sudo", "su", "login", "loginwindow", "screensharingd", "authd")
PREDICATE = " OR ".join(
    ("messageType == error", "messageType == fault", *(f'process == "{p}"' for p in PROGRAMS))
)
# Any program can log these words; the path of its own file it cannot choose.
LOGIN_WINDOW = "/System/Library/CoreServices/loginwindow.app/Contents/MacOS/loginwindow"
LOCKS = 'process == "loginwindow" AND eventMessage CONTAINS "com.apple.sessionagent.screenIs"'
SHOW_MAX_US = 3_600_000_000
SHOW_SECONDS_MAX = 30.0
SEVERITIES = {"Fault": 2, "Error": 3, "Default": 5, "Info": 6, "Debug": 7}  # of syslog
_LOCK = re.compile(
    r"com\.apple\.sessionagent\.screenIs(Locked|Unlocked), with userID:(\d{1,10})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Place:
    ts_us: int = 0
    same: int = 0

    def encode(self) -> str:
        return json.dumps({"v": 1, "ts": self.ts_us, "same": self.same}, separators=(",", ":"))


def decode(cursor: str) -> Place:
    """The first time, where the cursor is not one of ours."""
    try:
        found = json.loads(cursor)
        return Place(int(found["ts"]), int(found["same"]))
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return Place()


def log_lines() -> EventSource:
    """Named "unified_log"."""
    return EventSource(name="unified_log", table="log_line", follow=_follow_lines)


def locks() -> EventSource:
    """Named "screen_lock". Nothing is told of the time when the agent was off."""
    return EventSource(name="screen_lock", table="session", follow=_follow_locks)


def parse(line: bytes) -> Mapping[str, object] | None:
    """An event with its time as `ts_us`; None for what is none."""
    try:
        event = json.loads(line)
        if not isinstance(event, dict) or event.get("eventType", "logEvent") != "logEvent":
            return None
        at = datetime.strptime(str(event["timestamp"]), "%Y-%m-%d %H:%M:%S.%f%z")
        ts_us = round(at.timestamp() * 1e6)
    except (ValueError, KeyError, OverflowError, RecursionError):
        return None
    if not 0 <= ts_us <= limits.EVENT_TS_US_MAX:
        return None
    return {**event, "ts_us": ts_us}


def log_row(event: Mapping[str, object]) -> Row | None:
    """None where the event has no message."""
    message = asking.text(event.get("eventMessage"))
    if not message:
        return None
    data = message.encode("utf-8", "replace")
    values: dict[str, Value] = {
        "source": "unified_log",
        "message": bounded_text(data, len(data)),
    }
    program = asking.text(event.get("processImagePath"))
    if program:
        values["program"] = program.rpartition("/")[2]
    subsystem = asking.text(event.get("subsystem"))
    if subsystem:
        values["unit"] = subsystem
    severity = SEVERITIES.get(str(event.get("messageType")))
    if severity is not None:
        values["severity"] = severity
    pid = asking.number(event.get("processID"))
    if pid is not None and pid >= 0:
        values["pid"] = pid
    return Row("log_line", "line", asking.number(event["ts_us"]) or 0, values)


def lock_row(context: Context, event: Mapping[str, object]) -> Row | None:
    """None where the event says nothing of the screen, or is not the login window's."""
    if asking.text(event.get("processImagePath")) != LOGIN_WINDOW:
        return None
    found = _LOCK.search(asking.text(event.get("eventMessage")) or "")
    if found is None:
        return None
    values: dict[str, Value] = {"user_id": int(found[2])}
    try:
        names = asking.lines(context, (ID, "-nu", found[2]))
    except CommandError:  # the number is nobody's any more, or the directory does not answer
        names = []
    if names and names[0].strip():
        values["user_name"] = names[0].strip()
    name = "lock" if found[1] == "Locked" else "unlock"
    return Row("session", name, asking.number(event["ts_us"]) or 0, values)


def _follow_lines(context: Context, cursor: str, emit: Emit) -> None:
    place = decode(cursor)
    command = (LOG, "stream", "--style", "ndjson", "--predicate", PREDICATE)
    overlaps = bool(place.ts_us)
    for lines in batches(context, command):
        # The stream listens by now, so that nothing falls between it and what is shown.
        shown = _since(context, place, emit) if overlaps else ()
        rows = in_order([*shown, *lines])
        if overlaps:
            rows = beyond(rows, place)
        overlaps = False
        if rows:
            place = behind(rows, place)
            emit(rows, cursor=place.encode())


def _since(context: Context, place: Place, emit: Emit) -> Sequence[bytes]:
    """What was logged since the cursor; a gap is told where that cannot be read."""
    from_us = max(place.ts_us, context.clock.now_us() - SHOW_MAX_US)
    start = f"@{from_us // 1_000_000}"
    command = (LOG, "show", "--style", "ndjson", "--start", start, "--predicate", PREDICATE)
    try:
        return context.commands.run(command, seconds_max=SHOW_SECONDS_MAX).splitlines()
    except CommandError as error:
        row = health_row(
            "rows_dropped",
            ts_us=context.clock.now_us(),
            component="unified_log",
            reason=error.reason,
            detail="what was logged while the agent was off could not be read",
        )
        emit([row], cursor=place.encode())
        return ()


def in_order(lines: Sequence[bytes]) -> list[Row]:
    """By time: the stream is a little out of order between processes."""
    rows = [row for line in lines if (event := parse(line)) and (row := log_row(event))]
    return sorted(rows, key=lambda row: row.ts_us)


def beyond(rows: Sequence[Row], place: Place) -> list[Row]:
    """Those that were not told yet, of rows in their order, and each once.

    What is shown and what the stream had by then overlap; both tell a line in the same words.
    """
    unseen: list[Row] = []
    same, at_us, here = place.same, -1, list[Row]()
    for row in rows:
        if row.ts_us != at_us:
            at_us, here = row.ts_us, []
        if row.ts_us < place.ts_us or row in here:
            continue
        here.append(row)
        if row.ts_us == place.ts_us and same > 0:
            same -= 1
            continue
        unseen.append(row)
    return unseen


def behind(rows: Sequence[Row], place: Place) -> Place:
    """The place behind rows in their order."""
    last_us = rows[-1].ts_us
    if last_us < place.ts_us:
        return place
    same = sum(row.ts_us == last_us for row in rows)
    return Place(last_us, same + (place.same if last_us == place.ts_us else 0))


def _follow_locks(context: Context, _: str, emit: Emit) -> None:
    command = (LOG, "stream", "--style", "ndjson", "--predicate", LOCKS)
    for lines in batches(context, command):
        events = [event for line in lines if (event := parse(line))]
        rows = [row for event in events if (row := lock_row(context, event))]
        if rows:
            emit(rows, cursor="")
