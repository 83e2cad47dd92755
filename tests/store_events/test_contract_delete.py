"""Rows taken out: of erased devices, and those whose time is over. Both stores."""

from __future__ import annotations

from reticent_server.query.expr import DeviceIs, Everything
from reticent_server.store.events import EventStore
from reticent_server.store.events.model import Expiry
from support.event_groups import DEVICE, NOON_US, OTHER, STREAM, batch, group, lines, table

DAY_US = 86_400_000_000
COUNTS = [("log_line.message", "scan", "kept", 3)]


def fill(store: EventStore) -> None:
    """Two devices, three days, rows of two tables."""
    for day in range(3):
        state = table("host", "snapshot", [{"host_name": f"host-{day}"}])
        store.append(
            group(
                *(
                    batch(
                        day + 1,
                        [lines(4, user_name=user, site="example.org"), state],
                        device=device,
                        receipt={"policy_version": 1, "counts": COUNTS},
                    )
                    for device, user in ((DEVICE, "ada"), (OTHER, "bo"))
                ),
                received_at_us=NOON_US + day * DAY_US,
            )
        )


def test_an_erased_device_has_no_row_and_the_others_have_all(store: EventStore) -> None:
    fill(store)
    assert store.erase([OTHER]) == {OTHER: 18}  # receipts are rows too
    assert store.count(DeviceIs(OTHER)) == 0
    assert store.count(DeviceIs(DEVICE)) == 18
    assert store.last_seq(OTHER, STREAM) == 0
    assert store.last_seq(DEVICE, STREAM) == 3
    assert store.streams() == [(DEVICE, STREAM)]
    assert store.device_summaries([OTHER]) == {}
    assert store.current_state(OTHER) == {}
    assert store.rule_counts() == [("log_line.message", "scan", "kept", 9)]


def test_no_roll_up_remembers_an_erased_device(store: EventStore) -> None:
    fill(store)
    store.erase([OTHER])
    assert store.count_by_table() == {"log_line": 12, "host": 3}
    assert store.devices_by_user() == [("ada", 1)]
    hours = store.counts_by_hour(since_us=NOON_US - DAY_US, until_us=NOON_US + 5 * DAY_US)
    assert sum(hour.rows for hour in hours) == 15
    sites = store.top_values("site", since_us=NOON_US - DAY_US, until_us=NOON_US + 5 * DAY_US)
    assert sites == [("example.org", 12)]


def test_erasing_again_deletes_what_has_come_since(store: EventStore) -> None:
    fill(store)
    store.erase([OTHER])
    assert store.erase([OTHER, DEVICE[::-1]]) == {OTHER: 0, DEVICE[::-1]: 0}
    store.append(group(batch(1, [lines(2)], device=OTHER)))
    assert store.erase([OTHER]) == {OTHER: 3}


def test_rows_expire_by_table_day_and_device_and_receipts_stay(store: EventStore) -> None:
    fill(store)
    second = NOON_US + DAY_US - 43_200_000_000  # midnight before the second day
    expiries = [
        Expiry(tables=["log_line"], before_us=second),
        Expiry(tables=["host"], before_us=second + DAY_US, devices=[OTHER]),
        Expiry(tables=["software"], before_us=second),
        Expiry(tables=["host", "log_line"], before_us=second, devices=[OTHER]),
    ]
    told = [{"log_line": 8}, {"host": 2}, {}, {"host": 1, "log_line": 4}]
    assert store.due(expiries) == told
    assert store.count_by_table() == {"log_line": 24, "host": 6}
    assert store.expire(expiries) == told
    assert store.due(expiries) == [{}, {}, {}, {}]
    assert store.count_by_table(DEVICE) == {"log_line": 8, "host": 3}
    assert store.count_by_table(OTHER) == {"log_line": 8, "host": 1}
    assert store.last_seq(OTHER, STREAM) == 3
    left = {record.seq: record.rows for record in store.batches(OTHER, STREAM, limit=9)}
    assert left == {1: 0, 2: 4, 3: 5}


def test_what_expires_to_the_last_row_leaves_its_receipts(store: EventStore) -> None:
    fill(store)
    late = NOON_US + 10 * DAY_US
    assert store.expire([Expiry(tables=["log_line", "host"], before_us=late)]) == [
        {"log_line": 24, "host": 6}
    ]
    assert store.count(Everything()) == 6
    records = store.batches(DEVICE, STREAM, limit=9)
    assert [(record.receipts, record.received_at_us) for record in records] == [
        (1, NOON_US + day * DAY_US) for day in range(3)
    ]


def test_a_time_of_nothing_deletes_nothing(store: EventStore) -> None:
    fill(store)
    assert store.expire([]) == []
    assert store.expire([Expiry(tables=["log_line"], before_us=0)]) == [{}]
    assert store.expire([Expiry(tables=["log_line"], before_us=2 * NOON_US, devices=[])]) == [{}]
    assert store.count(Everything()) == 36


def test_with_connections_goes_what_every_row_says_of_its_delivery(store: EventStore) -> None:
    place: dict[str, str | int] = {
        "delivered_from_country": "IN",
        "delivered_from_network_number": 64_500,
    }
    for day in range(2):
        store.append(
            group(
                batch(day + 1, [lines(2)], delivered_from=place),
                batch(day + 1, [lines(2)], device=OTHER, delivered_from=place),
                received_at_us=NOON_US + day * DAY_US,
            )
        )
    second = NOON_US + DAY_US // 2
    expiry = Expiry(tables=["connection"], before_us=second, devices=[DEVICE])
    assert store.expire([expiry]) == [{}]  # of its own rows
    found = store.search(Everything(), limit=99).rows
    assert len(found) == 12
    for event in found:
        gone = event.device_id == DEVICE and event.received_at_us < second
        assert event.delivered_from == ({} if gone else place)
    assert store.expire([expiry]) == [{}]
