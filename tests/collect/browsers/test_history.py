"""Visits out of databases: of every family, with their logs, and of files that are no history."""

from __future__ import annotations

import sqlite3
import time
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reticent_agent.collect.browsers.history import (
    CHROMIUM,
    FIREFOX,
    SAFARI,
    Mark,
    Schema,
    UnreadableError,
    Visit,
    visits_after,
)
from reticent_contract import limits
from support.histories import CHROMIUM as CHROMIUM_SQL
from support.histories import History, Made, write_history

SCHEMAS = (CHROMIUM, FIREFOX, SAFARI)
NOW_US = 1_795_327_981_000_000


def read(path: Path, schema: Schema, mark: Mark = Mark(), *, since_us: int = 0) -> list[Visit]:  # noqa: B008 - immutable
    groups = visits_after(path, schema, mark, not_before_us=since_us)
    return [visit for visits, _ in groups for visit in visits]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_each_family_keeps_its_time(tmp_path: Path, schema: Schema) -> None:
    path = tmp_path / "history"
    write_history(path, schema.name, Made(url="https://a.example/", ts_us=NOW_US))
    (visit,) = read(path, schema)
    assert (visit.number, visit.url) == (1, "https://a.example/")
    assert abs(visit.ts_us - NOW_US) <= 1  # Safari's is a real number of seconds


@pytest.mark.parametrize(
    ("schema", "kind", "word"),
    [
        (CHROMIUM, 0, "link"),
        (CHROMIUM, 0x1800_0001, "typed"),
        (CHROMIUM, -0x5800_0000 + 1, "redirect"),
        (CHROMIUM, 8, "reload"),
        (CHROMIUM, 99, ""),
        (FIREFOX, 3, "bookmark"),
        (FIREFOX, 5, "redirect"),
        (FIREFOX, 99, ""),
        (SAFARI, 1, ""),
    ],
)
def test_how_a_person_came_there_is_a_word(
    tmp_path: Path, schema: Schema, kind: int, word: str
) -> None:
    made = Made(url="https://a.example/", ts_us=NOW_US, kind=kind)
    write_history(tmp_path / "history", schema.name, made)
    assert [visit.transition for visit in read(tmp_path / "history", schema)] == [word]


@pytest.mark.parametrize(("schema", "inner"), [(CHROMIUM, 3), (FIREFOX, 4)])
def test_frames_inside_of_a_page_are_left_out(tmp_path: Path, schema: Schema, inner: int) -> None:
    made = Made(url="https://ads.example/", ts_us=NOW_US, kind=inner)
    write_history(tmp_path / "history", schema.name, made)
    assert read(tmp_path / "history", schema) == []


@pytest.mark.parametrize("schema", [CHROMIUM, SAFARI], ids=lambda schema: schema.name)
def test_what_another_device_visited_is_left_out(tmp_path: Path, schema: Schema) -> None:
    write_history(
        tmp_path / "history",
        schema.name,
        Made(url="https://phone.example/", ts_us=NOW_US, elsewhere=True),
        Made(url="https://here.example/", ts_us=NOW_US + 1),
    )
    assert [visit.url for visit in read(tmp_path / "history", schema)] == ["https://here.example/"]


def test_an_older_chromium_has_no_column_of_other_devices(tmp_path: Path) -> None:
    path = tmp_path / "History"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(CHROMIUM_SQL.replace("originator_cache_guid TEXT,", ""))
        database.execute("INSERT INTO urls (id, url, last_visit_time) VALUES (1, 'http://a.de', 1)")
        when = NOW_US - CHROMIUM.epoch_us
        database.execute("INSERT INTO visits (url, visit_time) VALUES (1, ?)", (when,))
    assert [visit.ts_us for visit in read(path, CHROMIUM)] == [NOW_US]


def test_only_what_is_later_than_asked_is_told_and_only_once(tmp_path: Path) -> None:
    path = tmp_path / "History"
    made = [Made(url=f"https://{n}.example/", ts_us=NOW_US + n) for n in range(6)]
    write_history(path, "chromium", *made)
    groups = list(visits_after(path, CHROMIUM, Mark(), not_before_us=NOW_US + 2))
    assert [visit.ts_us - NOW_US for visits, _ in groups for visit in visits] == [3, 4, 5]
    mark = groups[-1][1]
    assert mark == Mark(6, NOW_US + 5)
    assert read(path, CHROMIUM, mark, since_us=NOW_US + 2) == []


