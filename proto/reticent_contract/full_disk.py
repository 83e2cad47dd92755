"""What a command says where its output goes to a disk that is full.

Enters: the error that ended it. Leaves: one sentence. Must hold: nothing is written behind it that
would fail once more.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: OSError) -> bool:
    return error.errno in _FULL


def given_up(error: OSError) -> str:
    """Lets go of what the output still holds, and says what happened and what to do."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return (
        f"writing failed ({error.strerror}); what was written so far may be torn; free some space, "
        "or write to another place, and run it again"
    )
