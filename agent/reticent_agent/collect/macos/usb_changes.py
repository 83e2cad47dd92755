"""USB devices plugged and pulled, by looking at the registry once a minute.

A device that is there for less than a minute may not be seen: being told at once takes a run loop
of macOS's frameworks. Nothing is told of the time when the agent was off: the state table has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reticent_contract.catalog.usb_event import USB_EVENT
from reticent_contract.rows import Row, Value

from reticent_agent.collect.macos import usb
from reticent_agent.collect.macos.looking import again
from reticent_agent.collect.model import Context, Emit, EventSource

LOOK_S = 60.0

Device = dict[str, Value | None]


def usb_events() -> EventSource:
    """Named "usb". Its cursor says nothing: it begins with what is there."""
    return EventSource(name="usb", table=USB_EVENT.name, follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    before: list[Device] | None = None
    for _ in again(context, every_s=LOOK_S):
        now = usb.devices(context)
        if before is not None:
            rows = list(changes(before, now, ts_us=context.clock.now_us()))
            if rows:
                emit(rows, cursor=cursor)
        before = now


def changes(before: Sequence[Device], now: Sequence[Device], *, ts_us: int) -> Iterator[Row]:
    """What was pulled, then what was plugged."""
    for event, devices, others in (("pulled", before, now), ("plugged", now, before)):
        for device in devices:
            if device not in others:
                values = {name: value for name, value in device.items() if value is not None}
                yield Row(USB_EVENT.name, event, ts_us, values)
