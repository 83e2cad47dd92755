"""Who is at the other end of a Unix socket, by what the kernel says.

Sources: unix(7), SO_PEERCRED; xucred of macOS's <sys/ucred.h>, LOCAL_PEERCRED of <sys/un.h>.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import Protocol

_UCRED = struct.Struct("iII")  # pid, uid, gid
_XUCRED = struct.Struct("IIh")  # version, uid, number of groups; the groups follow
_XUCRED_VERSION, _XUCRED_BYTES = 0, 76
_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1
_OVERFLOW_UIDS = frozenset(
    {65_534, 4_294_967_295}
)  # an account of which the kernel knows no number


class HasOptions(Protocol):
    def getsockopt(self, level: int, name: int, size: int, /) -> bytes: ...


def user_id(peer: HasOptions, *, platform: str = sys.platform) -> int | None:
    """The account's number; None where it has none that could be told from others. OSError."""
    if platform == "darwin":
        version, uid, _ = _XUCRED.unpack_from(
            peer.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES)
        )
        if version != _XUCRED_VERSION:
            return None
    else:
        name = getattr(socket, "SO_PEERCRED", 17)
        _, uid, _ = _UCRED.unpack(peer.getsockopt(socket.SOL_SOCKET, name, _UCRED.size))
    return None if uid in _OVERFLOW_UIDS else int(uid)
