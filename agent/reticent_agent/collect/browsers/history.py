"""Visits out of a copy of a browser's history.

Enters: a SQLite file that may hold anything, and how far it was told. Leaves: visits, oldest first.
Must hold: nothing but the two tables of the schema is read, and only where they are tables (no
view, no virtual table); no function or trigger of the file runs; a file that is none, or of another
schema, ends in `UnreadableError`, soon.

Three schemas, each with its time:

    chromium  urls(id, url), visits(id, url, visit_time, transition, visit_duration):
              microseconds since 1601-01-01; components/history/core/browser/visit_database.cc
    firefox   moz_places(id, url), moz_historyvisits(id, place_id, visit_date, visit_type):
              microseconds since 1970-01-01; toolkit/components/places/nsPlacesTables.h
    safari    history_items(id, url), history_visits(id, history_item, visit_time, origin):
              seconds since 2001-01-01, as a real number

What other devices visited is in the same tables where the browser synchronises. Chromium names the
other device (`originator_cache_guid`), Safari says so (`origin` 1): such visits are left out.
Firefox does not tell them apart. Frames inside of a page are left out too: nobody went there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from reticent_contract import limits

from reticent_agent.errors import CollectError

_STEPS = 10_000  # of SQLite's machine between two looks at how many there were
_ROUNDS_MAX = 20_000  # 200 million steps, a few seconds
_MICRO = 1_000_000


class Visit(NamedTuple):
    """`ts_us` since 1970; `transition` in words, "" where the browser does not say."""

    number: int
    ts_us: int
    url: str
    transition: str
    duration_us: int


class Mark(NamedTuple):
    """How far a history was told: the highest number and the latest time so far."""

    number: int = 0
    ts_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The two tables of one family of browsers, and how to read them.

    `here`: a condition on the column of that name, where the file has it, that leaves out what
    other devices visited. `epoch_us`: its zero, in microseconds before (negative) or after 1970.
    """

    name: str
    pages: str
    visits: str
    page: str  # the column of `visits` that holds the page's number
    time: str
    unit: int  # of `time`, in a second
    epoch_us: int
    kind: str = ""  # column of how the person came there
    kinds: dict[int, str] = field(default_factory=dict)
    kind_mask: int = 0xFFFF_FFFF
    redirect_mask: int = 0
    inner: tuple[int, ...] = ()  # kinds that are frames inside of a page
    duration: str = ""
    here: tuple[str, str] | None = None

    def to_us(self, value: object) -> int | None:
        """Microseconds since 1970; None for what is no time between 1970 and the year 2255."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        if not -1e18 < value < 1e18:  # also no NaN and no infinity
            return None
        ts_us = int(value * (_MICRO // self.unit)) + self.epoch_us
        return ts_us if 0 < ts_us < limits.EVENT_TS_US_MAX else None

    def from_us(self, ts_us: int) -> float | int:
        raw = ts_us - self.epoch_us
        return raw if self.unit == _MICRO else raw * self.unit / _MICRO


# ui/base/page_transition_types.h. The upper bits say what else there was to it.
CHROMIUM = Schema(
    name="chromium",
    pages="urls",
    visits="visits",
    page="url",
    time="visit_time",
    unit=_MICRO,
    epoch_us=-11_644_473_600_000_000,
    kind="transition",
    kinds={
        0: "link",
        1: "typed",
        2: "bookmark",
        4: "frame",
        5: "generated",
        6: "start_page",
        7: "form",
        8: "reload",
        9: "keyword",
        10: "keyword",
    },
    kind_mask=0xFF,
    redirect_mask=0xC000_0000,
    inner=(3,),
    duration="visit_duration",
    here=("originator_cache_guid", "coalesce(v.originator_cache_guid, '') = ''"),
)
# nsINavHistoryService.idl, TRANSITION_*
FIREFOX = Schema(
    name="firefox",
    pages="moz_places",
    visits="moz_historyvisits",
    page="place_id",
    time="visit_date",
    unit=_MICRO,
    epoch_us=0,
    kind="visit_type",
    kinds={
        1: "link",
        2: "typed",
        3: "bookmark",
        5: "redirect",
        6: "redirect",
        7: "download",
        8: "frame",
        9: "reload",
    },
    inner=(4,),
)
SAFARI = Schema(
    name="safari",
    pages="history_items",
    visits="history_visits",
    page="history_item",
    time="visit_time",
    unit=1,
    epoch_us=978_307_200_000_000,
    here=("origin", "coalesce(v.origin, 0) = 0"),
)


class UnreadableError(CollectError):
    """The file is damaged, none of ours, or of a schema that this release does not know."""

    def __init__(self) -> None:
        super().__init__("unreadable_schema", "is damaged, or of a schema not known here")


def visits_after(
    path: Path, schema: Schema, mark: Mark, *, not_before_us: int
) -> Iterator[tuple[list[Visit], Mark]]:
    """At most EMIT_ROWS_MAX at a time, with the mark behind them. Raises UnreadableError.

    A visit is new when its number or its time is beyond the mark: numbers are given out again
    after somebody deleted the newest visits, times are not in order. What is not later than
    `not_before_us` is never told.
    """
    try:
        with _opened(path, schema) as database:
            query, is_full = _query(database, schema), True
            while is_full:
                found = database.execute(
                    query,
                    {
                        "number": mark.number,
                        "ts": schema.from_us(mark.ts_us),
                        "not_before": schema.from_us(not_before_us),
                        "most": limits.EMIT_ROWS_MAX,
                    },
                ).fetchall()
                is_full = len(found) == limits.EMIT_ROWS_MAX
                visits = [visit for raw in found if (visit := _visit(raw, schema)) is not None]
                behind = _behind(mark, found, visits)
                if behind == mark:
                    return
                mark = behind
                yield visits, mark
    except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError, UnicodeError):
        # Texts of SQLite's errors quote the file: nothing of them is told.
        raise UnreadableError from None


def _behind(mark: Mark, found: list[tuple[object, ...]], visits: list[Visit]) -> Mark:
    numbers = [row[0] for row in found if isinstance(row[0], int)]
    times = [visit.ts_us for visit in visits]
    return Mark(max([mark.number, *numbers]), max([mark.ts_us, *times]))


@contextmanager
def _opened(path: Path, schema: Schema) -> Iterator[sqlite3.Connection]:
    address = f"file:{quote(str(path))}?mode=rw"  # rw: the copy's log and journal are applied
    with closing(sqlite3.connect(address, uri=True, timeout=0.0)) as database:
        rounds = 0

        def look() -> int:
            nonlocal rounds
            rounds += 1
            return int(rounds > _ROUNDS_MAX)

        database.set_progress_handler(look, _STEPS)
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.HISTORY_VALUE_BYTES_MAX)
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        for setting in (
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "mmap_size = 0",
            "temp_store = MEMORY",
            "locking_mode = EXCLUSIVE",  # nobody else has the copy; no shared memory is needed
        ):
            database.execute(f"PRAGMA {setting}").fetchall()
        _require_tables(database, schema)
        database.execute("PRAGMA query_only = ON").fetchall()
        yield database


def _require_tables(database: sqlite3.Connection, schema: Schema) -> None:
    found = database.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)"
        " AND sql LIKE 'CREATE TABLE%' AND rootpage > 0",
        (schema.pages, schema.visits),
    ).fetchone()
    if found != (2,):
        raise UnreadableError


def _query(database: sqlite3.Connection, schema: Schema) -> str:
    """Names are this module's own constants; values are bound."""
    columns = {row[1] for row in database.execute(f"PRAGMA table_info({schema.visits})")}
    here = ""
    if schema.here is not None and schema.here[0] in columns:
        here = f" AND {schema.here[1]}"
    # A value of another type than the schema's can be of any size: it does not leave SQLite.
    kind = _number(schema.kind) if schema.kind else "0"
    duration = _number(schema.duration) if schema.duration in columns else "0"
    return (
        f"SELECT v.id, v.{schema.time}, substr(p.url, 1, {limits.HISTORY_URL_CHARS_MAX}), {kind},"  # noqa: S608 - constants
        f" {duration} FROM {schema.visits} AS v JOIN {schema.pages} AS p ON p.id = v.{schema.page}"
        f" WHERE (v.id > :number OR v.{schema.time} > :ts) AND v.{schema.time} > :not_before"
        f" AND typeof(v.{schema.time}) IN ('integer', 'real') AND typeof(v.id) = 'integer'{here}"
        " ORDER BY v.id LIMIT :most"
    )


def _number(column: str) -> str:
    return f"iif(typeof(v.{column}) = 'integer', v.{column}, 0)"


def _visit(raw: tuple[object, ...], schema: Schema) -> Visit | None:
    number, time, url, kind, duration = raw
    ts_us = schema.to_us(time)
    if not isinstance(number, int) or not isinstance(url, str) or ts_us is None:
        return None
    transition = ""
    if isinstance(kind, int):
        if kind & schema.kind_mask in schema.inner:
            return None
        transition = schema.kinds.get(kind & schema.kind_mask, "")
        if kind & schema.redirect_mask:
            transition = "redirect"
    if not isinstance(duration, int) or not 0 < duration < limits.EVENT_TS_US_MAX:
        duration = 0
    return Visit(number, ts_us, url, transition, duration)
