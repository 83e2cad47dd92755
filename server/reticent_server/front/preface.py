"""Connections that have not proved yet that somebody is there: how many an address, how long each.

A connection is in its preface until the server has spoken again after its client answered: in TLS
1.3 what follows the client's second flight, which gRPC begins with its settings. Half an answer is
none: gRPC waits two minutes for the rest. From then on gRPC's own limits hold, which end a
connection that says nothing. Must hold: whoever opens connections and leaves them idle takes room
from his own address alone, and not for long.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
from collections import Counter
from collections.abc import Callable

# What stands where a ServerHello has its random bytes, in the first record, if it asks for another
# ClientHello (RFC 8446, 4.1.3): that one is no answer yet.
_ASKS_AGAIN = hashlib.sha256(b"HelloRetryRequest").digest()
_RANDOM = slice(11, 43)


class Preface:
    """One connection's; `leave` may be called again. Of the event loop's thread."""

    def __init__(self, leave: Callable[[], None], timer: asyncio.TimerHandle) -> None:
        self._leave: Callable[[], None] | None = leave
        self._timer = timer
        self._server_spoke = False
        self._client_answered = False

    def server_said(self, data: bytes) -> None:
        if self._client_answered:
            self.leave()
        elif data[_RANDOM] != _ASKS_AGAIN:
            self._server_spoke = True

    def client_said(self, _: bytes) -> None:
        self._client_answered = self._server_spoke

    def leave(self) -> None:
        """It is over, one way or the other."""
        self._timer.cancel()
        if self._leave is not None:
            self._leave()
            self._leave = None


class Prefaces:
    """Counted by address."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def enter(
        self, address: str, *, at_most: int, seconds: float, too_late: Callable[[], None]
    ) -> Preface | None:
        """None where `at_most` of the address are open. `too_late` is called after `seconds`."""
        owner = _owner(address)
        if self._open[owner] >= at_most:
            return None
        self._open[owner] += 1
        timer = asyncio.get_running_loop().call_later(seconds, too_late)
        return Preface(lambda: self._close(owner), timer)

    def _close(self, owner: str) -> None:
        self._open[owner] -= 1
        if not self._open[owner]:
            del self._open[owner]


def _owner(address: str) -> str:
    """Of IPv6 one customer has a whole /64, and any address in it."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped  # as a socket for both versions tells an IPv4 client
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((int(known), 64), strict=False))
