"""`policy try` as a process of its own: bytes in, bytes out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from support import loaded

PROGRAM = [sys.executable, "-m", "reticent_server.main", "policy", "try"]


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: bytes
    err: str


def attempt(data: bytes, *arguments: str | Path) -> Done:
    done = loaded.run_bytes("reticent_server.main", "policy", "try", *arguments, given=data)
    return Done(done.returncode, done.stdout, done.stderr.decode())
