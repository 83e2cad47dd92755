"""Links that came up or went down, and addresses that came or went.

`route -n monitor` writes whenever the kernel's routing socket says something; what has changed is
then read from ifconfig. Nothing is told of the time when the agent was off: the state table has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reticent_contract.catalog.network_event import NETWORK_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.batches import batches
from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.network_interface import IFCONFIG, Link, read_links
from reticent_agent.collect.model import Context, Emit, EventSource

MONITOR = ("/sbin/route", "-n", "monitor")
_NAME = "network"


def network_events() -> EventSource:
    """Named "network". Its cursor says nothing: it begins with what is there."""
    return EventSource(name=_NAME, table=NETWORK_EVENT.name, follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    before = _links(context)
    for _ in batches(context, MONITOR):
        now = _links(context)
        rows = list(changes(before, now, ts_us=context.clock.now_us()))
        if rows:
            emit(rows, cursor=cursor)
        before = now


def _links(context: Context) -> dict[str, Link]:
    found = read_links(asking.lines(context, (IFCONFIG, "-a")))
    return {link.name: link for link in found if "LOOPBACK" not in link.flags}


def changes(before: Mapping[str, Link], now: Mapping[str, Link], *, ts_us: int) -> Iterator[Row]:
    """Link by link, in the order of their names."""
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if _is_up(old) is not _is_up(new):
            yield Row(NETWORK_EVENT.name, "up" if _is_up(new) else "down", ts_us, {"name": name})
        had, has = _addresses(old), _addresses(new)
        for event, addresses in (
            ("address_removed", [a for a in had if a not in has]),
            ("address_added", [a for a in has if a not in had]),
        ):
            for address in addresses:
                values = {"name": name, "ip_address": address}
                yield Row(NETWORK_EVENT.name, event, ts_us, values)


def _is_up(link: Link | None) -> bool:
    return link is not None and {"UP", "RUNNING"} <= link.flags


def _addresses(link: Link | None) -> Sequence[str]:
    return () if link is None else link.addresses
