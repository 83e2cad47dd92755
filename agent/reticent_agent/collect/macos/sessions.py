"""Who logged on and off, and when the Mac was started.

Enters: /var/run/utmpx, which is written anew at every start. Leaves: session rows. Must hold: a
logon is told once, also over restarts of the agent: the cursor lists who was logged on.

The cursor: {"v": 1, "boot": microseconds of the start, "on": [[line, pid, microseconds, user,
host], …]}. What ended while the Mac was off has no time; the `boot` row ends it.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass

from reticent_contract.catalog.session import SESSION
from reticent_contract.rows import Row, Value

from reticent_agent.collect.macos import utmpx
from reticent_agent.collect.macos.looking import again
from reticent_agent.collect.macos.utmpx import Record
from reticent_agent.collect.model import Context, Emit, EventSource

UTMPX = "/var/run/utmpx"
LOOK_S = 5.0
_BYTES_MAX = 1 << 20
_OPEN_MAX = 64  # sessions that are remembered


@dataclass(frozen=True, slots=True)
class Open:
    """Somebody who is logged on."""

    line: str
    pid: int
    ts_us: int
    user: str
    host: str


@dataclass(frozen=True, slots=True)
class Known:
    boot_us: int = 0
    open: tuple[Open, ...] = ()

    def encode(self) -> str:
        on = [[o.line, o.pid, o.ts_us, o.user, o.host] for o in self.open]
        return json.dumps({"v": 1, "boot": self.boot_us, "on": on}, separators=(",", ":"))


def decode(cursor: str) -> Known:
    """Nothing known, where the cursor is not one of ours."""
    try:
        found = json.loads(cursor)
        on = tuple(
            Open(str(line), int(pid), int(ts_us), str(user), str(host))
            for line, pid, ts_us, user, host in found["on"]
        )
        return Known(int(found["boot"]), on[:_OPEN_MAX])
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return Known()


def sessions() -> EventSource:
    """Named "sessions"."""
    return EventSource(name="sessions", table=SESSION.name, follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    known = decode(cursor)
    before = b""
    for _ in again(context, every_s=LOOK_S):
        try:
            content = context.files.read_bytes(UTMPX, bytes_max=_BYTES_MAX)
        except FileNotFoundError:
            continue  # at the very start of the system
        if content == before:
            continue
        before = content
        rows, now = changes(known, list(utmpx.records(content)))
        if now != known:
            emit(rows, cursor=now.encode())
        known = now


def changes(known: Known, found: Sequence[Record]) -> tuple[list[Row], Known]:
    """What the file tells beyond what was known, oldest first, and what is known now."""
    rows: list[Row] = []
    boot_us = max((r.ts_us for r in found if r.kind == utmpx.BOOT_TIME), default=known.boot_us)
    on = {(o.line, o.pid): o for o in known.open}
    if boot_us != known.boot_us:
        on = {}
        rows.append(Row(SESSION.name, "boot", boot_us, {}))
    for record in found:
        key = record.line, record.pid
        if record.kind == utmpx.SHUTDOWN_TIME:
            continue  # of a file that is about to be replaced
        if record.kind == utmpx.USER_PROCESS and record.user:
            before = on.get(key)
            if before is None or before.ts_us != record.ts_us:
                on[key] = Open(record.line, record.pid, record.ts_us, record.user, record.host)
                rows.append(_row("logon", record.ts_us, on[key]))
        elif record.kind == utmpx.DEAD_PROCESS and key in on:
            rows.append(_row("logoff", record.ts_us, on.pop(key)))
    return sorted(rows, key=lambda row: row.ts_us), Known(boot_us, tuple(on.values())[-_OPEN_MAX:])


def _row(event: str, ts_us: int, session: Open) -> Row:
    values: dict[str, Value] = {
        "user_name": session.user,
        "session_id": str(session.pid),
        "remote": bool(session.host),
    }
    if session.line:
        values["terminal"] = session.line
    if session.host:
        values["remote_address" if _is_address(session.host) else "remote_host"] = session.host
    return Row(SESSION.name, event, ts_us, values)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
