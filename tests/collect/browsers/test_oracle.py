"""The same histories, read by the agent and by the package browser-history."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, Followed
from reticent_agent.collect.browsers import private_copy, watching
from reticent_agent.collect.browsers.source import site_visits
from support.browser_oracle import read_by_browser_history
from support.histories import Made, write_history

from .test_source import BEGUN, ME

PROFILES = {
    "brave": ("chromium", ".config/BraveSoftware/Brave-Browser/{}/History"),
    "chrome": ("chromium", ".config/google-chrome/{}/History"),
    "chromium": ("chromium", ".config/chromium/{}/History"),
    "firefox": ("firefox", ".mozilla/firefox/{}/places.sqlite"),
}


@pytest.mark.skipif(0 < os.geteuid() < 1_000, reason="this account's number is a service's")
@pytest.mark.parametrize("browser", PROFILES)
def test_visits_of_every_profile_are_what_browser_history_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: str
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(private_copy, "_MEMORY", str(memory))
    monkeypatch.setattr(watching, "GATHER_S", 0.05)
    root = tmp_path / "laptop"
    (root / "etc").mkdir(parents=True)
    (root / "etc/passwd").write_text(f"alice:x:{ME}:{ME}::/home/alice:/bin/sh\n")
    family, path = PROFILES[browser]
    home = root / "home/alice"
    for place, profile in enumerate(("Default", "Profile 1")):
        visits = [
            Made(
                url=f"https://shop{n}.example.com/p/{place}?q=1#x",
                ts_us=NOW_US + n * 1_500_000,
                duration_us=1_000_000,  # of Chromium it leaves out what took no time
            )
            for n in range(1, 4)
        ]
        write_history(home / path.format(profile), family, *visits)
    told = read_by_browser_history(home, browser, monkeypatch)
    source = site_visits({"detail": "url"}, platform="linux")
    with Followed(source, root, cursor=BEGUN) as recorder:
        recorder.wait_for(lambda: len(recorder.rows("site_visit")) >= len(told))
    rows = recorder.rows("site_visit")
    assert len(told) == 6
    assert {row.values["browser"] for row in rows} == {browser}
    assert sorted((row.ts_us // 1_000_000, row.values["url"]) for row in rows) == told
