"""Follows /var/log/wtmp and /var/log/btmp.

Enters: records as login programs append them. Leaves: groups of rows, each with the mark behind
it. Must hold: rotation and restarts lose and double nothing, as with log files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from reticent_contract import limits
from reticent_contract.rows import Row

from reticent_agent.collect.linux.file_watch import FileWatch
from reticent_agent.collect.linux.wtmp import Record, layout, records
from reticent_agent.collect.logs.position import decode_mark
from reticent_agent.collect.logs.tail import Step, Tail
from reticent_agent.collect.model import Context


def follow_records(
    context: Context,
    real_path: str,
    cursor: str,
    *,
    to_row: Callable[[Record], Row | None],
) -> Iterator[tuple[Sequence[Row], str]]:
    """Rows and the cursor behind them, until it stops. Rows may be none: the cursor moved."""
    shape = layout()
    mark = decode_mark(cursor) if cursor else None
    tail = Tail(
        real_path,
        mark,
        first_bytes=limits.LOGIN_RECORDS_FIRST_MAX * shape.size,
        record_bytes=shape.size,
    )
    watch = FileWatch(real_path)
    pending = b""
    is_new = mark is None
    try:
        watch.arm(None)
        while not context.stopping():
            step = tail.step()
            if isinstance(step, bytes):
                pending += step
                whole = len(pending) - len(pending) % shape.size
                if not whole:
                    continue
                rows = [row for r in records(pending[:whole], shape) if (row := to_row(r))]
                tail.done(whole, pending[:whole][-64:])
                pending = pending[whole:]
                yield rows, tail.mark.encode()
            elif step is Step.IDLE:
                if is_new:
                    is_new = False
                    yield (), tail.mark.encode()
                watch.wait(context.stopping)
                watch.arm(tail.fd)
            else:
                pending = b""  # at the end of a file: a torn record
                if step is Step.ENDED:
                    tail.go_on()
                elif step is Step.MOVED and tail.fd is not None:
                    _recall(tail.fd, tail.mark.offset, to_row)
                watch.arm(tail.fd)
    finally:
        tail.close()
        watch.close()


def _recall(fd: int, offset: int, to_row: Callable[[Record], Row | None]) -> None:
    """Lets `to_row` see again who was logged on; these rows were sent before."""
    shape = layout()
    start = max(0, offset - limits.LOGIN_RECORDS_RECALLED_MAX * shape.size)
    for record in records(os.pread(fd, offset - start, start), shape):
        to_row(record)
