"""Of an IPv4 address within an IPv6 one no more leaves than of the address by itself."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import pytest
from reticent_contract.catalog.model import Catalog
from reticent_contract.redact.actions import IpPrefix
from reticent_contract.redact.actions.ip_prefix import V4_BITS_MAX, V6_BITS_MAX, prefix_of

RedactOne = Callable[..., object]

# With v4: 24 and v6: 48.
WHOLE = (
    ("2002:cb00:714d::1", "2002:cb00:7100::/40"),  # 6to4 of 203.0.113.77
    ("2002:cb00:714d:1:2:3:4:5", "2002:cb00:7100::/40"),
    ("2001:0:4136:e378:8000:63bf:34ff:8eb2", "2001:0:4136::/48"),  # Teredo: the client is inverted
    ("64:ff9b::203.0.113.77", "64:ff9b::/48"),
    ("64:ff9b:1:cb00:71:4d00::", "64:ff9b:1::/48"),
    ("2001:db8::200:5efe:203.0.113.77", "2001:db8::/48"),  # ISATAP
    ("::203.0.113.77", "::/48"),
    ("2003:cb00:714d::1", "2003:cb00:714d::/48"),
)


@pytest.mark.parametrize("number", range(len(WHOLE)))
def test_a_field_and_a_text_tell_the_same_network(number: int, redact_one: RedactOne) -> None:
    address, network = WHOLE[number]
    assert redact_one("address", "ip_prefix", address) == network
    scan = {"scan": {"ipv6": "ip_prefix", "ipv4": "ip_prefix"}}
    assert redact_one("message", scan, f"from {address} port 1") == f"from {network} port 1"


@pytest.mark.parametrize("v4", [0, 8, 24, V4_BITS_MAX])
@pytest.mark.parametrize("v6", [0, 16, 48, V6_BITS_MAX])
def test_two_hosts_of_one_network_of_theirs_are_told_alike(v4: int, v6: int) -> None:
    one = int(ipaddress.IPv4Address("203.0.113.77"))
    other = one ^ ((1 << (32 - v4)) - 1)  # all that a prefix hides is otherwise
    for first, low in (
        (0x2002 << 112, 80),  # 6to4
        (0x20010000 << 96, 64),  # Teredo's server
        (0x20010000 << 96, 0),  # its client
        (0x64FF9B << 96, 0),
        (0x64FF9B0001 << 80, 48),
        (0x20010DB8 << 96 | 0x5EFE << 32, 0),
    ):
        a, b = (str(ipaddress.IPv6Address(first | of << low)) for of in (one, other))
        assert a != b
        assert prefix_of(a, v4=v4, v6=v6) == prefix_of(b, v4=v4, v6=v6)


def test_the_second_lock_refuses_what_tells_more(catalog: Catalog) -> None:
    field = next(f for f in catalog.tables["lab"].fields if f.name == "address")
    assert IpPrefix().admits(field, "2002:cb00:7100::/40") is None
    assert IpPrefix().admits(field, "2002:cb00:714d::/48") is not None
