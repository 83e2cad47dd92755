"""A process that takes rows out of an event store, killed while the engine is at it.

It kills itself: by the engine's own word a mutation is under way then, and no clock is asked.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

_CODE = """
import os, signal, sys, threading
from pathlib import Path
from reticent_server.query.expr import And, FieldIn, TableIs
from reticent_server.store.events import open_chdb

store = open_chdb(Path(sys.argv[1]), key=bytes(range(32)))


def watch():
    while not store._engine.read("SELECT 1 FROM system.mutations WHERE NOT is_done"):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


threading.Thread(target=watch, daemon=True).start()
"""


def cut_off_in(path: Path, statement: str) -> None:
    """Runs a statement about `store`, that at `path`, until a mutation of it is under way."""
    code = _CODE + statement
    done = subprocess.run([sys.executable, "-c", code, path], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, "it ended, and nothing of it was cut off"
