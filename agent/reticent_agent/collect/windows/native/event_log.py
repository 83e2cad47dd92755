"""The event log of this Windows laptop, through wevtapi.dll (winevt.h).

Enters: a channel and a query. Leaves: events as XML. Must hold: every handle is closed; nothing
wakes up while nothing is logged: the service sets an event object when there is something.

A subscription in the pull model: EvtSubscribe with a signal, EvtNext until it has no more, the
signal reset, wait. A bookmark is a document that holds channel and record number; with
EvtSubscribeStrict the call fails where the log has no such record any more.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from ctypes import wintypes
from xml.sax.saxutils import quoteattr

from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.windows.event_xml import EVENT_CHARS_MAX
from reticent_agent.collect.windows.laptop import (
    EVENTS_AT_ONCE,
    RecordGoneError,
)
from reticent_agent.collect.windows.native.calls import (
    event_object,
    failed,
    kernel32,
    library,
    stop_event,
    wait_for,
)

START_AT_OLDEST = 2  # EVT_SUBSCRIBE_FLAGS
START_AFTER_BOOKMARK = 3
STRICT = 0x10000
RENDER_EVENT_XML = 1  # EVT_RENDER_FLAGS
FORMAT_XML = 9  # EVT_FORMAT_MESSAGE_FLAGS
NEXT_WAIT_MS = 1_000
PUBLISHERS_KEPT = 64

ERROR_ACCESS_DENIED = 5
ERROR_INSUFFICIENT_BUFFER = 122
ERROR_NO_MORE_ITEMS = 259
ERROR_NOT_FOUND = 1168
ERROR_TIMEOUT = 1460
ERROR_INVALID_OPERATION = 4317  # EvtNext before there is anything
ERROR_EVT_CHANNEL_NOT_FOUND = 15007
ERROR_EVT_QUERY_RESULT_STALE = 15011

_HANDLE = wintypes.HANDLE
_api = library("wevtapi.dll")
_api.EvtSubscribe.argtypes = (
    _HANDLE,
    wintypes.HANDLE,
    wintypes.LPCWSTR,
    wintypes.LPCWSTR,
    _HANDLE,
    wintypes.LPVOID,
    wintypes.LPVOID,
    wintypes.DWORD,
)
_api.EvtSubscribe.restype = _HANDLE
_api.EvtNext.argtypes = (
    _HANDLE,
    wintypes.DWORD,
    ctypes.POINTER(_HANDLE),
    wintypes.DWORD,
    wintypes.DWORD,
    ctypes.POINTER(wintypes.DWORD),
)
_api.EvtNext.restype = wintypes.BOOL
_api.EvtRender.argtypes = (
    _HANDLE,
    _HANDLE,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.LPVOID,
    ctypes.POINTER(wintypes.DWORD),
    ctypes.POINTER(wintypes.DWORD),
)
_api.EvtRender.restype = wintypes.BOOL
_api.EvtFormatMessage.argtypes = (
    _HANDLE,
    _HANDLE,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.LPVOID,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.LPWSTR,
    ctypes.POINTER(wintypes.DWORD),
)
_api.EvtFormatMessage.restype = wintypes.BOOL
_api.EvtOpenPublisherMetadata.argtypes = (
    _HANDLE,
    wintypes.LPCWSTR,
    wintypes.LPCWSTR,
    wintypes.DWORD,
    wintypes.DWORD,
)
_api.EvtOpenPublisherMetadata.restype = _HANDLE
_api.EvtCreateBookmark.argtypes = (wintypes.LPCWSTR,)
_api.EvtCreateBookmark.restype = _HANDLE
_api.EvtClose.argtypes = (_HANDLE,)
_api.EvtClose.restype = wintypes.BOOL


class WindowsEventLog:
    """The `EventLog` of this laptop."""

    def follow(
        self,
        channel: str,
        query: str,
        *,
        after: int | None,
        with_message: bool,
        stopping: Callable[[], bool],
    ) -> Iterator[Sequence[str]]:
        with ExitStack() as stack:
            signal = stack.enter_context(event_object())
            stop = stack.enter_context(stop_event(stopping))
            subscription = _subscribe(channel, query, after, signal)
            stack.callback(_api.EvtClose, subscription)
            publishers = _Publishers()
            stack.callback(publishers.close)
            while not stopping():
                kernel32.ResetEvent(signal)  # before EvtNext: what comes meanwhile sets it again
                while documents := _next(subscription, publishers if with_message else None):
                    if stopping():
                        return
                    yield documents
                if wait_for((stop, signal)) == 0:
                    return


def _subscribe(channel: str, query: str, after: int | None, signal: int) -> int:
    flags, bookmark = START_AT_OLDEST, None
    if after is not None:
        flags = START_AFTER_BOOKMARK | STRICT
        bookmark = _api.EvtCreateBookmark(
            f"<BookmarkList><Bookmark Channel={quoteattr(channel)} RecordId='{after}' "
            "IsCurrent='true'/></BookmarkList>"
        )
        if not bookmark:
            raise failed()
    try:
        handle = _api.EvtSubscribe(None, signal, channel, query, bookmark, None, None, flags)
        code = ctypes.get_last_error()
    finally:
        if bookmark:
            _api.EvtClose(bookmark)
    if handle:
        return int(handle)
    if code in (ERROR_NOT_FOUND, ERROR_EVT_QUERY_RESULT_STALE):
        raise RecordGoneError
    if code == ERROR_ACCESS_DENIED:
        raise SourceUnavailableError(
            "a channel of the event log may not be read by the agent",
            "add the agent's account to the group Event Log Readers",
        )
    if code == ERROR_EVT_CHANNEL_NOT_FOUND:
        raise SourceUnavailableError(
            "a channel of the event log is not there", "correct its name or leave it out"
        )
    raise OSError(0, f"Windows error {code}", None, code)


def _next(subscription: int, publishers: _Publishers | None) -> list[str]:
    """At most EVENTS_AT_ONCE documents; [] where there is no further one yet."""
    events = (_HANDLE * EVENTS_AT_ONCE)()
    count = wintypes.DWORD()
    if not _api.EvtNext(subscription, EVENTS_AT_ONCE, events, NEXT_WAIT_MS, 0, ctypes.byref(count)):
        code = ctypes.get_last_error()
        if code in (ERROR_NO_MORE_ITEMS, ERROR_TIMEOUT, ERROR_INVALID_OPERATION):
            return []
        raise OSError(0, f"Windows error {code}", None, code)
    documents = []
    found = [event for event in events[: count.value] if event]
    try:
        for event in found:
            document = _rendered(event)
            with_message = publishers.formatted(event, document) if publishers else None
            documents.append(with_message or document)
    finally:
        for event in found:
            _api.EvtClose(event)
    return documents


def _rendered(event: int) -> str:
    """The event as XML. Raises OSError."""
    size, used, properties = 16 << 10, wintypes.DWORD(), wintypes.DWORD()
    while size <= EVENT_CHARS_MAX * 2:
        buffer = ctypes.create_string_buffer(size)
        if _api.EvtRender(
            None,
            event,
            RENDER_EVENT_XML,
            size,
            buffer,
            ctypes.byref(used),
            ctypes.byref(properties),
        ):
            return buffer.raw[: used.value].decode("utf-16-le", "replace").rstrip("\0")
        if ctypes.get_last_error() != ERROR_INSUFFICIENT_BUFFER:
            raise failed()
        size = max(size * 2, used.value)
    return ""  # beyond what an event may be: the parser takes it for none


class _Publishers:
    """Who wrote an event knows how its message reads; kept, since opening one reads its files."""

    def __init__(self) -> None:
        self._kept: dict[str, int | None] = {}

    def formatted(self, event: int, document: str) -> str | None:
        """The event with its message; None where its publisher is gone or has no text for it."""
        publisher = self._of(_provider(document))
        if publisher is None:
            return None
        size, used = 8 << 10, wintypes.DWORD()
        while size <= EVENT_CHARS_MAX:
            buffer = ctypes.create_unicode_buffer(size)
            if _api.EvtFormatMessage(
                publisher, event, 0, 0, None, FORMAT_XML, size, buffer, ctypes.byref(used)
            ):
                return buffer.value
            if ctypes.get_last_error() != ERROR_INSUFFICIENT_BUFFER:
                return None
            size = max(size * 2, used.value)
        return None

    def close(self) -> None:
        for handle in self._kept.values():
            if handle:
                _api.EvtClose(handle)
        self._kept.clear()

    def _of(self, provider: str) -> int | None:
        if not provider:
            return None
        if provider not in self._kept:
            if len(self._kept) >= PUBLISHERS_KEPT:
                self.close()
            handle = _api.EvtOpenPublisherMetadata(None, provider, None, 0, 0)
            self._kept[provider] = int(handle) if handle else None
        return self._kept[provider]


def _provider(document: str) -> str:
    """The name in `<Provider Name='…'`, which stands near the beginning."""
    _, found, rest = document[:2_048].partition("<Provider Name=")
    return rest[1:].partition(rest[0])[0] if found and rest else ""
