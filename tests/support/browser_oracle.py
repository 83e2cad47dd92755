"""What the package browser-history reads out of the same profiles, independently of the agent."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from browser_history import browsers

CLASSES = {
    "brave": browsers.Brave,
    "chrome": browsers.Chrome,
    "chromium": browsers.Chromium,
    "firefox": browsers.Firefox,
}
_WITH_TITLE = " AND title IS NOT NULL"


def read_by_browser_history(
    home: Path, browser: str, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[int, str]]:
    """(second since 1970, address without query and fragment), sorted.

    Of Firefox without its condition that a page has a title: that is written a moment after the
    visit, and a browser that ends in between leaves none.
    """
    with monkeypatch.context() as patched:
        patched.setenv("HOME", str(home))
        sql = CLASSES[browser].history_SQL.replace(_WITH_TITLE, "")
        patched.setattr(CLASSES[browser], "history_SQL", sql)
        found = CLASSES[browser]().fetch_history().histories
    return sorted((round(when.timestamp()), _reduced(url)) for when, url, _ in found)


def _reduced(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
