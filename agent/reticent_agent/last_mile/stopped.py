"""What the last-mile gate stopped, until it has been told.

Enters: stops, as they happen. Leaves: counts, and now and then what health rows are to say. Must
hold: a flood of stops becomes one round of health rows a minute, one a field and detector.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence

from reticent_contract import limits
from reticent_contract.batch import BatchCount

from reticent_agent.spool import GATE_RULE, Stop

TELL_EVERY_S = 60.0
OTHERS = ("others", "several")  # field and detector of what is beyond GATE_KINDS_MAX


class StoppedValues:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._untold: Counter[tuple[str, str]] = Counter()
        self._told_at = -TELL_EVERY_S

    def add(self, stops: Sequence[Stop]) -> list[BatchCount]:
        """As the batch counts them."""
        fields = Counter(f"{stop.table}.{stop.field}" for stop in stops)
        with self._lock:
            for stop in stops:
                kind = (f"{stop.table}.{stop.field}", stop.detector)
                if kind not in self._untold and len(self._untold) >= limits.GATE_KINDS_MAX:
                    kind = OTHERS
                self._untold[kind] += 1
        return [
            BatchCount(field=field, rule=GATE_RULE, outcome="dropped", count=count)
            for field, count in fields.items()
        ]

    def to_tell(self, now_s: float) -> list[tuple[tuple[str, str], int]]:
        """((field, detector), how many) to be told now; nothing where it is too early."""
        with self._lock:
            if not self._untold or now_s - self._told_at < TELL_EVERY_S:
                return []
            self._told_at = now_s
            told = sorted(self._untold.items())
            self._untold.clear()
            return told
