"""An audit trail that takes no more, and what is stored all the same: nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from reticent_server.audit import AuditService
from reticent_server.audit.service import AuditError

# Of a table, the columns that a request changes by being made at all.
BY_ASKING = {"login_session": {"last_used_s"}}
USED_ONCE = "used_challenge"  # whatever becomes of what a passkey's answer was for


@contextmanager
def nothing_stored(path: Path) -> Iterator[None]:
    """In the control store at `path`, while its audit trail takes no row."""

    def full(*_: object) -> tuple[int, bytes]:
        raise AuditError("the disk is full")

    before = _stored(path)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(AuditService, "_append", full)
        yield
    after = _stored(path)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def _stored(path: Path) -> dict[str, list[Any]]:
    """Every table of the control store, without what merely asking changes, each as its rows."""
    db = sqlite3.connect(path)
    names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {}
    for name in sorted(set(names) - {USED_ONCE}):
        cursor = db.execute(f"SELECT * FROM {name}")
        columns = [column[0] for column in cursor.description]
        kept = [i for i, column in enumerate(columns) if column not in BY_ASKING.get(name, ())]
        found[name] = sorted(repr([row[i] for i in kept]) for row in cursor)
    db.close()
    return found
