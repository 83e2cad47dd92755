"""Which source tells of sessions, and what the journal and logind know of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, FakeClock, FakeCommands, Followed
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import journal_sessions as ids
from reticent_agent.collect.linux.logind import BUS, GDBUS, lock_row, locks
from reticent_agent.collect.linux.sessions import (
    WTMP,
    WTMPDB,
    SessionCursor,
    choose,
    decode_cursor,
    sessions,
)
from reticent_agent.collect.linux.sources import linux_sources, sources
from reticent_agent.collect.model import Context
from reticent_contract.catalog import TABLES

ASKED = {"session": {}, "log_line": {"journal": True, "files": ("/a", "/b", "/a")}}

JOURNALCTL = "/usr/bin/journalctl"


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    def write(path: str, content: bytes = b"") -> Path:
        file = tmp_path / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    return write


def context(root: Path) -> Context:
    return Context(DiskFiles(root), FakeCommands(), FakeClock(), lambda: False)


def entry(number: int, **fields: str) -> bytes:
    cursor = f"s={'a' * 32};i={number:x};b={'b' * 32};m=1;t={NOW_US:x};x=c"
    head = {"__CURSOR": cursor, "__REALTIME_TIMESTAMP": str(NOW_US + number)}
    return json.dumps(head | fields).encode()


def logind(number: int, message_id: str, **fields: str) -> bytes:
    return entry(number, MESSAGE_ID=message_id, _SYSTEMD_UNIT="systemd-logind.service", **fields)


def test_the_precedence_of_the_sources(tmp_path: Path, put: Callable[..., Path]) -> None:
    files = DiskFiles(tmp_path)
    assert choose(files, "") == "wtmp"  # waited for
    put(JOURNALCTL)
    assert choose(files, "") == "journal"
    put(WTMP)
    assert choose(files, "") == "journal"
    put(f"{WTMP}.1", b"x")
    assert choose(files, "") == "wtmp"
    put(WTMPDB)
    assert choose(files, "") == "wtmp"
    put(WTMPDB, b"x")
    assert choose(files, "") == "wtmpdb"


def test_a_source_that_was_chosen_stays_while_it_exists(
    tmp_path: Path, put: Callable[..., Path]
) -> None:
    files = DiskFiles(tmp_path)
    put(JOURNALCTL)
    put(WTMPDB, b"x")
    assert choose(files, "journal") == "journal"
    assert choose(files, "wtmp") == "wtmpdb"
    put(WTMP)
    assert choose(files, "wtmp") == "wtmp"


def test_another_source_tells_only_what_is_later(tmp_path: Path, put: Callable[..., Path]) -> None:
    put(JOURNALCTL)
    lines = [logind(n, ids.SESSION_START, SESSION_ID=str(n), USER_ID="alice") for n in (1, 2, 3)]
    kept = SessionCursor("wtmp", "its-own", NOW_US + 2).encode()
    commands = FakeCommands(lines)
    with Followed(sessions(), tmp_path, cursor=kept, commands=commands) as found:
        found.wait_for(lambda: len(found.rows()) == 1)
    assert found.rows()[0].values["session_id"] == "3"
    assert not any("cursor" in part for part in commands.started[0])
    after = decode_cursor(found.cursor)
    assert (after.origin, after.ts_us) == ("journal", NOW_US + 3)
    with Followed(sessions(), tmp_path, cursor=found.cursor, commands=FakeCommands()) as again:
        time.sleep(0.05)
    assert again.rows() == []


def test_sessions_from_the_journal(tmp_path: Path, put: Callable[..., Path]) -> None:
    put(JOURNALCTL)
    put(
        "/run/systemd/sessions/7",
        b"# This is private data. Do not parse.\nUID=1000\nUSER=alice\nREMOTE=1\nTYPE=tty\n"
        b"CLASS=user\nTTY=pts/0\nREMOTE_HOST=192.0.2.7\nSERVICE=sshd\n",
    )
    put("/run/systemd/sessions/c1", b"UID=42\nUSER=gdm\nREMOTE=0\nCLASS=greeter\n")
    boot = {"KERNEL_USEC": "1000", "INITRD_USEC": "2000", "USERSPACE_USEC": "3000"}
    lines = [
        entry(10_000, MESSAGE_ID=ids.STARTUP_FINISHED, _PID="1", **boot),
        logind(10_001, ids.SESSION_START, SESSION_ID="c1", USER_ID="gdm"),
        logind(10_002, ids.SESSION_START, SESSION_ID="7", USER_ID="alice"),
        logind(10_003, ids.SESSION_STOP, SESSION_ID="5", USER_ID="bob"),
        logind(10_004, ids.SHUTDOWN),
        entry(10_005, MESSAGE_ID=ids.SESSION_START, SESSION_ID="7", USER_ID="mallory"),
        entry(10_006, MESSAGE_ID=ids.STARTUP_FINISHED, _PID="900"),
    ]
    with Followed(sessions(), tmp_path, commands=FakeCommands(lines)) as found:
        found.wait_for(lambda: len(found.rows()) == 4)
        time.sleep(0.05)
    assert [(row.event, dict(row.values)) for row in found.rows()] == [
        ("boot", {}),
        (
            "logon",
            {
                "user_name": "alice",
                "user_id": 1000,
                "session_id": "7",
                "session_type": "tty",
                "terminal": "pts/0",
                "service": "sshd",
                "remote": True,
                "remote_address": "192.0.2.7",
            },
        ),
        ("logoff", {"user_name": "bob", "session_id": "5"}),
        ("shutdown", {}),
    ]
    assert found.rows()[0].ts_us == NOW_US + 4_000


def test_the_journal_is_asked_for_seven_days_and_only_for_sessions(
    tmp_path: Path, put: Callable[..., Path]
) -> None:
    put(JOURNALCTL)
    commands = FakeCommands()
    with Followed(sessions(), tmp_path, commands=commands):
        time.sleep(0.05)
    assert f"--since=@{NOW_US // 1_000_000 - 7 * 86_400}" in commands.started[0]
    assert f"MESSAGE_ID={ids.SESSION_START}" in commands.started[0]


@pytest.mark.parametrize("session_id", ["", "../../etc/passwd", "7/../8", "a" * 99, "7\n"])
def test_a_session_that_is_no_name_opens_no_file(tmp_path: Path, session_id: str) -> None:
    assert ids.session_details(context(tmp_path), session_id) == {}


CHANGE = (
    "/org/freedesktop/login1/session/{}: org.freedesktop.DBus.Properties.PropertiesChanged "
    "('org.freedesktop.login1.Session', {{'IdleHint': <false>, 'LockedHint': <{}>}}, @as [])"
)


def test_the_screen_is_locked_and_unlocked(tmp_path: Path, put: Callable[..., Path]) -> None:
    put(GDBUS)
    put(BUS)
    put("/run/systemd/sessions/2", b"UID=1000\nUSER=alice\nTYPE=wayland\nCLASS=user\nREMOTE=0\n")
    lines = [
        b"Monitoring signals from all objects owned by org.freedesktop.login1",
        CHANGE.format("_32", "true").encode(),
        b"/org/freedesktop/login1: org.freedesktop.login1.Manager.SessionNew ('3', '/x')",
        CHANGE.format("_32", "false").encode(),
    ]
    with Followed(locks(), tmp_path, commands=FakeCommands(lines)) as found:
        found.wait_for(lambda: [row.event for row in found.rows()] == ["lock", "unlock"])
    assert dict(found.rows()[0].values) == {
        "user_name": "alice",
        "user_id": 1000,
        "session_id": "2",
        "session_type": "wayland",
        "remote": False,
    }


def test_without_a_bus_the_source_says_so(tmp_path: Path, put: Callable[..., Path]) -> None:
    put(GDBUS)
    followed = Followed(locks(), tmp_path)
    with pytest.raises(SourceUnavailableError, match="no system bus"), followed as found:
        found.wait_for(lambda: followed.error is not None)


changes = st.text(max_size=100).map((CHANGE.format("x", "true")).__add__).map(str.encode)


@given(st.binary(max_size=300) | changes)
def test_any_line_of_the_bus_gives_a_row_or_nothing(line: bytes) -> None:
    row = lock_row(context(Path("/nonexistent")), line)
    assert row is None or row.event in ("lock", "unlock")


@pytest.mark.parametrize("cursor", ["", "x", "{}", "[]", "3", '{"from":"wtmp","at":"","ts":"x"}'])
def test_a_cursor_that_is_none_of_ours_is_the_first_time(cursor: str) -> None:
    assert decode_cursor(cursor) == SessionCursor()


def test_the_sources_of_a_policy() -> None:
    names = [s.name for s in linux_sources(ASKED)]
    assert names == ["sessions", "failed_logons", "logind", "journal", "file:/a", "file:/b"]
    assert [s.name for s in sources({"session": {}})] == names[:3]


def test_every_source_belongs_to_an_event_table() -> None:
    tables = {table.name: table for table in TABLES}
    for source in linux_sources(ASKED):
        assert tables[source.table].kind == "event"
