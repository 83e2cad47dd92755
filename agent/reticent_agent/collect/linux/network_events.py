"""Table `network_event`: links that come up and go down, addresses that come and go.

Enters: rtnetlink's messages. Leaves: `up`, `down`, `address_added`, `address_removed` rows. Must
hold: what is there when the source starts is not told; a change is told once, however often the
kernel repeats itself (it does with every renewal of an IPv6 address and every scan of a Wi-Fi);
what was dropped in a burst is found by asking for everything and comparing.

The loopback is left out, and so are veths: they join this laptop to its own containers, which come
and go by the hundred. Bridges and tunnels are told: a VPN is one. Nothing is kept between runs:
what changed while the agent was off is seen in the table `network_interface`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from reticent_contract.catalog.network_event import NETWORK_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.linux.netlink import (
    ROUTE_GROUPS,
    Netlink,
    OpenNetlink,
    OverrunError,
    follow_messages,
    listening,
    open_netlink,
    waiting,
)
from reticent_agent.collect.linux.rtnetlink import (
    GET_ADDRESS,
    GET_LINK,
    Address,
    End,
    Link,
    dump_request,
    parse_messages,
)
from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.stopping import wait_readable

NO_GROUPS = 0
DUMP_SECONDS_MAX = 5.0  # for the kernel to answer; it takes microseconds
DUMP_MESSAGES_MAX = 10_000
OWN_LINKS = frozenset({"veth"})


def network_changes(open_socket: OpenNetlink = open_netlink) -> EventSource:
    """Named "network"."""

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        with listening(open_socket, socket.NETLINK_ROUTE, ROUTE_GROUPS) as opened:
            network = Network(lambda: _everything(context, open_socket))
            follow_messages(context, opened, network, emit, cursor=cursor)

    return EventSource(name="network", table=NETWORK_EVENT.name, follow=follow)


class Network:
    """Links by index, and the addresses on them."""

    def __init__(self, everything: Callable[[], Iterable[Link | Address]]) -> None:
        self._everything = everything
        self._links: dict[int, Link] = {}
        self._addresses: set[tuple[int, str]] = set()
        list(self.compared(0))

    def told(self, message: bytes, ts_us: int) -> Iterator[Row]:
        for found in parse_messages(message):
            if isinstance(found, Link):
                yield from self._link(found, ts_us)
            elif isinstance(found, Address):
                yield from self._address(found, ts_us)

    def compared(self, ts_us: int) -> Iterator[Row]:
        there = list(self._everything())
        links = [found for found in there if isinstance(found, Link)]
        addresses = [found for found in there if isinstance(found, Address)]
        still = {(address.index, address.text) for address in addresses}
        for index, text in sorted(self._addresses - still):
            yield from self._address(Address(index, text, is_gone=True), ts_us)
        for index in sorted(set(self._links) - {link.index for link in links}):
            yield from self._link(replace(self._links[index], is_up=False, is_gone=True), ts_us)
        for link in links:
            yield from self._link(link, ts_us)
        for address in addresses:
            yield from self._address(address, ts_us)

    def _link(self, link: Link, ts_us: int) -> Iterator[Row]:
        before = self._links.pop(link.index, None)
        if before is not None and not link.kind:  # not every message says it again
            link = replace(link, kind=before.kind)
        if not link.is_gone:
            self._links[link.index] = link
        else:
            self._addresses = {pair for pair in self._addresses if pair[0] != link.index}
        was_up = before is not None and before.is_up
        if was_up is not link.is_up and _is_told(link):
            yield _row("up" if link.is_up else "down", link, ts_us)

    def _address(self, address: Address, ts_us: int) -> Iterator[Row]:
        pair = (address.index, address.text)
        link = self._links.get(address.index)
        if address.is_gone is not (pair in self._addresses) or link is None:
            return
        if address.is_gone:
            self._addresses.remove(pair)
        else:
            self._addresses.add(pair)
        if _is_told(link):
            event = "address_removed" if address.is_gone else "address_added"
            yield _row(event, link, ts_us, address.text)


def _is_told(link: Link) -> bool:
    return not link.is_loopback and link.kind not in OWN_LINKS


def _row(event: str, link: Link, ts_us: int, address: str | None = None) -> Row:
    return event_row(NETWORK_EVENT, event, ts_us, {"name": link.name, "ip_address": address})


def _everything(context: Context, open_socket: OpenNetlink) -> Iterator[Link | Address]:
    """All links, then all addresses. Raises OSError where the kernel does not answer whole."""
    with listening(open_socket, socket.NETLINK_ROUTE, NO_GROUPS) as opened:
        for sequence, kind in enumerate((GET_LINK, GET_ADDRESS), start=1):
            opened.send(dump_request(kind, sequence=sequence))
            yield from _answer(context, opened)


def _answer(context: Context, opened: Netlink) -> Iterator[Link | Address]:
    for _ in range(DUMP_MESSAGES_MAX):
        if not wait_readable(context.stopping, (opened.fileno(),), seconds_max=DUMP_SECONDS_MAX):
            break
        try:
            for message in waiting(opened):
                for found in parse_messages(message):
                    if isinstance(found, End):
                        if found.is_error:
                            raise OSError("the kernel refused to list links and addresses")
                        return
                    yield found
        except OverrunError:
            break
    if not context.stopping():
        raise OSError("the kernel did not list links and addresses whole")
