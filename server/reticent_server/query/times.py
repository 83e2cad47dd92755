"""Times in a query: `15m`, `7d`, `2026-11-22`, `2026-11-22T10:00`, RFC 3339. UTC unless it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_RELATIVE = re.compile(r"(\d{1,6})([smhdw])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})?"
)
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_US = 86_400_000_000

WRITTEN = "15m, 24h, 7d, 2w, 2026-11-22 or 2026-11-22T10:00Z"


def moment_us(text: str, *, now_us: int) -> tuple[int, bool] | None:
    """Microseconds since 1970 UTC, and whether a whole day was named; None where it is no time."""
    relative = _RELATIVE.fullmatch(text)
    if relative is not None:
        return now_us - int(relative[1]) * _SECONDS[relative[2]] * 1_000_000, False
    whole_day = _DATE.fullmatch(text) is not None
    if not whole_day and _MOMENT.fullmatch(text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // timedelta(microseconds=1), whole_day
    except (ValueError, OverflowError):
        return None
