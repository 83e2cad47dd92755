"""Rows of one table are taken back as long as the server does not have them, and counted."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from reticent_agent.spool import SealedBatch, Spool
from reticent_agent.spool.reseal import CHANGED
from reticent_contract.batch import decode_batch
from reticent_contract.redact.plan import NO_CONSENT
from support.batch_rows import START_US, redacted
from support.same_code import same_code

from .test_receipts import expect_chain, put

SITE = "taken-back.example"


def test_rows_that_wait_are_deleted_counted_and_overwritten(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    for version in (4, 5):
        spool.append(
            [
                redacted("site_visit", "visit", site=SITE),
                redacted("site_visit", "visit", site=SITE),
                redacted("session", "logon", remote=True),
            ],
            policy_version=version,
            policy_sha256=bytes([version]) * 32,
        )
    before = spool.stats()
    assert spool.begin_withdrawal("site_visit", rule=NO_CONSENT) == (4, 0)
    assert spool.end_withdrawal("site_visit", rule=NO_CONSENT) == (0, 0)
    after = spool.stats()
    assert (before.rows, after.rows) == (6, 2)
    assert after.bytes < before.bytes
    batches = [spool.seal(), spool.seal()]
    for batch in batches:
        assert batch is not None
        found = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
        assert [table.table for table in found.tables] == ["session"]
        assert [(c.field, c.rule, c.count) for c in found.counts] == [
            ("site_visit.*", "consent-not-given", 2)
        ]
    spool.close()
    assert SITE.encode() not in (tmp_path / "spool.db").read_bytes()


def test_when_it_is_ended_the_write_ahead_log_holds_none_of_them_either(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    mixed(spool)
    waiting = [redacted("site_visit", "visit", site=SITE)]
    spool.append(waiting, policy_version=4, policy_sha256=b"\x04" * 32)
    log = tmp_path / "spool.db-wal"
    assert SITE.encode() in log.read_bytes()
    assert spool.begin_withdrawal("site_visit", rule=NO_CONSENT) == (1, 1)
    spool.end_withdrawal("site_visit", rule=NO_CONSENT)
    for part in (tmp_path / "spool.db", log):
        assert SITE.encode() not in part.read_bytes()
    spool.settle(0)
    mixed(spool, version=5)  # it goes on
    spool.close()


def mixed(spool: Spool, *, version: int = 4) -> SealedBatch:
    rows = [redacted("site_visit", "visit", site=SITE), redacted("session", "logon", remote=True)]
    spool.append(rows, policy_version=version, policy_sha256=b"\x04" * 32)
    batch = spool.seal()
    assert batch is not None
    return batch


def told(batch: SealedBatch) -> tuple[list[str], list[tuple[str, str, int]]]:
    found = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
    counts = [(count.field, count.rule, count.count) for count in found.counts]
    return sorted(table.table for table in found.tables), counts


def test_rows_go_out_of_sealed_batches_and_each_batch_counts_its_own(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    arrived = mixed(spool)
    spool.append(
        [redacted("site_visit", "visit", site=SITE)], policy_version=5, policy_sha256=b"\x05" * 32
    )
    spool.seal()
    mixed(spool)
    assert spool.begin_withdrawal("site_visit", rule=NO_CONSENT) == (0, 3)
    put(spool, "later", version=4)
    assert spool.seal() is None  # which receipt comes before it only the server knows
    assert spool.end_withdrawal("site_visit", rule=NO_CONSENT) == (0, 0)

    spool.acknowledge(1)  # the answer to a new hello: the first one had arrived before
    spool.settle(1)
    second, third = spool.waiting()
    assert told(second) == ([], [("site_visit.*", NO_CONSENT, 1)])
    assert told(third) == (["session"], [("site_visit.*", NO_CONSENT, 1)])
    assert [one.reason for one in spool.sent()] == ["", "", CHANGED]
    assert arrived.receipt is not None
    fourth = spool.seal()
    assert fourth is not None
    expect_chain(spool, [second, third, fourth], arrived.receipt.sha256)
    assert [batch.seq for batch in (second, third, fourth)] == [2, 3, 4]
    spool.close()
    assert SITE.encode() not in (tmp_path / "spool.db").read_bytes()


def test_batches_without_such_rows_stay_byte_for_byte(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    put(spool, "a")
    before = spool.seal()
    changes = spool.changes
    assert spool.begin_withdrawal("site_visit", rule=NO_CONSENT) == (0, 0)
    assert spool.waiting() == [before]
    assert spool.changes == changes
    put(spool, "b")
    assert spool.seal() is not None


def test_a_batch_that_cannot_be_read_goes_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    mixed(spool)
    with closing(sqlite3.connect(tmp_path / "spool.db")) as file, file:
        file.execute("UPDATE batches SET payload = X'00'")
    assert spool.begin_withdrawal("site_visit", rule=NO_CONSENT) == (0, 2)
    spool.settle(0)
    (left,) = spool.waiting()
    assert told(left) == ([], [("batch.*", NO_CONSENT, 2)])


def test_a_new_stream_takes_the_changed_batches_along(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    mixed(spool)
    spool.begin_withdrawal("site_visit", rule=NO_CONSENT)
    assert spool.new_stream() == 1
    (left,) = spool.waiting()
    assert told(left)[0] == ["session"]
    expect_chain(spool, [left])
    put(spool, "b")
    assert spool.seal() is not None


def test_between_its_beginning_and_its_end_no_row_is_sealed(tmp_path: Path) -> None:
    """The collector is stopped between the two: what it still brings is not sent either."""
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    spool.begin_withdrawal("site_visit", rule=NO_CONSENT)
    assert told(mixed(spool)) == (["session"], [("site_visit.*", NO_CONSENT, 1)])
    assert spool.stats().rows == 0
    spool.end_withdrawal("site_visit", rule=NO_CONSENT)
    assert told(mixed(spool)) == (["session", "site_visit"], [])  # somebody else's, from now on


_KILLED = """
import os, signal, sys
from pathlib import Path
from reticent_agent.spool import Spool
from support.batch_rows import redacted

