"""A query that cannot be understood."""

from __future__ import annotations

from reticent_server.errors import ServerError

_SHOWN_CHARS = 72


class QueryError(ServerError):
    """`column` counts characters from 1. The message does not hold the query: it may name people.

    `picture` is for the person who typed it: the query with a caret under the place.
    """

    def __init__(self, problem: str, *, text: str, column: int) -> None:
        super().__init__(f"column {column}: {problem}; nothing was searched")
        self.problem = problem
        self.text = text
        self.column = column

    @property
    def picture(self) -> str:
        """Two lines: the query, or the part around the place, and the caret."""
        first = max(0, self.column - 1 - _SHOWN_CHARS // 2)
        shown = self.text[first : first + _SHOWN_CHARS]
        line = "".join(c if c.isprintable() else " " for c in shown)
        return f"{line}\n{' ' * (self.column - 1 - first)}^"
