"""A copy is of one moment, of the person's own file, and gone afterwards."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from reticent_agent.collect.browsers import private_copy as copying
from reticent_agent.collect.browsers.history import CHROMIUM, FIREFOX, Mark, visits_after
from reticent_agent.collect.browsers.private_copy import private_copy, stamp, sweep
from reticent_agent.errors import CollectError
from reticent_contract import limits
from support.histories import History, Made, write_history

NOW_US = 1_795_327_981_000_000
ME = os.geteuid()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies lie in these tests: other tests and agents of this machine have their own."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(copying, "_MEMORY", str(folder))
    return folder


def test_what_stands_in_the_log_alone_is_read_while_the_browser_holds_it(
    tmp_path: Path, place: Path
) -> None:
    path = tmp_path / "places.sqlite"
    with History(path, "firefox") as history:
        history.visit(Made(url="https://a.example/", ts_us=NOW_US))
        assert path.with_name("places.sqlite-wal").stat().st_size > 0
        with pytest.raises(sqlite3.OperationalError), closing(sqlite3.connect(path)) as other:
            other.execute("SELECT * FROM moz_places")  # locked
        with private_copy(path, user_id=ME) as copy:
            assert place in copy.parents
            assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
            (group,) = visits_after(copy, FIREFOX, Mark(), not_before_us=0)
    assert [visit.url for visit in group[0]] == ["https://a.example/"]
    assert list(place.iterdir()) == []


def test_a_copy_is_gone_after_an_error_too(tmp_path: Path, place: Path) -> None:
    write_history(tmp_path / "History", "chromium")
    with pytest.raises(ZeroDivisionError), private_copy(tmp_path / "History", user_id=ME):
        raise ZeroDivisionError
    assert list(place.iterdir()) == []


def test_links_fifos_and_other_peoples_files_are_not_copied(tmp_path: Path, place: Path) -> None:
    real = tmp_path / "real"
    write_history(real, "chromium")
    (tmp_path / "link").symlink_to(real)
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OSError, match="symbolic"), private_copy(tmp_path / "link", user_id=ME):
        pass
    for path, owner in ((tmp_path / "fifo", ME), (real, ME + 1)):
        with pytest.raises(CollectError) as told, private_copy(path, user_id=owner):
            pass
        assert told.value.reason == "history_foreign"
    assert list(place.iterdir()) == []


def test_a_log_that_is_somebody_elses_is_not_copied_either(tmp_path: Path, place: Path) -> None:
    write_history(tmp_path / "History", "chromium")
    (tmp_path / "History-wal").symlink_to("/etc/hostname")
    with pytest.raises(OSError, match="symbolic"), private_copy(tmp_path / "History", user_id=ME):
        pass


def test_a_journal_cannot_make_the_reader_delete_another_file(tmp_path: Path, place: Path) -> None:
    """SQLite deletes the file that a journal's end names (super-journal) once it applied it."""
    other = tmp_path / "consent.json"
    other.write_text('{"format": 1, "said": []}')
    path = tmp_path / "History"
    write_history(path, "chromium", Made(url="https://a.example/", ts_us=NOW_US))
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA cache_size = 1")
        database.execute("BEGIN IMMEDIATE")
        database.execute("DELETE FROM visits")
        database.executemany(
            "INSERT INTO urls (url, last_visit_time) VALUES (?, 0)", [("x" * 500,)] * 2_000
        )
        written, journal = path.read_bytes(), path.with_name("History-journal").read_bytes()
    name = str(other).encode()
    end = (1 << 30).to_bytes(4, "big") + name + len(name).to_bytes(4, "big")
    end += sum(name).to_bytes(4, "big") + journal[:8]
    path.write_bytes(written)
    path.with_name("History-journal").write_bytes(journal + end)
    with pytest.raises(CollectError) as told, private_copy(path, user_id=ME) as copy:
        list(visits_after(copy, CHROMIUM, Mark(), not_before_us=0))
    assert told.value.reason == "history_foreign"
    assert other.exists()
    assert list(place.iterdir()) == []


def test_what_is_too_large_is_not_copied(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HISTORY_BYTES_MAX", 10_000)
    write_history(tmp_path / "History", "chromium")
    with pytest.raises(CollectError) as told, private_copy(tmp_path / "History", user_id=ME):
        pass
    assert told.value.reason == "history_too_large"


def test_what_is_written_all_the_time_is_read_later(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "History"
    write_history(path, "chromium")
    times = iter(range(100))
    monkeypatch.setattr(copying, "_TRY_AGAIN_S", 0.0)
    monkeypatch.setattr(copying, "stamp", lambda _: ((next(times), 0, 0),))
    with pytest.raises(CollectError) as told, private_copy(path, user_id=ME):
        pass
    assert told.value.reason == copying.BUSY


def test_a_stamp_tells_of_a_write_to_the_log(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with History(path, "firefox") as history:
        before = stamp(path)
        assert stamp(path) == before
        history.visit(Made(url="https://a.example/", ts_us=NOW_US))
        assert stamp(path) != before
    with pytest.raises(FileNotFoundError):
        stamp(tmp_path / "none")


def test_what_a_killed_agent_left_is_swept_and_a_running_ones_is_not(
    tmp_path: Path, place: Path
) -> None:
    write_history(tmp_path / "History", "chromium")
    program = (
        "import sys, time, pathlib\n"
        "from reticent_agent.collect.browsers import private_copy as copying\n"
        "copying._MEMORY = sys.argv[1]\n"
        "with copying.private_copy(pathlib.Path(sys.argv[2]), user_id=None):\n"
        "    print('copied', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(place), str(tmp_path / "History")],
        stdout=subprocess.PIPE,
    ) as agent:
        assert agent.stdout is not None
        assert agent.stdout.readline() == b"copied\n"
        assert sweep() == 0
        assert len(list(place.iterdir())) == 1
        agent.send_signal(signal.SIGKILL)
        agent.wait(10)
    until = time.monotonic() + 5
    while sweep() == 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert list(place.iterdir()) == []


def test_on_other_systems_the_place_of_temporary_files_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_HAS_MEMORY", False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert copying.place() == str(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such place")
def test_without_a_place_in_memory_nothing_is_copied_to_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = tmp_path / "History"
    history.write_bytes(b"visits")
    monkeypatch.setattr(copying, "_MEMORY", str(tmp_path / "missing"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        pytest.raises(CollectError) as caught,
        copying.private_copy(history, user_id=os.geteuid()),
    ):
        raise AssertionError("there is a copy")
    assert caught.value.reason == "history_no_memory"
    assert copying.sweep() == 0
    assert list(tmp_path.iterdir()) == [history]
