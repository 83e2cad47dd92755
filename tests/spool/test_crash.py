"""kill -9 at random moments: every row whose append returned leaves exactly once, unchanged."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from reticent_agent.spool import Spool
from reticent_contract.batch import decode_batch
from support.batch_rows import sealed
from support.same_code import same_code
from support.spool_worker import numbers

ROUNDS = 20
TESTS = Path(__file__).parents[1]


def _one_life(folder: Path, *, seconds: float) -> None:
    worker = subprocess.Popen(
        [sys.executable, str(TESTS / "support" / "spool_worker.py"), str(folder)], env=same_code()
    )
    deadline = time.monotonic() + 30
    before = _appended(folder)
    while _appended(folder) == before and time.monotonic() < deadline:
        time.sleep(0.01)  # it is up and has appended something
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL


def _appended(folder: Path) -> int:
    file = folder / "appended"
    return int(file.read_bytes() or b"0") if file.exists() else 0


def _stored(folder: Path) -> dict[int, tuple[str, list[int]]]:
    """What the server has: number to (hash, row numbers). A line torn by the kill is not stored."""
    stored: dict[int, tuple[str, list[int]]] = {}
    for line in (folder / "acked").read_bytes().split(b"\n")[:-1]:
        seq, digest, payload, rows, plain_bytes = line.decode().split()
        found = numbers(bytes.fromhex(payload), rows=int(rows), plain_bytes=int(plain_bytes))
        known = stored.setdefault(int(seq), (digest, found))
        assert known[0] == digest, f"batch {seq} changed its bytes"  # a duplicate, byte for byte
    return stored


def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(20)
    for _ in range(ROUNDS):
        _one_life(tmp_path, seconds=chance.uniform(0.0, 0.25))
    stored = _stored(tmp_path)
    spool = Spool(tmp_path / "spool.db", now_us=lambda: 1)
    assert spool.opened.damaged is None
    kept = 0
    while waiting := spool.waiting() or sealed(spool):
        for batch in waiting:
            found = numbers(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
            stored.setdefault(batch.seq, ("", found))
            spool.acknowledge(batch.seq)
            decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
            kept += sum(count.count for count in decoded.counts)
    assert sorted(stored) == list(range(1, len(stored) + 1))
    rows = [number for seq in sorted(stored) for number in stored[seq][1]]
    durable = int(spool.cursors()["source"])
    assert rows == list(range(1, durable + 1))
    assert durable >= _appended(tmp_path)
    assert durable > ROUNDS * 7
