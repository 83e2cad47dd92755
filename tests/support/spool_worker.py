"""A process that appends, seals and acks until it is killed; the test kills it.

Argument: a folder with `spool.db`. In `acked` it keeps what a server would durably have: one line
a stored batch, "seq sha256 payload rows plain_bytes", written before the ack reaches the spool, as
a server does. In `appended` the highest row number whose append has returned.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import sys
from pathlib import Path
from typing import Any, cast

from reticent_agent.spool import Spool
from reticent_contract.batch import BatchCount, decode_batch

from support.batch_rows import redacted

POLICY: dict[str, Any] = {"policy_version": 1, "policy_sha256": b"\x07" * 32}


def numbers(payload: bytes, *, rows: int, plain_bytes: int) -> list[int]:
    """The row numbers in a batch, in order."""
    decoded = decode_batch(payload, rows=rows, plain_bytes=plain_bytes)
    return [
        int(cast("list[int]", table_column.values)[i])
        for table in decoded.tables
        for table_column in table.columns
        if table_column.field == "pid"
        for i in range(len(table.ts_us))
    ]


def main(folder: Path) -> None:
    chance = random.Random(os.getpid())
    spool = Spool(folder / "spool.db", now_us=lambda: 1)
    stored = (folder / "acked").open("ab", buffering=0)
    appended = os.open(folder / "appended", os.O_WRONLY | os.O_CREAT, 0o600)
    # A source restarts from its cursor: rows after it were never durable.
    start = int(spool.cursors().get("source", "0"))
    for number in itertools.count(start + 1, 7):
        rows = [
            redacted(pid=n, message=f"line {n} " + "x" * (n % 300))
            for n in range(number, number + 7)
        ]
        count = BatchCount(field="log_line.pid", rule="r", outcome="kept", count=7)
        spool.append(rows, counts=[count], cursors={"source": str(number + 6)}, **POLICY)
        os.pwrite(appended, f"{number + 6:012d}".encode(), 0)
        if chance.random() < 0.3:
            spool.seal()
        for batch in spool.waiting():
            if chance.random() < 0.5:
                break
            digest = hashlib.sha256(batch.payload).hexdigest()
            line = f"{batch.seq} {digest} {batch.payload.hex()} {batch.rows} {batch.plain_bytes}"
            stored.write(line.encode() + b"\n")
            os.fsync(stored.fileno())
            spool.acknowledge(batch.seq)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
