"""Jumps of the clock, by made-up clocks and by the kernel's own timer."""

from __future__ import annotations

import ctypes
import os
import select
from pathlib import Path

import pytest
from collect_events.fakes import FakeClock, FakeCommands, Followed
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux.clock_change import ClockChange
from reticent_agent.collect.linux.power_events import Clocks, clock_jumps, jumped, zone_changes
from reticent_agent.collect.model import Context

S = 1_000_000_000
ADJ_SETOFFSET, ADJ_NANO = 0x0100, 0x2000


def context(root: Path, *answers: bytes) -> Context:
    commands = FakeCommands()
    commands.answers = list(answers)
    return Context(DiskFiles(root), commands, FakeClock(), lambda: False)


@pytest.mark.parametrize(
    ("wall", "boot", "monotonic", "expected"),
    [
        (10, 10, 10, []),
        (10.4, 10, 10, []),  # a clock that is kept right
        (11, 10, 10, [("clock_changed", {"shift_ms": 1_000})]),
        (-3_590, 10, 10, [("clock_changed", {"shift_ms": -3_600_000})]),
        (610, 610, 10, [("sleep", {}), ("wake", {"duration_ms": 600_000})]),
        (10.5, 10.5, 10, []),
        (
            710,
            610,
            10,
            [
                ("sleep", {}),
                ("wake", {"duration_ms": 600_000}),
                ("clock_changed", {"shift_ms": 100_000}),
            ],
        ),
    ],
)
def test_what_three_clocks_tell(
    tmp_path: Path, wall: float, boot: float, monotonic: float, expected: object
) -> None:
    now = Clocks(round(wall * S), round(boot * S), round(monotonic * S))
    rows = list(jumped(context(tmp_path), Clocks(0, 0, 0), now))
    assert [(row.event, row.values) for row in rows] == expected


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"no entry",
        b'{"__CURSOR": "x"}',
        (
            b'{"__CURSOR": "s=' + b"a" * 32 + b";i=9;b=" + b"b" * 32 + b';m=1;t=2;x=3", '
            b'"__REALTIME_TIMESTAMP": "1", "SLEEP": "forged", "_SYSTEMD_UNIT": "x.service"}'
        ),
    ],
)
def test_a_reason_that_systemd_did_not_give_is_none(tmp_path: Path, answer: bytes) -> None:
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/journalctl").touch()
    rows = list(jumped(context(tmp_path, answer), Clocks(0, 0, 0), Clocks(60 * S, 60 * S, 0)))
    assert [(row.event, "reason" in row.values) for row in rows] == [
        ("sleep", False),
        ("wake", False),
    ]


class Adjustment(ctypes.Structure):
    """struct timex of adjtimex(2), of 64-bit systems."""

    _fields_ = [
        ("modes", ctypes.c_uint),
        *((name, ctypes.c_long) for name in ("offset", "freq", "maxerror", "esterror")),
        ("status", ctypes.c_int),
        *((name, ctypes.c_long) for name in ("constant", "precision", "tolerance", "s", "ns")),
        ("rest", ctypes.c_int * 40),
    ]


def step_of_a_nanosecond() -> bool:
    adjustment = Adjustment(modes=ADJ_SETOFFSET | ADJ_NANO, ns=1)
    return ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(adjustment)) >= 0


def test_the_kernels_timer_sleeps_and_sees_every_jump() -> None:
    jump = ClockChange()
    poller = select.poll()
    poller.register(jump.fileno(), select.POLLIN)
    try:
        assert poller.poll(100) == []
        if not step_of_a_nanosecond():
            pytest.skip("no right to set the clock")
        for _ in range(3):
            assert poller.poll(2_000)
            jump.arm()
            assert poller.poll(50) == []
            assert step_of_a_nanosecond()
    finally:
        jump.close()


def test_a_real_jump_too_small_to_tell_is_not_told(tmp_path: Path) -> None:
    with Followed(clock_jumps(), tmp_path) as recorder:
        step_of_a_nanosecond()
    assert recorder.rows() == []


def test_a_time_zone_that_is_gone_for_a_moment_or_the_same_is_not_told(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    link = etc / "localtime"
    link.symlink_to("../usr/share/zoneinfo/Europe/Berlin")
    with Followed(zone_changes(), tmp_path) as recorder:
        for _ in range(3):
            link.unlink()
            link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
            (etc / "other").write_text(os.urandom(4).hex())
    assert recorder.rows() == []
