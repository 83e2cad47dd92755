"""Whether an account number is somebody's.

Enters: a number that the kernel gave. Leaves: yes or no. Must hold: numbers that a person was given
for containers (subuid(5), thousands of them) are not as many people.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from reticent_agent.collect.model import FileRoot


def has_account(files: FileRoot, user_id: int) -> bool:
    """By the laptop's own list, else by its directory; may wait for that one."""
    if sys.platform == "win32":  # where nobody can ask either
        return False
    if sys.platform == "linux":
        from reticent_agent.collect.linux import passwd

        with suppress(OSError):  # the C library may know another way
            if any(account.user_id == user_id for account in passwd.local(files)):
                return True
    import pwd

    try:
        pwd.getpwuid(user_id)
    except (KeyError, OverflowError):
        return False
    return True
