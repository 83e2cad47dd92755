"""USB devices plugged and pulled, as Windows's plug and play manager tells it while it happens.

Enters: notices of the interface class of USB devices (GUID_DEVINTERFACE_USB_DEVICE; hubs have
another class). Leaves: usb_event rows. Must hold: nothing is kept between runs: what happened while
the agent was off is not told, and not made up.
"""

from __future__ import annotations

from reticent_contract.catalog.usb_event import USB_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.windows.laptop import UsbNotice, laptop
from reticent_agent.collect.windows.plugged import usb_name, usb_port

_PREFIX = "\\\\?\\"


def usb_events() -> EventSource:
    """Named "usb"."""
    return EventSource(name="usb", table="usb_event", follow=_follow)


def usb_row(context: Context, notice: UsbNotice) -> Row | None:
    """None for what is no USB device."""
    name = usb_name(notice.symbolic_link.removeprefix(_PREFIX))
    if name is None:
        return None
    event = "plugged" if notice.arrived else "pulled"
    values = {
        "port": usb_port(context, name),
        "vendor_id": name.vendor_id,
        "product_id": name.product_id,
        "serial": name.serial,
    }
    return event_row(USB_EVENT, event, context.clock.now_us(), values)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    for notice in laptop(context).notices.usb(context.stopping):
        row = usb_row(context, notice)
        if row is not None:
            emit((row,), cursor=cursor)
