"""IP addresses by interface.

Enters: the file root. Leaves: addresses in their canonical text, IPv4 first, each in numeric order.
On the laptop itself getifaddrs(3) is asked, through psutil: it alone tells which of two links in
one subnet (Wi-Fi and a dock) has which IPv4 address. Under another root /proc/net is read, and an
IPv4 address goes to the link with the narrowest route to it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from pathlib import PurePosixPath

import psutil
from reticent_contract import limits

from reticent_agent.collect.model import FileRoot

_IP_FAMILIES = frozenset({socket.AF_INET, socket.AF_INET6})


def by_interface(files: FileRoot) -> Mapping[str, list[str]]:
    """Addresses of each interface that has any."""
    if files.real("/") == PurePosixPath("/"):
        return _sorted(_from_system())
    table = limits.PROC_FILE_BYTES_MAX
    return _sorted(
        [
            *parse_ipv4(
                trie=files.read_text("/proc/net/fib_trie", bytes_max=table) or "",
                routes=files.read_text("/proc/net/route", bytes_max=table) or "",
            ),
            *parse_ipv6(files.read_text("/proc/net/if_inet6", bytes_max=table) or ""),
        ]
    )


def parse_ipv6(text: str) -> Iterator[tuple[str, IPv6Address]]:
    """proc(5), if_inet6: address, index, prefix length, scope, flags, name."""
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 6 and len(parts[0]) == 32:
            try:
                yield parts[5], IPv6Address(bytes.fromhex(parts[0]))
            except ValueError:
                continue


def parse_ipv4(*, trie: str, routes: str) -> Iterator[tuple[str, IPv4Address]]:
    """This laptop's addresses from fib_trie, each with the link whose route holds it."""
    links = sorted(_links(routes), key=lambda link: link[1].prefixlen, reverse=True)
    for address in sorted(_own_ipv4(trie)):
        name = next((name for name, network in links if address in network), None)
        if name is not None:
            yield name, address


def _own_ipv4(trie: str) -> set[IPv4Address]:
    """Leaves `|-- 192.0.2.5` that are followed by `/32 host LOCAL`."""
    own: set[IPv4Address] = set()
    leaf = ""
    for line in trie.splitlines():
        text = line.strip()
        if text.startswith("|-- "):
            leaf = text[4:]
        elif text == "/32 host LOCAL" and leaf:
            try:
                own.add(IPv4Address(leaf))
            except ValueError:
                continue
    return own


def _links(routes: str) -> Iterator[tuple[str, IPv4Network]]:
    """Networks that are reached without a gateway; numbers stand as little-endian hex."""
    for line in routes.splitlines():
        parts = line.split()
        if len(parts) < 8:
            continue
        try:
            destination, gateway, mask = (
                int.from_bytes(bytes.fromhex(parts[column]), "little") for column in (1, 2, 7)
            )
            if gateway == 0 and mask != 0:
                yield parts[0], IPv4Network((destination, str(IPv4Address(mask))))
        except ValueError:  # the heading, or a mask with holes
            continue


def _from_system() -> Iterator[tuple[str, IPv4Address | IPv6Address]]:
    for name, entries in psutil.net_if_addrs().items():
        for entry in entries:
            if entry.family in _IP_FAMILIES:
                yield name, ip_address(entry.address.partition("%")[0])


def _sorted(
    pairs: Iterable[tuple[str, IPv4Address | IPv6Address]],
) -> dict[str, list[str]]:
    found: dict[str, set[IPv4Address | IPv6Address]] = {}
    for name, address in pairs:
        found.setdefault(name, set()).add(address)
    return {
        name: [str(address) for address in sorted(own, key=lambda one: (one.version, int(one)))]
        for name, own in found.items()
    }
