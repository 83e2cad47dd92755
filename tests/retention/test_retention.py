"""Rows go when their policy's days are over, by a clock that the test moves; both stores."""

from __future__ import annotations

import uuid
from typing import Any

from reticent_server.devices.models import Device
from reticent_server.limits import RETENTION_HOLD_S
from reticent_server.policies.models import PolicyVersion
from reticent_server.query.expr import Everything
from reticent_server.receipt_chain import verify
from reticent_server.retention.rules import before_of
from reticent_server.store.events.model import Expiry
from sqlalchemy import update
from support.committing import committed
from support.event_groups import batch, group, lines
from support.retention_stage import DAY_S, FIRST, LAB, LOG_DAYS, NOON_S, SECOND, Stage, document


def entries(stage: Stage) -> list[tuple[str, str]]:
    found = [e for e in stage.audit.page().entries if e.action == "retention.delete"]
    return [(entry.object, entry.reason) for entry in reversed(found)]


def test_rows_go_a_day_after_their_last_whole_day_and_not_before(stage: Stage) -> None:
    stage.store(FIRST, LAB, seq=1)
    stage.clock.now += 10 * DAY_S
    stage.store(FIRST, seq=2)
    stage.clock.now = NOON_S + LOG_DAYS * DAY_S  # the thirtieth day is not over
    assert stage.retention.run_once() == 0
    assert stage.log_lines(FIRST) == 8
    stage.clock.now += DAY_S
    assert stage.retention.run_once() == 8  # four of each device of that day
    assert (stage.log_lines(FIRST), stage.log_lines(LAB)) == (4, 0)
    assert stage.events.count_by_table(FIRST.bytes)["cpu"] == 2  # while enrolled
    assert stage.retention.run_once() == 0
    assert entries(stage) == [
        (
            f"table log_line of group {name}",
            "4 rows received before 2026-11-23 UTC: their retention is over",
        )
        for name in ("default", "lab")
    ]
    text = stage.metrics.render().decode()
    assert 'reticent_rows_expired_total{table="log_line"} 8.0' in text


def test_each_group_follows_its_own_policy_and_a_table_that_is_left_out_its_last(
    stage: Stage,
) -> None:
    stage.policies.publish(document(None), group="lab")
    stage.store(FIRST, LAB, seq=1)
    stage.clock.now += 400 * DAY_S
    assert stage.retention.run_once() == 4
    assert (stage.log_lines(FIRST), stage.log_lines(LAB)) == (0, 4)
    without = document(None)
    del without["tables"]["log_line"]
    without.pop("tests", None)
    stage.policies.publish(document(7), group="lab")
    stage.policies.publish(without, group="lab")
    assert stage.retention.run_once() == 4  # as the last version says that named it
    assert stage.log_lines(LAB) == 0


def test_while_a_version_is_rolled_out_each_device_follows_its_own(stage: Stage) -> None:
    stage.store(FIRST, SECOND, seq=1)
    stage.policies.publish(document(5), share=1)
    newest = stage.policies.newest()
    with stage.control.session() as session:
        session.get_one(Device, SECOND).policy_sha256 = newest.sha256
    stage.clock.now += 10 * DAY_S
    stage.retention.run_once()
    assert (stage.log_lines(FIRST), stage.log_lines(SECOND)) == (4, 0)


