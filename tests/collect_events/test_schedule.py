"""When a state table is looked at."""

from __future__ import annotations

import pytest
from collect_events.fakes import FakeClock
from reticent_agent.collect.model import StateCollector
from reticent_agent.collect.schedule import DAY_S, SLEEP_MAX_S, Schedule


def collector(table: str, *, once_per_boot: bool = False) -> StateCollector:
    return StateCollector(table=table, collect=lambda _: (), once_per_boot=once_per_boot)


def started(schedule: Schedule, slots: int = 2) -> list[str]:
    return [c.table for c in schedule.take(slots)]


def settled(*tables: str) -> tuple[Schedule, FakeClock]:
    clock = FakeClock()
    schedule = Schedule([collector(t) for t in tables], clock)
    for table in tables:
        assert started(schedule, 1) == [table]
        schedule.finished(table, succeeded=True)
    return schedule, clock


def test_at_the_start_every_table_runs_a_few_at_a_time() -> None:
    schedule = Schedule([collector(t) for t in "abc"], FakeClock())
    assert started(schedule) == ["a", "b"]
    assert started(schedule, 0) == []
    schedule.finished("a", succeeded=True)
    assert started(schedule, 1) == ["c"]


def test_an_expensive_table_waits_for_all_others_and_runs_once() -> None:
    clock = FakeClock()
    schedule = Schedule([collector("cpu", once_per_boot=True), collector("os")], clock)
    assert started(schedule) == ["os"]
    assert started(schedule) == []
    schedule.finished("os", succeeded=True)
    assert started(schedule) == ["cpu"]
    schedule.finished("cpu", succeeded=True)
    clock.advance(3 * DAY_S)
    assert started(schedule) == ["os"]


def test_an_expensive_table_does_not_wait_for_one_that_hangs() -> None:
    schedule = Schedule([collector("cpu", once_per_boot=True), collector("usb")], FakeClock())
    assert started(schedule) == ["usb"]
    schedule.cut_off("usb")
    assert started(schedule, 1) == ["cpu"]


def test_a_change_is_debounced() -> None:
    schedule, clock = settled("usb")
    clock.advance(100)
    schedule.changed("usb")
    assert started(schedule) == []
    assert schedule.sleep_s() == pytest.approx(2)
    clock.advance(2)
    assert started(schedule) == ["usb"]


def test_a_storm_of_changes_costs_one_round_a_minute() -> None:
    schedule, clock = settled("usb")
    rounds = 0
    for _ in range(600):
        clock.advance(1)
        schedule.changed("usb")
        if started(schedule):
            rounds += 1
            schedule.finished("usb", succeeded=True)
    assert 9 <= rounds <= 11


def test_a_change_during_a_round_leads_to_another_one() -> None:
    schedule, clock = settled("usb")
    clock.advance(100)
    schedule.ask("usb")
    assert started(schedule) == ["usb"]
    schedule.changed("usb")
    assert started(schedule) == []
    schedule.finished("usb", succeeded=True)
    clock.advance(60)
    assert started(schedule) == ["usb"]


def test_once_a_day_a_table_runs_without_a_change() -> None:
    schedule, clock = settled("os")
    clock.advance(DAY_S - 1)
    assert started(schedule) == []
    clock.advance(1)
    assert started(schedule) == ["os"]


def test_after_a_suspend_the_daily_round_goes_by_the_wall_clock() -> None:
    schedule, clock = settled("os")
    clock.suspend(DAY_S)
    assert started(schedule) == ["os"]


def test_a_wall_clock_that_is_set_back_does_not_put_the_daily_round_off() -> None:
    schedule, clock = settled("os")
    clock.suspend(-30 * DAY_S)
    clock.advance(DAY_S)
    assert started(schedule) == ["os"]


def test_nothing_due_means_an_hour_of_sleep() -> None:
    schedule, _ = settled("os")
    assert schedule.sleep_s() == SLEEP_MAX_S


def test_a_failed_round_is_tried_again_later_each_time() -> None:
    clock = FakeClock()
    schedule = Schedule([collector("os")], clock)
    waits = []
    for _ in range(12):
        assert started(schedule) == ["os"]
        schedule.finished("os", succeeded=False)
        wait = 0.0
        while not schedule.sleep_s() <= 0:
            step = schedule.sleep_s()
            clock.advance(step)
            wait += step
        waits.append(wait)
    assert waits[:3] == pytest.approx([300, 600, 1200])
    assert waits[-1] == pytest.approx(DAY_S)


def test_a_running_table_is_not_started_again() -> None:
    schedule = Schedule([collector("os")], FakeClock())
    assert started(schedule) == ["os"]
    schedule.ask("os")
    assert started(schedule) == []


def test_a_table_that_is_asked_for_runs_at_once() -> None:
    schedule, _ = settled("os")
    schedule.ask("os")
    assert started(schedule) == ["os"]


def test_a_table_without_a_collector_cannot_be_asked_for() -> None:
    schedule, _ = settled("os")
    with pytest.raises(KeyError):
        schedule.ask("unknown")


def test_two_collectors_of_one_table_are_refused() -> None:
    with pytest.raises(ValueError, match="two state collectors"):
        Schedule([collector("os"), collector("os")], FakeClock())
