"""Connections that came up or went down, and addresses that came or went.

Enters: all interfaces, at the start and after each change that Windows tells. Leaves: network_event
rows. Must hold: the first look is what changes are measured by, and tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reticent_contract.catalog.network_event import NETWORK_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.windows.laptop import Connection, laptop

_NOTHING = Connection(is_up=False, addresses=frozenset())


def network_events() -> EventSource:
    """Named "network"."""
    return EventSource(name="network", table="network_event", follow=_follow)


def changes(
    before: Mapping[str, Connection], after: Mapping[str, Connection], ts_us: int
) -> Iterator[Row]:
    """What differs, connection by connection; an adapter that was pulled out is down."""
    for name in sorted({*before, *after}):
        old, new = before.get(name, _NOTHING), after.get(name, _NOTHING)
        if old.is_up != new.is_up:
            yield _row("up" if new.is_up else "down", name, None, ts_us)
        for address in sorted(old.addresses - new.addresses):
            yield _row("address_removed", name, address, ts_us)
        for address in sorted(new.addresses - old.addresses):
            yield _row("address_added", name, address, ts_us)


def _row(event: str, name: str, address: str | None, ts_us: int) -> Row:
    return event_row(NETWORK_EVENT, event, ts_us, {"name": name, "ip_address": address})


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    before: Mapping[str, Connection] | None = None
    for after in laptop(context).notices.network(context.stopping):
        rows = [] if before is None else list(changes(before, after, context.clock.now_us()))
        before = after
        if rows:
            emit(rows, cursor=cursor)
