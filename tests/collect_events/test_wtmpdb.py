"""wtmpdb's database, with the schema that its lib/sqlite.c creates."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, Followed, Recorder
from reticent_agent.collect.linux.sessions import WTMPDB, decode_cursor, sessions
from reticent_agent.collect.linux.wtmpdb import Place, decode_place, read_from

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, "
    "Login INTEGER, Logout INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT"
)


class Database:
    def __init__(self, root: Path) -> None:
        self.path = root / WTMPDB[1:]
        self.path.parent.mkdir(parents=True)
        self.run(SCHEMA)

    def run(self, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.path)) as database, database:
            database.execute(sql, values)

    def add(
        self, kind: int, user: str, at: int, tty: str = "", host: str = "", service: str = ""
    ) -> None:
        self.run(
            "INSERT INTO wtmp (Type,User,Login,TTY,RemoteHost,Service) VALUES(?,?,?,?,?,?)",
            kind, user, at, tty, host, service,
        )  # fmt: skip

    def end(self, number: int, at: int) -> None:
        self.run("UPDATE wtmp SET Logout = ? WHERE ID = ?", at, number)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path)


def kinds(recorder: Recorder) -> list[str]:
    return [row.event for row in recorder.rows()]


def test_a_boot_a_session_and_their_ends(database: Database, tmp_path: Path) -> None:
    database.add(1, "reboot", NOW_US, "~", "6.12.0")
    database.add(3, "alice", NOW_US + 1, "tty2", "192.0.2.7", "sshd")
    with Followed(sessions(), tmp_path) as found:
        found.wait_for(lambda: kinds(found) == ["boot", "logon"])
        database.end(2, NOW_US + 2)
        database.end(1, NOW_US + 3)
        found.wait_for(lambda: kinds(found) == ["boot", "logon", "logoff", "shutdown"])
    assert dict(found.rows()[2].values) == {
        "user_name": "alice",
        "terminal": "tty2",
        "service": "sshd",
        "remote": True,
        "remote_address": "192.0.2.7",
    }
    assert [row.ts_us - NOW_US for row in found.rows()] == [0, 1, 2, 3]


def test_ends_that_came_while_the_agent_was_off(database: Database, tmp_path: Path) -> None:
    database.add(3, "alice", NOW_US, "tty2")
    with Followed(sessions(), tmp_path) as first:
        first.wait_for(lambda: kinds(first) == ["logon"])
    database.end(1, NOW_US + 9)
    database.add(3, "bob", NOW_US + 10, "tty3")
    with Followed(sessions(), tmp_path, cursor=first.cursor) as second:
        second.wait_for(lambda: kinds(second) == ["logoff", "logon"])
    with Followed(sessions(), tmp_path, cursor=second.cursor) as third:
        database.end(2, NOW_US + 11)
        third.wait_for(lambda: kinds(third) == ["logoff"])
    assert decode_cursor(third.cursor).origin == "wtmpdb"


def test_a_database_that_began_again_is_read_from_its_start(database: Database) -> None:
    database.add(3, "alice", NOW_US, "tty2")
    rows, place = read_from(str(database.path), Place(last_id=900, open_ids=(5,)))
    assert [row.event for row in rows] == ["logon"]
    assert place == Place(1, (1,))


def test_a_long_history_comes_in_pieces(database: Database) -> None:
    with closing(sqlite3.connect(database.path)) as opened, opened:
        opened.executemany(
            "INSERT INTO wtmp (Type,User,Login,Logout) VALUES(3,'alice',?,?)",
            [(NOW_US + n, NOW_US + n + 1) for n in range(1_200)],
        )
    place, count = Place(), 0
    for _ in range(3):
        rows, place = read_from(str(database.path), place)
        count += len(rows)
    assert (count, place) == (2_400, Place(1_200, ()))


def test_the_database_is_not_written(database: Database) -> None:
    database.add(3, "alice", NOW_US)
    before = database.path.read_bytes()
    read_from(str(database.path), Place())
    assert database.path.read_bytes() == before
    assert [p.name for p in database.path.parent.iterdir()] == ["wtmp.db"]


def test_odd_values_are_left_out(database: Database) -> None:
    database.run("INSERT INTO wtmp (Type,User,Login) VALUES(9,'x',?)", NOW_US)
    database.run("INSERT INTO wtmp (Type,User,Login) VALUES(3,'x',-5)")
    database.run("INSERT INTO wtmp (Type,User,Login) VALUES(3,'x',?)", (1 << 63) - 1)
    database.run("INSERT INTO wtmp (Type,User) VALUES(3,'x')")
    rows, place = read_from(str(database.path), Place())
    assert rows == []
    assert place.last_id == 4


def test_a_file_that_is_no_database_is_an_error_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "wtmp.db"
    path.write_bytes(b"made-up" * 500)
    with pytest.raises(sqlite3.DatabaseError):
        read_from(str(path), Place())


@pytest.mark.parametrize(
    "cursor", ["", "x", "{}", "[]", '{"id":"x","open":[]}', '{"id":1,"open":3}']
)
def test_a_cursor_that_is_none_of_ours_begins_anew(cursor: str) -> None:
    assert decode_place(cursor) == Place()
