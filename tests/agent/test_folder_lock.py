"""The lock of the data folder: who looks whether it is taken keeps nobody from taking it."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path

import pytest
from reticent_agent import folder_lock
from reticent_agent.errors import AgentError


def test_an_agent_that_starts_while_somebody_looks_is_not_refused(tmp_path: Path) -> None:
    """Whoever looks holds the lock for a moment, shared with others who look."""
    folder_lock.take(tmp_path).close()
    with (tmp_path / folder_lock.NAME).open("rb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH | fcntl.LOCK_NB)
        assert not folder_lock.is_taken(tmp_path)
        ends = threading.Timer(0.2, lambda: fcntl.flock(looking, fcntl.LOCK_UN))
        ends.start()
        folder_lock.take(tmp_path).close()
        ends.join()


def test_another_agent_is_not_waited_for(tmp_path: Path) -> None:
    with folder_lock.take(tmp_path):
        since = time.monotonic()
        with pytest.raises(AgentError, match="stop the other first"):
            folder_lock.take(tmp_path)
        assert 0.5 < time.monotonic() - since < 5
        assert folder_lock.is_taken(tmp_path)
    assert not folder_lock.is_taken(tmp_path)
