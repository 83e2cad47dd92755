"""Table `usb_event`: what is plugged into a USB port, and pulled.

Enters: device events of the kernel. Leaves: `plugged` and `pulled` rows. Must hold: what is there
when the source starts is not told; what the kernel dropped in a burst is found by comparing /sys
with what is known; a device that is gone is told with what it said of itself when it came.

Nothing is kept between runs: a cursor would have to hold serial numbers. What was plugged or
pulled while the agent was off is seen in the table `usb`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import basename

from reticent_contract.catalog.usb_event import USB_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.linux.netlink import (
    NETLINK_KOBJECT_UEVENT,
    UEVENT_GROUP_KERNEL,
    OpenNetlink,
    follow_messages,
    listening,
    open_netlink,
)
from reticent_agent.collect.linux.uevent import parse_uevent
from reticent_agent.collect.linux.usb import PORT, device, ports
from reticent_agent.collect.model import Context, Emit, EventSource, FileRoot
from reticent_agent.collect.rows import event_row

Device = Mapping[str, str | None]


def plugging(open_socket: OpenNetlink = open_netlink) -> EventSource:
    """Named "usb_plugging"."""

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        with listening(open_socket, NETLINK_KOBJECT_UEVENT, UEVENT_GROUP_KERNEL) as opened:
            devices = Devices(context.files)  # after the socket: nothing falls in between
            follow_messages(context, opened, devices, emit, cursor=cursor)

    return EventSource(name="usb_plugging", table=USB_EVENT.name, follow=follow)


class Devices:
    """What is plugged in, by port."""

    def __init__(self, files: FileRoot) -> None:
        self._files = files
        self._known = self._there()

    def told(self, message: bytes, ts_us: int) -> Iterator[Row]:
        keys = parse_uevent(message)
        # SYNTH_UUID: somebody asked for the event (`udevadm trigger`); nothing was plugged.
        if keys.get("DEVTYPE") != "usb_device" or "SYNTH_UUID" in keys:
            return
        port = basename(keys.get("DEVPATH", ""))
        if not PORT.fullmatch(port):
            return
        if keys.get("ACTION") == "add":
            yield from self._plugged(port, _filled(device(self._files, port), keys), ts_us)
        elif keys.get("ACTION") == "remove":
            values = self._known.pop(port, None) or _filled({}, keys)
            yield _row("pulled", port, values, ts_us)

    def compared(self, ts_us: int) -> Iterator[Row]:
        there = self._there()
        for port in sorted(set(self._known) - set(there)):
            yield _row("pulled", port, self._known.pop(port), ts_us)
        for port in sorted(there):
            yield from self._plugged(port, there[port], ts_us)

    def _plugged(self, port: str, values: Device, ts_us: int) -> Iterator[Row]:
        before = self._known.get(port)
        if before == values:  # seen when the source started, or in a comparison
            return
        if before is not None:
            yield _row("pulled", port, before, ts_us)
        self._known[port] = values
        yield _row("plugged", port, values, ts_us)

    def _there(self) -> dict[str, Device]:
        return {port: device(self._files, port) for port in ports(self._files)}


def _filled(values: Device, keys: Mapping[str, str]) -> Device:
    """With the numbers of the message (PRODUCT=46d/c52b/1211) where /sys has none any more."""
    vendor, _, rest = keys.get("PRODUCT", "").partition("/")
    product = rest.partition("/")[0]
    numbers = {
        "vendor_id": vendor.rjust(4, "0") if vendor else None,
        "product_id": product.rjust(4, "0") if product else None,
    }
    return {**values, **{name: values.get(name) or number for name, number in numbers.items()}}


def _row(event: str, port: str, values: Device, ts_us: int) -> Row:
    return event_row(USB_EVENT, event, ts_us, {"port": port, **values})
