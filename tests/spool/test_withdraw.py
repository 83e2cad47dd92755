"""Rows of one table are taken back before they are sealed, each counted under its policy."""

from __future__ import annotations

from pathlib import Path

from reticent_agent.spool import Spool
from reticent_contract.batch import decode_batch
from support.batch_rows import START_US, redacted

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
    assert spool.drop_table("site_visit", rule="consent-not-given") == 4
    assert spool.drop_table("site_visit", rule="consent-not-given") == 0
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


def test_what_is_sealed_is_said_and_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    rows = [redacted("site_visit", "visit", site=SITE), redacted("session", "logon", remote=True)]
    spool.append(rows, policy_version=4, policy_sha256=b"\x04" * 32)
    assert spool.seal() is not None
    assert spool.drop_table("site_visit", rule="consent-not-given") == 0
    assert spool.sealed_rows("site_visit") == 1
    assert len(spool.waiting()) == 1


def test_a_cursor_that_is_forgotten_begins_anew(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    cursors = {"asked:one": "1", "asked:two": "2", "journal": "3"}
    spool.append([], cursors=cursors, policy_version=4, policy_sha256=b"\x04" * 32)
    assert spool.forget_cursors("asked:", but={"asked:two"})
    assert spool.cursors() == {"asked:two": "2", "journal": "3"}
    assert spool.forget_cursors("asked:")
    assert spool.cursors() == {"journal": "3"}
