"""What only the chDB store promises: encryption, one part a group, bounds, finished days."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from reticent_server.errors import StoreError
from reticent_server.query import run_query
from reticent_server.query.expr import Contains, Everything
from reticent_server.store.events import open_chdb
from reticent_server.store.events.chdb_store import ChdbEventStore
from reticent_server.store.events.closing import unfinished_days
from reticent_server.store.events.errors import QueryTooLargeError, StoreDamagedError
from reticent_server.store.events.model import StoredBatch
from reticent_server.store.events.settings import EngineSettings
from support.event_groups import DEVICE, NOON_US, STREAM, batch, group, lines, table
from support.same_code import same_code

KEY = bytes(range(32))
DAY_US = 86_400_000_000
CANARY = "canary-7f3a9b"


def files_with(directory: Path, needle: bytes) -> list[Path]:
    return [
        p
        for p in directory.rglob("*")
        if p.is_file() and not p.is_symlink() and needle in p.read_bytes()
    ]


def test_neither_rows_nor_the_key_can_be_read_from_disk(tmp_path: Path) -> None:
    store = open_chdb(tmp_path / "events", key=KEY)
    store.append(group(batch(1, [lines(50, message=CANARY, unit=CANARY, session_id=CANARY)])))
    store.close()
    assert any(tmp_path.rglob("data.bin"))
    for needle in (CANARY.encode(), KEY, KEY.hex().encode(), KEY.hex().upper().encode()):
        assert files_with(tmp_path, needle) == []


def test_a_wrong_key_is_told_from_damage_and_changes_nothing(tmp_path: Path) -> None:
    open_chdb(tmp_path / "events", key=KEY).close()
    with pytest.raises(StoreDamagedError, match="key does not belong"):
        open_chdb(tmp_path / "events", key=bytes(32))
    with pytest.raises(StoreDamagedError, match="5 bytes instead of 32"):
        open_chdb(tmp_path / "events", key=b"short")
    open_chdb(tmp_path / "events", key=KEY).close()


@pytest.mark.parametrize("content", ["", "{", '{"format": 1}', '{"format": 99, "key_check": ""}'])
def test_a_manifest_that_is_damaged_or_newer_is_refused(tmp_path: Path, content: str) -> None:
    open_chdb(tmp_path / "events", key=KEY).close()
    (tmp_path / "events" / "store.json").write_text(content)
    with pytest.raises(StoreDamagedError, match="not opened"):
        open_chdb(tmp_path / "events", key=KEY)


def test_a_second_store_in_the_process_is_refused(chdb: ChdbEventStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="one path a process"):
        open_chdb(tmp_path / "other", key=KEY)
    assert chdb.last_seq(DEVICE, STREAM) == 0


def test_another_process_cannot_open_the_path(chdb: ChdbEventStore, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from reticent_server.store.events import open_chdb\n"
        "from reticent_server.errors import StoreError\n"
        "try: open_chdb(Path(sys.argv[1]), key=bytes(range(32)))\n"
        "except StoreError as error: print(error)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "events")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "open already, here or in another process" in told.stdout
    chdb.append(group(batch(1)))


def test_a_large_group_is_one_part(chdb: ChdbEventStore) -> None:
    wide = lines(1_000, message="x" * 3_000)
    chdb.append(group(*(batch(seq, [wide]) for seq in range(1, 151))))
    assert chdb.stored_bytes().parts == 1
    assert chdb.count(Everything()) == 150 * 1_001


def test_readers_and_the_writer_work_at_the_same_time(chdb: ChdbEventStore) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                run_query(chdb, "line", limit=5)
                chdb.last_seq(DEVICE, STREAM)
        except BaseException as error:  # noqa: BLE001  # shown by the assertion below
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    for seq in range(1, 21):
        chdb.append(group(batch(seq, [lines(200)])))
        assert chdb.last_seq(DEVICE, STREAM) == seq
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_a_query_beyond_its_bounds_is_stopped_and_the_store_goes_on(tmp_path: Path) -> None:
    tight = EngineSettings(query_memory_bytes=100_000, readers=1)
    store = open_chdb(tmp_path / "events", key=KEY, settings=tight, clock=lambda: NOON_US)
    try:
        store.append(group(batch(1, [lines(5_000)])))
        with pytest.raises(QueryTooLargeError, match="narrow it") as caught:
            store.search(Contains("number"), limit=1_000)
        assert not caught.value.permanent
        store.append(group(batch(2)))
    finally:
        store.close()


def test_a_reader_cannot_write(chdb: ChdbEventStore) -> None:
    with pytest.raises(StoreError, match="READONLY"):
        chdb._engine.read("DROP TABLE events")


def test_an_error_of_the_engine_does_not_quote_values(chdb: ChdbEventStore) -> None:
    with pytest.raises(StoreError) as caught:
        chdb._engine.read("SELECT toUInt8({v:String})", {"v": CANARY})
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_finished_day_is_one_part_and_answers_the_same(tmp_path: Path) -> None:
    now = NOON_US
    store = open_chdb(tmp_path / "events", key=KEY, clock=lambda: now)
    try:
        for seq in range(1, 6):
            tables = [
                lines(300, user_name=f"u{seq}", site=f"s{seq % 2}"),
                table("session", "logon", [{"user_name": "u1"}]),
            ]
            store.append(group(batch(seq, tables)))

        def answers() -> list[object]:
            return [
                [e.id for e in run_query(store, "NUMBER user_name:u*", limit=1_000).rows],
                [e.id for e in run_query(store, '"ine number 29"', limit=1_000).rows],
                run_query(store, "nothinglikethis").rows,
                store.counts_by_hour(since_us=0, until_us=now + DAY_US),
                store.top_values("site", since_us=now - 2 * DAY_US, until_us=now + 150),
                store.count_by(Everything(), "user_name", limit=9),
                store.devices_by_user(),
                store.last_seq(DEVICE, STREAM),
                store.count(Everything()),
            ]

        before = answers()
        assert store.finish_days() == 0
        now += DAY_US
        assert unfinished_days(store._engine, now_us=now) == ["2026-11-22"]
        assert store.finish_days() == 1
        assert store.stored_bytes().parts == 1
        assert unfinished_days(store._engine, now_us=now) == []
        now -= DAY_US
        assert answers() == before
    finally:
        store.close()


def test_closing_breaks_off_a_day_that_is_being_finished(tmp_path: Path) -> None:
    later = NOON_US + DAY_US
    store = open_chdb(tmp_path / "events", key=KEY, clock=lambda: later)
    for seq in range(1, 4):
        store.append(group(batch(seq, [lines(900, message=f"{seq} " * 400)])))

    def finish() -> None:
        with contextlib.suppress(StoreError):
            store.finish_days()

    finishing = threading.Thread(target=finish)
    finishing.start()
    store.close()
    finishing.join()
    store = open_chdb(tmp_path / "events", key=KEY, clock=lambda: later)
    store.finish_days()
    assert store.stored_bytes().parts == 1
    assert store.count(Everything()) == 3 * 901
    store.close()


def test_a_reopened_store_has_everything(tmp_path: Path) -> None:
    for seq in range(1, 4):
        store = open_chdb(tmp_path / "events", key=KEY)
        assert store.last_seq(DEVICE, STREAM) == seq - 1
        store.append(group(batch(seq, [lines(10)])))
        store.close()
    store = open_chdb(tmp_path / "events", key=KEY)
    assert store.count(Everything()) == 33
    store.close()


def test_a_moved_store_opens_at_its_new_place(tmp_path: Path) -> None:
    store = open_chdb(tmp_path / "events", key=KEY)
    store.append(group(batch(1, [lines(10)])))
    store.close()
    (tmp_path / "events").rename(tmp_path / "moved")
    store = open_chdb(tmp_path / "moved", key=KEY)
    store.append(group(batch(2, [lines(10)])))
    assert store.count(Everything()) == 22
    store.close()


def test_a_batch_knows_its_rows() -> None:
    made: StoredBatch = batch(1, [lines(3), lines(2)])
    assert made.rows == 5


def test_appending_and_reading_load_no_pandas(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from reticent_server.store.events import open_chdb\n"
        "from reticent_server.query.expr import Everything\n"
        "from support.event_groups import batch, group, lines\n"
        "store = open_chdb(Path(sys.argv[1]), key=bytes(32))\n"
        "store.append(group(batch(1, [lines(5, message='m', unit='u')])))\n"
        "print(len(store.search(Everything(), limit=9).rows), 'pandas' in sys.modules)\n"
        "store.close()\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "events")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=same_code(),
    )
    assert told.stdout.split() == ["6", "False"]  # the receipt is a row too
