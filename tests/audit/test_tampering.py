"""Whatever is done to the database by hand is found, named by its row and its kind."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from reticent_server.audit.chain import FIRST_PREVIOUS, Record, row_hash
from reticent_server.store.control.engine import open_control
from support.trails import Trail

Change = Callable[[sqlite3.Connection], None]
COLUMNS = "at_us, actor, action, object, outcome, reason, source_address"


def sql(*statements: str) -> Change:
    def change(db: sqlite3.Connection) -> None:
        for statement in statements:
            db.execute(statement)

    return change


def rehash(*statements: str, also_checkpoints: bool = False) -> Change:
    """The statements, then every hash made anew: what a careful hand does."""

    def change(db: sqlite3.Connection) -> None:
        sql(*statements)(db)
        rows = db.execute(f"SELECT number, {COLUMNS} FROM audit_entry ORDER BY number").fetchall()
        db.execute("DELETE FROM audit_entry")
        previous = FIRST_PREVIOUS
        for number, (_, *values) in enumerate(rows, 1):
            record = Record(number=number, **dict(zip(COLUMNS.split(", "), values, strict=True)))
            digest = row_hash(previous, record)
            db.execute(
                f"INSERT INTO audit_entry (number, {COLUMNS}, previous_hash, hash) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, *values, previous, digest),
            )
            previous = digest
        if also_checkpoints:
            db.execute("DELETE FROM audit_checkpoint")

    return change


SWAP = sql(
    "UPDATE audit_entry SET number = -1 WHERE number = 7",
    "UPDATE audit_entry SET number = 7 WHERE number = 8",
    "UPDATE audit_entry SET number = 8 WHERE number = -1",
)
CHANGES: dict[str, tuple[Change, str, int]] = {
    **{
        f"altered {column}": (
            sql(f"UPDATE audit_entry SET {column} = 'x' WHERE number = 7"),
            "altered",
            7,
        )
        for column in COLUMNS.split(", ")
    },
    "altered to another type": (
        sql("UPDATE audit_entry SET reason = x'ff', hash = 'x' WHERE number = 7"),
        "altered",
        7,
    ),
    "a hash altered": (
        sql("UPDATE audit_entry SET hash = zeroblob(32) WHERE number = 7"),
        "altered",
        7,
    ),
    "deleted": (sql("DELETE FROM audit_entry WHERE number = 7"), "deleted", 7),
    "several deleted": (sql("DELETE FROM audit_entry WHERE number IN (5, 6, 9)"), "deleted", 5),
    "the first deleted": (sql("DELETE FROM audit_entry WHERE number < 4"), "deleted", 1),
    "reordered": (SWAP, "reordered", 7),
    "deleted and renumbered": (
        sql(
            "DELETE FROM audit_entry WHERE number = 7",
            "UPDATE audit_entry SET number = number - 1 WHERE number > 7",
        ),
        "altered",
        7,
    ),
    "cut off": (sql("DELETE FROM audit_entry WHERE number > 11"), "truncated", 12),
    "cut off with its checkpoints": (
        sql(
            "DELETE FROM audit_entry WHERE number > 11",
            "DELETE FROM audit_checkpoint WHERE number > 11",
        ),
        "truncated",
        12,
    ),
    "all cut off": (
        sql("DELETE FROM audit_entry", "DELETE FROM audit_checkpoint"),
        "truncated",
        1,
    ),
    "altered and every hash made anew": (
        rehash("UPDATE audit_entry SET actor = 'eve' WHERE number = 7"),
        "altered",
        6,  # the checkpoint at row 5 still agrees, the one at row 10 does not
    ),
    "deleted and every hash made anew": (
        rehash("DELETE FROM audit_entry WHERE number = 7", also_checkpoints=True),
        "altered",
        6,
    ),
    "reordered and every hash made anew": (
        rehash(
            "UPDATE audit_entry SET number = -1 WHERE number = 7",
            "UPDATE audit_entry SET number = 7 WHERE number = 8",
            "UPDATE audit_entry SET number = 8 WHERE number = -1",
        ),
        "altered",
        6,
    ),
    "a checkpoint deleted": (
        sql("DELETE FROM audit_checkpoint WHERE sequence = 2"),
        "",
        0,  # the files have it
    ),
    "a checkpoint forged": (
        sql("UPDATE audit_checkpoint SET line = replace(line, '\"number\":10', '\"number\":11')"),
        "checkpoint",
        11,
    ),
}


def test_a_whole_trail_is_whole(trail: Trail) -> None:
    assert trail.verify().whole
    trail.fill(17, every=5)
    verdict = trail.verify()
    assert verdict.whole
    assert verdict.problems == ()
    assert (verdict.rows, verdict.head_number, verdict.newest) == (
        17,
        17,
        (3, 15, int((trail.clock.now - 2) * 1e6)),
    )


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_done_by_hand_is_found(fifteen: Trail, name: str) -> None:
    change, kind, number = CHANGES[name]
    with fifteen.by_hand() as db:
        change(db)
    first = fifteen.verify().first
    assert (first.kind, first.number) == (kind, number) if first else (kind, number) == ("", 0)


def test_an_older_copy_of_the_database_is_found(trail: Trail, tmp_path: Path) -> None:
    """Also when it went on from there: the checkpoints outside speak of other rows."""
    trail.fill(10, every=5)
    trail.control.close()
    shutil.copytree(trail.data_dir, tmp_path / "backup")
    trail.fill(10, every=5)
    trail.control.close()
    shutil.copy(tmp_path / "backup" / "control.db", trail.data_dir / "control.db")
    for more in ("-wal", "-shm"):
        (trail.data_dir / f"control.db{more}").unlink(missing_ok=True)
    again = Trail(trail.data_dir, open_control(trail.data_dir / "control.db"), kept=trail.kept)
    first = again.verify().first
    assert first is not None
    assert (first.kind, first.number) == ("truncated", 11)
    again.fill(12, every=3)
    first = again.verify().first
    assert first is not None
    assert (first.kind, first.number) == ("altered", 11)
    again.control.close()


def test_a_copy_of_the_whole_data_directory_shows_by_the_file_outside(
    trail: Trail, tmp_path: Path
) -> None:
    trail.fill(10, every=5)
    trail.control.close()
    shutil.copytree(trail.data_dir, tmp_path / "older")
    trail.fill(5, every=5)
    older = tmp_path / "older"
    again = Trail(older, open_control(older / "control.db"), kept=trail.kept)
    first = again.verify().first
    assert first is not None
    assert (first.kind, first.number) == ("truncated", 11)
    again.control.close()


def test_without_the_key_nobody_makes_checkpoints_that_count(
    fifteen: Trail, tmp_path: Path
) -> None:
    (fifteen.data_dir / "secrets" / "audit.key").rename(tmp_path / "real.key")
    forger = Trail(fifteen.data_dir, fifteen.control, kept=fifteen.kept)
    assert forger.public_key != fifteen.public_key
    with fifteen.by_hand() as db:
        db.execute("DELETE FROM audit_entry WHERE number > 7")
    forger.fill(1, every=1)
    verdict = fifteen.verify()
    assert {problem.kind for problem in verdict.problems} == {"truncated", "checkpoint"}


def test_triggers_that_were_taken_away_are_missed(fifteen: Trail) -> None:
    with fifteen.by_hand():
        first = fifteen.verify().first
        assert first is not None
        assert first.kind == "unprotected"
        assert "audit_entry_no_delete" in first.sentence
    assert fifteen.verify().whole


def test_triggers_are_put_back_when_their_loss_is_accepted(fifteen: Trail) -> None:
    other = sqlite3.connect(fifteen.data_dir / "control.db", isolation_level=None)
    other.execute("DROP TRIGGER audit_entry_no_delete")
    other.execute("DROP TRIGGER audit_checkpoint_no_update")
    fifteen.accept(actor="ada", reason="a tool copied the table", source_address="")
    fifteen.fill(1)
    assert fifteen.verify().whole
    with pytest.raises(sqlite3.IntegrityError, match="the audit trail only grows"):
        other.execute("DELETE FROM audit_entry")
    other.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'eve' WHERE number = 2",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE number = 3",
        "REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE number = 2",
        "UPDATE audit_checkpoint SET line = ''",
        "DELETE FROM audit_checkpoint",
        "REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint",
    ],
)
def test_the_database_refuses_to_change_what_is_written(fifteen: Trail, statement: str) -> None:
    other = sqlite3.connect(fifteen.data_dir / "control.db")
    with pytest.raises(sqlite3.IntegrityError, match="the audit trail only grows"):
        other.execute(statement)
    other.close()
    assert fifteen.verify().whole
