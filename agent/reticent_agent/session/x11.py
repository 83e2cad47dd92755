"""The active window of X11, by the program xprop (x11-utils), which waits for changes itself.

Sources: Extended Window Manager Hints, _NET_ACTIVE_WINDOW and _NET_WM_PID; xprop(1), -spy.
Enters: lines of `xprop -root -spy _NET_ACTIVE_WINDOW`. Leaves: applications in front.
Must hold: of a window nothing but its process is asked.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from reticent_agent.errors import AgentError
from reticent_agent.session.foreground import Application
from reticent_agent.session.programs import ProgramError

XPROP = "/usr/bin/xprop"
_NEXT_STEP = "install x11-utils, or see why it does not start"
_ASK_S = 5.0
_LINE_BYTES_MAX = 4_096
_WINDOW = re.compile(rb"_NET_ACTIVE_WINDOW\(WINDOW\): window id # (0x[0-9a-fA-F]{1,8})\b")
_PID = re.compile(rb"_NET_WM_PID\(CARDINAL\) = ([0-9]{1,10})\s*")


def window_of(line: bytes) -> str | None:
    """The window's number, as xprop writes it; None where no window is active."""
    found = _WINDOW.match(line)
    if found is None or int(found[1], 16) == 0:
        return None
    return found[1].decode()


def pid_of(output: bytes) -> int | None:
    """The process that a window says it belongs to; None where it says nothing."""
    found = _PID.fullmatch(output)
    pid = 0 if found is None else int(found[1])
    return pid if 0 < pid < 1 << 31 else None


def follow(display: str, told: Callable[[Application | None], None]) -> None:
    """Until the session ends. Raises AgentError where xprop or the display is not to be had."""
    environment = {"DISPLAY": display, "LC_ALL": "C"}
    environment["XAUTHORITY"] = os.environ.get("XAUTHORITY") or str(Path.home() / ".Xauthority")
    try:
        spy = subprocess.Popen(  # noqa: S603 - its arguments are the helper's own, no shell
            [XPROP, "-root", "-spy", "_NET_ACTIVE_WINDOW"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError as error:
        raise ProgramError(XPROP, error, next_step=_NEXT_STEP) from None
    with spy:
        try:
            for line in _lines(spy.stdout):
                told(_application(window_of(line), environment))
        finally:
            spy.kill()
    raise AgentError(
        "the display is gone; which application is in front is not told until the next logon",
        permanent=False,
    )


def _lines(output: IO[bytes] | None) -> Iterator[bytes]:
    while output is not None and (line := output.readline(_LINE_BYTES_MAX)):
        yield line


def _application(window: str | None, environment: dict[str, str]) -> Application | None:
    if window is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - its arguments are the helper's own, no shell
            [XPROP, "-id", window, "_NET_WM_PID"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=_ASK_S,
            check=False,
        )
    except OSError as error:
        raise ProgramError(XPROP, error, next_step=_NEXT_STEP) from None
    except subprocess.TimeoutExpired:
        return None
    pid = pid_of(done.stdout[:_LINE_BYTES_MAX])
    if pid is None:
        return None
    path = ""
    with suppress(OSError):  # another person's program, or gone already
        path = str(Path(f"/proc/{pid}/exe").readlink()).removesuffix(" (deleted)")
    return Application(pid=pid, path=path) if path else None
