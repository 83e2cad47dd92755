"""How much may wait for the group commit: bounded in rows and bytes, first come, first served."""

from __future__ import annotations

import asyncio
from collections import deque


class Room:
    """Takes and gives back (rows, bytes). Of the event loop's thread only."""

    def __init__(self, *, rows_max: int, bytes_max: int) -> None:
        self._rows_max = rows_max
        self._bytes_max = bytes_max
        self._waiting: deque[tuple[asyncio.Future[None], int, int]] = deque()
        self.rows = 0
        self.bytes = 0

    @property
    def load(self) -> float:
        """0 = empty, 1 = full."""
        return max(self.rows / self._rows_max, self.bytes / self._bytes_max)

    async def take(self, rows: int, bytes_: int) -> None:
        """Returns when there is room and has taken it. More than the whole waits for emptiness."""
        if not self._waiting and self._fits(rows, bytes_):
            self._add(rows, bytes_)
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((future, rows, bytes_))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.give_back(rows, bytes_)  # it was granted in the same moment
            raise

    def give_back(self, rows: int, bytes_: int) -> None:
        self._add(-rows, -bytes_)
        while self._waiting:
            future, wanted_rows, wanted_bytes = self._waiting[0]
            if future.cancelled():
                self._waiting.popleft()
                continue
            if not self._fits(wanted_rows, wanted_bytes):
                return
            self._waiting.popleft()
            self._add(wanted_rows, wanted_bytes)
            future.set_result(None)

    def _fits(self, rows: int, bytes_: int) -> bool:
        if self.rows == 0 and self.bytes == 0:
            return True
        return self.rows + rows <= self._rows_max and self.bytes + bytes_ <= self._bytes_max

    def _add(self, rows: int, bytes_: int) -> None:
        self.rows += rows
        self.bytes += bytes_
