"""Sleep, wake, and changes of the clock and its zone, by what the kernel remembers.

kern.sleeptime and kern.waketime are the last ones; kern.boottime moves with the clock, because the
kernel keeps the time since the start and reckons back. Of several short sleeps within a minute the
last is told.

The cursor: {"v": 1, "boot": the start's UUID, "boottime": microseconds, "wake": microseconds,
"zone": name}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from reticent_contract.catalog.power_event import POWER_EVENT
from reticent_contract.rows import Row, Value

from reticent_agent.collect.macos.asking import sysctl
from reticent_agent.collect.macos.looking import again
from reticent_agent.collect.macos.os_version import time_zone
from reticent_agent.collect.model import Context, Emit, EventSource

LOOK_S = 60.0
SHIFT_MIN_US = 1_000_000  # less is what time servers correct all day
_NAMES = ("kern.bootsessionuuid", "kern.boottime", "kern.sleeptime", "kern.waketime")
_TIME = re.compile(r"\{ sec = (\d{1,12}), usec = (\d{1,6}) \}")


@dataclass(frozen=True, slots=True)
class Known:
    boot: str = ""
    boottime_us: int = 0
    wake_us: int = 0
    zone: str = ""

    def encode(self) -> str:
        return json.dumps({"v": 1, **asdict(self)}, separators=(",", ":"))


def decode(cursor: str) -> Known | None:
    """None the first time, and where the cursor is not one of ours."""
    try:
        found = json.loads(cursor)
        return Known(
            str(found["boot"]),
            int(found["boottime_us"]),
            int(found["wake_us"]),
            str(found["zone"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None


def power_events() -> EventSource:
    """Named "power"."""
    return EventSource(name="power", table=POWER_EVENT.name, follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    known = decode(cursor)
    for _ in again(context, every_s=LOOK_S):
        told = sysctl(context, *_NAMES)
        zone = time_zone(context.files) or ""
        rows, now = changes(known, told, zone, now_us=context.clock.now_us())
        if now != known:
            emit(rows, cursor=now.encode())
        known = now


def changes(
    known: Known | None, told: Mapping[str, str], zone: str, *, now_us: int
) -> tuple[list[Row], Known]:
    """Rows, oldest first, and what is known now. The first time nothing is told."""
    sleep_us, wake_us = _time_us(told, "kern.sleeptime"), _time_us(told, "kern.waketime")
    boot, boottime_us = told.get("kern.bootsessionuuid", ""), _time_us(told, "kern.boottime")
    now = Known(boot, boottime_us, wake_us, zone)
    if known is None:
        return [], now
    rows: list[Row] = []
    if wake_us > sleep_us > 0 and wake_us != known.wake_us:
        slept_ms = (wake_us - sleep_us) // 1000
        rows.append(_row("sleep", sleep_us, {}))
        rows.append(_row("wake", wake_us, {"duration_ms": slept_ms}))
    shift_us = boottime_us - known.boottime_us
    if boot == known.boot and known.boottime_us and boottime_us:
        if abs(shift_us) >= SHIFT_MIN_US:
            rows.append(_row("clock_changed", now_us, {"shift_ms": shift_us // 1000}))
        else:  # small steps add up; they are told when they make a second
            now = Known(boot, known.boottime_us, wake_us, zone)
    if zone and known.zone and zone != known.zone:
        rows.append(_row("time_zone_changed", now_us, {"time_zone": zone}))
    return rows, now


def _row(event: str, ts_us: int, values: dict[str, Value]) -> Row:
    return Row(POWER_EVENT.name, event, ts_us, values)


def _time_us(told: Mapping[str, str], name: str) -> int:
    """0 where it never happened, or is not told."""
    found = _TIME.match(told.get(name, ""))
    return 0 if found is None else int(found[1]) * 1_000_000 + int(found[2])
