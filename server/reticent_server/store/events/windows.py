"""Cuts a search into stretches of time, newest first, so that a full page reads only recent rows.

Enters: an expression and where the search begins. Leaves: half-open stretches of `ts` that follow
one another without gap or overlap, the last one open to the past. A row from a clock that is ahead
lies in the first stretch, which is open to the future.
"""

from __future__ import annotations

from collections.abc import Iterator

from reticent_server.query.expr import And, Expr, Since

_DAY_US = 86_400_000_000
_DAYS = (1, 4, 16)


def windows(expr: Expr, *, newest_us: int) -> Iterator[tuple[int | None, int | None]]:
    """(since, until) in microseconds, None where open. Stops where the expression does."""
    oldest = _since(expr)
    until: int | None = None
    for days in _DAYS:
        since = newest_us - days * _DAY_US
        if since <= 0 or (oldest is not None and since <= oldest):
            break
        yield since, until
        until = since
    yield None, until


def _since(expr: Expr) -> int | None:
    """The latest `since` that every match must meet, None where there is none."""
    match expr:
        case Since(ts_us):
            return ts_us
        case And(parts):
            found = [since for part in parts if (since := _since(part)) is not None]
            return max(found, default=None)
    return None
