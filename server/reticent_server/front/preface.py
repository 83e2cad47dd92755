"""Connections that have not proved yet that somebody is there: how many an address, how long each.

A connection is in its preface until its client has answered what the server said first: in TLS 1.3
its second flight. From then on gRPC's own limits hold, which end a handshake that fails and a
connection that says nothing. Must hold: whoever opens connections and leaves them idle takes room
from his own address alone, and not for long.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Callable


class Preface:
    """One connection's; `leave` may be called again. Of the event loop's thread."""

    def __init__(self, leave: Callable[[], None], timer: asyncio.TimerHandle) -> None:
        self._leave: Callable[[], None] | None = leave
        self._timer = timer
        self._answered = False

    def server_said(self) -> None:
        self._answered = True

    def client_said(self) -> None:
        if self._answered:
            self.leave()

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
