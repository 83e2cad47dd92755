"""Checkpoints: their bytes, their way to every place, and what a crash leaves of it."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_server.audit.book import CheckpointBook
from reticent_server.audit.checkpoint import checkpoint_of, sign_checkpoint
from reticent_server.audit.checkpoints import Checkpoints
from reticent_server.audit.signed import parse, server_id
from reticent_server.audit.sinks import CheckpointFile, Syslog
from reticent_server.audit.trail import audit_key
from support.deployment import wait_for
from support.trails import Trail

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "audit_checkpoints.json").read_text())

WRITER = """
import sys
from pathlib import Path
from reticent_server.audit import AuditService
from reticent_server.audit.trail import checkpoints_of
from reticent_server.config import ServerConfig
from reticent_server.store.control.engine import open_control
config = ServerConfig(data_dir=Path(sys.argv[1]))
control = open_control(config.data_dir / "control.db")
audit = AuditService(control)
checkpoints = checkpoints_of(config, control, audit)
while True:
    audit.record(actor="writer", action="count")
    checkpoints.make()
    print(audit.last_written[0], flush=True)
"""


def numbers(file: Path) -> list[int]:
    return [one.mark.number for one in CheckpointFile(file).all()]


def test_the_bytes_of_checkpoints_never_change() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["private_key"]))
    public_key = key.public_key().public_bytes_raw()
    assert (public_key.hex(), server_id(public_key)) == (VECTORS["public_key"], VECTORS["server"])
    before = None
    for vector in VECTORS["checkpoints"]:
        made = sign_checkpoint(
            key,
            after=before,
            number=vector["number"],
            hash=bytes.fromhex(vector["hash"]),
            at_us=vector["at_us"],
            accepts=vector["accepts"],
        )
        assert made.statement.line() == vector["line"]
        assert made.mark.digest.hex() == vector["digest"]
        before = made.mark


@pytest.mark.parametrize("name", ["number", "hash", "at_us", "sequence", "previous", "server"])
def test_a_checkpoint_that_was_changed_is_of_nobody(name: str) -> None:
    whole = json.loads(VECTORS["checkpoints"][1]["line"])
    value = whole["checkpoint"][name]
    whole["checkpoint"][name] = value + 1 if isinstance(value, int) else "11" + value[2:]
    statement = parse(json.dumps(whole, sort_keys=True, separators=(",", ":")))
    assert statement is not None
    assert checkpoint_of(statement) is not None
    assert not statement.is_of(bytes.fromhex(VECTORS["public_key"]))


def test_a_checkpoint_goes_to_the_database_to_every_file_and_to_syslog(trail: Trail) -> None:
    path = trail.data_dir / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:
        syslog.bind(str(path))
        syslog.settimeout(5)
        checkpoints = Checkpoints(
            trail.checkpoints.stored,
            trail.audit,
            key=audit_key(trail.data_dir),
            files=[CheckpointFile(trail.own), CheckpointFile(trail.kept)],
            syslog=Syslog(path),
        )
        trail.fill(2)
        made = checkpoints.make()
        assert made is not None
        assert checkpoints.make() is None  # nothing was added since
        said = syslog.recv(4096).decode()
    assert said == f"<85>reticent-server: {made.statement.line()}"
    assert [one.mark for one in checkpoints.stored.all()] == [made.mark]
    assert trail.own.read_text() == trail.kept.read_text() == made.statement.line() + "\n"
    assert trail.own.stat().st_mode & 0o777 == 0o600
    trail.fill(1)
    checkpoints.make()
    assert checkpoints.failing == {path}  # nobody listens any more; the files have it all the same
    assert numbers(trail.kept) == [2, 3]


def test_a_place_that_was_away_gets_everything_when_it_is_back(trail: Trail) -> None:
    trail.kept.mkdir()  # a folder: nothing can be appended to it
    trail.fill(4, every=2)
    assert trail.checkpoints.failing == {trail.kept}
    assert trail.checkpoints.lacking() == [trail.kept]
    trail.kept.rmdir()
    trail.checkpoints.make()
    assert trail.checkpoints.failing == frozenset()
    assert numbers(trail.kept) == numbers(trail.own) == [2, 4]


def test_a_torn_line_is_ended_and_its_checkpoint_is_written_again(trail: Trail) -> None:
    trail.fill(4, every=2)
    content = trail.own.read_bytes()
    trail.own.write_bytes(content[:-30])  # as a power loss leaves it
    trail.checkpoints.make()
    assert numbers(trail.own) == [2, 4]
    assert trail.verify().whole


def test_a_checkpoint_that_the_database_lost_comes_back_from_the_file(trail: Trail) -> None:
    trail.fill(6, every=2)
    with trail.by_hand() as db:
        db.execute("DELETE FROM audit_checkpoint WHERE sequence > 1")
    trail.checkpoints.make()
    assert [one.mark.sequence for one in trail.checkpoints.stored.all()] == [1, 2, 3]


def test_what_is_put_into_the_database_or_a_file_by_others_is_not_spread(trail: Trail) -> None:
    trail.fill(2, every=2)
    other = Ed25519PrivateKey.generate()
    forged = sign_checkpoint(other, after=None, number=9, hash=bytes(32), at_us=0, beyond=500)
    CheckpointFile(trail.own).append([forged])
    trail.fill(1, every=1)
    assert [one.mark.sequence for one in trail.checkpoints.stored.all()] == [1, 2]
    with trail.by_hand() as db:
        db.execute("INSERT INTO audit_checkpoint VALUES (501, 9, ?)", (forged.statement.line(),))
    trail.fill(1, every=1)
    assert numbers(trail.kept) == [2, 3, 4]
    problems = trail.verify().problems
    assert {problem.kind for problem in problems} == {"checkpoint"}


def test_checkpoints_that_many_make_are_one_chain(trail: Trail) -> None:
    """As so many processes would, while others append."""
    makers = [Trail(trail.data_dir, trail.control, kept=trail.kept) for _ in range(3)]
    failed: list[BaseException] = []

    def work(maker: Trail) -> None:
        try:
            maker.fill(6, every=1)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(maker,)) for maker in makers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    trail.checkpoints.make()
    verdict = trail.verify()
    assert (verdict.whole, verdict.rows) == (True, 18)
    assert verdict.newest is not None
    assert verdict.newest[1] == 18
    book = CheckpointBook(trail.public_key)
    book.add(CheckpointFile(trail.kept).all())
    assert book.problems() == []


def test_a_writer_that_is_killed_leaves_a_whole_trail(trail: Trail) -> None:
    """kill -9, wherever it is just then, several times over one trail."""
    rows = 0
    for _ in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(trail.data_dir)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(4)]
        writer.kill()
        told += [int(line) for line in writer.stdout.read().splitlines()]
        writer.wait()
        writer.stdout.close()
        rows = max(told)
        assert trail.audit.head()[0] >= rows  # what was said to be written is there
        assert trail.verify().whole
    trail.checkpoints.make()
    verdict = trail.verify()
    assert verdict.whole
    assert verdict.rows >= rows >= 8


def test_the_watch_signs_at_its_end_and_after_so_many_rows(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reticent_server.audit.watch.AUDIT_CHECKPOINT_ROWS", 5)
    trail.watch.start()
    try:
        wait_for("the first check", lambda: trail.watch.state.verdict, seconds=30)
        trail.fill(5)
        wait_for("a checkpoint", lambda: trail.kept.exists() and numbers(trail.kept), seconds=30)
        trail.fill(2)
    finally:
        trail.watch.stop()
    assert numbers(trail.kept)[-1] == 7
    assert trail.watch.state.problem == ""
    assert trail.health.notices == {}


def test_the_watch_finds_what_was_done_since_and_raises_the_alarm(fifteen: Trail) -> None:
    fifteen.watch.turn(all_rows=True)
    assert fifteen.health.notices == {}
    with fifteen.by_hand() as db:
        db.execute("DELETE FROM audit_entry WHERE number > 13")
    fifteen.watch.turn()
    assert "the end was cut off" in fifteen.health.notices["audit"]
    assert b"reticent_audit_problems 1.0" in fifteen.metrics.render()
    alarm = fifteen.audit.page(limit=1).entries[0]
    assert (alarm.actor, alarm.action, alarm.outcome) == ("server", "audit.check", "failed")
    assert alarm.reason.startswith("truncated: the trail ends with row 13")
    fifteen.watch.turn()
    assert fifteen.audit.page(limit=1).entries[0].number == alarm.number  # said once


def test_a_tail_is_missed_before_any_checkpoint_was_made_over_it(trail: Trail) -> None:
    """The running server remembers what it wrote last."""
    trail.fill(4, every=2)
    trail.fill(3)
    with trail.by_hand() as db:
        db.execute("DELETE FROM audit_entry WHERE number > 5")
    trail.watch.turn()
    assert "row 7, which this server wrote, is gone" in trail.health.notices["audit"]


def test_what_is_accepted_is_shown_as_such_and_new_damage_counts_again(fifteen: Trail) -> None:
    with fifteen.by_hand() as db:
        db.execute("DELETE FROM audit_entry WHERE number > 11")
        db.execute("UPDATE audit_entry SET actor = 'eve' WHERE number = 3")
    state = fifteen.watch.check()
    assert state.verdict is not None
    assert state.verdict.broken == 2
    state = fifteen.accept(actor="ada", reason="restored", source_address="::1")
    assert state.verdict is not None
    assert (state.verdict.whole, state.verdict.accepted) == (True, 2)
    assert fifteen.health.notices == {}
    fifteen.fill(4, every=2)  # beyond row 15, of which the old checkpoint says something else
    verdict = fifteen.verify()
    assert (verdict.whole, verdict.accepted) == (True, 2)
    with fifteen.by_hand() as db:
        db.execute("UPDATE audit_entry SET actor = 'eve' WHERE number = 14")
    first = fifteen.verify().first
    assert first is not None
    assert (first.kind, first.number) == ("altered", 14)


def test_what_is_changed_before_an_acceptance_later_is_not_accepted(fifteen: Trail) -> None:
    with fifteen.by_hand() as db:
        db.execute("UPDATE audit_entry SET actor = 'eve' WHERE number = 3")
    state = fifteen.accept(actor="ada", reason="restored", source_address="::1")
    assert state.verdict is not None
    assert (state.verdict.whole, state.verdict.accepted) == (True, 1)
    for row in (5, 3):  # another one, and the same one again
        with fifteen.by_hand() as db:
            before = db.execute(f"SELECT actor FROM audit_entry WHERE number = {row}").fetchone()
            db.execute(f"UPDATE audit_entry SET actor = 'mallory' WHERE number = {row}")
        assert not fifteen.verify().whole
        with fifteen.by_hand() as db:
            db.execute(f"UPDATE audit_entry SET actor = ? WHERE number = {row}", before)
        assert fifteen.verify().whole
    again = fifteen.accept(actor="ada", reason="known too", source_address="::1")
    assert again.verdict is not None
    assert again.verdict.whole


def test_nobody_accepts_without_the_key(fifteen: Trail) -> None:
    with fifteen.by_hand() as db:
        db.execute("UPDATE audit_entry SET actor = 'eve' WHERE number = 3")
    number, digest = fifteen.audit.head()
    forged = sign_checkpoint(
        Ed25519PrivateKey.generate(),
        after=None,
        number=number,
        hash=digest,
        at_us=0,
        accepts=True,
        beyond=50,
    )
    assert fifteen.checkpoints.stored.add([forged])
    assert not fifteen.verify().whole


def test_an_older_data_directory_gets_its_key_at_the_next_start(trail: Trail) -> None:
    path = trail.data_dir / "secrets" / "audit.key"
    assert path.stat().st_mode & 0o777 == 0o600
    public_key = trail.public_key
    assert Trail(trail.data_dir, trail.control, kept=trail.kept).public_key == public_key
    assert not any(
        public_key.hex().encode() in file.read_bytes()
        for file in trail.data_dir.glob("control.db*")
    )
    assert [file.name for file in (trail.data_dir / "secrets").iterdir()] == ["audit.key"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for somebody else")
def test_what_root_makes_belongs_to_the_servers_user(trail: Trail, tmp_path: Path) -> None:
    data_dir = tmp_path / "theirs"
    (data_dir / "secrets").mkdir(parents=True, mode=0o700)
    os.chown(data_dir, 65_534, 65_534)
    os.chown(data_dir / "secrets", 65_534, 65_534)
    Trail(data_dir, trail.control, kept=trail.kept).fill(1, every=1)
    made = (
        data_dir / "secrets" / "audit.key",
        data_dir / "audit",
        data_dir / "audit" / "checkpoints.jsonl",
    )
    assert [path.stat().st_uid for path in made] == [65_534] * 3


def test_the_migration_makes_the_triggers_of_an_older_database(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from reticent_server.store.control import engine as control_engine
    from sqlalchemy import create_engine

    path = tmp_path / "control.db"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option(
        "script_location", str(Path(control_engine.__file__).parent / "migrations")
    )
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003_policy_text")
        connection.commit()
    engine.dispose()
    db = sqlite3.connect(path)
    db.execute("INSERT INTO audit_entry VALUES (1, 0, '', '', '', '', '', '', x'00', x'01')")
    db.commit()
    control_engine.open_control(path).close()
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        db.execute("DELETE FROM audit_entry")
    db.close()
