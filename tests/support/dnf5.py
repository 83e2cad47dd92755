"""Databases of dnf5's transactions, with the schema that libdnf5 makes (create.sql, 1.1)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

SCHEMA = """
CREATE TABLE trans (id INTEGER PRIMARY KEY AUTOINCREMENT, dt_begin INTEGER NOT NULL,
  dt_end INTEGER, user_id INTEGER NOT NULL, releasever TEXT NOT NULL, description TEXT,
  state_id INTEGER);
CREATE TABLE pkg_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE archs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE trans_item_action (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE trans_item_state (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE trans_item (id INTEGER PRIMARY KEY AUTOINCREMENT, trans_id INTEGER, item_id INTEGER,
  repo_id INTEGER, action_id INTEGER NOT NULL, reason_id INTEGER NOT NULL,
  state_id INTEGER NOT NULL);
CREATE TABLE rpm (item_id INTEGER NOT NULL UNIQUE, name_id INTEGER NOT NULL,
  epoch INTEGER NOT NULL, version TEXT NOT NULL, release TEXT NOT NULL, arch_id INTEGER NOT NULL);
INSERT INTO trans_item_action VALUES (1, 'Install'), (2, 'Upgrade'), (3, 'Downgrade'),
  (4, 'Reinstall'), (5, 'Remove'), (6, 'Replaced'), (7, 'Reason Change');
INSERT INTO trans_item_state VALUES (1, 'Started'), (2, 'Ok'), (3, 'Error');
INSERT INTO archs VALUES (1, 'x86_64'), (2, 'noarch');
"""
INSTALL, UPGRADE, REINSTALL, REMOVE, REPLACED = 1, 2, 4, 5, 6
OK, ERROR = 2, 3
NOW_S = 1_795_327_981  # 2026-11-22T06:13:01Z


class Dnf5:
    """Writes as libdnf5 does: the transaction at its beginning, its end when it is over."""

    def __init__(self, path: Path, *, wal: bool = False) -> None:
        self.path = path
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.database = sqlite3.connect(self.path, isolation_level=None)
        if wal:
            self.database.execute("PRAGMA journal_mode = WAL")
        self.database.executescript(SCHEMA)

    def begin(self, *items: tuple[int, str, int, str, int]) -> int:
        """Each item: action, name, epoch, version, state."""
        run = self.database.execute
        number = run(
            "INSERT INTO trans (dt_begin, user_id, releasever) VALUES (?, 0, '43')", (NOW_S,)
        ).lastrowid
        for action, name, epoch, version, state in items:
            run("INSERT OR IGNORE INTO pkg_names (name) VALUES (?)", (name,))
            name_id = run("SELECT id FROM pkg_names WHERE name = ?", (name,)).fetchone()[0]
            item = run("SELECT COALESCE(MAX(item_id), 0) + 1 FROM rpm").fetchone()[0]
            run("INSERT INTO rpm VALUES (?, ?, ?, ?, '1.fc43', 1)", (item, name_id, epoch, version))
            run(
                "INSERT INTO trans_item (trans_id, item_id, action_id, reason_id, state_id)"
                " VALUES (?, ?, ?, 2, ?)",
                (number, item, action, state),
            )
        assert number is not None
        return number

    def end(self, number: int, at_s: int = NOW_S) -> None:
        self.database.execute("UPDATE trans SET dt_end = ? WHERE id = ?", (at_s, number))
