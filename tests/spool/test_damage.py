"""A damaged file is set aside and kept; a full disk drops rows, counts them, and passes."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from reticent_agent.errors import SpoolError
from reticent_agent.spool import Opened, Spool
from reticent_agent.spool.database import MIGRATIONS
from reticent_contract.batch import decode_batch, rows_of
from support.batch_rows import redacted, sealed
from support.same_code import same_code

POLICY: dict[str, Any] = {"policy_version": 1, "policy_sha256": b"\x07" * 32}


def _spool(folder: Path, **more: Any) -> Spool:
    return Spool(folder / "spool.db", now_us=lambda: 1_763_800_000_000_000, **more)


def _filled(folder: Path, *, rows: int) -> bytes:
    """A spool with one sealed batch and `rows` rows behind it; its stream_id."""
    spool = _spool(folder)
    spool.append([redacted(message="sealed")], **POLICY)
    spool.seal()
    for start in range(0, rows, 100):
        made = [redacted(message=f"row {n} " + "x" * 200) for n in range(start, start + 100)]
        spool.append(made, cursors={"journal": str(start)}, **POLICY)
    stream_id = spool.stream_id
    spool.close()
    return stream_id


def _drained(spool: Spool) -> list[str]:
    out: list[str] = []
    while batches := spool.waiting() or sealed(spool):
        for batch in batches:
            decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
            out += [cast("Any", row["values"])["message"] for row in rows_of(decoded)]
            spool.acknowledge(batch.seq)
    return out


def _overwrite_pages(path: Path, *, root_of: str) -> None:
    """Random bytes over a page in the middle of a table's leaves."""
    connection = sqlite3.connect(path)
    page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    pages = [
        row[0]
        for row in connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno",
            (root_of,),
        )
    ]
    connection.close()
    with path.open("r+b") as file:
        file.seek((pages[len(pages) // 2] - 1) * page_bytes)
        file.write(random.Random(1).randbytes(page_bytes))


def _has_dbstat() -> bool:
    try:
        sqlite3.connect(":memory:").execute("SELECT * FROM dbstat")
    except sqlite3.OperationalError:
        return False
    return True


@pytest.mark.skipif(not _has_dbstat(), reason="this SQLite was built without dbstat")
def test_a_damaged_page_costs_the_rows_on_it_and_nothing_else(tmp_path: Path) -> None:
    before = _filled(tmp_path, rows=2_000)
    _overwrite_pages(tmp_path / "spool.db", root_of="rows")
    spool = _spool(tmp_path)
    opened = spool.opened
    assert opened.damaged is not None
    assert (tmp_path / opened.damaged).exists()
    assert opened.batches_salvaged == 1
    assert 1_900 < opened.rows_salvaged < 2_000
    assert opened.parts_lost == ("rows",)
    assert spool.stream_id != before
    assert spool.cursors() == {"journal": "1900"}
    assert len(_drained(spool)) == opened.rows_salvaged + 1


def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "spool.db").write_bytes(b"this was never a database " * 400)
    spool = _spool(tmp_path)
    assert spool.opened.damaged is not None
    assert spool.opened.rows_salvaged == 0
    spool.append([redacted(message="a")], **POLICY)
    assert _drained(spool) == ["a"]


def test_a_truncated_file_gives_what_is_left(tmp_path: Path) -> None:
    _filled(tmp_path, rows=1_000)
    path = tmp_path / "spool.db"
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 2 // 3 // 4096 * 4096)
    spool = _spool(tmp_path)
    assert spool.opened.damaged is not None
    assert spool.opened.rows_salvaged > 100
    assert spool.opened.parts_lost


def test_damage_that_shows_while_running_is_survived_and_told(tmp_path: Path) -> None:
    _filled(tmp_path, rows=1_000)
    spool = _spool(tmp_path)
    told: list[Opened] = []
    spool.on_damage = told.append
    # Everything behind the first page, under the feet of the open connection.
    size = (tmp_path / "spool.db").stat().st_size
    with (tmp_path / "spool.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    spool._connection.execute("PRAGMA cache_size = 0")
    spool._connection.execute("PRAGMA shrink_memory")
    spool.append([redacted(message="after")], **POLICY)
    spool.forget_cursors("no-such-source")
    drained = _drained(spool)
    assert [opened.damaged for opened in told] != []
    assert "after" in drained


def test_a_spool_of_a_newer_agent_is_left_alone(tmp_path: Path) -> None:
    _filled(tmp_path, rows=100)
    connection = sqlite3.connect(tmp_path / "spool.db")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(SpoolError, match="newer agent"):
        _spool(tmp_path)
    assert not list(tmp_path.glob("spool.damaged-*"))


def _fill_up(path: Path) -> None:
    """Takes the last byte."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 512)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from reticent_agent.spool import Spool
from reticent_contract.batch import decode_batch
from support.batch_rows import redacted, sealed

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
policy = {"policy_version": 1, "policy_sha256": b"7" * 32}
spool = Spool(Path(sys.argv[1]) / "spool.db", now_us=lambda: 1)
spool.append([redacted(message="before")], **policy)
limit = 256 << 10
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
stored = dropped = 0
for number in range(60):
    outcome = spool.append([redacted(message=str(n) + "x" * 1000) for n in range(20)], **policy)
    stored += outcome.rows
    dropped += sum(outcome.dropped.values())
assert dropped and stored, (stored, dropped)
assert outcome.disk_full
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
outcome = spool.append([redacted(message="after")], **policy)
assert outcome.rows == 1 and not outcome.disk_full
rows = counted = 0
while (batch := spool.seal()) is not None:
    decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
    rows += batch.rows
    counted += sum(c.count for c in decoded.counts if c.rule == "spool-full")
    spool.acknowledge(batch.seq)
assert (rows, counted) == (stored + 2, dropped), (rows, stored, counted, dropped)
print("held")
"""


def test_a_full_disk_drops_and_counts_and_then_goes_on(tmp_path: Path) -> None:
    """RLIMIT_FSIZE in a process of its own makes every further write fail, as a full disk does."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        env=same_code(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "held"), done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small tmpfs takes root")
def test_a_disk_that_is_really_full_does_the_same(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        (tmp_path / "others").write_bytes(b"x" * (400 << 10))
        spool = _spool(tmp_path)
        dropped = 0
        for _ in range(100):
            rows = [redacted(message="x" * 1_000) for _ in range(20)]
            dropped += sum(spool.append(rows, **POLICY).dropped.values())
        assert dropped > 0
        _fill_up(tmp_path / "filler")
        with pytest.raises(SpoolError, match="disk is full"):
            list(iter(spool.seal, None))
        (tmp_path / "others").unlink()
        assert spool.seal() is not None
        spool.close()
    finally:
        subprocess.run(["/bin/umount", "-l", str(tmp_path)], check=True)