def test_numbers_that_are_given_out_again_are_told_by_their_time(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with History(path, "firefox") as history:
        history.visit(*[Made(url=f"https://{n}.example/", ts_us=NOW_US + n) for n in range(4)])
        history.forget(from_number=3)
        history.visit(Made(url="https://again.example/", ts_us=NOW_US + 9))
    mark = Mark(4, NOW_US + 3)
    assert [(v.number, v.url) for v in read(path, FIREFOX, mark)] == [(3, "https://again.example/")]


def test_many_visits_come_in_bounded_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EMIT_ROWS_MAX", 3)
    made = [Made(url="https://a.example/", ts_us=NOW_US + n) for n in range(8)]
    write_history(tmp_path / "History", "chromium", *made)
    groups = list(visits_after(tmp_path / "History", CHROMIUM, Mark(), not_before_us=0))
    assert [len(visits) for visits, _ in groups] == [3, 3, 2]


def _files_that_are_no_history() -> dict[str, object]:
    return {
        "nothing": b"",
        "text": b"this is no database" * 100,
        "a header alone": b"SQLite format 3\0" + bytes(84),
        "other tables": "CREATE TABLE notes (id INTEGER)",
        "a newer schema": CHROMIUM_SQL.replace("visit_time", "visited_at"),
        "a view": (
            CHROMIUM_SQL.replace("CREATE TABLE visits", "CREATE TABLE old").partition(
                "CREATE INDEX"
            )[0]
            + "CREATE VIEW visits AS SELECT * FROM old;"
        ),
        "a virtual table": (
            "CREATE TABLE urls (id INTEGER, url TEXT);"
            "CREATE VIRTUAL TABLE visits USING fts5(id, url, visit_time, transition)"
        ),
    }


@pytest.mark.parametrize("name", _files_that_are_no_history())
def test_what_is_no_history_is_said_to_be_unreadable(tmp_path: Path, name: str) -> None:
    content = _files_that_are_no_history()[name]
    path = tmp_path / "History"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with closing(sqlite3.connect(path)) as database, database:
            database.executescript(str(content))
    with pytest.raises(UnreadableError) as told:
        read(path, CHROMIUM)
    assert told.value.reason == "unreadable_schema"


@pytest.mark.parametrize("column", ["visit_time", "transition", "visit_duration"])
def test_values_of_another_type_do_not_fill_the_memory(tmp_path: Path, column: str) -> None:
    """A column that is computed has any size without a file of that size."""
    path = tmp_path / "History"
    columns = {
        name: f"{name} DEFAULT {NOW_US + 11_644_473_600_000_000}"
        for name in ("visit_time", "transition")
    }
    columns["visit_duration"] = "visit_duration DEFAULT 5"
    columns[column] = f"{column} AS (zeroblob(1000000))"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE urls(id INTEGER PRIMARY KEY, url)")
        database.execute(
            f"CREATE TABLE visits(id INTEGER PRIMARY KEY, url, {','.join(columns.values())})"
        )
        database.execute("INSERT INTO urls VALUES (1, 'https://a.example/')")
        database.executemany("INSERT INTO visits(url) VALUES (?)", [(1,)] * 100)
    tracemalloc.start()
    try:
        found = read(path, CHROMIUM)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == (0 if column == "visit_time" else 100)
    assert peak < 8_000_000


def test_a_history_that_would_take_for_ever_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_agent.collect.browsers.history._ROUNDS_MAX", 3)
    path = tmp_path / "History"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(CHROMIUM_SQL)
        database.execute("INSERT INTO urls (id, url, last_visit_time) VALUES (1, 'http://a.de', 1)")
        database.executemany(
            "INSERT INTO visits (url, visit_time) VALUES (1, ?)", [(n,) for n in range(20_000)]
        )
    started = time.monotonic()
    with pytest.raises(UnreadableError):
        read(path, CHROMIUM, Mark(1 << 60, NOW_US), since_us=1)
    assert time.monotonic() - started < 5


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    at=st.integers(0, 1 << 20),
    data=st.binary(min_size=1, max_size=64),
    schema=st.sampled_from(SCHEMAS),
)
def test_a_damaged_history_gives_visits_or_says_so(
    tmp_path: Path, at: int, data: bytes, schema: Schema
) -> None:
    path = tmp_path / f"{schema.name}.db"
    whole = tmp_path / f"{schema.name}.whole"
    if not whole.exists():
        made = [Made(url=f"https://{n}.example/", ts_us=NOW_US + n) for n in range(50)]
        write_history(whole, schema.name, *made)
    content = bytearray(whole.read_bytes())
    at %= len(content)
    content[at : at + len(data)] = data
    path.write_bytes(content)
    try:
        found = read(path, schema)
    except UnreadableError:
        return
    assert all(0 < visit.ts_us < limits.EVENT_TS_US_MAX for visit in found)
