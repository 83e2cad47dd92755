"""Values in words for people: times, sizes, counts."""

from __future__ import annotations

import time
from datetime import UTC, datetime

_SHORT = {
    one.lower(): one
    for one in ("BIOS", "ID", "IMEI", "IP", "MAC", "MTU", "PID", "URL", "UUID", "WAN", "WWID")
}
_AGES = ((60, 1, "second"), (3_600, 60, "minute"), (86_400, 3_600, "hour"), (None, 86_400, "day"))


def ago(seconds: float | None, now: float | None = None) -> str:
    """`3 minutes ago`; `never` for None."""
    if seconds is None:
        return "never"
    age = int((time.time() if now is None else now) - seconds)
    if age < 0:
        return "in the future" if age < -5 else "just now"
    if age < 5:
        return "just now"
    for below, unit, word in _AGES:
        if below is None or age < below:
            return f"{noun(age // unit, word)} ago"
    raise ValueError(seconds)


def stamp(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def stamp_us(microseconds: int) -> str:
    whole, rest = divmod(microseconds, 1_000_000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%d %H:%M:%S}.{rest // 1_000:03d}"


def iso(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def iso_us(microseconds: int) -> str:
    return iso(microseconds // 1_000_000)


def number(value: int) -> str:
    """Groups of three, with a narrow space that does not break."""
    return f"{value:,}".replace(",", " ")


def noun(count: int, word: str) -> str:
    return f"{number(count)} {word}{'' if count == 1 else 's'}"


def label(field: str) -> str:
    """A field's name as a heading: `MAC address`, and `Size` for `size_bytes`, whose value has the
    unit beside it."""
    words = field.removesuffix("_bytes").removesuffix("_hz").split("_")
    told = " ".join(_SHORT.get(word, word) for word in words)
    return told[:1].upper() + told[1:]


def bytes_of(count: int) -> str:
    """`15.5 GiB`"""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(size) < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
