"""What Windows tells of devices and addresses while it happens (cfgmgr32.h, netioapi.h).

Enters: nothing. Leaves: notices. Must hold: a callback only puts something into a queue and comes
back; it is taken out of Windows's list before what it refers to goes.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import queue
import socket
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from ctypes import wintypes
from typing import TypeVar

import psutil

from reticent_agent.collect.windows.laptop import Connection, UsbNotice
from reticent_agent.collect.windows.native.calls import library
from reticent_agent.collect.windows.when_stopped import when_stopped

DEVICE_INTERFACE = 0  # CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE
ARRIVAL, REMOVAL = 0, 1  # CM_NOTIFY_ACTION_DEVICEINTERFACE…
USB_DEVICE = uuid.UUID("a5dcbf10-6530-11d2-901f-00c04fb951ed")  # GUID_DEVINTERFACE_USB_DEVICE
LINK_OFFSET = 24  # of SymbolicLink in CM_NOTIFY_EVENT_DATA: type, reserved, ClassGuid
NOTICES_MAX = 1_024  # that wait; a bus that floods loses the rest
SETTLE_S = 1.0  # an address comes with several notices


_Item = TypeVar("_Item")


class _Filter(ctypes.Structure):
    """CM_NOTIFY_FILTER; its union is as large as an instance ID of 200 characters."""

    _fields_ = (
        ("cbSize", wintypes.DWORD),
        ("Flags", wintypes.DWORD),
        ("FilterType", ctypes.c_int),
        ("Reserved", wintypes.DWORD),
        ("ClassGuid", ctypes.c_ubyte * 16),
        ("rest", ctypes.c_ubyte * (400 - 16)),
    )


_DEVICE_CALLBACK = ctypes.WINFUNCTYPE(
    wintypes.DWORD,
    wintypes.HANDLE,
    wintypes.LPVOID,
    ctypes.c_int,
    wintypes.LPVOID,
    wintypes.DWORD,
)
_ADDRESS_CALLBACK = ctypes.WINFUNCTYPE(None, wintypes.LPVOID, wintypes.LPVOID, ctypes.c_int)

_devices = library("cfgmgr32.dll")
_devices.CM_Register_Notification.argtypes = (
    ctypes.POINTER(_Filter),
    wintypes.LPVOID,
    _DEVICE_CALLBACK,
    ctypes.POINTER(wintypes.HANDLE),
)
_devices.CM_Register_Notification.restype = wintypes.DWORD
_devices.CM_Unregister_Notification.argtypes = (wintypes.HANDLE,)
_devices.CM_Unregister_Notification.restype = wintypes.DWORD
_network = library("iphlpapi.dll")
for _name in ("NotifyUnicastIpAddressChange", "NotifyIpInterfaceChange"):
    _function = getattr(_network, _name)
    _function.argtypes = (
        wintypes.USHORT,
        _ADDRESS_CALLBACK,
        wintypes.LPVOID,
        ctypes.c_ubyte,
        ctypes.POINTER(wintypes.HANDLE),
    )
    _function.restype = wintypes.ULONG
_network.CancelMibChangeNotify2.argtypes = (wintypes.HANDLE,)
_network.CancelMibChangeNotify2.restype = wintypes.ULONG


class WindowsNotices:
    """The `Notices` of this laptop."""

    def usb(self, stopping: Callable[[], bool]) -> Iterator[UsbNotice]:
        waiting: queue.Queue[UsbNotice | None] = queue.Queue(NOTICES_MAX)

        def called(_handle: int, _context: int, action: int, data: int, size: int) -> int:
            if action in (ARRIVAL, REMOVAL) and data and size > LINK_OFFSET:
                link = ctypes.wstring_at(data + LINK_OFFSET, (size - LINK_OFFSET) // 2)
                _put(waiting, UsbNotice(action == ARRIVAL, link.partition("\0")[0]))
            return 0

        with (
            _registered_device(_DEVICE_CALLBACK(called)),
            when_stopped(stopping, lambda: _end(waiting)),
        ):
            yield from iter(waiting.get, None)

    def network(self, stopping: Callable[[], bool]) -> Iterator[Mapping[str, Connection]]:
        waiting: queue.Queue[bool | None] = queue.Queue(1)

        def called(_context: int, _row: int, _kind: int) -> None:
            _put(waiting, True)

        callback = _ADDRESS_CALLBACK(called)
        with (
            _registered_network("NotifyUnicastIpAddressChange", callback),
            _registered_network("NotifyIpInterfaceChange", callback),
            when_stopped(stopping, lambda: _end(waiting)),
        ):
            yield connections()
            while not stopping() and waiting.get() is not None:
                time.sleep(SETTLE_S)
                if not stopping():
                    yield connections()


def connections() -> dict[str, Connection]:
    """All interfaces now, by the names that people see."""
    states = psutil.net_if_stats()
    return {
        name: Connection(
            is_up=name in states and states[name].isup,
            addresses=frozenset(
                entry.address.partition("%")[0]
                for entry in entries
                if entry.family in (socket.AF_INET, socket.AF_INET6)
            ),
        )
        for name, entries in psutil.net_if_addrs().items()
    }


def _put(waiting: queue.Queue[_Item | None], item: _Item | None) -> None:
    try:
        waiting.put_nowait(item)
    except queue.Full:
        return  # one that waits wakes as well


def _end(waiting: queue.Queue[_Item | None]) -> None:
    """None for whoever takes from the queue next, whatever else waits there."""
    while True:
        try:
            waiting.put_nowait(None)
        except queue.Full:
            with suppress(queue.Empty):
                waiting.get_nowait()
        else:
            return


@contextmanager
def _registered_device(callback: object) -> Iterator[None]:
    wanted = _Filter(cbSize=ctypes.sizeof(_Filter), FilterType=DEVICE_INTERFACE)
    wanted.ClassGuid[:] = USB_DEVICE.bytes_le
    handle = wintypes.HANDLE()
    code = _devices.CM_Register_Notification(
        ctypes.byref(wanted), None, callback, ctypes.byref(handle)
    )
    if code != 0:
        raise OSError(0, f"CONFIGRET {code}")
    try:
        yield
    finally:
        _devices.CM_Unregister_Notification(handle)


@contextmanager
def _registered_network(function: str, callback: object) -> Iterator[None]:
    handle = wintypes.HANDLE()
    code = getattr(_network, function)(0, callback, None, 0, ctypes.byref(handle))  # AF_UNSPEC
    if code != 0:
        raise OSError(0, f"Windows error {code}", None, code)
    try:
        yield
    finally:
        _network.CancelMibChangeNotify2(handle)
