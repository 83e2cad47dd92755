"""A clock that is set forward deletes nothing, unless nobody puts it right for most of a day."""

from __future__ import annotations

from reticent_server.limits import RETENTION_EVERY_S, RETENTION_HOLD_S
from reticent_server.retention.hold import Hold

DAY_S = 86_400
START_S = 1_795_348_800.0


class Machine:
    """`round` is one hour later: the clock goes on, and the machine runs."""

    def __init__(self, *, last_s: int | None) -> None:
        self.now_s, self.running_s, self.last_s = START_S, 5.0, last_s
        self.told: list[int | None] = []
        self.hold = self.started()

    def started(self) -> Hold:
        return Hold(
            clock=lambda: self.now_s,
            last_s=lambda: self.last_s,
            on_begin=self.told.append,
            monotonic=lambda: self.running_s,
        )

    def round(self) -> bool:
        """Whether it deletes."""
        self.now_s += RETENTION_EVERY_S
        self.running_s += RETENTION_EVERY_S
        if self.hold.holds():
            return False
        self.last_s = int(self.now_s)
        return True

    def held_for(self) -> float:
        rounds = 0
        while not self.round():
            rounds += 1
        return rounds * RETENTION_EVERY_S


def test_a_clock_set_forward_and_put_right_has_deleted_nothing() -> None:
    machine = Machine(last_s=int(START_S))
    assert machine.round()
    machine.now_s += 365 * DAY_S
    assert not any(machine.round() for _ in range(10))
    assert len(machine.told) == 1
    machine.now_s -= 365 * DAY_S
    assert machine.round()


def test_who_was_really_off_waits_and_goes_on() -> None:
    machine = Machine(last_s=int(START_S) - 60 * DAY_S)
    assert machine.held_for() == RETENTION_HOLD_S
    assert all(machine.round() for _ in range(50))
    assert len(machine.told) == 1


def test_a_restart_or_another_jump_begins_anew() -> None:
    machine = Machine(last_s=int(START_S) - 60 * DAY_S)
    assert not any(machine.round() for _ in range(15))
    machine.now_s += 365 * DAY_S
    assert machine.held_for() == RETENTION_HOLD_S
    machine.last_s, machine.running_s = int(START_S), 0.0
    machine.hold = machine.started()
    assert machine.held_for() == RETENTION_HOLD_S


def test_the_first_round_of_all_waits() -> None:
    machine = Machine(last_s=None)
    assert machine.held_for() == RETENTION_HOLD_S
    assert machine.told == [None]


def test_a_weekend_less_than_two_days_holds_nothing() -> None:
    machine = Machine(last_s=int(START_S) - DAY_S)
    assert machine.round()
