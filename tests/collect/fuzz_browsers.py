"""Parsers of what browsers and desktops leave, for the one fuzz command: `PARSERS`, by name.

Each takes any bytes and may raise only what its documentation says.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from reticent_agent.collect.apps.inbox import _rows
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
from reticent_agent.session import lsappinfo, x11
from support.histories import Made, write_history

_NOW_US = 1_795_327_981_000_000


@cache
def _whole(family: str) -> tuple[bytes, Path]:
    """A history, and where damaged ones are written; made with the first use, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-history-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    visits = [Made(url=f"https://{n}.example/", ts_us=_NOW_US + n) for n in range(30)]
    write_history(folder / "whole", family, *visits)
    return (folder / "whole").read_bytes(), folder / "damaged"


def _history(schema: Schema) -> Callable[[bytes], object]:
    """The bytes are laid over a whole history, at a place that they choose: it stays SQLite."""

    def parse(data: bytes) -> object:
        template, target = _whole(schema.name)
        content = bytearray(template)
        at = int.from_bytes(data[:3], "big") % len(content)
        content[at : at + len(data[3:])] = data[3:]
        target.write_bytes(content)
        try:
            return list(visits_after(target, schema, Mark(), not_before_us=0))
        except UnreadableError:
            return None

    return parse


PARSERS: dict[str, Callable[[bytes], object]] = {
    "history of Chromium": _history(CHROMIUM),
    "history of Firefox": _history(FIREFOX),
    "history of Safari": _history(SAFARI),
    "URL": lambda data: reduced(data.decode("utf-8", "surrogateescape"), "url"),
    "URL behind a host": lambda data: reduced("https://a.example/" + data.decode("latin-1"), "url"),
    "cursor": lambda data: decode_cursor(data.decode("latin-1"), now_us=1),
    "unit of an application": lambda data: app_of(f"app-{data.decode('latin-1')}.scope"),
    "report of a helper": lambda data: _rows([{"app": data.decode("latin-1")}], "", since_us=0),
    "xprop, active window": x11.window_of,
    "xprop, process": x11.pid_of,
    "lsappinfo front": lsappinfo.front_of,
    "lsappinfo info": lsappinfo.application_of,
}
