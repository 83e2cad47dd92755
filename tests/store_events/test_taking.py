"""What the chDB store leaves of values that were taken out by a condition: nothing in any file."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from reticent_server.query.expr import And, FieldIn, FieldTokens, Or, TableIs
from reticent_server.store.events import open_chdb, schema, taking
from reticent_server.store.events.chdb_store import ChdbEventStore
from support.cut_off import cut_off_in
from support.event_groups import DEVICE, NOON_US, OTHER, batch, group, lines, table
from support.sealed_files import files_that_hold

KEY = bytes(range(32))
DAY_US = 86_400_000_000
LATE_US = NOON_US + 9 * DAY_US
CANARY = "q7f3a9bzk2vx8w1e"
TOKEN = "pn:email:1:q83vEjRWeJCrze8SNFZ4kA"
# In the index of words, which tells what a word has in common with the one before by its length.
IN_WORDS = TOKEN.rpartition(":")[2][2:].lower()
NEEDLES = (CANARY, TOKEN, "pn:", IN_WORDS)
NAMED = FieldIn("user_name", frozenset({CANARY}))
SAID = FieldTokens("message", frozenset({TOKEN}))
SESSIONS = And((TableIs("session"), NAMED))
LINES = And((TableIs("log_line"), SAID))
TAKING = (
    "store.erase_where(And((TableIs('session'), "
    f"FieldIn('user_name', frozenset({{{CANARY!r}}})))), before_us={LATE_US})"
)


@pytest.fixture(autouse=True)
def _files_go_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second after they are of no use, not ten: the tests wait for it."""
    for name in ("old_parts_lifetime", "cleanup_delay_period", "max_cleanup_delay_period"):
        monkeypatch.setitem(schema.SETTINGS, name, "1")


def fill(path: Path, *, rows: int = 8) -> ChdbEventStore:
    """A finished day and one under way: both devices name the person, one among others."""
    store = open_chdb(path, key=KEY, clock=lambda: NOON_US + DAY_US)
    for day in range(2):
        store.append(
            group(
                *(
                    batch(
                        day + 1,
                        [
                            table("session", "logon", [{"user_name": CANARY}] * rows),
                            table("session", "logon", [{"user_name": "bo"}] * rows),
                            lines(rows, message=f"mail of {CANARY} to <{TOKEN}>"),
                        ],
                        device=device,
                    )
                    for device in (DEVICE, OTHER)
                ),
                received_at_us=NOON_US + day * DAY_US,
            )
        )
    assert store.finish_days() == 1
    return store


def until_nothing_is_left(store: ChdbEventStore) -> None:
    ends_s = time.monotonic() + 60
    while store.leftovers():
        assert time.monotonic() < ends_s, "files of before the deletion stay"
        time.sleep(0.1)


def test_no_file_holds_what_was_taken_out_nor_a_note_of_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "TAKEN_ROWS_MAX", 9)  # so that it takes several statements
    store = fill(tmp_path / "events")
    for needle in NEEDLES:  # else the test could not fail
        assert files_that_hold(tmp_path, needle.encode(), key=KEY)
    store.erase_where(SESSIONS, before_us=LATE_US)
    store.empty_where(LINES, ["message"], before_us=LATE_US)
    assert not store.count_where(Or((NAMED, SAID)), before_us=LATE_US)
    assert dict(store.count_where(TableIs("session"), before_us=LATE_US)) == {
        (DEVICE, "session"): 16,
        (OTHER, "session"): 16,
    }
    assert sum(store.count_where(TableIs("log_line"), before_us=LATE_US).values()) == 32
    told = store._engine.read("SELECT command FROM system.mutations")
    assert len(told) == 8
    until_nothing_is_left(store)
    for needle in NEEDLES:
        assert files_that_hold(tmp_path, needle.encode(), key=KEY) == []
    assert store._engine.read("SELECT count() AS rows FROM found") == [{"rows": 0}]
    store.close()


def test_taking_out_is_repeated_after_kill_9_and_takes_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "events"
    fill(path, rows=3_000).close()
    cut_off_in(path, TAKING)
    store = open_chdb(path, key=KEY)
    try:
        store.erase_where(SESSIONS, before_us=LATE_US)
        store.empty_where(LINES, ["message"], before_us=LATE_US)
        assert not store.count_where(Or((NAMED, SAID)), before_us=LATE_US)
        assert dict(store.count_where(TableIs("session"), before_us=LATE_US)) == {
            (DEVICE, "session"): 6_000,
            (OTHER, "session"): 6_000,
        }
        assert sum(store.count_where(TableIs("log_line"), before_us=LATE_US).values()) == 12_000
        until_nothing_is_left(store)
        assert files_that_hold(tmp_path, CANARY.encode(), key=KEY) == []
        assert store.damage() == []
    finally:
        store.close()


def test_a_statement_that_was_cut_off_takes_nothing_that_another_one_found(
    tmp_path: Path,
) -> None:
    """A deletion that never ended would else delete the rows that are to be emptied alone."""
    path = tmp_path / "events"
    store = fill(path)
    store._engine.execute("SYSTEM STOP MERGES events")
    store.stop_deleting()
    with pytest.raises(Exception, match="in the middle of a deletion"):
        store.erase_where(SESSIONS, before_us=LATE_US)
    store.close()
    store = open_chdb(path, key=KEY)
    try:
        store.empty_where(LINES, ["message"], before_us=LATE_US)
        assert sum(store.count_where(SESSIONS, before_us=LATE_US).values()) == 32
        assert sum(store.count_where(TableIs("log_line"), before_us=LATE_US).values()) == 32
        store.erase_where(SESSIONS, before_us=LATE_US)
        assert not store.count_where(SESSIONS, before_us=LATE_US)
    finally:
        store.close()
