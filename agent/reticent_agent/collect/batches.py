"""Lines of a program that goes on, in groups.

Enters: a command. Leaves: lists of lines, as many as came together. Must hold: the first line
waits a moment for others, never for a full group; a slow taker slows the program down (its pipe
fills), it does not fill our memory.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

from reticent_contract import limits

from reticent_agent.collect.model import Context
from reticent_agent.collect.stopping import wait_readable

GATHER_S = 0.25


class _End:
    """What the reading thread leaves behind: why there is nothing more."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error


def batches(context: Context, command: Sequence[str]) -> Iterator[list[bytes]]:
    """Until the program ends or it stops. Raises what `commands.follow` raises."""
    waiting: queue.Queue[bytes | _End] = queue.Queue(limits.EVENT_LINES_WAITING_MAX)
    closed = threading.Event()
    reader = threading.Thread(
        target=_read, args=(context, command, waiting, closed), name="follow-pipe", daemon=True
    )
    reader.start()
    try:
        yield from _grouped(context, waiting)
    finally:
        closed.set()  # the reader sees it at its next line, and the program ends with it


def _grouped(context: Context, waiting: queue.Queue[bytes | _End]) -> Iterator[list[bytes]]:
    while True:
        item = waiting.get()
        lines: list[bytes] = []
        if not isinstance(item, _End) and waiting.empty():
            wait_readable(context.stopping, (), seconds_max=GATHER_S)
        while not isinstance(item, _End):
            lines.append(item)
            if len(lines) >= limits.EMIT_ROWS_MAX:
                break
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                break
        if lines:
            yield lines
        if isinstance(item, _End):
            if item.error is not None:
                raise item.error
            return


def _read(
    context: Context,
    command: Sequence[str],
    waiting: queue.Queue[bytes | _End],
    closed: threading.Event,
) -> None:
    def ended() -> bool:
        return closed.is_set() or context.stopping()

    error: Exception | None = None
    try:
        for line in context.commands.follow(command, stopping=context.stopping):
            while not ended() and not _put(waiting, line):
                pass
            if ended():
                break
    except Exception as caught:  # noqa: BLE001 - handed to the thread that waits for lines
        error = caught
    while not closed.is_set() and not _put(waiting, _End(error)):
        pass


def _put(waiting: queue.Queue[bytes | _End], item: bytes | _End) -> bool:
    try:
        waiting.put(item, timeout=1.0)
    except queue.Full:
        return False
    return True
