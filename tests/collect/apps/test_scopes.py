"""Applications by their control groups: a made-up desktop, followed by the kernel's watches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from collect_events.fakes import FakeClock, Followed
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.apps import scopes
from reticent_agent.collect.apps.scopes import app_of, app_scopes
from reticent_agent.collect.model import OF_WHOM
from support.events import by_table
from support.machines import FIXTURES

ALICE, BOB = 1_000, 1_001


@pytest.mark.parametrize(
    ("unit", "app"),
    [
        ("app-gnome-firefox-12345.scope", "firefox"),
        ("app-gnome-org.gnome.Terminal-4711.scope", "org.gnome.Terminal"),
        ("app-flatpak-org.mozilla.firefox-2781.scope", "org.mozilla.firefox"),
        ("app-gnome-google\\x2dchrome-9981.scope", "google-chrome"),
        ("app-org.kde.konsole-1b2c3d.scope", "org.kde.konsole"),
        ("app-org.kde.kate@8f1e.service", "org.kde.kate"),
        ("app-org.gnome.Evolution@autostart.service", "org.gnome.Evolution"),
        ("app-firefox.service", "firefox"),
        ("dbus.service", None),
        ("app-.scope", None),
        ("app.slice", None),
    ],
)
def test_the_name_of_a_unit_tells_the_application(unit: str, app: str | None) -> None:
    assert app_of(unit) == app


@given(st.text(max_size=80))
def test_any_name_gives_an_application_or_none(text: str) -> None:
    found = app_of(f"app-{text}.scope")
    assert found is None or found.strip()


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scopes, "GATHER_S", 0.05)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text(
        "alice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n"
    )
    slice_of(tmp_path, ALICE).mkdir(parents=True)
    return tmp_path


def slice_of(root: Path, uid: int) -> Path:
    return root / f"sys/fs/cgroup/user.slice/user-{uid}.slice/user@{uid}.service/app.slice"


def start(root: Path, uid: int, unit: str, pid: int) -> Path:
    """A group appears whole, as it does in the kernel."""
    made = root / f"{unit}.new"
    made.mkdir()
    (made / "cgroup.procs").write_text(f"{pid}\n{pid + 1}\n")
    folder = slice_of(root, uid) / unit
    made.rename(folder)
    return folder


def end(folder: Path) -> None:
    (folder / "cgroup.procs").unlink()
    folder.rmdir()


def test_what_is_started_and_stopped_is_told_and_what_ran_before_is_not(desktop: Path) -> None:
    before = start(desktop, ALICE, "app-gnome-nautilus-1.scope", 10)
    clock = FakeClock()
    with Followed(app_scopes({}), desktop, clock=clock) as recorder:
        recorder.wait_for(lambda: bool(recorder.cursor))
        # A second person logs on after the start; what was there at the start is not told.
        slice_of(desktop, BOB).mkdir(parents=True)
        first = start(desktop, ALICE, "app-gnome-firefox-77.scope", 77)
        recorder.wait_for(lambda: len(recorder.rows()) >= 1)
        start(desktop, BOB, "app-org.kde.kate-1.scope", 99)
        recorder.wait_for(lambda: len(recorder.rows()) >= 2)
        clock.advance(90)
        end(first)
        recorder.wait_for(lambda: len(recorder.rows()) >= 3)
        end(before)
        recorder.wait_for(lambda: len(recorder.rows()) >= 4)
    expected = FIXTURES / "linux" / "events" / "apps.json"
    assert by_table(recorder.rows()) == json.loads(expected.read_text())


def test_who_has_not_agreed_is_not_told_of(desktop: Path) -> None:
    slice_of(desktop, BOB).mkdir(parents=True)
    with Followed(app_scopes({OF_WHOM: {BOB: 1}}), desktop) as recorder:
        recorder.wait_for(lambda: bool(recorder.cursor))
        start(desktop, ALICE, "app-gnome-firefox-77.scope", 77)
        start(desktop, BOB, "app-gnome-gedit-78.scope", 78)
        start(desktop, BOB, "app-gnome-gedit-79.scope", 79)
        recorder.wait_for(lambda: bool(recorder.rows()))
    assert {row.values["user_name"] for row in recorder.rows()} == {"bob"}
