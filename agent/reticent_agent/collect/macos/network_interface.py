"""Table `network_interface`: links with their addresses, without the loopback.

The address that a link shows may be a private one of Wi-Fi; the one it was made with is listed
among the hardware ports. Where the two differ the permanent one is told, and the link is not called
physical: it does not show the address it was made with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reticent_contract.catalog.network_interface import NETWORK_INTERFACE
from reticent_contract.rows import Row

from reticent_agent.collect.macos import asking
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import integer, present, snapshot

IFCONFIG = "/sbin/ifconfig"
NETWORKSETUP = "/usr/sbin/networksetup"
_HEAD = re.compile(r"([A-Za-z][\w.-]{0,31}): flags=[0-9a-f]+<([A-Z0-9_,-]*)>(?: mtu (\d{1,9}))?")
_LOCALLY_ADMINISTERED = 0x02  # made up by the system, as bridges have (IEEE 802)
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


@dataclass(slots=True)
class Link:
    name: str
    flags: frozenset[str]
    mtu: int | None
    mac: str | None = None
    addresses: list[str] = field(default_factory=list)


def read_links(told: Sequence[str]) -> list[Link]:
    """What `ifconfig -a` lists (ifconfig(8)): a head at the margin, details after a tab."""
    links: list[Link] = []
    for line in told:
        head = _HEAD.match(line)
        if head is not None:
            flags = frozenset(head[2].split(","))
            links.append(Link(head[1], flags, integer(head[3])))
            continue
        words = line.split()
        if not links or len(words) < 2 or not line[:1].isspace():
            continue
        if words[0] == "ether" and _MAC.fullmatch(words[1].lower()):
            links[-1].mac = words[1].lower()
        elif words[0] in ("inet", "inet6"):
            links[-1].addresses.append(words[1].partition("%")[0])
    return links


def read_ports(told: Sequence[str]) -> dict[str, str]:
    """Permanent addresses by device, as `networksetup -listallhardwareports` lists them."""
    found: dict[str, str] = {}
    device = ""
    for line in told:
        name, _, value = line.partition(": ")
        if name == "Device":
            device = value.strip()
        elif name == "Ethernet Address" and device and _MAC.fullmatch(value.strip().lower()):
            found[device] = value.strip().lower()
    return found


def collect(context: Context) -> Iterator[Row]:
    """One row a link, in the system's order."""
    ts_us = context.clock.now_us()
    ports = read_ports(asking.lines(context, (NETWORKSETUP, "-listallhardwareports")))
    return present(
        snapshot(
            NETWORK_INTERFACE,
            ts_us,
            {
                "name": link.name,
                "mac_address": ports.get(link.name, link.mac),
                "physical": link.mac is not None
                and ports.get(link.name) == link.mac
                and not int(link.mac[:2], 16) & _LOCALLY_ADMINISTERED,
                "state": "up" if {"UP", "RUNNING"} <= link.flags else "down",
                "ip_addresses": tuple(link.addresses),
                "mtu": link.mtu,
            },
        )
        for link in read_links(asking.lines(context, (IFCONFIG, "-a")))
        if "LOOPBACK" not in link.flags
    )


COLLECTOR = StateCollector(table=NETWORK_INTERFACE.name, collect=collect)
