"""What keeps its changes elsewhere than in a log of one line each: libzypp, dnf5, flatpak."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, FakeCommands, Followed, Recorder
from reticent_agent.collect.linux import dnf5_history, flatpak_journal, zypp_history
from reticent_agent.collect.linux.flatpak_journal import MESSAGE_ID
from reticent_agent.collect.linux.journal import JOURNALCTL, parse_entry
from reticent_agent.collect.linux.software_events import software_changes
from reticent_agent.collect.linux.zypp_history import ZyppHistory
from reticent_agent.collect.model import EventSource
from support.dnf5 import ERROR, INSTALL, NOW_S, OK, REINSTALL, REMOVE, REPLACED, UPGRADE, Dnf5
from support.machines import FIXTURES

EVENTS = FIXTURES / "linux" / "events"
SOURCES = {source.name: source for source in software_changes()}


def source(name: str) -> EventSource:
    return SOURCES[f"software_{name}"]


def told(recorder: Recorder) -> list[tuple[object, ...]]:
    fields = ("source", "name", "version", "version_before", "architecture")
    return [(row.event, *(row.values.get(field) for field in fields)) for row in recorder.rows()]


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


# libzypp.

HISTORY = (EVENTS / "zypp_history.log").read_text()
CHANGES = [
    ("installed", "rpm", "tool", "1.0-1.1", None, "x86_64"),
    ("updated", "rpm", "tool", "1.1-1.2", "1.0-1.1", "x86_64"),
    ("installed", "rpm", "lib|odd", "2-1", None, "noarch"),
    ("uninstalled", "rpm", "tool", "1.1-1.2", None, "x86_64"),
    ("installed", "rpm", "tool", "1.1-1.2", None, "x86_64"),
]


@pytest.mark.usefixtures("utc")
def test_libzypp_tells_updates_by_the_lines_before(tmp_path: Path) -> None:
    path = tmp_path / zypp_history.PATH[1:]
    path.parent.mkdir(parents=True)
    lines = HISTORY.splitlines(keepends=True)
    path.write_text("".join(lines[:4]))
    kept = Recorder()
    with Followed(source("zypp"), tmp_path, recorder=kept):
        kept.wait_for(lambda: len(kept.rows()) == 1)
    path.write_text(HISTORY)  # a restart: what came before is on the disk alone
    with Followed(source("zypp"), tmp_path, recorder=kept, cursor=kept.cursor):
        kept.wait_for(lambda: len(kept.rows()) == len(CHANGES))
    assert told(kept) == CHANGES


@pytest.mark.parametrize(
    "line", ["", "|", "2026-11-22 06:13:02|install|tool|1", "x|install|a|1|noarch|", "\\|" * 50_000]
)
def test_what_is_no_change_of_libzypp_is_left_out(line: str) -> None:
    assert ZyppHistory([line]).change(line) is None


# dnf5.


@pytest.mark.parametrize("wal", [True, False])
def test_dnf5_tells_what_was_done_once_it_is_over(tmp_path: Path, wal: bool) -> None:
    dnf = Dnf5(tmp_path / dnf5_history.PATH[1:], wal=wal)
    old = dnf.begin((INSTALL, "ancient", 0, "1", OK))
    dnf.end(old, NOW_S - 8 * 86_400)
    first = dnf.begin(
        (INSTALL, "tool", 0, "1.0", OK),
        (REINSTALL, "same", 0, "1.0", OK),
        (INSTALL, "failed", 0, "1.0", ERROR),
    )
    dnf.end(first)
    running = dnf.begin(
        (UPGRADE, "tool", 1, "1.1", OK),
        (REPLACED, "tool", 0, "1.0", OK),
        (REMOVE, "gone", 0, "3", OK),
    )
    kept = Recorder()
    with Followed(source("dnf5"), tmp_path, recorder=kept):
        kept.wait_for(lambda: len(kept.rows()) == 1)
        dnf.end(running)
        kept.wait_for(lambda: len(kept.rows()) == 3)
    later = dnf.begin((REMOVE, "tool", 1, "1.1", OK))
    dnf.end(later)
    with Followed(source("dnf5"), tmp_path, recorder=kept, cursor=kept.cursor):
        kept.wait_for(lambda: len(kept.rows()) == 4)
    dnf.database.close()
    assert told(kept) == [
        ("installed", "rpm", "tool", "1.0-1.fc43", None, "x86_64"),
        ("updated", "rpm", "tool", "1:1.1-1.fc43", "1.0-1.fc43", "x86_64"),
        ("uninstalled", "rpm", "gone", "3-1.fc43", None, "x86_64"),
        ("uninstalled", "rpm", "tool", "1:1.1-1.fc43", None, "x86_64"),
    ]
    assert {row.ts_us for row in kept.rows()} == {NOW_US // 1_000_000 * 1_000_000}


def test_a_database_of_dnf5_that_begins_anew_or_comes_later_is_read(tmp_path: Path) -> None:
    kept, path = Recorder(), tmp_path / dnf5_history.PATH[1:]
    path.parent.mkdir(parents=True)
    with Followed(source("dnf5"), tmp_path, recorder=kept):
        dnf = Dnf5(tmp_path / "made", wal=False)
        dnf.end(dnf.begin((INSTALL, "one", 0, "1", OK), (INSTALL, "two", 0, "1", OK)))
        dnf.database.close()
        dnf.path.rename(path)
        kept.wait_for(lambda: len(kept.rows()) == 2)
    path.unlink()
    dnf = Dnf5(tmp_path / dnf5_history.PATH[1:], wal=False)
    dnf.end(dnf.begin((INSTALL, "three", 0, "1", OK)))
    with Followed(source("dnf5"), tmp_path, recorder=kept, cursor=kept.cursor):
        kept.wait_for(lambda: len(kept.rows()) == 3)
    dnf.database.close()


def test_a_database_of_dnf5_that_only_root_may_write_is_read(tmp_path: Path) -> None:
    """It is left in WAL mode, and whoever may not write beside it cannot make its -shm."""
    dnf = Dnf5(tmp_path / dnf5_history.PATH[1:], wal=True)
    dnf.end(dnf.begin((INSTALL, "one", 0, "1", OK)))
    dnf.database.close()
    with closing(sqlite3.connect(f"file:{dnf.path}?mode=ro", uri=True)):
        rows, last, is_all = dnf5_history.read_from(str(dnf.path), 0)
    assert ([row.values["name"] for row in rows], last, is_all) == (["one"], 1, True)
    assert [path.name for path in dnf.path.parent.iterdir()] == [dnf.path.name]


# flatpak.


def entry(operation: str, ref: str, number: int = 1, **more: str) -> bytes:
    """As `journalctl --output=json` gives what flatpak_dir_log writes."""
    cursor = f"s={1:032x};i={number:x};b={2:032x};m=1;t=1;x={number:x}"
    fields = {
        "__CURSOR": cursor,
        "__REALTIME_TIMESTAMP": str(NOW_US),
        "MESSAGE_ID": MESSAGE_ID,
        "OPERATION": operation,
        "REF": ref,
        "_UID": "0",
        "_EXE": "/usr/libexec/flatpak-system-helper",
        **more,
    }
    return json.dumps(fields).encode()


APP = "app/org.example.Viewer/x86_64/stable"


def test_flatpak_tells_what_became_of_applications(tmp_path: Path) -> None:
    for program in (JOURNALCTL, flatpak_journal.FLATPAK):
        (tmp_path / program[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / program[1:]).touch()
    lines = [
        entry("pull", APP, 1),
        entry("deploy install", APP, 2),
        entry("deploy install", "runtime/org.example.Platform/x86_64/1", 3),
        entry("deploy update", APP, 4, _UID="1000", _EXE="/usr/bin/flatpak"),
        entry("uninstall", APP, 5),
        entry("add remote", "", 6),
    ]
    commands = FakeCommands(lines)
    with Followed(source("flatpak"), tmp_path, commands=commands) as kept:
        kept.wait_for(lambda: len(kept.rows()) == 3)
    assert told(kept) == [
        (event, "flatpak", "org.example.Viewer", None, None, "x86_64")
        for event in ("installed", "updated", "uninstalled")
    ]
    (started,) = commands.started
    assert started[-1] == f"MESSAGE_ID={MESSAGE_ID}"


@pytest.mark.parametrize(
    "more",
    [
        {"_UID": "1000", "_EXE": "/home/eve/flatpak"},
        {"MESSAGE_ID": "0" * 32},
        {"REF": "app/../x86_64/stable"},
        {"REF": "app/org.example.Viewer"},
    ],
)
def test_what_others_say_in_its_name_or_is_no_application_is_left_out(
    more: dict[str, str],
) -> None:
    found = parse_entry(entry("deploy install", APP, 1, **more))
    assert found is not None
    assert flatpak_journal.change(found) is None


def test_without_flatpak_no_journal_is_followed(tmp_path: Path) -> None:
    commands = FakeCommands([entry("deploy install", APP)])
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / JOURNALCTL[1:]).touch()
    with Followed(source("flatpak"), tmp_path, commands=commands) as kept:
        time.sleep(0.1)
        assert commands.started == []
        (tmp_path / flatpak_journal.FLATPAK[1:]).touch()
        kept.wait_for(lambda: len(kept.rows()) == 1)
