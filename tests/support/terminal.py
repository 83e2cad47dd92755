"""A command of ours on a terminal, where somebody is there to be asked."""

from __future__ import annotations

import os
import pty
import subprocess
import sys


def answered(answer: bytes, *command: object) -> subprocess.CompletedProcess[str]:
    """What became of `reticent-server COMMAND`, whose questions were answered so."""
    ours, terminal = pty.openpty()
    os.write(ours, answer)
    try:
        return subprocess.run(
            [sys.executable, "-m", "reticent_server.main", *map(str, command)],
            stdin=terminal,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(terminal)
