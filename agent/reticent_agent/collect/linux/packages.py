"""What every package system yields."""

from __future__ import annotations

from typing import NamedTuple

_SECONDS_LAST = 4_102_444_800  # the year 2100: what is later is no time of an installation


class Package(NamedTuple):
    """One installed package; empty and None for what the database does not tell."""

    name: str
    version: str
    architecture: str
    vendor: str = ""
    installed_at_us: int | None = None


def installed_at(text: str) -> int | None:
    """Microseconds since 1970, from a text of whole seconds; None where it is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    seconds = int(text)
    return seconds * 1_000_000 if 0 < seconds < _SECONDS_LAST else None
