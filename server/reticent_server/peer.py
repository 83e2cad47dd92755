"""Who is at the other end of a gRPC call."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from urllib.parse import unquote

PeerAddress = Callable[[str], str]


def address_of(peer: str) -> str:
    """The address in gRPC's `ipv4:192.0.2.1:5000` or `ipv6:%5B2001:db8::1%5D:5000`, no port."""
    kind, _, rest = unquote(peer).partition(":")
    if kind not in ("ipv4", "ipv6"):
        return kind or "unknown"
    return rest.rpartition(":")[0].strip("[]")


def port_of(peer: str) -> int:
    """The port in the same; 0 where it has none."""
    port = peer.rpartition(":")[2]
    return int(port) if port.isdecimal() else 0


def network_of(address: str) -> str:
    """What a log may say of where a laptop is: its /24 or /48, as the default policy tells.

    `unknown` for what is no address.
    """
    try:
        bits = 24 if ip_address(address).version == 4 else 48
        return str(ip_network((address.partition("%")[0], bits), strict=False))
    except ValueError:
        return "unknown"
