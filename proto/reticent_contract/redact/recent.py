"""What was met lately, by hash, in bounded memory.

Enters: what is known of a thing. Leaves: the same, for as long as it is asked for again before as
much else comes as there is room for. Must hold: no more is kept than fills the room twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """`newer`: since there was room again. What was asked for last before that is forgotten when
    that is full. Thread-safe: what two threads keep at once may be forgotten, as all may.

    `room`: for how much more; `size`: how much of it a value takes, 1 where it is not told.
    """

    __slots__ = ("_older", "_room_max", "_size", "newer", "room")

    def __init__(self, room: int, size: Callable[[Value], int] | None = None) -> None:
        self.newer: dict[int, Value] = {}
        self._older: dict[int, Value] = {}
        self.room = self._room_max = room
        self._size = size

    def get(self, key: int) -> Value | None:
        value = self.newer.get(key)
        if value is None:
            value = self._older.get(key)
            if value is not None:
                self.keep(key, value)
        return value

    def keep(self, key: int, value: Value) -> None:
        if self.room <= 0:
            self.newer, self._older, self.room = {}, self.newer, self._room_max
        self.room -= 1 if self._size is None else self._size(value)
        self.newer[key] = value

    def give_back(self, room: int) -> None:
        """What a value took and takes no longer. It may have been kept before there was room again,
        which is then all there."""
        self.room = min(self._room_max, self.room + room)
