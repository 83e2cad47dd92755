"""Follows the systemd journal through journalctl.

Enters: JSON lines of `journalctl --follow` (systemd.journal-fields(7); "Journal JSON Format" on
systemd.io: a value that is no UTF-8 comes as an array of bytes, one over 4096 bytes as null, a
field that occurs twice as an array). Leaves: `log_line` rows with the journal's cursor.
Must hold: a line that cannot be read costs that line; rows come in groups; memory is bounded.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from reticent_contract import limits
from reticent_contract.rows import Row, Value

from reticent_agent.collect.available import require_program
from reticent_agent.collect.batches import batches
from reticent_agent.collect.lines import bounded_text
from reticent_agent.collect.model import Clock, Context, Emit, EventSource
from reticent_agent.errors import AgentError

JOURNALCTL = "/usr/bin/journalctl"
FIELDS = "MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,SYSLOG_PID,_COMM,_PID,_SYSTEMD_UNIT"
FIRST_S = 60  # the first time: what was logged just before, so that a start is seen whole
WHOLE_SECONDS_MAX = 5.0
WHOLE_PER_MINUTE = 20  # long messages that are fetched a second time, in full
NULL_BYTES = 4_096  # journalctl leaves out what is longer
# Collecting what we log ourselves about collecting would never end.
OWN_UNITS = ("reticent-agent.service", "reticent-server.service")

_CURSOR = re.compile(
    r"s=[0-9a-f]{32};i=[0-9a-f]{1,16};b=[0-9a-f]{32};m=[0-9a-f]{1,16};t=[0-9a-f]{1,16};x=[0-9a-f]{1,16}"
)
_INTEGER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Entry:
    cursor: str
    ts_us: int
    fields: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """A field as text, its first value if there are several; None: absent or too long."""
        value = self.fields.get(name)
        if isinstance(value, list) and value and not isinstance(value[0], int):
            value = value[0]
        if isinstance(value, str):
            return value
        if isinstance(value, list) and value:
            try:
                return bytes(value).decode("utf-8", "replace")
            except (ValueError, TypeError):
                return None
        return None

    def integer(self, name: str) -> int | None:
        text = self.text(name)
        return int(text) if text is not None and _INTEGER.fullmatch(text) else None


def parse_entry(line: bytes) -> Entry | None:
    """None for what is no entry: a line cut for its length, or a message of journalctl."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    entry = Entry("", 0, fields)
    cursor, ts_us = entry.text("__CURSOR"), entry.integer("__REALTIME_TIMESTAMP")
    if cursor is None or not _CURSOR.fullmatch(cursor):
        return None
    if ts_us is None or ts_us > limits.EVENT_TS_US_MAX:
        return None
    return Entry(cursor, ts_us, fields)


def arguments(
    *, cursor: str, since_us: int, fields: str, matches: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """journalctl's, from `cursor` on, or from a time where there is none that journalctl knows."""
    # Checked: journalctl ends with an error for a cursor it cannot parse, and would do so for ever.
    known = _CURSOR.fullmatch(cursor) is not None
    return (
        JOURNALCTL,
        "--follow",
        "--no-tail",
        "--quiet",
        "--no-pager",
        "--output=json",
        f"--output-fields={fields}",
        f"--after-cursor={cursor}" if known else f"--since=@{max(0, since_us) // 1_000_000}",
        *matches,
    )


def log_row(entry: Entry, *, message: str) -> Row:
    values: dict[str, Value] = {"source": "journal", "message": message}
    unit = entry.text("_SYSTEMD_UNIT")
    program = entry.text("SYSLOG_IDENTIFIER") or entry.text("_COMM")
    severity = entry.integer("PRIORITY")
    pid = entry.integer("_PID")
    if unit:
        values["unit"] = unit
    if program:
        values["program"] = program
    if severity is not None and severity <= 7:
        values["severity"] = severity
    pid = entry.integer("SYSLOG_PID") if pid is None else pid
    if pid is not None:
        values["pid"] = pid
    return Row(table="log_line", event="line", ts_us=entry.ts_us, values=values)


def journal_lines() -> EventSource:
    """All entries of the journal that the agent's user may read, named "journal"."""
    return EventSource(name="journal", table="log_line", follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    require_program(context, JOURNALCTL)
    whole = _WholeMessages(context)
    own_pid = str(os.getpid())
    since_us = context.clock.now_us() - FIRST_S * 1_000_000
    command = arguments(cursor=cursor, since_us=since_us, fields=FIELDS)
    for lines in batches(context, command):
        rows, last = [], ""
        for line in lines:
            entry = parse_entry(line)
            if entry is None or _is_own(entry, own_pid):
                continue
            message = entry.text("MESSAGE")
            if message is None:
                if "MESSAGE" not in entry.fields:
                    continue
                message = whole.fetch(entry)
            data = message.encode("utf-8", "replace")
            rows.append(log_row(entry, message=bounded_text(data, len(data))))
            last = entry.cursor
        if rows:
            emit(rows, cursor=last)


def _is_own(entry: Entry, own_pid: str) -> bool:
    return entry.text("_SYSTEMD_UNIT") in OWN_UNITS or entry.text("_PID") == own_pid


class _WholeMessages:
    """Fetches messages that journalctl left out for their length, a few a minute."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._clock: Clock = context.clock
        self._minute_from = self._clock.monotonic()
        self._count = 0

    def fetch(self, entry: Entry) -> str:
        now = self._clock.monotonic()
        if now - self._minute_from >= 60:
            self._minute_from, self._count = now, 0
        self._count += 1
        message = self._ask(entry.cursor) if self._count <= WHOLE_PER_MINUTE else None
        return message if message is not None else f"[cut: more than {NULL_BYTES} bytes]"

    def _ask(self, cursor: str) -> str | None:
        command = (
            JOURNALCTL,
            "--quiet",
            "--no-pager",
            "--all",
            "--lines=1",
            "--output=json",
            "--output-fields=MESSAGE",
            f"--cursor={cursor}",
        )
        try:
            output = self._context.commands.run(command, seconds_max=WHOLE_SECONDS_MAX)
        except AgentError:  # too long even for this, or gone meanwhile
            return None
        entry = parse_entry(output.split(b"\n", 1)[0])
        if entry is None or entry.cursor != cursor:
            return None
        text = entry.text("MESSAGE")
        return None if text is None else text[: limits.LOG_LINE_BYTES_MAX * 2]
