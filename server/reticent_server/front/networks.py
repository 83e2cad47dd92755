"""Networks that the operator named, e.g. those of the balancers."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable


class Networks:
    """`10.0.0.0/8`, `2001:db8::1`. ValueError for what is none, or has bits beyond its mask."""

    def __init__(self, names: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(name) for name in names)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __contains__(self, address: object) -> bool:
        """False for a text that is no address."""
        try:
            known = ipaddress.ip_address(str(address).partition("%")[0])
        except ValueError:
            return False
        if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is not None:
            known = known.ipv4_mapped
        return any(known in network for network in self._networks)
