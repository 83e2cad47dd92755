"""What helpers report is checked, bounded, and taken only where it is asked for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, Followed, Recorder
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.apps import inbox as inbox_module
from reticent_agent.collect.apps.inbox import AppInbox, _rows
from reticent_agent.collect.model import OF_WHOM
from reticent_contract import limits

ALICE, BOB = 1_000, 1_001
USED = {
    "app": "",
    "path": "/usr/lib/firefox/firefox",
    "pid": 7,
    "start_us": NOW_US,
    "duration_ms": 61_000,
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "_GATHER_S", 0.05)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("alice:x:1000:1000::/home/alice:/bin/sh\n")
    return tmp_path


async def until_asked(box: AppInbox, user_id: int) -> None:
    until = time.monotonic() + 5
    while not (await box.take(user_id, {"used": []}))["asked"]:
        assert time.monotonic() < until


async def test_a_report_becomes_a_row_of_the_account_that_the_kernel_named(root: Path) -> None:
    box = AppInbox()
    assert await box.take(ALICE, {"used": [USED]}) == {"asked": False, "taken": 0}
    with Followed(box.source({}), root) as recorder:
        await until_asked(box, ALICE)
        named = {**USED, "user_name": "somebody else", "title": "a letter"}
        assert await box.take(ALICE, {"used": [named]}) == {"asked": True, "taken": 1}
        recorder.wait_for(lambda: bool(recorder.rows("app_usage")))
    (row,) = recorder.rows("app_usage")
    assert (row.event, row.ts_us) == ("foreground", NOW_US)
    assert row.values == {
        "user_name": "alice",
        "app": "firefox",
        "path": "/usr/lib/firefox/firefox",
        "pid": 7,
        "duration_ms": 61_000,
    }
    assert not (await box.take(ALICE, {"used": [USED]}))["asked"]  # the source has ended


async def test_only_who_agreed_is_taken_and_only_since_then(root: Path) -> None:
    box = AppInbox()
    with Followed(box.source({OF_WHOM: {ALICE: NOW_US + 1}}), root) as recorder:
        await until_asked(box, ALICE)
        assert await box.take(BOB, {"used": [USED]}) == {"asked": False, "taken": 0}
        assert (await box.take(ALICE, {"used": [USED]}))["taken"] == 0
        later = {**USED, "start_us": NOW_US + 1}
        assert (await box.take(ALICE, {"used": [later]}))["taken"] == 1
        recorder.wait_for(lambda: bool(recorder.rows("app_usage")))


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("wayland", "collector_unavailable"),
        ("no_display", "collector_unavailable"),
        ("unavailable", "collector_unavailable"),
        ("program_not_started", "collector_failed"),
    ],
)
async def test_a_session_that_cannot_tell_says_so_once(root: Path, said: str, event: str) -> None:
    box, recorder = AppInbox(), Recorder()
    with Followed(box.source({}), root, recorder=recorder):
        await until_asked(box, ALICE)
        for why in (said, said, "anything"):
            await box.take(ALICE, {"used": [], "cannot": why})
        recorder.wait_for(lambda: bool(recorder.health()))
    assert [(event, reason) for event, _, reason in recorder.health()] == [(event, said)]


@pytest.mark.parametrize("why", [[], {}, ["wayland"], 7, None])
async def test_a_reason_that_is_no_word_is_no_error(root: Path, why: object) -> None:
    box = AppInbox()
    with Followed(box.source({}), root):
        await until_asked(box, ALICE)
        assert await box.take(ALICE, {"used": [], "cannot": why}) == {"asked": True, "taken": 0}


async def test_a_flood_is_told_to_wait(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "APP_ROWS_WAITING_MAX", 2)
    monkeypatch.setattr(inbox_module, "_GATHER_S", 0.5)
    box = AppInbox()
    with Followed(box.source({}), root) as recorder:
        await until_asked(box, ALICE)
        answers = [await box.take(ALICE, {"used": [USED]}) for _ in range(3)]
        recorder.wait_for(lambda: bool(recorder.rows("app_usage")))
    assert [bool(answer.get("busy")) for answer in answers] == [False, False, True]


async def test_nobody_fills_the_room_of_all(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "_GATHER_S", 0.5)
    box = AppInbox()
    flood = {"used": [USED] * 300}
    with Followed(box.source({}), root) as recorder:
        await until_asked(box, ALICE)
        answers = [await box.take(ALICE, flood) for _ in range(20)]
        assert (await box.take(BOB, {"used": [USED]}))["taken"] == 1
        recorder.wait_for(lambda: bool(recorder.rows("app_usage")))
    assert bool(answers[-1].get("busy"))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(sorted(USED)) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(_JSON, st.lists(st.dictionaries(st.sampled_from(sorted(USED)), _JSON), max_size=3))
def test_anything_that_is_reported_is_a_whole_row_or_none(one: object, many: object) -> None:
    for row in (*_rows(one, "alice", since_us=0), *_rows(many, "alice", since_us=0)):
        assert row.event == "foreground"
        assert isinstance(row.values["app"], str)
        assert isinstance(row.values["duration_ms"], int)
