"""All histories of a made-up laptop, followed: whose, since when, how much, on each system."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from collect_events.fakes import NOW_US, FakeClock, Followed, Recorder
from reticent_agent.collect import platform
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.browsers import private_copy, watching
from reticent_agent.collect.browsers.history import visits_after
from reticent_agent.collect.browsers.source import NAME, decode_cursor, site_visits
from reticent_agent.collect.model import OF_WHOM
from reticent_contract import limits
from support.histories import History, Made, write_history

FIXTURES = Path(__file__).parents[2] / "fixtures"
ME = os.geteuid()
SYSTEMS = {"linux": "linux", "macos": "darwin", "windows": "win32"}
BEGUN = json.dumps({"v": 1, "since": NOW_US, "at": {}})


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(private_copy, "_MEMORY", str(folder))
    monkeypatch.setattr(watching, "GATHER_S", 0.05)
    monkeypatch.setattr(watching, "LOOK_S", 0.05)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A Linux laptop of one person whose files are this test's."""
    folder = tmp_path / "laptop"
    (folder / "etc").mkdir(parents=True)
    (folder / "etc" / "passwd").write_text(f"alice:x:{ME}:{ME}:Alice:/home/alice:/bin/sh\n")
    (folder / "home" / "alice").mkdir(parents=True)
    if 0 < ME < 1_000:
        pytest.skip("this account's number is a service's")
    return folder


def chromium_of(root: Path, profile: str = "Default") -> Path:
    return root / "home/alice/.config/chromium" / profile / "History"


def made(number: int, *, after_us: int = 0, site: str = "shop.example.com") -> Made:
    return Made(url=f"https://{site}/page/{number}", ts_us=NOW_US + after_us + number, kind=1)


def sites(recorder: Recorder) -> list[Any]:
    return [row.values["site"] for row in recorder.rows("site_visit")]


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_browser_of_every_system_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    """tests/fixtures/browsers.json says what was visited, SYSTEM/browsers.json what comes of it."""
    monkeypatch.setattr("reticent_agent.collect.browsers.people._MACOS_FIRST_UID", 0)
    root = tmp_path / "laptop"
    (root / "etc").mkdir(parents=True)
    (root / "etc/passwd").write_text(f"alice:x:{ME}:{ME}::/home/alice:/bin/sh\n")
    home = root / ("home/alice" if system == "linux" else "Users/alice")
    for history in json.loads((FIXTURES / "browsers.json").read_text()):
        path = history["paths"].get(system)
        if path is not None:
            visits = [Made(**visit) for visit in history["visits"]]
            write_history(home / path, history["family"], *visits)
    expected = json.loads((FIXTURES / system / "browsers.json").read_text())["site_visit"]
    source = site_visits({"detail": "url"}, platform=SYSTEMS[system])
    with Followed(source, root, cursor=BEGUN) as recorder:
        recorder.wait_for(lambda: len(recorder.rows("site_visit")) >= len(expected))
    found = [{"event": r.event, "ts_us": r.ts_us, **r.values} for r in recorder.rows("site_visit")]
    assert found == expected


def test_nothing_before_the_policy_asked_is_told_and_everything_after_once(root: Path) -> None:
    path = chromium_of(root)
    with History(path, "chromium") as browser:
        browser.visit(made(0), made(1))
        clock = FakeClock(NOW_US + 1)
        with Followed(site_visits({}, platform="linux"), root, clock=clock) as recorder:
            recorder.wait_for(lambda: bool(recorder.cursor))
            browser.visit(made(2))
            recorder.wait_for(lambda: len(sites(recorder)) == 1)
        cursor = recorder.cursor
        browser.visit(made(3, site="www.example.org"))
        with Followed(site_visits({}, platform="linux"), root, cursor=cursor) as again:
            again.wait_for(lambda: bool(sites(again)))
    assert sites(recorder) == ["example.com"]
    assert sites(again) == ["example.org"]
    assert "alice" not in again.cursor


def test_the_first_start_is_kept_before_anything_happens(root: Path) -> None:
    with Followed(site_visits({}, platform="linux"), root) as recorder:
        recorder.wait_for(lambda: bool(recorder.cursor))
    assert decode_cursor(recorder.cursor, now_us=0).since_us == NOW_US


