"""What was collected and is not redacted yet, in memory: a queue that is bounded by rows.

Enters: what supervisors hand in. Leaves: the same in its order. Must hold: it grows beyond its
bound by one item at most, however many rows a source hands in at once.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from dataclasses import dataclass

from reticent_agent.collect.health import Collected


class Flush(threading.Event):
    """Stands in the queue; set when everything before it is on disk.

    `ends`: the writer stops. `next_round`: what stands behind it and is of an earlier one is stale.
    """

    rows = 1

    def __init__(self, *, ends: bool, next_round: int | None) -> None:
        super().__init__()
        self.ends = ends
        self.next_round = next_round


@dataclass(frozen=True, slots=True)
class Item:
    """What one supervisor handed in, and which: see `Pipeline._is_stale`."""

    collected: Collected
    round: int

    @property
    def rows(self) -> int:
        """At least 1, so that a queue with something in it is not empty."""
        return len(self.collected.rows) or 1


class RowQueue(queue.Queue[Item | Flush]):
    """`queue.Queue` whose `maxsize`, `qsize` and `full` count rows."""

    def _init(self, maxsize: int) -> None:  # noqa: ARG002 - as `queue.Queue` calls it
        self.queue: deque[Item | Flush] = deque()
        self._rows = 0

    def _qsize(self) -> int:
        return self._rows

    def _put(self, item: Item | Flush) -> None:
        self.queue.append(item)
        self._rows += item.rows

    def _get(self) -> Item | Flush:
        item = self.queue.popleft()
        self._rows -= item.rows
        return item
