"""A hold is recorded when it changes, not each time that the server starts."""

from __future__ import annotations

import pytest
from reticent_server.audit import AuditService
from reticent_server.audit.service import AuditError
from reticent_server.limits import RETENTION_HOLD_S
from support.retention_stage import DAY_S, Stage, restarted


def held(stage: Stage) -> list[str]:
    """Why it held, as the audit trail has it, oldest first."""
    found = [e for e in stage.audit.page().entries if e.action == "retention.hold"]
    return [entry.reason.partition(":")[0] for entry in reversed(found)]


def test_a_hold_is_recorded_once_however_often_the_server_starts(stage: Stage) -> None:
    never, off = "no look was ever noted", "more than two days since the last look"
    for _ in range(3):
        stage.clock.now += 60
        assert restarted(stage).run_once() == 0
        assert stage.cuts.last_s() is None
    assert held(stage) == [never]
    stage.clock.now += RETENTION_HOLD_S
    stage.retention.run_once()
    looked_s = stage.cuts.last_s()
    assert looked_s == int(stage.clock.now)
    for times in (1, 2):  # it is off for days, comes back and is restarted in each hold
        stage.clock.now += 3 * DAY_S
        for _ in range(3):
            stage.clock.now += 60
            again = restarted(stage)
            again.run_once()
        assert held(stage) == [never, *[off] * times]
        stage.clock.now += RETENTION_HOLD_S
        again.run_once()
        assert (stage.cuts.last_s() or 0) > looked_s


def test_a_jump_of_the_clock_while_it_holds_is_recorded(stage: Stage) -> None:
    again = restarted(stage)
    again.run_once()
    before = held(stage)
    stage.clock.ahead = 365.0 * DAY_S
    again.run_once()
    assert held(stage) == [*before, before[-1]]


def test_a_hold_that_cannot_be_recorded_is_recorded_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.retention.run_once()
    stage.clock.now += 3 * DAY_S
    before = held(stage)

    def full(*_: object) -> tuple[int, bytes]:
        raise AuditError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(AuditService, "_append", full)
        again = restarted(stage)
        for _ in range(2):
            with pytest.raises(AuditError):
                again.run_once()
    assert held(stage) == before
    assert again.run_once() == 0
    assert len(held(stage)) == len(before) + 1
