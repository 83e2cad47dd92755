"""Which test files take longest; see `conftest.py`."""

from __future__ import annotations

# The first builds the packages, which two below then have.
LONGEST_FIRST = (
    "packaging/test_contents.py",
    "crash/test_exactly_once.py",
    "packaging/test_installed.py",
    "console/test_browser.py",
    "cli_server/test_commands.py",
    "e2e/test_demo.py",
    "packaging/test_lifecycle.py",
    "cli_server/test_doctor.py",
    "e2e/test_persons_rights.py",
    "e2e/test_canaries.py",
    "http/test_hostile.py",
    "e2e/test_key_store.py",
    "e2e/test_erasing.py",
    "e2e/test_root_exchange.py",
    "e2e/test_guessing.py",
    "redact/test_gates.py",
    "e2e/test_uninstalling.py",
    "store_events/test_crash.py",
    "e2e/test_real_browsers.py",
)
