"""`policy try` as a process of its own: bytes in, bytes out."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROGRAM = [sys.executable, "-m", "reticent_server.main", "policy", "try"]


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: bytes
    err: str


def attempt(data: bytes, *arguments: str | Path) -> Done:
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)], input=data, capture_output=True, timeout=60, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr.decode())