def test_a_profile_and_a_browser_that_appear_later_are_followed(root: Path) -> None:
    with Followed(site_visits({}, platform="linux"), root) as recorder:
        recorder.wait_for(lambda: bool(recorder.cursor))
        time.sleep(0.1)  # it waits now
        write_history(chromium_of(root), "chromium", made(1))
        recorder.wait_for(lambda: len(sites(recorder)) == 1)
        write_history(chromium_of(root, "Profile 1"), "chromium", made(2))
        recorder.wait_for(lambda: len(sites(recorder)) == 2)
    profiles = [row.values["profile"] for row in recorder.rows("site_visit")]
    assert profiles == ["Default", "Profile 1"]


def test_only_the_browsers_that_the_policy_names_are_read(root: Path) -> None:
    write_history(chromium_of(root), "chromium", made(1))
    write_history(
        root / "home/alice/.mozilla/firefox/x.default/places.sqlite",
        "firefox",
        made(2, site="a.example.org"),
    )
    source = site_visits({"browsers": ("firefox",)}, platform="linux")
    with Followed(source, root, cursor=BEGUN) as recorder:
        recorder.wait_for(lambda: bool(sites(recorder)))
    assert sites(recorder) == ["example.org"]


@pytest.mark.parametrize(
    ("agreed", "told"),
    [({ME: NOW_US}, [1, 2]), ({ME: NOW_US + 1}, [2]), ({ME + 1: 0}, []), ({}, [])],
)
def test_only_who_agreed_is_told_of_and_only_since_then(
    root: Path, agreed: Mapping[int, int], told: list[int]
) -> None:
    write_history(chromium_of(root), "chromium", made(1), made(2))
    source = site_visits({"detail": "url", OF_WHOM: agreed}, platform="linux")
    with Followed(source, root) as recorder:
        recorder.wait_for(lambda: bool(recorder.cursor))
        recorder.wait_for(lambda: len(sites(recorder)) >= len(told))
        time.sleep(0.2)  # for what must not come
    pages = [str(row.values["url"])[-1] for row in recorder.rows("site_visit")]
    assert pages == [str(number) for number in told]


def test_on_a_system_without_account_numbers_nobody_has_agreed(tmp_path: Path) -> None:
    home = tmp_path / "Users/alice/AppData/Local/Google/Chrome/User Data/Default/History"
    write_history(home, "chromium", made(1))
    for options, count in (({}, 1), ({OF_WHOM: {ME: 0, 0: 0}}, 0)):
        source = site_visits(options, platform="win32")
        with Followed(source, tmp_path, cursor=BEGUN) as recorder:
            recorder.wait_for(lambda: len(sites(recorder)) >= count)  # noqa: B023 - waited for here
            time.sleep(0.2)  # for what must not come
        assert len(sites(recorder)) == count


def test_a_history_that_cannot_be_read_is_reported_once_and_holds_no_other_up(root: Path) -> None:
    bad = chromium_of(root)
    bad.parent.mkdir(parents=True)
    bad.write_bytes(b"no database at all" * 20)
    with Followed(site_visits({}, platform="linux"), root, cursor=BEGUN) as recorder:
        recorder.wait_for(lambda: bool(recorder.health()))
        bad.write_bytes(b"still none" * 20)
        write_history(chromium_of(root, "Profile 1"), "chromium", made(1))
        recorder.wait_for(lambda: bool(sites(recorder)))
    told = recorder.health()
    assert told == [("collector_failed", f"{NAME}:chromium", "unreadable_schema")]
    assert "alice" not in json.dumps([dict(row.values) for row in recorder.rows("agent_health")])


