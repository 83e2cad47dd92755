"""Holds retention back while the server's clock cannot be trusted to say what is over.

Enters: the clock, the machine's running time, when the last round was. Leaves: whether to wait.
Must hold: a clock that is set forward deletes nothing for RETENTION_HOLD_S of running time, in
which somebody is told; one that was put right meanwhile has deleted nothing at all.

A server that was off for as long looks just the same, and waits too.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from reticent_server.limits import CLOCK_JUMP_S, RETENTION_HOLD_S


class Hold:
    """`clock`: seconds since 1970-01-01 UTC; `last_s`: the same of the last round, None before the
    first, which waits as well: an older server may have kept rows for years; `on_begin` is told of
    the last round once for each time that it waits.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        last_s: Callable[[], int | None],
        on_begin: Callable[[int | None], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._last_s = last_s
        self._on_begin = on_begin
        self._monotonic = monotonic
        self._since_s: float | None = None  # running time
        self._apart_s = 0.0  # clock and running time, then

    @property
    def left_s(self) -> float:
        """Of running time, for which it holds; 0 where it does not."""
        if self._since_s is None:
            return 0.0
        return max(0.0, RETENTION_HOLD_S - (self._monotonic() - self._since_s))

    def holds(self) -> bool:
        """Whether nothing may be deleted now. Blocks on the control store."""
        last_s, running_s = self._last_s(), self._monotonic()
        apart_s = self._clock() - running_s
        if not is_doubtful(last_s, self._clock()):
            self._since_s = None
            return False
        if self._since_s is None or apart_s - self._apart_s > CLOCK_JUMP_S:
            self._on_begin(last_s)  # where that fails it has not begun, and nothing is deleted
            self._since_s, self._apart_s = running_s, apart_s
        return running_s - self._since_s < RETENTION_HOLD_S


def is_doubtful(last_s: int | None, now_s: float) -> bool:
    """Whether the clock is to be doubted, by when a round last looked; None: it never did."""
    return last_s is None or now_s - last_s > CLOCK_JUMP_S
