"""What the chDB store leaves of deleted rows: nothing in any file, also after kill -9."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from reticent_server.erasure.job import set_aside
from reticent_server.query.expr import DeviceIs, Everything
from reticent_server.store.events import open_chdb, schema
from reticent_server.store.events.chdb_store import ChdbEventStore
from reticent_server.store.events.closing import unfinished_days
from reticent_server.store.events.errors import StoreClosedError
from reticent_server.store.events.model import Expiry
from support.cut_off import cut_off_in
from support.event_groups import DEVICE, NOON_US, OTHER, batch, group, lines, table
from support.sealed_files import files_that_hold

KEY = bytes(range(32))
DAY_US = 86_400_000_000
CANARY = "q7f3a9bzk2vx8w1e"  # of no value that is stored beside it


@pytest.fixture(autouse=True)
def _files_go_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second after they are of no use, not ten: the tests wait for it."""
    for name in ("old_parts_lifetime", "cleanup_delay_period", "max_cleanup_delay_period"):
        assert name in schema.SETTINGS
        monkeypatch.setitem(schema.SETTINGS, name, "1")


def fill(path: Path, *, rows: int = 40) -> ChdbEventStore:
    """Two finished days and one under way; the other device's values are canaries."""
    store = open_chdb(path, key=KEY, clock=lambda: NOON_US + 2 * DAY_US)
    for day in range(3):
        said: dict[str, Any] = {"user_name": CANARY, "site": f"{CANARY}.example", "unit": CANARY}
        state = table("host", "snapshot", [{"host_name": CANARY}])
        kept = table("host", "snapshot", [{"host_name": "of-the-other-one"}])
        store.append(
            group(
                batch(day + 1, [lines(rows, message=CANARY, **said), state], device=OTHER),
                batch(day + 1, [lines(rows, user_name="ada", site="example.org"), kept]),
                received_at_us=NOON_US + day * DAY_US,
            )
        )
    assert store.finish_days() == 2
    return store


def until_nothing_is_left(store: ChdbEventStore) -> None:
    ends_s = time.monotonic() + 60
    while store.leftovers():
        assert time.monotonic() < ends_s, "files of before the deletion stay"
        time.sleep(0.1)


def test_no_file_holds_what_was_erased_or_expired_and_days_stay_finished(tmp_path: Path) -> None:
    store = fill(tmp_path / "events")
    before = files_that_hold(tmp_path, CANARY.encode(), key=KEY)  # else the test could not fail
    assert any("by_user" in name for name in before), before
    days = {name.split("/store/")[1].split("/")[2][:8] for name in before}
    assert days == {"20261122", "20261123", "20261124"}
    assert store.erase([OTHER]) == {OTHER: 126}
    assert unfinished_days(store._engine, now_us=NOON_US + 2 * DAY_US) == []
    until_nothing_is_left(store)
    assert files_that_hold(tmp_path, CANARY.encode(), key=KEY) == []
    assert files_that_hold(tmp_path, b"of-the-other-one", key=KEY)
    assert store.count(DeviceIs(DEVICE)) == 126
    late = NOON_US + 9 * DAY_US
    assert store.expire([Expiry(tables=["log_line", "host"], before_us=late)]) == [
        {"log_line": 120, "host": 3}
    ]
    until_nothing_is_left(store)
    assert files_that_hold(tmp_path, b"of-the-other-one", key=KEY) == []
    assert store.count(Everything()) == 3
    store.close()


def test_an_erasure_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "events"
    fill(path, rows=2_000).close()
    cut_off_in(path, "store.erase([bytes(range(16, 32))])")
    store = open_chdb(path, key=KEY)
    try:
        store.erase([OTHER])
        assert store.count(DeviceIs(OTHER)) == 0
        assert store.count(DeviceIs(DEVICE)) == 3 * 2_002
        until_nothing_is_left(store)
        assert files_that_hold(tmp_path, CANARY.encode(), key=KEY) == []
        assert store.damage() == []
    finally:
        store.close()


def test_a_part_that_was_set_aside_counts_as_left(tmp_path: Path) -> None:
    path = tmp_path / "events"
    fill(path).close()
    [torn] = path.glob("disk/sealed/store/*/*/20261122_*_0/data.bin")
    torn.write_bytes(torn.read_bytes()[:-100])
    store = open_chdb(path, key=KEY)
    try:
        store.erase([OTHER])
        (damaged,) = store.damage()
        assert "20261122_" in damaged
        assert damaged in set_aside(store.damage())
        assert store.leftovers() >= 1
    finally:
        store.close()


def test_closing_waits_for_no_deletion_and_the_next_opening_ends_it(tmp_path: Path) -> None:
    store = fill(tmp_path / "events")
    store._engine.execute("SYSTEM STOP MERGES events")  # so that the deletion cannot end
    told: list[BaseException] = []

    def erase() -> None:
        try:
            store.erase([OTHER])
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            told.append(error)

    erasing = threading.Thread(target=erase)
    erasing.start()
    while not store._engine.read("SELECT 1 FROM system.mutations WHERE NOT is_done"):
        time.sleep(0.02)
    store.close()
    erasing.join(10)
    assert isinstance(told[0], StoreClosedError)
    again = open_chdb(tmp_path / "events", key=KEY)
    try:
        again._finished()  # by itself: nobody has asked this one to erase
        assert again.count(DeviceIs(OTHER)) == 0
        assert again.erase([OTHER]) == {OTHER: 0}
    finally:
        again.close()


def test_what_a_deletion_that_nobody_waited_for_leaves_counts_as_left(tmp_path: Path) -> None:
    store = fill(tmp_path / "events")
    try:
        assert store.erase([bytes(16)]) == {bytes(16): 0}
        until_nothing_is_left(store)  # what was merged before lay there until now
        store._engine.execute("ALTER TABLE events MODIFY SETTING old_parts_lifetime = 600")
        store._engine.execute("SYSTEM STOP MERGES events")
        store._ending.set()
        with pytest.raises(StoreClosedError):
            store.erase([OTHER])
        store._ending.clear()
        store._engine.execute("SYSTEM START MERGES events")
        store._finished()
        assert store.erase([OTHER]) == {OTHER: 0}
        assert files_that_hold(tmp_path, CANARY.encode(), key=KEY)
        assert store.leftovers() > 0
    finally:
        store.close()


def test_as_many_rules_as_fit_into_one_statement_are_carried_out(tmp_path: Path) -> None:
    store = fill(tmp_path / "events", rows=1)
    placed = batch(9, [lines(1)], delivered_from={"delivered_from_country": "IN"})
    store.append(group(placed, received_at_us=NOON_US))
    before = NOON_US + 3 * DAY_US

    def rules(table: str, count: int, *, others: int) -> list[Expiry]:
        """Each of a time and of devices of its own, with rows that are due to every one."""
        return [
            Expiry(
                tables=(table,),
                before_us=before + number,
                devices=(DEVICE, OTHER, *(UUID(int=number + n).bytes for n in range(others))),
            )
            for number in range(count)
        ]

    try:
        store.expire(rules("log_line", 130, others=52))  # 290 KiB in one statement
        assert "log_line" not in store.count_by_table()
        store.expire(rules("host", 3, others=4_500))
        assert store.count_by_table() == {}
        store.expire(rules("connection", 130, others=52))
        assert not any(event.delivered_from for event in store.search(Everything(), limit=9).rows)
    finally:
        store.close()
