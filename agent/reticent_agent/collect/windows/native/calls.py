"""How Python calls Windows, in one place: libraries, handles, and the event that says stop.

Enters: names of system libraries. Leaves: libraries from the system folder only. Must hold: nothing
is loaded from the working folder or PATH. Only for Windows; nothing here has run on another system.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import wintypes

from reticent_agent.collect.windows.when_stopped import when_stopped

LOAD_LIBRARY_SEARCH_SYSTEM32 = 0x0800
WAIT_OBJECT_0 = 0
INFINITE = 0xFFFFFFFF
PATH_CHARS_MAX = 32_768


def library(name: str) -> ctypes.WinDLL:
    """From the system folder; functions keep GetLastError for `ctypes.get_last_error`."""
    return ctypes.WinDLL(name, use_last_error=True, winmode=LOAD_LIBRARY_SEARCH_SYSTEM32)


kernel32 = library("kernel32.dll")
kernel32.GetSystemDirectoryW.argtypes = (wintypes.LPWSTR, wintypes.UINT)
kernel32.GetSystemDirectoryW.restype = wintypes.UINT
kernel32.CreateEventW.argtypes = (
    wintypes.LPVOID,
    wintypes.BOOL,
    wintypes.BOOL,
    wintypes.LPCWSTR,
)
kernel32.CreateEventW.restype = wintypes.HANDLE
kernel32.SetEvent.argtypes = (wintypes.HANDLE,)
kernel32.SetEvent.restype = wintypes.BOOL
kernel32.ResetEvent.argtypes = (wintypes.HANDLE,)
kernel32.ResetEvent.restype = wintypes.BOOL
kernel32.CloseHandle.argtypes = (wintypes.HANDLE,)
kernel32.CloseHandle.restype = wintypes.BOOL
kernel32.WaitForMultipleObjects.argtypes = (
    wintypes.DWORD,
    ctypes.POINTER(wintypes.HANDLE),
    wintypes.BOOL,
    wintypes.DWORD,
)
kernel32.WaitForMultipleObjects.restype = wintypes.DWORD


def failed() -> OSError:
    """Of the last call, by its number; what Windows says of it may name a file."""
    code = ctypes.get_last_error()
    return OSError(0, f"Windows error {code}", None, code)


def system_folder() -> str:
    """GetSystemDirectoryW: `C:\\Windows\\System32`, whatever the environment claims."""
    buffer = ctypes.create_unicode_buffer(PATH_CHARS_MAX)
    length = kernel32.GetSystemDirectoryW(buffer, PATH_CHARS_MAX)
    if not 0 < length < PATH_CHARS_MAX:
        raise failed()
    return buffer.value


@contextmanager
def event_object() -> Iterator[int]:
    """A manual-reset event, not set."""
    handle = kernel32.CreateEventW(None, True, False, None)
    if not handle:
        raise failed()
    try:
        yield handle
    finally:
        kernel32.CloseHandle(handle)


@contextmanager
def stop_event(stopping: Callable[[], bool]) -> Iterator[int]:
    """An event that is set when `stopping()`; a thread of its own sleeps until then."""
    with event_object() as handle, when_stopped(stopping, lambda: kernel32.SetEvent(handle)):
        yield handle


def wait_for(handles: tuple[int, ...]) -> int:
    """Which of them is set, the first of them where several are. Raises OSError."""
    array = (wintypes.HANDLE * len(handles))(*handles)
    found = kernel32.WaitForMultipleObjects(len(handles), array, False, INFINITE)
    if not WAIT_OBJECT_0 <= found < WAIT_OBJECT_0 + len(handles):
        raise failed()
    return int(found - WAIT_OBJECT_0)
