"""Follows wtmpdb's SQLite file, which took the place of wtmp where times must outlast 2038.

Enters: table wtmp (wtmpdb(8), lib/sqlite.c of thkukuk/wtmpdb): ID, Type (1 boot, 3 user), User,
Login, Logout (microseconds since 1970, NULL while it lasts), TTY, RemoteHost, Service. A session is
one record that its end completes. Leaves: session rows; the cursor is the last ID and the IDs that
had no end yet. Must hold: the file is opened read-only and never kept open while nothing happens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote

from reticent_contract import limits
from reticent_contract.rows import Row, Value

from reticent_agent.collect.linux.file_watch import FileWatch
from reticent_agent.collect.linux.wtmp import origin
from reticent_agent.collect.model import Context
from reticent_agent.collect.stopping import wait_readable

BOOT, USER = 1, 3
BUSY_WAIT_S = 2.0
GATHER_S = 0.5  # login writes the file several times in a row

_COLUMNS = "ID, Type, User, Login, Logout, TTY, RemoteHost, Service"


@dataclass(frozen=True, slots=True)
class Place:
    last_id: int = 0
    open_ids: tuple[int, ...] = ()

    def encode(self) -> str:
        return json.dumps(
            {"v": 1, "id": self.last_id, "open": self.open_ids}, separators=(",", ":")
        )


def decode_place(text: str) -> Place:
    """The beginning, where the cursor is not one of ours."""
    try:
        found = json.loads(text)
        return Place(
            int(found["id"]), tuple(int(i) for i in found["open"][: limits.OPEN_SESSIONS_MAX])
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return Place()


def follow_database(
    context: Context, real_path: str, cursor: str
) -> Iterator[tuple[Sequence[Row], str]]:
    """Rows and the cursor behind them, until it stops. sqlite3.Error: the source starts again."""
    place = decode_place(cursor)
    watch = FileWatch(real_path)
    try:
        while not context.stopping():
            watch.arm(None)
            while True:
                rows, following = read_from(real_path, place)
                if following != place:
                    place = following
                    yield rows, place.encode()
                if len(rows) < limits.EMIT_ROWS_MAX:
                    break
            watch.wait(context.stopping)
            wait_readable(context.stopping, (), seconds_max=GATHER_S)
    finally:
        watch.close()


def read_from(real_path: str, place: Place) -> tuple[list[Row], Place]:
    """What happened after `place`, oldest first, about EMIT_ROWS_MAX at a time.

    Raises sqlite3.Error, or UnicodeDecodeError where SQLite's message quotes a damaged schema.
    """
    address = f"file:{quote(real_path)}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_WAIT_S)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        newest = database.execute("SELECT max(ID) FROM wtmp").fetchone()[0] or 0
        if newest < place.last_id:  # a new database: IDs began again
            place = Place()
        marks = ",".join("?" * len(place.open_ids))
        ended = database.execute(
            f"SELECT {_COLUMNS} FROM wtmp WHERE ID IN ({marks}) AND Logout IS NOT NULL",  # noqa: S608 - question marks only
            place.open_ids,
        ).fetchall()
        begun = database.execute(
            f"SELECT {_COLUMNS} FROM wtmp WHERE ID > ? ORDER BY ID LIMIT ?",  # noqa: S608 - constant
            (place.last_id, limits.EMIT_ROWS_MAX),
        ).fetchall()
    rows = [row for record in ended if (row := _end(record))]
    done = {record[0] for record in ended}
    still_open = [i for i in place.open_ids if i not in done]
    for record in begun:
        rows += [row for row in (_begin(record), _end(record)) if row]
        if record[4] is None:
            still_open.append(record[0])
    rows.sort(key=lambda row: row.ts_us)
    last_id = begun[-1][0] if begun else place.last_id
    return rows, Place(last_id, tuple(still_open[-limits.OPEN_SESSIONS_MAX :]))


_Record = tuple[int, object, object, object, object, object, object, object]


def _begin(record: _Record) -> Row | None:
    return _row(record, record[3], {BOOT: "boot", USER: "logon"})


def _end(record: _Record) -> Row | None:
    return _row(record, record[4], {BOOT: "shutdown", USER: "logoff"})


def _row(record: _Record, ts_us: object, events: dict[int, str]) -> Row | None:
    _, kind, user, _, _, terminal, host, service = record
    event = events.get(kind) if isinstance(kind, int) else None
    if event is None or not isinstance(ts_us, int):
        return None
    if not 0 < ts_us < limits.EVENT_TS_US_MAX:
        return None
    values: dict[str, Value] = {}
    if event in ("logon", "logoff"):
        values.update(origin(host if isinstance(host, str) else ""))
        named = {"user_name": user, "terminal": terminal, "service": service}
        values.update({k: v for k, v in named.items() if isinstance(v, str) and v})
    return Row(table="session", event=event, ts_us=ts_us, values=values)
