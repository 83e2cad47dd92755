"""Cuts a search into stretches of time, newest first, so that a full page reads only recent rows.

Enters: an expression and where the search begins. Leaves: half-open stretches of `ts` that follow
one another without gap or overlap, the last one open to the past. A row from a clock that is ahead
lies in the first stretch, which is open to the future.
"""

from __future__ import annotations

from collections.abc import Iterator

from reticent_server.query.expr import And, DeviceIs, Expr, Since

_DAY_US = 86_400_000_000
_DAYS = (1, 8)
_DAYS_OF_DEVICE = (4, 16)  # one device fills a page more slowly than all


def windows(expr: Expr, *, newest_us: int) -> Iterator[tuple[int | None, int | None]]:
    """(since, until) in microseconds, None where open. Stops where the expression does."""
    oldest = _since(expr)
    until: int | None = None
    for days in _DAYS_OF_DEVICE if _one_device(expr) else _DAYS:
        since = newest_us - days * _DAY_US
        if since <= 0 or (oldest is not None and since <= oldest):
            break
        yield since, until
        until = since
    yield None, until


def _one_device(expr: Expr) -> bool:
    """Whether every match must be of one device."""
    if isinstance(expr, And):
        return any(_one_device(part) for part in expr.parts)
    return isinstance(expr, DeviceIs)


def _since(expr: Expr) -> int | None:
    """The latest `since` that every match must meet, None where there is none."""
    match expr:
        case Since(ts_us):
            return ts_us
        case And(parts):
            found = [since for part in parts if (since := _since(part)) is not None]
            return max(found, default=None)
    return None
