"""Histories of browsers, made with the schemas that the browsers themselves make.

The statements of Chromium are those of release 156, of Firefox those of 153 (both read out of a
real profile); those of Safari are of macOS 14, by what is published about it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

CHROMIUM = """
CREATE TABLE meta(key LONGVARCHAR NOT NULL UNIQUE PRIMARY KEY, value LONGVARCHAR);
INSERT INTO meta VALUES ('version', '70');
CREATE TABLE urls(id INTEGER PRIMARY KEY AUTOINCREMENT,url LONGVARCHAR,title LONGVARCHAR,
visit_count INTEGER DEFAULT 0 NOT NULL,typed_count INTEGER DEFAULT 0 NOT NULL,
last_visit_time INTEGER NOT NULL,hidden INTEGER DEFAULT 0 NOT NULL);
CREATE TABLE visits(id INTEGER PRIMARY KEY AUTOINCREMENT,url INTEGER NOT NULL,
visit_time INTEGER NOT NULL,from_visit INTEGER,external_referrer_url TEXT,
transition INTEGER DEFAULT 0 NOT NULL,segment_id INTEGER,visit_duration INTEGER DEFAULT 0 NOT NULL,
incremented_omnibox_typed_score BOOLEAN DEFAULT FALSE NOT NULL,opener_visit INTEGER,
originator_cache_guid TEXT,originator_visit_id INTEGER,originator_from_visit INTEGER,
originator_opener_visit INTEGER,is_known_to_sync BOOLEAN DEFAULT FALSE NOT NULL,
consider_for_ntp_most_visited BOOLEAN DEFAULT FALSE NOT NULL,
visited_link_id INTEGER DEFAULT 0 NOT NULL,app_id TEXT);
CREATE INDEX visits_url_index ON visits (url);
CREATE INDEX visits_time_index ON visits (visit_time);
"""
FIREFOX = """
CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR,
rev_host LONGVARCHAR, visit_count INTEGER DEFAULT 0, hidden INTEGER DEFAULT 0 NOT NULL,
typed INTEGER DEFAULT 0 NOT NULL, frecency INTEGER DEFAULT -1 NOT NULL, last_visit_date INTEGER,
guid TEXT, foreign_count INTEGER DEFAULT 0 NOT NULL, url_hash INTEGER DEFAULT 0 NOT NULL,
description TEXT, preview_image_url TEXT, site_name TEXT, origin_id INTEGER,
recalc_frecency INTEGER NOT NULL DEFAULT 0, alt_frecency INTEGER,
recalc_alt_frecency INTEGER NOT NULL DEFAULT 0);
CREATE TABLE moz_historyvisits (id INTEGER PRIMARY KEY, from_visit INTEGER, place_id INTEGER,
visit_date INTEGER, visit_type INTEGER, session INTEGER, source INTEGER DEFAULT 0 NOT NULL,
triggeringPlaceId INTEGER);
CREATE INDEX moz_historyvisits_dateindex ON moz_historyvisits (visit_date);
"""
SAFARI = """
CREATE TABLE history_items (id INTEGER PRIMARY KEY AUTOINCREMENT,url TEXT NOT NULL UNIQUE,
domain_expansion TEXT NULL,visit_count INTEGER NOT NULL,daily_visit_counts BLOB NOT NULL,
weekly_visit_counts BLOB NULL,autocomplete_triggers BLOB NULL,
should_recompute_derived_visit_counts INTEGER NOT NULL,visit_count_score INTEGER NOT NULL,
status_code INTEGER NOT NULL DEFAULT 0);
CREATE TABLE history_visits (id INTEGER PRIMARY KEY AUTOINCREMENT,
history_item INTEGER NOT NULL REFERENCES history_items(id) ON DELETE CASCADE,
visit_time REAL NOT NULL,title TEXT NULL,load_successful BOOLEAN NOT NULL DEFAULT 1,
http_non_get BOOLEAN NOT NULL DEFAULT 0,synthesized BOOLEAN NOT NULL DEFAULT 0,
redirect_source INTEGER NULL UNIQUE,redirect_destination INTEGER NULL UNIQUE,
origin INTEGER NOT NULL DEFAULT 0,generation INTEGER NOT NULL DEFAULT 0,
attributes INTEGER NOT NULL DEFAULT 0,score INTEGER NOT NULL DEFAULT 0);
"""
# Of each family: its statements, whether it keeps a log beside the file (WAL).
FAMILIES = {
    "chromium": (CHROMIUM, False),
    "firefox": (FIREFOX, True),
    "safari": (SAFARI, True),
}


@dataclass(frozen=True, kw_only=True)
class Made:
    """One visit. `elsewhere`: a browser of the same person on another device synchronised it."""

    url: str
    ts_us: int
    kind: int = 1
    duration_us: int = 0
    elsewhere: bool = False


class History:
    """A browser that has its history open for as long as the block lasts, as a browser does."""

    def __init__(self, path: Path, family: str) -> None:
        statements, self._has_log = FAMILIES[family]
        self._family = family
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        if self._has_log:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA wal_autocheckpoint = 0")
        if self._database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            self._database.executescript(statements)

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def visit(self, *visits: Made) -> None:
        for one in visits:
            with self._database:
                _INSERTS[self._family](self._database, one)

    def forget(self, *, from_number: int) -> None:
        """As people do who delete the last hour."""
        table = {"chromium": "visits", "firefox": "moz_historyvisits", "safari": "history_visits"}
        with self._database:
            self._database.execute(
                f"DELETE FROM {table[self._family]} WHERE id >= ?",
                (from_number,),
            )


def write_history(path: Path, family: str, *visits: Made) -> None:
    """A history that no browser has open."""
    with closing(History(path, family)) as history:
        history.visit(*visits)


def _chromium(database: sqlite3.Connection, made: Made) -> None:
    when = made.ts_us + 11_644_473_600_000_000
    page = database.execute(
        "INSERT INTO urls (url, title, last_visit_time) VALUES (?, 'the title', ?)",
        (made.url, when),
    ).lastrowid
    database.execute(
        "INSERT INTO visits (url, visit_time, transition, visit_duration, originator_cache_guid)"
        " VALUES (?, ?, ?, ?, ?)",
        (page, when, made.kind, made.duration_us, "another" if made.elsewhere else ""),
    )


def _firefox(database: sqlite3.Connection, made: Made) -> None:
    page = database.execute(
        "INSERT INTO moz_places (url, title) VALUES (?, 'the title')", (made.url,)
    ).lastrowid
    database.execute(
        "INSERT INTO moz_historyvisits (place_id, visit_date, visit_type) VALUES (?, ?, ?)",
        (page, made.ts_us, made.kind),
    )


def _safari(database: sqlite3.Connection, made: Made) -> None:
    database.execute(
        "INSERT OR IGNORE INTO history_items (url, visit_count, daily_visit_counts,"
        " should_recompute_derived_visit_counts, visit_count_score) VALUES (?, 1, x'', 0, 0)",
        (made.url,),
    )
    page = database.execute("SELECT id FROM history_items WHERE url = ?", (made.url,)).fetchone()
    database.execute(
        "INSERT INTO history_visits (history_item, visit_time, title, origin)"
        " VALUES (?, ?, 'the title', ?)",
        (page[0], made.ts_us / 1e6 - 978_307_200, int(made.elsewhere)),
    )


_INSERTS = {"chromium": _chromium, "firefox": _firefox, "safari": _safari}
