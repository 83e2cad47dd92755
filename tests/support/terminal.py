"""A command of ours on a terminal, where somebody is there to be asked."""

from __future__ import annotations

import os
import pty
import subprocess

from support import loaded


def answered(answer: bytes, *command: object) -> subprocess.CompletedProcess[str]:
    """What became of `reticent-server COMMAND`, whose questions were answered so."""
    ours, terminal = pty.openpty()
    os.write(ours, answer)
    try:
        return loaded.run("reticent_server.main", *map(str, command), stdin=terminal)
    finally:
        os.close(ours)
        os.close(terminal)
