"""What dnf5 did, from its database of transactions.

Enters: /usr/lib/sysimage/libdnf5/transaction_history.sqlite. Leaves: `software_event` rows; the
cursor is the last item's number. Must hold: opened read-only, and not while nothing happens; only
what was done is told, of transactions that have ended.

Source: libdnf5/transaction/db/sql/create.sql, version 1.1. A transaction (trans) has items
(trans_item), each an action on a package (rpm). An upgrade is two: the new package, and the old one
that is Replaced. Times are seconds since 1970.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from urllib.parse import quote

from reticent_contract import limits
from reticent_contract.catalog.software_event import SOFTWARE_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.available import require_readable
from reticent_agent.collect.linux.file_watch import FileWatch
from reticent_agent.collect.logs.position import open_regular
from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.stopping import wait_readable

PATH = "/usr/lib/sysimage/libdnf5/transaction_history.sqlite"
FIRST_US = 7 * 86_400_000_000
BUSY_WAIT_S = 2.0
GATHER_S = 0.5  # a transaction writes the file many times in a row
_EVENTS = {
    "Install": "installed",
    "Upgrade": "updated",
    "Downgrade": "updated",
    "Remove": "uninstalled",
}
_ITEMS = """
SELECT i.id, t.dt_end, action.name, n.name, a.name, r.epoch, r.version, r.release,
  (SELECT CASE old.epoch WHEN 0 THEN '' ELSE old.epoch || ':' END
     || old.version || '-' || old.release
   FROM trans_item j JOIN rpm old ON old.item_id = j.item_id
   JOIN trans_item_action replaced ON replaced.id = j.action_id
   WHERE j.trans_id = i.trans_id AND replaced.name = 'Replaced'
     AND old.name_id = r.name_id AND old.arch_id = r.arch_id)
FROM trans_item i JOIN trans t ON t.id = i.trans_id
JOIN trans_item_action action ON action.id = i.action_id
JOIN trans_item_state state ON state.id = i.state_id
JOIN rpm r ON r.item_id = i.item_id
JOIN pkg_names n ON n.id = r.name_id JOIN archs a ON a.id = r.arch_id
WHERE i.id > ? AND t.dt_end IS NOT NULL AND state.name = 'Ok'
ORDER BY i.id LIMIT ?
"""


def dnf5_transactions() -> EventSource:
    """Named "software_dnf5"."""
    return EventSource(name="software_dnf5", table=SOFTWARE_EVENT.name, follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    """sqlite3.Error: the source starts again."""
    path = require_readable(context, PATH)
    last = int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) < 19 else 0
    first_us = 0 if cursor else context.clock.now_us() - FIRST_US
    watch = FileWatch(path)
    try:
        while not context.stopping():
            _arm(watch, f"{path}-wal")
            while os.path.exists(path):  # noqa: PTH110 - `path` is text everywhere here
                rows, following, is_all = read_from(path, last)
                if following != last or not cursor:
                    last, cursor = following, str(following)
                    emit([row for row in rows if row.ts_us >= first_us], cursor=cursor)
                if is_all:
                    break
            watch.wait(context.stopping)
            wait_readable(context.stopping, (), seconds_max=GATHER_S)
    finally:
        watch.close()


def _arm(watch: FileWatch, log_path: str) -> None:
    """The database's file is written at a checkpoint only, its write-ahead log at once."""
    log = open_regular(log_path)
    try:
        watch.arm(log)
    finally:
        if log is not None:
            os.close(log)


def read_from(real_path: str, last: int) -> tuple[list[Row], int, bool]:
    """What was done after item `last`, the last item's number, and whether that is all there is.

    Raises sqlite3.Error, or UnicodeDecodeError where SQLite's message quotes a damaged schema.
    """
    # Nobody else may make the -shm that reading beside a writer needs. Without a log nobody writes.
    logged = os.path.exists(f"{real_path}-wal")  # noqa: PTH110 - as above
    address = f"file:{quote(real_path)}?mode=ro" + ("" if logged else "&immutable=1")
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_WAIT_S)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        newest = database.execute("SELECT max(id) FROM trans_item").fetchone()[0] or 0
        if newest < last:  # a new database: numbers began again
            last = 0
        items = database.execute(_ITEMS, (last, limits.EMIT_ROWS_MAX)).fetchall()
    rows = [row for item in items if (row := _row(item))]
    return rows, items[-1][0] if items else last, len(items) < limits.EMIT_ROWS_MAX


def _row(item: tuple[object, ...]) -> Row | None:
    _, ended_s, action, name, architecture, epoch, version, release, before = item
    event = _EVENTS.get(str(action))
    if event is None or not isinstance(ended_s, int):
        return None
    if not 0 < ended_s * 1_000_000 < limits.EVENT_TS_US_MAX:
        return None
    values = {
        "source": "rpm",
        "name": str(name),
        "version": f"{f'{epoch}:' if epoch else ''}{version}-{release}",
        "version_before": str(before) if before and event == "updated" else None,
        "architecture": str(architecture),
    }
    return event_row(SOFTWARE_EVENT, event, ended_s * 1_000_000, values)
