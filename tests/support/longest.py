"""Which test files take longest; see `conftest.py`."""

from __future__ import annotations

# The first builds the packages, which its two neighbours below then have.
LONGEST_FIRST = (
    "packaging/test_contents.py",
    "e2e/test_guessing.py",
    "e2e/test_canaries.py",
    "e2e/test_demo.py",
    "e2e/test_real_browsers.py",
    "crash/test_exactly_once.py",
    "cli_server/test_commands.py",
    "server_core/test_staged_fleet.py",
    "packaging/test_installed.py",
    "packaging/test_lifecycle.py",
    "console/test_browser.py",
)
