"""A command's output that finds no room is told in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reticent_agent.main", "--data", str(tmp_path), "doctor"]
    with FULL.open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert "writing failed (No space left on device)" in done.stderr.decode().splitlines()[-1]
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
