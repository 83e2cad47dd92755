"""Which application is in front, by recorded words of xprop and lsappinfo, and for how long."""

from __future__ import annotations

import errno
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, FakeClock
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.apps.inbox import CANNOT, _rows
from reticent_agent.session import helper
from reticent_agent.session.foreground import Application, Foreground
from reticent_agent.session.helper import source
from reticent_agent.session.lsappinfo import application_of, front_of
from reticent_agent.session.x11 import pid_of, window_of
from support.events import by_table
from support.machines import FIXTURES

EDITOR = Application(pid=7, path="/usr/bin/gedit")
BROWSER = Application(pid=9, path="/usr/lib/firefox/firefox")
LSAPPINFO = FIXTURES / "macos" / "lsappinfo.txt"
XPROP = FIXTURES / "linux" / "events" / "xprop.txt"


def test_each_application_is_told_when_another_takes_its_place() -> None:
    clock = FakeClock()
    foreground = Foreground(clock)
    assert foreground.changed(EDITOR) is None
    clock.advance(60)
    assert foreground.changed(EDITOR) is None  # another of its windows
    clock.advance(30)
    used = foreground.changed(BROWSER)
    assert used is not None
    assert (used.path, used.start_us, used.duration_ms) == (EDITOR.path, NOW_US, 90_000)
    clock.advance(0.4)
    assert foreground.changed(None) is None  # too short to be use
    clock.advance(500)
    assert foreground.changed(EDITOR) is None  # nothing was in front
    clock.suspend(9_000)
    clock.advance(5)
    used = foreground.changed(None)
    assert used is not None
    assert used.duration_ms == 5_000


def test_a_long_time_in_front_is_told_in_parts() -> None:
    clock = FakeClock()
    foreground = Foreground(clock)
    foreground.changed(EDITOR)
    clock.advance(3_601)
    used = foreground.changed(EDITOR)
    assert used is not None
    assert used.duration_ms == 3_600_000


@pytest.mark.parametrize(
    ("line", "window"),
    [
        (b"_NET_ACTIVE_WINDOW(WINDOW): window id # 0x2a00007\n", "0x2a00007"),
        (b"_NET_ACTIVE_WINDOW(WINDOW): window id # 0x2a00007, 0x0\n", "0x2a00007"),
        (b"_NET_ACTIVE_WINDOW(WINDOW): window id # 0x0\n", None),
        (b"_NET_ACTIVE_WINDOW:  no such atom on any window.\n", None),
        (b"_NET_ACTIVE_WINDOW:  not found.\n", None),
        (b"", None),
    ],
)
def test_xprop_tells_the_active_window(line: bytes, window: str | None) -> None:
    assert window_of(line) == window


@pytest.mark.parametrize(
    ("output", "pid"),
    [
        (b"_NET_WM_PID(CARDINAL) = 4711\n", 4711),
        (b"_NET_WM_PID(CARDINAL) = 0\n", None),
        (b"_NET_WM_PID(CARDINAL) = 4294967295\n", None),
        (b"_NET_WM_PID:  not found.\n", None),
    ],
)
def test_xprop_tells_the_process_of_a_window(output: bytes, pid: int | None) -> None:
    assert pid_of(output) == pid


def test_lsappinfo_tells_the_application_in_front() -> None:
    assert front_of(b"[ NULL ]\n") is None
    assert application_of(b'"pid"=501\n') is None
    assert application_of(b"") is None


def of_xprop() -> Application:
    window, process = XPROP.read_bytes().splitlines()
    assert window_of(window) == "0x2a00007"
    pid = pid_of(process)
    assert pid is not None
    return Application(pid=pid, path="/usr/lib/firefox/firefox")


def of_lsappinfo() -> Application | None:
    front, _, application = LSAPPINFO.read_bytes().partition(b"\n")
    assert front_of(front) == "ASN:0x0-0x1a01a:"
    return application_of(application)


@pytest.mark.parametrize(
    ("application", "expected"),
    [
        (of_xprop, "linux/events/foreground.json"),
        (of_lsappinfo, "macos/foreground.json"),
    ],
)
def test_what_the_desktop_tells_becomes_a_row(
    application: Callable[[], Application | None], expected: str
) -> None:
    clock = FakeClock()
    foreground = Foreground(clock)
    foreground.changed(application())
    clock.advance(61)
    used = foreground.changed(None)
    assert used is not None
    rows = _rows([used.document()], "alice", since_us=0)
    assert by_table(rows) == json.loads((FIXTURES / expected).read_text())


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOENT, "unavailable"), (errno.EACCES, "program_not_started")],
)
@pytest.mark.parametrize("look", ["x11", "macos"])
def test_why_the_program_does_not_start_is_told_to_the_agent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, look: str, number: int, said: str
) -> None:
    asked: list[Mapping[str, object]] = []

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "refused")

    def ask(_: Path, words: Mapping[str, object]) -> Mapping[str, object]:
        asked.append(words)
        return {"asked": True}

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(helper, "ask", ask)
    _, found = source({"DISPLAY": ":0"}, "darwin" if look == "macos" else "linux")
    assert found is not None
    helper.report(tmp_path, found)
    assert [words["cannot"] for words in asked if "cannot" in words] == [said]
    assert said in CANNOT


@given(st.binary(max_size=200))
def test_any_output_gives_an_application_or_none(output: bytes) -> None:
    for parse in (window_of, pid_of, front_of, application_of):
        parse(output)
        parse(b'"pid"=5\n"LSBundleIdentifier"=' + output)


@pytest.mark.parametrize(
    ("environment", "platform", "why"),
    [
        ({"DISPLAY": ":0"}, "linux", ""),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", "wayland"),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "linux", "wayland"),
        ({}, "linux", "no_display"),
        ({}, "darwin", ""),
    ],
)
def test_where_nothing_tells_the_foreground_it_is_said_why(
    environment: dict[str, str], platform: str, why: str
) -> None:
    said, look = source(environment, platform)
    assert (said, look is None) == (why, bool(why))
