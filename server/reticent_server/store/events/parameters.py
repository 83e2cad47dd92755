"""Values on their way into SQL: always as the engine's parameters, never as text of a statement.

The engine reads a parameter `{name:Type}` as a tab-separated value, so that a backslash, tab or
newline in a text has to be escaped (ClickHouse documentation, "TabSeparated").
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

_ESCAPES = str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\b": "\\b", "\f": "\\f"}
)


def text(value: str) -> str:
    """For a `{name:String}`."""
    return value.translate(_ESCAPES)


def identifier(value: bytes) -> str:
    """For a `{name:UUID}`: 16 bytes."""
    return str(uuid.UUID(bytes=value))


def identifiers(values: Sequence[bytes]) -> str:
    """For a `{name:Array(UUID)}`."""
    return "[" + ",".join(f"'{identifier(value)}'" for value in values) + "]"


def texts(values: Iterable[str]) -> str:
    """For a `{name:Array(String)}`: escaped once, inside its quotes."""
    escaped = (text(value).replace("'", "\\'") for value in values)
    return "[" + ",".join(f"'{value}'" for value in escaped) + "]"


class Parameters:
    """Names and holds the parameters of one statement."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._sets: dict[frozenset[bytes], str] = {}

    def add(self, value: str, type_: str) -> str:
        """Hold an escaped value; returns what stands for it in the statement."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{type_}}}"

    def text(self, value: str) -> str:
        return self.add(text(value), "String")

    def texts(self, values: Iterable[str]) -> str:
        return self.add(texts(sorted(values)), "Array(String)")

    def integer(self, value: int) -> str:
        return self.add(str(value), "Int64")

    def real(self, value: float) -> str:
        return self.add(repr(value), "Float64")

    def identifier(self, value: bytes) -> str:
        return self.add(identifier(value), "UUID")

    def identifiers(self, values: frozenset[bytes]) -> str:
        """Many UUIDs; the same set is held once, however often it is asked for."""
        if values not in self._sets:
            self._sets[values] = self.add(identifiers(sorted(values)), "Array(UUID)")
        return self._sets[values]

    def time(self, us: int) -> str:
        """A time of DateTime64(6), microseconds since 1970 UTC."""
        return f"fromUnixTimestamp64Micro({self.integer(us)}, 'UTC')"
