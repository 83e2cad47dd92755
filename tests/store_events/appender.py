"""Appends groups for ever and prints each number once it is stored; killed by the crash test.

`python appender.py PATH`. A group has five batches of one device; one stream a batch's place.
"""

from __future__ import annotations

import sys
from pathlib import Path

from reticent_contract.catalog.model import Type
from reticent_server.store.events import (
    EventGroup,
    StoredBatch,
    StoredColumn,
    StoredTable,
    open_chdb,
)
from reticent_server.store.events.clock import wall_clock

STREAMS = [bytes([place]) * 16 for place in range(5)]
DEVICE = b"d" * 16
ROWS = 40


def batch(stream: bytes, seq: int) -> StoredBatch:
    message = StoredColumn(
        field="message", type=Type.TEXT, dictionary=[f"seq {seq}"], index=[0] * ROWS
    )
    rows = StoredTable("log_line", "line", [wall_clock()] * ROWS, [message])
    return StoredBatch(
        device_id=DEVICE,
        stream_id=stream,
        seq=seq,
        tables=[rows],
        receipt={"policy_version": 1, "counts": []},
    )


def main(path: Path) -> None:
    store = open_chdb(path, key=bytes(32))
    last = store.last_seqs([(DEVICE, stream) for stream in STREAMS])
    if len(set(last.values())) != 1:
        raise SystemExit(f"half a group: {sorted(last.values())}")
    seq = last[DEVICE, STREAMS[0]]
    print(f"found {seq}", flush=True)
    while True:
        seq += 1
        store.append(
            EventGroup(
                received_at_us=wall_clock(), batches=[batch(stream, seq) for stream in STREAMS]
            )
        )
        print(f"stored {seq}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
