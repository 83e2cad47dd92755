"""A real X server with real windows: what is in front arrives at the agent's door, and as rows."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from collect_events.fakes import Followed
from reticent_agent.collect.apps import inbox as inbox_module
from reticent_agent.collect.apps.inbox import AppInbox
from reticent_agent.collect.clock import SystemClock
from reticent_agent.local.server import LocalServer
from reticent_agent.session import helper, x11

PROGRAMS = {name: shutil.which(name) for name in ("Xvfb", "xterm", "xprop", "xwininfo")}
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(90),
    pytest.mark.skipif(
        None in PROGRAMS.values() or not Path(x11.XPROP).exists(),
        reason="Xvfb, xterm, xprop and xwininfo are not all on this machine",
    ),
]
ME = os.geteuid()


@pytest.fixture
def display() -> Iterator[str]:
    """A screen of its own, whose number the X server chooses."""
    read, write = os.pipe()
    with subprocess.Popen(
        [str(PROGRAMS["Xvfb"]), "-displayfd", str(write), "-screen", "0", "640x480x24"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read, "rb") as told:
            number = told.readline().strip().decode()
        yield f":{number}"
        server.terminate()


def window(stack: ExitStack, display: str, title: str) -> str:
    """A terminal's window, once it is there. `title` is what must never be told."""
    environment = {"DISPLAY": display, "PATH": os.environ["PATH"], "HOME": "/tmp"}
    process = stack.enter_context(
        subprocess.Popen(
            [str(PROGRAMS["xterm"]), "-T", title, "-e", "sleep 60"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
    )
    stack.callback(process.terminate)
    until = time.monotonic() + 20
    while True:
        listed = subprocess.run(
            ["xwininfo", "-name", title, "-int"], env=environment, capture_output=True, check=False
        ).stdout.decode()
        if "Window id: " in listed:
            return listed.partition("Window id: ")[2].split()[0]
        assert time.monotonic() < until
        time.sleep(0.1)


def put_in_front(display: str, number: str) -> None:
    """What a window manager writes when a person chooses a window (xprop cannot: its type)."""
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XDefaultRootWindow.argtypes = x.XCloseDisplay.argtypes = [ctypes.c_void_p]
    x.XDefaultRootWindow.restype = x.XInternAtom.restype = ctypes.c_ulong
    x.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    x.XChangeProperty.argtypes = [
        *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong),
        *(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_int),
    ]
    opened = x.XOpenDisplay(display.encode())
    root = x.XDefaultRootWindow(opened)
    atom = x.XInternAtom(opened, b"_NET_ACTIVE_WINDOW", 0)
    window_type, bits, replace = 33, 32, 0  # XA_WINDOW, PropModeReplace
    value = ctypes.c_ulong(int(number))
    x.XChangeProperty(opened, root, atom, window_type, bits, replace, ctypes.byref(value), 1)
    x.XCloseDisplay(opened)


async def test_what_was_in_front_arrives_without_its_title(
    display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "_GATHER_S", 0.05)
    monkeypatch.setattr(helper, "TELL_EVERY_S", 0.2)
    monkeypatch.setattr(helper, "ASK_AGAIN_S", 0.5)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text(f"alice:x:{ME}:{ME}::/home/alice:/bin/sh\n")
    box = AppInbox()
    door = LocalServer(tmp_path / "door", {"apps.used": box.take})
    assert await door.start()
    _, look = helper.source({"DISPLAY": display}, "linux")
    assert look is not None
    with (
        ExitStack() as stack,
        Followed(
            box.source({}),
            tmp_path,
            clock=SystemClock(),
        ) as recorder,
    ):
        first, second = (window(stack, display, f"secret {n}") for n in (1, 2))
        reporting = threading.Thread(
            target=helper.report, args=(tmp_path / "door", look), daemon=True
        )
        put_in_front(display, first)
        reporting.start()
        await asyncio.sleep(2.0)
        put_in_front(display, second)
        await asyncio.to_thread(recorder.wait_for, lambda: bool(recorder.rows("app_usage")))
    (row,) = recorder.rows("app_usage")
    assert row.values["app"] == "xterm"
    assert row.values["user_name"] == "alice"
    duration = row.values["duration_ms"]
    assert isinstance(duration, int)
    assert 1_000 <= duration <= 20_000
    assert "secret" not in str(dict(row.values))
    await asyncio.to_thread(reporting.join, 10)  # nobody asks any more
    assert not reporting.is_alive()
    await door.stop()


def test_without_a_display_the_helper_says_what_is_missing() -> None:
    told: list[object] = []
    with pytest.raises(Exception, match="display is gone"):
        x11.follow(":9999", told.append)
    assert told == []
    assert sys.platform == "linux"
