"""Whether digits and colons that parse as an IPv6 address are something else.

    an account    builder:x:1000:1000::/home/builder:/bin/sh, of /etc/passwd
    a slice       rows[1::2], rows[::8], of Python
    a list        1:2:3:4:5:6:7:8

Must hold: in doubt it is an address, which is removed.
"""

from __future__ import annotations

import re

# The run begins behind the x; what is before it is looked at, one sign or two.
_ACCOUNT = re.compile(rb"[x*!]:[0-9]+:[0-9]+::")
_SLICE = re.compile(rb"[\w\])]\[[0-9]{0,3}::[0-9]{0,3}\]")
_LISTED_MIN = 8


def is_no_address(text: bytes, start: int, end: int) -> bool:
    """`text[start:end]`: digits, letters from a to f and colons, as many as there are."""
    if start and _ACCOUNT.match(text, start - 1) is not None:
        return True
    if start > 1 and _SLICE.match(text, start - 2) is not None:
        return True
    return _is_list(text[start:end].split(b":"))


def _is_list(groups: list[bytes]) -> bool:
    """Whether each number is by one more than the one before."""
    if len(groups) < _LISTED_MIN or not all(map(bytes.isdigit, groups)):
        return False
    return all(int(group) == int(groups[0]) + more for more, group in enumerate(groups))
