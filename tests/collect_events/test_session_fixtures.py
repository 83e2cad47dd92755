"""Sessions and log lines of tests/fixtures/linux/events: each input gives the rows beside it."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from collect_events.fakes import FakeCommands, Followed
from reticent_agent.collect.linux.journal import JOURNALCTL, journal_lines
from reticent_agent.collect.linux.sessions import BTMP, WTMPDB, failed_logons, sessions
from reticent_agent.collect.linux.wtmp import Sessions, layout, records
from reticent_agent.collect.logs.logfile import log_file
from reticent_agent.collect.model import EventSource
from reticent_contract.rows import Row
from support.events import by_table
from support.machines import FIXTURES, lay_out

EVENTS = FIXTURES / "linux" / "events"
SYSLOG = "/var/log/syslog"


def expected(name: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads((EVENTS / name).read_text())
    return found


def from_hex(name: str) -> bytes:
    return bytes.fromhex((EVENTS / name).read_text())


def put(root: Path, path: str, content: bytes) -> Path:
    file = root / path[1:]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def followed(
    source: EventSource, root: Path, like: str, commands: FakeCommands | None = None
) -> list[Row]:
    """As many rows as `like` lists, and what else had come by then."""
    count = sum(map(len, expected(like).values()))
    with Followed(source, root, commands=commands) as found:
        found.wait_for(lambda: len(found.rows()) >= count)
    return found.rows()


def test_sessions_of_the_journal(tmp_path: Path) -> None:
    lay_out((EVENTS / "logind.machine").read_text(), tmp_path, {})
    commands = FakeCommands((EVENTS / "logind.jsonl").read_bytes().splitlines())
    rows = followed(sessions(), tmp_path, "logind.json", commands)
    assert by_table(rows) == expected("logind.json")


def test_sessions_of_wtmp() -> None:
    state = Sessions()
    rows = [state.row(r) for r in records(from_hex("wtmp.hex"), layout("x86_64"))]
    assert by_table(row for row in rows if row) == expected("wtmp.json")


def test_sessions_of_wtmpdb(tmp_path: Path) -> None:
    path = put(tmp_path, WTMPDB, b"")
    with closing(sqlite3.connect(path)) as database:
        database.executescript((EVENTS / "wtmpdb.sql").read_text())
    assert by_table(followed(sessions(), tmp_path, "wtmpdb.json")) == expected("wtmpdb.json")


@pytest.mark.skipif(os.uname().machine == "aarch64", reason="records of 384 bytes")
def test_failed_logons_of_btmp(tmp_path: Path) -> None:
    put(tmp_path, "/etc/passwd", b"anjali:x:1000:1000:::\n")
    put(tmp_path, BTMP, from_hex("btmp.hex"))
    assert by_table(followed(failed_logons(), tmp_path, "btmp.json")) == expected("btmp.json")


def test_log_lines_of_the_journal(tmp_path: Path) -> None:
    put(tmp_path, JOURNALCTL, b"")
    commands = FakeCommands((EVENTS / "journal.jsonl").read_bytes().splitlines())
    rows = followed(journal_lines(), tmp_path, "journal.json", commands)
    assert by_table(rows) == expected("journal.json")


def test_log_lines_of_a_file(tmp_path: Path) -> None:
    put(tmp_path, SYSLOG, (EVENTS / "syslog.log").read_bytes())
    assert by_table(followed(log_file(SYSLOG), tmp_path, "syslog.json")) == expected("syslog.json")
