"""Which browser on which system, in words coarse enough to keep.

A User-Agent names versions and devices, which together can single a person out; two words are
enough to tell one's own sessions apart.
"""

from __future__ import annotations

# The first that stands in the text wins: Edge, Opera and Chrome all say "Chrome" and "Safari" too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
OTHER = "another program"


def browser_of(user_agent: str) -> str:
    """`Firefox on Linux`, `Chrome`, or `another program`: one of few, not what was sent."""
    browser = _first(_BROWSERS, user_agent)
    if browser is None:
        return OTHER
    system = _first(_SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(known: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((word for mark, word in known if mark in text), None)