spool = Spool(Path(sys.argv[1]), now_us=lambda: 1)
how = {"policy_version": 4, "policy_sha256": b"\\x04" * 32}
row = redacted("site_visit", "visit", site="taken-back.example")
spool.append([row], **how)
spool.seal()
spool.begin_withdrawal("site_visit", rule="consent-not-given")
spool.append([row], **how)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_withdrawal_that_was_killed_is_ended_before_anything_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(path)],
        env=same_code(),
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    spool = Spool(path, now_us=lambda: START_US)
    spool.settle(0)
    assert spool.stats().rows == 0
    batches = [*spool.waiting(), spool.seal(also_counts_alone=True)]
    assert [told(batch) for batch in batches if batch] == [
        ([], [("site_visit.*", NO_CONSENT, 1)]),
        ([], [("site_visit.*", NO_CONSENT, 1)]),
    ]
    expect_chain(spool, [batch for batch in batches if batch])
    assert told(mixed(spool))[0] == ["session", "site_visit"]  # it is over


def test_a_withdrawal_outlives_a_damaged_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    spool.begin_withdrawal("site_visit", rule=NO_CONSENT)
    row = redacted("site_visit", "visit", site=SITE)
    spool.append([row], policy_version=4, policy_sha256=b"\x04" * 32)
    spool.close()
    with (tmp_path / "spool.db").open("r+b") as file:
        file.seek(0, 2)
        file.truncate(file.tell() - 4_096)
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    assert spool.opened.damaged is not None
    spool.settle(0)
    assert spool.stats().rows == 0


def test_a_cursor_that_is_forgotten_begins_anew(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    cursors = {"asked:one": "1", "asked:two": "2", "journal": "3"}
    spool.append([], cursors=cursors, policy_version=4, policy_sha256=b"\x04" * 32)
    assert spool.forget_cursors("asked:", but={"asked:two"})
    assert spool.cursors() == {"asked:two": "2", "journal": "3"}
    assert spool.forget_cursors("asked:")
    assert spool.cursors() == {"journal": "3"}
