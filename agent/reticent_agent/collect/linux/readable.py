"""Whether a file or folder that is there may be read, by the rights the kernel will look at.

Enters: a path of the file root. Leaves: nothing, or PermissionError. Must hold: a folder that may
not be listed is never taken for an empty one.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from reticent_agent.collect.model import FileRoot


def is_there(files: FileRoot, path: str) -> bool:
    """Whether something lies at `path`. Raises PermissionError where it may not be read."""
    real = files.real(path)
    try:
        folder = stat.S_ISDIR(Path(real).stat().st_mode)
    except PermissionError:
        raise
    except OSError:
        return False
    if not os.access(real, os.R_OK | (os.X_OK if folder else 0), effective_ids=True):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return True


def is_hidden(files: FileRoot, folder: str) -> bool:
    """Whether systemd's ProtectHome= put an empty folder without any rights in its place."""
    try:
        return Path(files.real(folder)).stat().st_mode & 0o777 == 0
    except OSError:
        return False
