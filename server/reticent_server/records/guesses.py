"""How many names that no device has may be looked for.

A name in a file is found through both pseudonym keys, so each tests a guess of what a laptop is
called. Whoever imports a purchase list misses a few; whoever guesses misses most of the time.
"""

from __future__ import annotations

import asyncio
from collections import deque

from reticent_server.errors import ServerError
from reticent_server.limits import RECORD_MISSES_MAX, RECORD_MISSES_WINDOW_S


class Guesses:
    """Of one server's process and its event loop. Times are seconds that never go back.

    `turn`: who looks for names holds it from `require_room` to the end, else as many files as are
    imported at once would each have the room that is left.
    """

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self._misses: deque[float] = deque(maxlen=RECORD_MISSES_MAX)

    def require_room(self, now_s: float) -> None:
        """Raises ServerError while too many were missed of late."""
        while self._misses and now_s - self._misses[0] >= RECORD_MISSES_WINDOW_S:
            self._misses.popleft()
        if len(self._misses) >= RECORD_MISSES_MAX:
            raise ServerError(
                f"more than {RECORD_MISSES_MAX} names that no device has were looked for within "
                f"{RECORD_MISSES_WINDOW_S / 60:.0f} minutes; nothing was imported; name devices by "
                "their device_id, or import the file later"
            )

    def missed(self, now_s: float) -> None:
        self._misses.append(now_s)
