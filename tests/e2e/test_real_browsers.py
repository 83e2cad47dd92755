"""Chromium and Firefox visit pages of a local server; what they visited arrives, and no more."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from collect_events.fakes import Followed, Recorder
from reticent_agent.collect.browsers import watching
from reticent_agent.collect.browsers.source import NAME, site_visits
from reticent_agent.collect.clock import SystemClock
from reticent_agent.commands.run import this_laptop
from reticent_agent.config import Config
from reticent_agent.run import Agent
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.enrolment_token import EnrolmentToken
from reticent_contract.rows import Pseudonym
from support.browser_oracle import read_by_browser_history
from support.browsing import (
    Site,
    browsing,
    chromium,
    devtools,
    firefox,
    needs_chromium,
    needs_firefox,
    site,
)
from support.fake_telemetry import FakeServer
from support.policies import document

__all__ = ["site"]
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.timeout(120),
]
ME = os.geteuid()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "GATHER_S", 0.3)
    monkeypatch.setattr("collect_events.fakes.PATIENCE_S", 60.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "laptop"
    (folder / "etc").mkdir(parents=True)
    (folder / "etc/passwd").write_text(f"alice:x:{ME}:{ME}::/home/alice:/bin/sh\n")
    (folder / "home/alice").mkdir(parents=True)
    return folder


def followed(root: Path) -> Followed:
    return Followed(site_visits({"detail": "url"}, platform="linux"), root, clock=SystemClock())


def told(recorder: Recorder) -> list[tuple[object, object, object]]:
    return [
        (r.values["browser"], r.values["site"], r.values["url"])
        for r in recorder.rows("site_visit")
    ]


def seconds(recorder: Recorder) -> list[tuple[int, object]]:
    return sorted((r.ts_us // 1_000_000, r.values["url"]) for r in recorder.rows("site_visit"))


@needs_chromium
@pytest.mark.timeout(240)  # a browser starts slowly on a busy machine
def test_what_chromium_visits_arrives_while_it_runs_and_nothing_of_a_private_window(
    root: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playwright.sync_api import sync_playwright

    home = root / "home/alice"
    with followed(root) as recorder:
        recorder.wait_for(lambda: bool(recorder.cursor))
        with (
            browsing(home, chromium(home, site, "--remote-debugging-port=0")) as process,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.connect_over_cdp(devtools(home), timeout=100_000)
            private = browser.new_context().new_page()  # shares nothing with the profile
            private.goto("http://private.example.org/hidden")
            page = browser.contexts[0].new_page()
            page.goto("http://www.example.co.uk/page?token=secret")
            recorder.wait_for(lambda: bool(told(recorder)))
            page.goto("http://news.example.com/later#part")
            private.goto("http://private.example.org/again")
            browser.new_browser_cdp_session().send("Browser.close")
            process.wait(30)  # it writes what it holds back
        recorder.wait_for(lambda: len(told(recorder)) >= 2)
        time.sleep(1.0)  # for what must not come
    assert told(recorder) == [
        ("chromium", "example.co.uk", "http://www.example.co.uk/page"),
        ("chromium", "example.com", "http://news.example.com/later"),
    ]
    assert {row.values["user_name"] for row in recorder.rows("site_visit")} == {"alice"}
    assert recorder.health() == []
    independent = read_by_browser_history(home, "chromium", monkeypatch)
    assert independent  # which leaves out what took no time, the last page may be
    assert set(independent) <= set(seconds(recorder))


def until(holds: Callable[[], bool]) -> None:
    """Of what the browser, which is ending, still does to its files."""
    deadline = time.monotonic() + 60.0
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def checkpointed(path: Path) -> bool:
    """Whether all of the log is in the file: what still ends there may hold it."""
    with closing(sqlite3.connect(path)) as database:
        ((busy, _, _),) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return not busy


@needs_firefox
def test_what_firefox_visits_arrives_while_it_runs(
    root: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = root / "home/alice"
    monkeypatch.setattr(watching, "GATHER_S", 5.0)  # it makes its file long before its tables
    with followed(root) as recorder:
        recorder.wait_for(lambda: bool(recorder.cursor))
        with browsing(home, firefox(home, site, "http://www.example.co.uk/page?token=secret")):
            recorder.wait_for(lambda: bool(told(recorder)))
    assert told(recorder) == [("firefox", "example.co.uk", "http://www.example.co.uk/page")]
    assert recorder.health() == []
    profiles = list((home / ".mozilla/firefox").glob("*/places.sqlite"))
    for path in profiles:  # browser-history reads no log beside the file
        until(partial(checkpointed, path))
    if profiles:  # newer releases lie where browser-history does not look
        ours = seconds(recorder)
        until(lambda: read_by_browser_history(home, "firefox", monkeypatch) == ours)


@needs_chromium
async def test_a_visit_goes_the_whole_way_to_the_server_reduced(
    root: Path, site: Site, tmp_path: Path
) -> None:
    server = FakeServer()
    await server.start()
    policy = document(version=2)
    policy["tables"]["site_visit"] = {
        "retention_days": 30,
        "fields": {"user_name": "pseudonymise", "browser": "keep", "site": "keep", "url": "keep"},
    }
    server.publish(policy)
    token = EnrolmentToken(
        address=server.enrolment_address,
        ca_certificate_der=server.ca.der,
        secret="s" * 32,
        expires_s=4_000_000_000,
        uses=1,
        group="default",
    ).encode()
    config = Config(data_dir=tmp_path / "agent", token=token, proxy="none", file_root=root)
    agent = Agent(config, this_laptop(config))
    running = asyncio.create_task(agent.run())
    try:
        cursors = tmp_path / "agent" / "spool.db"
        await server.until(lambda: NAME in _cursors(cursors), seconds=60)
        url = "http://www.example.co.uk/page?token=secret"
        command = chromium(root / "home/alice", site, "--dump-dom", url)
        with browsing(root / "home/alice", command) as process:
            await asyncio.to_thread(process.wait, 60)
        await server.until(lambda: bool(_stored(server)), seconds=60)
    finally:
        agent.stop()
        await running
        await server.stop()
    (values,) = _stored(server)
    assert isinstance(values.pop("user_name"), Pseudonym)
    assert values == {"browser": "chromium", "site": "example.co.uk"}
    held = b"".join(path.read_bytes() for path in (tmp_path / "agent").rglob("*") if path.is_file())
    assert b"token=secret" not in held
    assert b"/page" not in held


def _cursors(spool: Path) -> set[str]:
    if not spool.exists():
        return set()
    with closing(sqlite3.connect(f"file:{spool}?mode=ro", uri=True)) as database:
        try:
            return {name for (name,) in database.execute("SELECT name FROM cursors")}
        except sqlite3.OperationalError:  # it is being made
            return set()


def _stored(server: FakeServer) -> list[dict[str, Any]]:
    return [
        cast("dict[str, Any]", row["values"])
        for frames in server.stored.values()
        for frame in frames
        for row in rows_of(
            decode_batch(frame.payload, rows=frame.rows, plain_bytes=frame.plain_bytes)
        )
        if row["table"] == "site_visit"
    ]
