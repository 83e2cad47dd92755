"""ip_prefix: the network an address lies in, e.g. 203.0.113.7 as 203.0.113.0/24."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from socket import inet_ntoa
from typing import ClassVar, Self

from reticent_contract.catalog.model import Field, Form
from reticent_contract.reading import At
from reticent_contract.redact.actions.base import (
    FAILED,
    Apply,
    Bench,
    Gone,
    Makes,
    Place,
    not_textual,
    optional_mapping,
    text_only,
)
from reticent_contract.redact.actions.usage import Example, Usage, whole_number
from reticent_contract.redact.forms import ipv4_octets, parse_ip
from reticent_contract.rows import Scalar

# A longer prefix would leave so few addresses that it names the host.
V4_BITS_MAX = 28
V6_BITS_MAX = 64
_V4_MASKS = [0xFFFF_FFFF >> (32 - bits) << (32 - bits) for bits in range(33)]
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


# Networks whose addresses begin with an IPv4 address, behind so many bits: 6to4 (RFC 3056), the
# server of Teredo (RFC 4380), NAT64 of one's own (RFC 8215). Where it stands behind the first 64
# bits (the client of Teredo, 64:ff9b::/96, ISATAP), no prefix reaches it.
_EMBEDDING = (
    (ipaddress.IPv6Network("2002::/16"), 16),
    (ipaddress.IPv6Network("2001::/32"), 32),
    (ipaddress.IPv6Network("64:ff9b:1::/48"), 48),
)


def bits_of(address: IPAddress, *, v4: int, v6: int) -> int:
    """How long its prefix is: of an IPv4 address within it no more than `v4` bits are told."""
    if isinstance(address, ipaddress.IPv4Address):
        return v4
    return min(v6, *(at + v4 if address in net else v6 for net, at in _EMBEDDING))


def prefix_of(value: str, *, v4: int, v6: int) -> str | None:
    """The network in CIDR form, None where `value` is no address. IPv4-mapped counts as IPv4."""
    octets = ipv4_octets(value)
    if octets is not None:
        return f"{inet_ntoa((int.from_bytes(octets) & _V4_MASKS[v4]).to_bytes(4))}/{v4}"
    address = parse_ip(value)
    if address is None:
        return None
    bits = bits_of(address, v4=v4, v6=v6)
    return str(ipaddress.ip_network((address, bits), strict=False))


@dataclass(frozen=True, slots=True)
class IpPrefix:
    """IPv4 addresses to `v4` bits, IPv6 addresses to `v6`."""

    name: ClassVar[str] = "ip_prefix"
    sentence: ClassVar[str] = (
        "Of an IP address only the network leaves: `v4` bits (24) or `v6` bits (48) of it; of an "
        "IPv6 address that begins with an IPv4 address, as 6to4 makes them, no more than `v4` bits "
        "of that."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "v4": whole_number("Bits of an IPv4 address.", low=0, high=V4_BITS_MAX, default=24),
            "v6": whole_number("Bits of an IPv6 address.", low=0, high=V6_BITS_MAX, default=48),
        },
        examples=(
            Example("session.remote_address", "ip_prefix", "203.0.113.77", "203.0.113.0/24"),
            Example(
                "session.remote_address",
                {"ip_prefix": {"v4": 16, "v6": 32}},
                "2001:db8:5:6::7",
                "2001:db8::/32",
            ),
            Example(
                "session.remote_address", "ip_prefix", "2002:cb00:714d::1", "2002:cb00:7100::/40"
            ),
        ),
    )
    v4: int = 24
    v6: int = 48

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = optional_mapping(at, parameters, known=("v4", "v6"))
        v4 = at.at("v4").integer(given.get("v4", 24), low=0, high=V4_BITS_MAX)
        v6 = at.at("v6").integer(given.get("v6", 48), low=0, high=V6_BITS_MAX)
        return cls(v4=24 if v4 is None else v4, v6=48 if v6 is None else v6)

    def refusal(self, field: Field) -> str | None:
        problem = not_textual(self.name, field)
        if problem is None and field.form is not Form.IP:
            return f"ip_prefix takes IP addresses; {field.name} holds {field.form}"
        return problem

    def build(self, _place: Place, _bench: Bench) -> Apply:
        def apply(value: str) -> str | Gone:
            prefix = prefix_of(value, v4=self.v4, v6=self.v6)
            return FAILED if prefix is None else prefix

        return text_only(apply)

    def admits(self, field: Field, value: Scalar) -> str | None:
        if (
            isinstance(value, str)
            and "/" in value
            and value == prefix_of(value, v4=self.v4, v6=self.v6)
        ):
            return None
        return f"{field.name} is not a prefix of {self.v4} or {self.v6} bits"
