"""One agent a data directory: two would give out the same batch numbers.

The lock is flock(2) on `agent.lock`, on Windows a locked byte of it; the system lets go of it
however the agent ends.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import IO

from reticent_agent import atomic
from reticent_agent.errors import AgentError

NAME = "agent.lock"
_TRIED_S = 1.0


def take(folder: Path) -> IO[bytes]:
    """Held until the file is closed. Raises AgentError where another agent has it.

    Tried for a second: whoever only looks has it for a moment.
    """
    try:
        atomic.make_folder(folder)
        file = (folder / NAME).open("wb")
    except OSError as error:
        raise _of_no_use(folder, error) from None
    try:
        is_ours = _is_locked_soon(file)
    except OSError as error:
        file.close()
        raise _of_no_use(folder, error) from None
    if not is_ours:
        file.close()
        raise AgentError(
            f"another agent runs with {folder}; this one does not start; stop the other first",
            permanent=True,
        )
    return file


def is_taken(folder: Path) -> bool:
    """True where an agent runs with this data directory."""
    try:
        with (folder / NAME).open("rb") as file:
            _lock(file, shared=True)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _is_locked_soon(file: IO[bytes]) -> bool:
    until = time.monotonic() + _TRIED_S
    while True:
        try:
            _lock(file, shared=False)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_TRIED_S / 20)
        else:
            return True


def _of_no_use(folder: Path, error: OSError) -> AgentError:
    return AgentError(
        f"{folder} cannot be used ({error.strerror}); nothing is collected; check the folder's "
        "rights and space",
        permanent=True,
    )


def _lock(file: IO[bytes], *, shared: bool) -> None:
    """Until the file is closed. Raises BlockingIOError where another process has it.

    `shared`: with others who only ask; Windows knows no such lock and refuses one of two.
    """
    if sys.platform == "win32":
        from reticent_agent.collect.windows.native import folder_lock

        try:
            folder_lock.lock(file)
        except OSError:
            raise BlockingIOError from None
        return
    import fcntl

    fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