def test_a_history_that_a_browser_is_just_making_is_not_reported(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Firefox makes the file first and its tables in a later transaction."""
    path = chromium_of(root)
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 1")
    looks = []

    def while_it_is_made(*given: Any, **more: Any) -> Any:
        looks.append(given)
        if len(looks) == 1:  # the copy is one of the file before
            write_history(path, "chromium", made(1))
        return visits_after(*given, **more)

    monkeypatch.setattr("reticent_agent.collect.browsers.source.visits_after", while_it_is_made)
    with Followed(site_visits({}, platform="linux"), root, cursor=BEGUN) as recorder:
        recorder.wait_for(lambda: bool(sites(recorder)))
    assert recorder.health() == []


def test_one_persons_many_profiles_leave_room_for_others(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HISTORY_PROFILES_MAX", 4)
    passwd = root / "etc/passwd"
    eve = f"eve:x:{ME}:{ME}::/home/eve:/bin/sh\n"
    passwd.write_text(eve + passwd.read_text())
    for number in range(1, 7):
        path = root / f"home/eve/.config/chromium/Profile {number}/History"
        write_history(path, "chromium", made(number, site="eve.example.org"))
    write_history(chromium_of(root), "chromium", made(9))
    with Followed(site_visits({}, platform="linux"), root, cursor=BEGUN) as recorder:
        recorder.wait_for(lambda: len(sites(recorder)) >= 4)
    assert sorted(sites(recorder)) == ["example.com", *["example.org"] * 3]


def test_homes_that_the_service_manager_hides_are_said_to_be_hidden(root: Path) -> None:
    (root / "home/alice").rmdir()
    (root / "home").chmod(0)
    try:
        with (
            pytest.raises(SourceUnavailableError, match="hidden"),
            Followed(site_visits({}, platform="linux"), root) as recorder,
        ):
            recorder.wait_for(lambda: bool(recorder.cursor))
        nobody = site_visits({OF_WHOM: {}}, platform="linux")
        with Followed(nobody, root) as recorder:
            recorder.wait_for(lambda: bool(recorder.cursor))
    finally:
        (root / "home").chmod(0o755)
    assert recorder.health() == []


def test_homes_elsewhere_are_read_while_others_are_hidden(root: Path) -> None:
    with (root / "etc/passwd").open("a") as file:
        file.write("service:x:60000:60000::/var/lib/service:/bin/sh\n")
        file.write("carol:x:60001:60001::/hidden/carol:/bin/sh\n")
    (root / "var/lib/service").mkdir(parents=True)
    (root / "hidden").mkdir()
    (root / "hidden").chmod(0)
    write_history(chromium_of(root), "chromium", made(1))
    try:
        with Followed(site_visits({}, platform="linux"), root, cursor=BEGUN) as recorder:
            recorder.wait_for(lambda: bool(sites(recorder)))
    finally:
        (root / "hidden").chmod(0o755)
    assert recorder.health() == [("collector_unavailable", NAME, "unavailable")]


def test_a_link_to_another_persons_history_is_not_followed(root: Path, tmp_path: Path) -> None:
    write_history(tmp_path / "other" / "History", "chromium", made(1))
    path = chromium_of(root)
    path.parent.mkdir(parents=True)
    path.symlink_to("../../../../../other-home/History")
    target = root / "other-home" / "History"
    write_history(target, "chromium", made(1))
    if ME == 0:
        os.chown(target, 65_534, 65_534)
        with Followed(site_visits({}, platform="linux"), root, cursor=BEGUN) as recorder:
            recorder.wait_for(lambda: bool(recorder.health()))
        assert [reason for _, _, reason in recorder.health()] == ["history_foreign"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "no JSON",
        lambda text: text[:-2],
        lambda _: '{"v":1,"since":1,"at":{"x":[1]}}',
        lambda _: '{"v":1,"since":1e999,"at":{}}',
    ],
)
def test_a_damaged_cursor_begins_now(damage: Callable[[str], str]) -> None:
    assert decode_cursor(damage(BEGUN), now_us=7).since_us == 7


@pytest.mark.parametrize("system", SYSTEMS.values())
def test_a_policy_that_does_not_ask_has_no_source(system: str) -> None:
    if platform.why_none(system) is None:
        assert NAME not in [source.name for source in platform.sources({}, platform=system)]
        assert NAME in [
            source.name for source in platform.sources({"site_visit": {}}, platform=system)
        ]


def test_the_copies_are_gone(root: Path, place: Path) -> None:
    write_history(chromium_of(root), "chromium", made(1))
    with Followed(site_visits({}, platform="linux"), root, cursor=BEGUN) as recorder:
        recorder.wait_for(lambda: bool(sites(recorder)))
    assert list(place.iterdir()) == []
