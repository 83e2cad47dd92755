"""Who is at the other end of a gRPC call."""

from __future__ import annotations

from urllib.parse import unquote


def address_of(peer: str) -> str:
    """The address in gRPC's `ipv4:192.0.2.1:5000` or `ipv6:%5B2001:db8::1%5D:5000`, no port."""
    kind, _, rest = unquote(peer).partition(":")
    if kind not in ("ipv4", "ipv6"):
        return kind or "unknown"
    return rest.rpartition(":")[0].strip("[]")
