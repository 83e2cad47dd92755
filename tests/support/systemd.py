"""Tests that ask systemd itself: skipped where it is not installed, but for where it must be."""

from __future__ import annotations

import os
import shutil

import pytest

REQUIRED = os.environ.get("RETICENT_REQUIRE_SYSTEMD") == "1"


def needs_systemd_analyze() -> None:
    """Skips the test without `systemd-analyze`; where it is required, without it fails."""
    if shutil.which("systemd-analyze") is not None:
        return
    if REQUIRED:
        pytest.fail("RETICENT_REQUIRE_SYSTEMD=1, but there is no systemd-analyze on the PATH")
    pytest.skip("systemd-analyze is not installed")
