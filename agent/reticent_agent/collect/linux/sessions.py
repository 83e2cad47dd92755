"""Who logged on and off, and when the laptop started and stopped.

Enters: wtmpdb, wtmp or the journal. Leaves: session rows. Must hold: one event is told by one
source only.

Precedence, decided when the source starts:
 1. the source that the cursor names, while it exists (a rotated wtmp may be empty for a while);
 2. /var/lib/wtmpdb/wtmp.db, where it exists and is not empty;
 3. /var/log/wtmp, where it or its predecessor wtmp.1 is not empty;
 4. the journal, where journalctl is installed;
 5. /var/log/wtmp, waited for.
Failed logons come from btmp alone, locking from logind alone. When the source changes, only what
is later than the last row that was handed on is told. The first time the last seven days are.

The cursor: {"v": 1, "from": "wtmpdb|wtmp|journal", "at": the source's own, "ts": microseconds of
the last row, 0 for none}.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reticent_contract.rows import Row

from reticent_agent.collect.available import require_readable
from reticent_agent.collect.linux.journal import JOURNALCTL
from reticent_agent.collect.linux.journal_sessions import follow_journal
from reticent_agent.collect.linux.wtmp import Record, Sessions, failed_logon
from reticent_agent.collect.linux.wtmp_follow import follow_records
from reticent_agent.collect.linux.wtmpdb import follow_database
from reticent_agent.collect.model import Context, Emit, EventSource, FileRoot

WTMP = "/var/log/wtmp"
BTMP = "/var/log/btmp"
WTMPDB = "/var/lib/wtmpdb/wtmp.db"
FIRST_US = 7 * 86_400_000_000
ACCOUNTS_BYTES_MAX = 8 << 20
ACCOUNTS_FRESH_S = 60.0


@dataclass(frozen=True, slots=True)
class SessionCursor:
    origin: str = ""
    at: str = ""
    ts_us: int = 0

    def encode(self) -> str:
        found = {"v": 1, "from": self.origin, "at": self.at, "ts": self.ts_us}
        return json.dumps(found, separators=(",", ":"))


def decode_cursor(text: str) -> SessionCursor:
    """The first time, where the cursor is not one of ours."""
    try:
        found = json.loads(text)
        return SessionCursor(str(found["from"]), str(found["at"]), int(found["ts"]))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return SessionCursor()


def sessions() -> EventSource:
    """Named "sessions"."""
    return EventSource(name="sessions", table="session", follow=_follow_sessions)


def failed_logons() -> EventSource:
    """Named "failed_logons"."""
    return EventSource(name="failed_logons", table="session", follow=_follow_failed)


def choose(files: FileRoot, kept: str) -> str:
    """wtmpdb, wtmp or journal, by the precedence above. `kept`: what the cursor names, or ""."""
    has_journal = files.exists(JOURNALCTL)
    exists = {"wtmpdb": files.exists(WTMPDB), "wtmp": files.exists(WTMP), "journal": has_journal}
    if exists.get(kept):
        return kept
    if _is_filled(files, WTMPDB):
        return "wtmpdb"
    if _is_filled(files, WTMP) or _is_filled(files, f"{WTMP}.1"):
        return "wtmp"
    return "journal" if has_journal else "wtmp"


def _follow_sessions(context: Context, cursor: str, emit: Emit) -> None:
    last = decode_cursor(cursor)
    chosen = choose(context.files, last.origin)
    stays = chosen == last.origin
    # A source that stays goes on at its cursor, whose rows may be older than one already told
    # (clocks are set); another one, or the first, tells by time.
    since_us = last.ts_us + 1 if last.ts_us else context.clock.now_us() - FIRST_US
    ts_us = last.ts_us
    for rows, at in _follow_one(context, chosen, last.at if stays else "", since_us=since_us):
        fresh = rows if stays else [row for row in rows if row.ts_us >= since_us]
        ts_us = max([ts_us, *(row.ts_us for row in fresh)])
        emit(fresh, cursor=SessionCursor(chosen, at, ts_us).encode())


def _follow_one(
    context: Context, chosen: str, at: str, *, since_us: int
) -> Iterator[tuple[Sequence[Row], str]]:
    if chosen == "journal":
        return follow_journal(context, at, since_us=since_us)
    if chosen == "wtmpdb":
        return follow_database(context, require_readable(context, WTMPDB), at)
    path = require_readable(context, WTMP)
    return follow_records(context, path, at, to_row=Sessions().row)


def _follow_failed(context: Context, cursor: str, emit: Emit) -> None:
    path = require_readable(context, BTMP)
    first_us = 0 if cursor else context.clock.now_us() - FIRST_US

    accounts = _Accounts(context)

    def to_row(record: Record) -> Row | None:
        return failed_logon(record, accounts.names())

    for rows, at in follow_records(context, path, cursor, to_row=to_row):
        emit([row for row in rows if row.ts_us >= first_us], cursor=at)


class _Accounts:
    """Names of local accounts, read again when they are needed and a minute old."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._read_at = float("-inf")
        self._names: frozenset[str] = frozenset()

    def names(self) -> frozenset[str]:
        now = self._context.clock.monotonic()
        if now - self._read_at >= ACCOUNTS_FRESH_S:
            files = self._context.files
            text = files.read_text("/etc/passwd", bytes_max=ACCOUNTS_BYTES_MAX) or ""
            self._names = frozenset(line.split(":", 1)[0] for line in text.splitlines())
            self._read_at = now
        return self._names


def _is_filled(files: FileRoot, path: str) -> bool:
    try:
        return Path(files.real(path)).stat().st_size > 0
    except OSError:
        return False
