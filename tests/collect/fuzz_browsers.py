"""Parsers of what browsers and desktops leave, for the one fuzz command: `PARSERS`, by name.

Each takes any bytes and may raise only what its documentation says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from reticent_agent.collect.apps.inbox import AppInbox, _rows
from reticent_agent.collect.apps.scopes import app_of
from reticent_agent.collect.browsers.history import (
    CHROMIUM,
    FIREFOX,
    SAFARI,
    Mark,
    Schema,
    UnreadableError,
    visits_after,
)
from reticent_agent.collect.browsers.reduce import reduced
from reticent_agent.collect.browsers.source import decode_cursor
from reticent_agent.local.server import LocalServer
from reticent_agent.session import lsappinfo, x11
from support.damaged_database import DamagedDatabase
from support.histories import Made, write_history

_NOW_US = 1_795_327_981_000_000


def _written(family: str) -> DamagedDatabase:
    visits = [Made(url=f"https://{n}.example/", ts_us=_NOW_US + n) for n in range(30)]
    return DamagedDatabase(lambda path: write_history(path, family, *visits))


_HISTORIES = {schema.name: _written(schema.name) for schema in (CHROMIUM, FIREFOX, SAFARI)}


def _history(schema: Schema) -> Callable[[bytes], object]:
    def parse(data: bytes) -> object:
        path = _HISTORIES[schema.name].laid(data)
        try:
            return list(visits_after(path, schema, Mark(), not_before_us=0))
        except UnreadableError:
            return None

    return parse


def _request(data: bytes) -> object:
    """What any person's program says at the agent's door, to all handlers that there are."""
    inbox = AppInbox()
    inbox._asked = True  # as while a policy asks
    server = LocalServer(Path("/nowhere"), {"apps.used": inbox.take})
    with suppress(StopIteration):
        server._handle(1000, data).send(None)  # nothing in it waits
        raise AssertionError("the handler waits")
    return inbox._take_waiting()


PARSERS: dict[str, Callable[[bytes], object]] = {
    "history of Chromium": _history(CHROMIUM),
    "history of Firefox": _history(FIREFOX),
    "history of Safari": _history(SAFARI),
    "URL": lambda data: reduced(data.decode("utf-8", "surrogateescape"), "url"),
    "URL behind a host": lambda data: reduced("https://a.example/" + data.decode("latin-1"), "url"),
    "cursor": lambda data: decode_cursor(data.decode("latin-1"), now_us=1),
    "unit of an application": lambda data: app_of(f"app-{data.decode('latin-1')}.scope"),
    "request at the door": _request,
    "report of a helper": lambda data: _rows([{"app": data.decode("latin-1")}], "", since_us=0),
    "xprop, active window": x11.window_of,
    "xprop, process": x11.pid_of,
    "lsappinfo front": lsappinfo.front_of,
    "lsappinfo info": lsappinfo.application_of,
}


_REPORT = {"start_us": 1_795_327_981_000_000, "duration_ms": 5, "path": "/usr/bin/vi", "pid": 7}
_SAID = {"do": "apps.used", "used": [_REPORT], "cannot": "wayland"}
SEEDS: Mapping[str, Sequence[bytes]] = {
    "history of Chromium": _HISTORIES[CHROMIUM.name].pieces(),
    "history of Firefox": _HISTORIES[FIREFOX.name].pieces(),
    "history of Safari": _HISTORIES[SAFARI.name].pieces(),
    "URL": [b"https://user:x@www.example.co.in:8443/a%20b?q=1#f", b"http://[::1]/", b"file:///x"],
    "URL behind a host": [b"a/b?c=d#e"],
    "cursor": [b'{"v":1,"since":5,"at":{"chrome:1000:Default":[7,8]}}'],
    "unit of an application": [b"gnome-org.gnome.Terminal-4711", b"flatpak-org.mozilla.firefox-12"],
    "request at the door": [json.dumps(_SAID).encode() + b"\n"],
    "report of a helper": [b"vi"],
    "xprop, active window": [b"_NET_ACTIVE_WINDOW(WINDOW): window id # 0x3a00007\n"],
    "xprop, process": [b"_NET_WM_PID(CARDINAL) = 4711\n"],
    "lsappinfo front": [b"ASN:0x0-0x1a01a:\n"],
    "lsappinfo info": [b'"LSBundleIdentifier"="com.apple.Safari"\n"pid"=501\n'],
}