def left_out(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The policy without this table."""
    tables = {key: rules for key, rules in document["tables"].items() if key != name}
    return {k: v for k, v in document.items() if k != "tests"} | {"tables": tables}


def kept_days(stage: Stage, device: uuid.UUID) -> dict[str, int]:
    """Of log lines and sessions, by the rules of now."""
    rules = stage.retention._rules.now({"log_line", "session"}, now_s=stage.clock.now)
    mine = [r for r in rules if r.devices is None or device.bytes in r.devices]
    midnight_s = stage.clock.now - stage.clock.now % DAY_S
    return {
        table: round((midnight_s - rule.before_us / 1_000_000) / DAY_S)
        for rule in mine
        for table in rule.tables
    }


def test_of_versions_that_name_a_table_the_newest_counts_and_none_that_is_newer_than_the_devices(
    stage: Stage,
) -> None:
    stage.policies.publish(document(7), group="lab")
    stage.policies.publish(left_out(document(40), "session"), group="lab")
    assert kept_days(stage, LAB) == {"log_line": 40, "session": 180}
    stage.policies.publish(left_out(document(9), "log_line"))
    stage.policies.publish(document(5), share=1)
    newest = stage.policies.newest()
    with stage.control.session() as session:
        session.get_one(Device, SECOND).policy_sha256 = newest.sha256
    assert kept_days(stage, FIRST) == {"log_line": LOG_DAYS, "session": 180}
    assert kept_days(stage, SECOND) == {"log_line": 5, "session": 180}


def test_receipts_stay_and_doctor_takes_what_expired_for_right(stage: Stage) -> None:
    stage.store(FIRST, seq=1)
    stage.clock.now += (LOG_DAYS + 5) * DAY_S
    stage.store(SECOND, seq=1)
    assert verify(stage.events).broken == 0
    stage.retention.run_once()
    assert verify(stage.events).broken > 0  # to who does not know of it
    whole = stage.cuts.whole_from()
    verdict = verify(stage.events, whole_from_us=whole)
    assert (verdict.broken, verdict.expired) == (0, 1)
    assert stage.events.last_seq(FIRST.bytes, b"s" * 16) == 1
    stage.events.erase([SECOND.bytes])  # rows that went otherwise, of a batch that is younger
    later = verify(stage.events, whole_from_us=whole, erased=lambda: [SECOND.bytes])
    assert (later.broken, later.erased, later.streams) == (0, 1, 1)


def test_rows_that_are_missing_of_a_younger_batch_are_still_told(stage: Stage) -> None:
    stage.store(FIRST, seq=1)
    stage.clock.now += (LOG_DAYS + 5) * DAY_S
    stage.store(SECOND, seq=1)
    stage.retention.run_once()
    stage.events.expire([Expiry(tables=["cpu"], before_us=stage.clock.us() + 1)])  # by hand
    verdict = verify(stage.events, whole_from_us=stage.cuts.whole_from())
    assert {problem.device_id for problem in verdict.problems} == {SECOND.bytes.hex()}


def test_what_comes_late_of_an_erased_device_is_deleted_by_the_next_round(stage: Stage) -> None:
    committed(stage.control, stage.erasures.ask, FIRST, asked_by="admin")
    stage.store(FIRST, SECOND, seq=1)
    stage.retention.run_once()
    assert stage.log_lines(FIRST) == 4  # the erasure itself deletes and counts them
    stage.erasures.deleted({FIRST: 0})
    stage.erasures.done(FIRST)
    stage.retention.run_once()
    assert stage.events.count_by_table(FIRST.bytes) == {}
    assert stage.log_lines(SECOND) == 4


def test_what_rows_say_of_their_delivery_goes_though_no_connection_row_is_left(
    stage: Stage,
) -> None:
    made = document(None)
    made["tables"] = dict(made["tables"])
    made["tables"]["connection"] = made["tables"]["connection"] | {"retention_days": LOG_DAYS}
    stage.policies.publish(made)
    place = {"delivered_from_country": "IN"}
    whole = batch(1, [lines(4)], device=FIRST.bytes, delivered_from=place)
    stage.events.append(group(whole, received_at_us=stage.clock.us()))
    assert "connection" not in stage.events.count_by_table()
    stage.clock.now += (LOG_DAYS + 1) * DAY_S
    stage.retention.run_once()
    found = stage.events.search(Everything(), limit=9).rows
    assert [dict(event.delivered_from) for event in found] == [{}] * 5


def test_a_look_that_finds_nothing_is_a_look(stage: Stage) -> None:
    kept = document(None)
    kept["tables"]["connection"] = dict(kept["tables"]["connection"])
    kept["tables"]["connection"]["retention"] = "while_enrolled"
    del kept["tables"]["connection"]["retention_days"]
    stage.policies.publish(kept)  # of the tables that are stored nothing is ever due
    assert stage.retention.run_once() == 0
    assert stage.cuts.last_s() == int(NOON_S)
    for _ in range(3):  # nothing in the store for days: no reason to doubt the clock
        stage.clock.now += DAY_S
        stage.retention.run_once()
    assert stage.cuts.last_s() == int(stage.clock.now)
    held = [e for e in stage.audit.page().entries if e.action == "retention.hold"]
    assert len(held) == 1
    assert (stage.cuts.count_all(), stage.cuts.whole_from()) == (0, {})


def test_what_the_first_round_is_to_delete_is_told_until_it_is_over(stage: Stage) -> None:
    stage.store(FIRST, LAB, seq=1)
    for days, is_told in ((1, False), (LOG_DAYS, True)):  # then they are over before the hold is
        stage.clock.now = NOON_S + days * DAY_S
        stage.retention._hold._since_s = None  # the server starts
        assert stage.retention.run_once() == 0
        assert ("retention" in stage.health.notices) is is_told
    told = stage.health.notices["retention"]
    assert told.startswith("from about 2026-12-23 08:00 UTC on retention deletes about 8 rows")
    assert "no look was ever noted" in told
    stage.clock.now += RETENTION_HOLD_S
    assert stage.retention.run_once() == 8
    assert stage.health.notices == {}


def test_days_are_whole_days_of_utc() -> None:
    midnight = NOON_S - DAY_S / 2
    assert before_of(1, now_s=midnight) == int((midnight - DAY_S) * 1e6)
    assert before_of(1, now_s=midnight - 1) == int((midnight - 2 * DAY_S) * 1e6)
    assert before_of(36_500, now_s=midnight) == 0


def test_a_clock_that_is_a_year_ahead_deletes_nothing_though_rows_come_meanwhile(
    stage: Stage,
) -> None:
    stage.store(FIRST, seq=1)
    assert stage.retention.run_once() == 0
    stage.clock.ahead = 365.0 * DAY_S
    stage.store(SECOND, seq=1)  # the newest row is of that year too
    assert stage.retention.run_once() == 0
    assert stage.log_lines(FIRST) == 4
    assert "retention deletes about 4 rows" in stage.health.notices["retention"]
    held, first = [e for e in stage.audit.page().entries if e.action == "retention.hold"]
    assert "more than two days since the last look" in held.reason
    assert "see that the clock is right" in held.reason
    assert "no look was ever noted" in first.reason
    stage.clock.ahead = 0.0
    assert stage.retention.run_once() == 0
    assert stage.health.notices == {}
    assert max(stage.cuts.whole_from().values()) < int(NOON_S * 1e6)


def test_a_version_that_cannot_be_read_any_more_deletes_nothing_and_holds_up_no_other_group(
    stage: Stage,
) -> None:
    stage.policies.publish(document(3), group="lab")  # before it: whether it held then is unknown
    stage.policies.publish(document(7), group="lab")
    without = document(None)
    del without["tables"]["log_line"]
    without.pop("tests", None)
    stage.policies.publish(without, group="lab")
    stage.store(FIRST, LAB, seq=1)
    before = stage.policies.history("lab")[1]
    with stage.control.session() as session:  # of a catalog that was another
        session.execute(
            update(PolicyVersion)
            .where(PolicyVersion.group_name == "lab", PolicyVersion.version == before.version)
            .values(canonical_json=b'{"version":1}')
        )
    stage.clock.now += 400 * DAY_S
    assert stage.retention.run_once() == 4
    assert (stage.log_lines(FIRST), stage.log_lines(LAB)) == (0, 4)
