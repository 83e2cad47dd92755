"""How long to wait before trying again: full jitter, so that a fleet does not come at once.

After "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): a uniformly random part of
an exponentially growing bound.
"""

from __future__ import annotations

from collections.abc import Callable

from reticent_contract import limits


class Backoff:
    """`chance` yields 0 ≤ x < 1."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._tries = 0

    def next_s(self) -> float:
        """Seconds to wait before the next try."""
        bound = min(limits.RECONNECT_MAX_S, limits.RECONNECT_FIRST_S * 2.0 ** min(self._tries, 32))
        self._tries += 1
        return self._chance() * bound

    def reset(self) -> None:
        """It worked: the next wait is short again."""
        self._tries = 0
