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


def read_by_browser_history(
    home: Path, browser: str, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[int, str]]:
    """(second since 1970, address without query and fragment), sorted."""
    with monkeypatch.context() as patched:
        patched.setenv("HOME", str(home))
        found = CLASSES[browser]().fetch_history().histories
    return sorted((round(when.timestamp()), _reduced(url)) for when, url, _ in found)


def _reduced(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
