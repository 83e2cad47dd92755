"""What stands in the pipeline's queue, between collectors' threads and the one that writes."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from reticent_agent.collect.health import Collected


class Flush(threading.Event):
    """Set when everything before it is on disk.

    `ends`: the writer stops. `next_round`: what stands behind it and is of an earlier one is stale.
    """

    def __init__(self, *, ends: bool, next_round: int | None) -> None:
        super().__init__()
        self.ends = ends
        self.next_round = next_round


@dataclass(frozen=True, slots=True)
class Item:
    """What one supervisor handed in, and which: see `Pipeline._is_stale`."""

    collected: Collected
    round: int
