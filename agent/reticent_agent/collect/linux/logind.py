"""Locking and unlocking of the screen, which only logind's bus signals tell.

Enters: lines of `gdbus monitor` on org.freedesktop.login1 (part of GLib, which every desktop has;
it adds a match rule and needs no privilege). Leaves: `lock` and `unlock` rows. Must hold: nothing
is kept between runs: what happened while the agent was off is not told, and is not made up.
"""

from __future__ import annotations

import re

from reticent_contract.rows import Row

from reticent_agent.collect.available import SourceUnavailableError, require_program
from reticent_agent.collect.batches import batches
from reticent_agent.collect.linux.journal_sessions import session_details
from reticent_agent.collect.model import Context, Emit, EventSource

GDBUS = "/usr/bin/gdbus"
BUS = "/run/dbus/system_bus_socket"
COMMAND = (GDBUS, "monitor", "--system", "--dest", "org.freedesktop.login1")

_CHANGE = re.compile(
    r"/org/freedesktop/login1/session/(\w{1,64}): "
    r"org\.freedesktop\.DBus\.Properties\.PropertiesChanged "
    r"\('org\.freedesktop\.login1\.Session', \{[^}]{0,4096}?'LockedHint': <(true|false)>"
)
_ESCAPED = re.compile(r"_([0-9a-f]{2})")


def locks() -> EventSource:
    """Named "logind"."""
    return EventSource(name="logind", table="session", follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    require_program(context, GDBUS)
    if not context.files.exists(BUS):
        raise SourceUnavailableError("there is no system bus", "run systemd-logind and D-Bus")
    for lines in batches(context, COMMAND):
        rows = [row for line in lines if (row := lock_row(context, line))]
        if rows:
            emit(rows, cursor=cursor)


def lock_row(context: Context, line: bytes) -> Row | None:
    change = _CHANGE.match(line[:8_192].decode("utf-8", "replace"))
    if change is None:
        return None
    session_id = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), change.group(1))
    values = session_details(context, session_id)
    if values is None:
        return None
    values["session_id"] = session_id
    event = "lock" if change.group(2) == "true" else "unlock"
    return Row("session", event, context.clock.now_us(), values)
