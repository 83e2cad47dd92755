"""Output that finds no room is told in one line, however little of it there is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
PROGRAM = [sys.executable, "-m", "reticent_server.main"]

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is full")


def _into_a_full_disk(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    with FULL.open("wb") as full:
        return subprocess.run(
            [*PROGRAM, *arguments],
            input=b"hello\n",
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )


@pytest.mark.parametrize("command", ["policy try", "policy try --rows --json", "policy schema"])
def test_a_full_disk_is_told_in_one_line(command: str) -> None:
    done = _into_a_full_disk(*command.split())
    assert done.returncode == 1
    last = done.stderr.decode().splitlines()[-1]
    assert "writing failed (No space left on device)" in last
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    if "--json" in command:
        assert set(json.loads(last)) == {"error"}
