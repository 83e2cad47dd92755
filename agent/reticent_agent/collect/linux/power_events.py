"""Table `power_event`: sleep, wake, and changes of the clock and of the time zone.

Enters: jumps of the clock, and the link /etc/localtime. Leaves: rows. Must hold: no privilege and
no program that runs along. How long the laptop slept is what CLOCK_BOOTTIME gained on
CLOCK_MONOTONIC, which stands still meanwhile; by how much the clock was set is what CLOCK_REALTIME
gained on CLOCK_BOOTTIME (clock_gettime(2)). Both are told when the laptop is awake again, `sleep`
with the time at which it began; why, the journal is asked then, where it may be read.

Nothing is kept between runs: what happened while the agent was off is not told.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from reticent_contract.catalog.power_event import POWER_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.linux.clock_change import ClockChange
from reticent_agent.collect.linux.file_watch import FileWatch
from reticent_agent.collect.linux.journal import JOURNALCTL, parse_entry
from reticent_agent.collect.linux.os_release import time_zone
from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.stopping import wait_readable
from reticent_agent.errors import AgentError

LOCAL_TIME = "/etc/localtime"
SLEPT_MS_MIN = 1_000
SHIFT_MS_MIN = 1_000  # smaller steps are a clock that is kept right, not one that was set
_ONE_MOMENT_NS = 500_000_000
SETTLE_S = 0.25  # a link is often replaced in two steps
JOURNAL_SECONDS_MAX = 5.0
JOURNAL_BEFORE_S = 300  # how long before the sleep systemd says that it begins, at most
SLEEP_STARTS = "6bbd95ee977941e497c48be27c254128"  # SD_MESSAGE_SLEEP_START of sd-messages.h
_SLEEP_UNITS = frozenset(
    f"systemd-{kind}.service"
    for kind in ("suspend", "hibernate", "hybrid-sleep", "suspend-then-hibernate")
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Nanoseconds."""

    wall: int
    boot: int
    monotonic: int


class Jump(Protocol):
    """What `clock_change.ClockChange` is."""

    def fileno(self) -> int: ...

    def arm(self) -> None: ...

    def close(self) -> None: ...


def read_clocks() -> Clocks:
    """All three as of one moment: again where the laptop slept in between."""
    while True:
        boot = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        wall = time.clock_gettime_ns(time.CLOCK_REALTIME)
        monotonic = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        if time.clock_gettime_ns(time.CLOCK_BOOTTIME) - boot < _ONE_MOMENT_NS:
            return Clocks(wall=wall, boot=boot, monotonic=monotonic)


def clock_jumps(
    open_jump: Callable[[], Jump] = ClockChange, clocks: Callable[[], Clocks] = read_clocks
) -> EventSource:
    """Named "clock": sleep, wake, clock_changed."""

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        jump = open_jump()
        try:
            before = clocks()
            while not context.stopping():
                if not wait_readable(context.stopping, (jump.fileno(),), seconds_max=None):
                    continue
                jump.arm()
                now = clocks()
                rows = list(jumped(context, before, now))
                if rows:
                    emit(rows, cursor=cursor)
                before = now
        finally:
            jump.close()

    return EventSource(name="clock", table=POWER_EVENT.name, follow=follow)


def jumped(context: Context, before: Clocks, now: Clocks) -> Iterator[Row]:
    """What happened between two looks at the clocks."""
    slept_ms = ((now.boot - before.boot) - (now.monotonic - before.monotonic)) // 1_000_000
    shift_ms = ((now.wall - before.wall) - (now.boot - before.boot)) // 1_000_000
    now_us = now.wall // 1_000
    if slept_ms >= SLEPT_MS_MIN:
        began_us = now_us - slept_ms * 1_000
        why = {"reason": _reason(context, began_us)}
        yield event_row(POWER_EVENT, "sleep", began_us, why)
        yield event_row(POWER_EVENT, "wake", now_us, {**why, "duration_ms": slept_ms})
    if abs(shift_ms) >= SHIFT_MS_MIN:
        yield event_row(POWER_EVENT, "clock_changed", now_us, {"shift_ms": shift_ms})


def zone_changes() -> EventSource:
    """Named "time_zone"."""

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        folder, name = os.path.split(LOCAL_TIME)
        watch = FileWatch(str(context.files.real(folder) / name))  # the link, not its target
        try:
            watch.arm(None)
            before = time_zone(context.files)
            while not context.stopping():
                watch.wait(context.stopping)
                wait_readable(context.stopping, (), seconds_max=SETTLE_S)
                watch.arm(None)
                now = time_zone(context.files)
                if now is None or now == before or context.stopping():
                    continue
                before = now
                ts_us = context.clock.now_us()
                row = event_row(POWER_EVENT, "time_zone_changed", ts_us, {"time_zone": now})
                emit((row,), cursor=cursor)
        finally:
            watch.close()

    return EventSource(name="time_zone", table=POWER_EVENT.name, follow=follow)


def _reason(context: Context, began_us: int) -> str | None:
    """suspend, hibernate, … by systemd's own message; None where there is no such journal."""
    if not context.files.exists(JOURNALCTL):
        return None
    command = (
        JOURNALCTL,
        "--quiet",
        "--no-pager",
        "--output=json",
        "--output-fields=SLEEP,_SYSTEMD_UNIT",
        "--lines=1",
        f"--since=@{began_us // 1_000_000 - JOURNAL_BEFORE_S}",
        f"MESSAGE_ID={SLEEP_STARTS}",
    )
    try:
        output = context.commands.run(command, seconds_max=JOURNAL_SECONDS_MAX)
    except AgentError:
        return None
    entry = parse_entry(output.split(b"\n", 1)[0])
    # Anybody may log a MESSAGE_ID; the unit is set by journald itself.
    if entry is None or entry.text("_SYSTEMD_UNIT") not in _SLEEP_UNITS:
        return None
    return entry.text("SLEEP")
