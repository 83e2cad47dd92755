"""Starts and shutdowns, sleep, and the clock, from the System log, which everybody may read.

Enters: events of the kernel and of the power service. Leaves: rows of `session` (boot, shutdown)
and `power_event`. Must hold: 6005, 6006, 1074 and Kernel-Power 41 say the same once more and are
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reticent_contract.catalog.power_event import POWER_EVENT
from reticent_contract.catalog.session import SESSION
from reticent_contract.rows import Row, Value

from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.windows import registry
from reticent_agent.collect.windows.channel import Channel, decode, follow, query
from reticent_agent.collect.windows.event_xml import Event, time_us

KERNEL = "Microsoft-Windows-Kernel-General"
POWER = "Microsoft-Windows-Kernel-Power"
BOOT = "Microsoft-Windows-Kernel-Boot"
TROUBLESHOOTER = "Microsoft-Windows-Power-Troubleshooter"
STARTS = Channel(name="System", query=query((KERNEL, (12, 13)), (BOOT, (27,))))
POWER_EVENTS = Channel(
    name="System", query=query((KERNEL, (1, 22)), (POWER, (42, 506, 507)), (TROUBLESHOOTER, (1,)))
)
_FAST_STARTUP = 1  # Kernel-Boot 27: a hibernated kernel goes on, so it tells no start itself
SHIFT_MIN_MS = 1_000  # the time service corrects the clock by less, all day long
_ZONE = rf"{registry.CONTROL}\TimeZoneInformation"
# Kernel-Power 42, Reason, in the words of its message.
_SLEEP_REASONS = {0: "button or lid", 2: "battery", 4: "application", 6: "timeout", 7: "idle"}
_SHIFT_REASONS = {1: "application", 2: "hardware clock"}  # Kernel-General 1, Reason


def starts() -> EventSource:
    """Named "starts"."""

    def follow_starts(context: Context, cursor: str, emit: Emit) -> None:
        follow(context, STARTS, decode(cursor), emit, start_rows)

    return EventSource(name="starts", table="session", follow=follow_starts)


def power_events() -> EventSource:
    """Named "power"."""

    def follow_power(context: Context, cursor: str, emit: Emit) -> None:
        def zone() -> str | None:
            return registry.text(registry.values(context, _ZONE), "TimeZoneKeyName")

        def rows_of(event: Event) -> Sequence[Row]:
            return power_rows(event, zone)

        follow(context, POWER_EVENTS, decode(cursor), emit, rows_of)

    return EventSource(name="power", table="power_event", follow=follow_power)


def start_rows(event: Event) -> Sequence[Row]:
    match (event.provider, event.event_id):
        case (name, 12) if name == KERNEL:
            return _start("boot", time_us(event.text("StartTime")) or event.ts_us)
        case (name, 13) if name == KERNEL:
            return _start("shutdown", time_us(event.text("StopTime")) or event.ts_us)
        case (name, 27) if name == BOOT and event.number("BootType") == _FAST_STARTUP:
            return _start("boot", event.ts_us)
    return ()


def power_rows(event: Event, zone: Callable[[], str | None]) -> Sequence[Row]:
    match (event.provider, event.event_id):
        case (name, 42) if name == POWER:
            return _power("sleep", event, {"reason": _word(event, _SLEEP_REASONS)})
        case (name, 506) if name == POWER:
            return _power("sleep", event, {"reason": "modern standby"})
        case (name, 507) if name == POWER:
            lasted_us = event.number("DurationInUs")
            duration_ms = None if lasted_us is None else lasted_us // 1_000
            return _power("wake", event, {"duration_ms": duration_ms})
        case (name, 1) if name == TROUBLESHOOTER:
            return _wake(event)
        case (name, 1) if name == KERNEL:
            return _shift(event)
        case (name, 22) if name == KERNEL:
            return _power("time_zone_changed", event, {"time_zone": zone()})
    return ()


def _start(name: str, ts_us: int) -> Sequence[Row]:
    return (event_row(SESSION, name, ts_us, {}),)


def _wake(event: Event) -> Sequence[Row]:
    slept_us, woke_us = time_us(event.text("SleepTime")), time_us(event.text("WakeTime"))
    duration_ms = None
    if slept_us is not None and woke_us is not None and woke_us >= slept_us:
        duration_ms = (woke_us - slept_us) // 1_000
    return _power("wake", event, {"duration_ms": duration_ms}, ts_us=woke_us)


def _shift(event: Event) -> Sequence[Row]:
    new_us, old_us = time_us(event.text("NewTime")), time_us(event.text("OldTime"))
    if new_us is None or old_us is None:
        return ()
    moved_us = new_us - old_us
    shift_ms = abs(moved_us) // 1_000 * (1 if moved_us > 0 else -1)
    if abs(shift_ms) < SHIFT_MIN_MS:
        return ()
    reason = _word(event, _SHIFT_REASONS)
    return _power("clock_changed", event, {"shift_ms": shift_ms, "reason": reason})


def _word(event: Event, words: dict[int, str]) -> str | None:
    number = event.number("Reason")
    return None if number is None else words.get(number, str(number))


def _power(
    name: str, event: Event, values: dict[str, Value | None], *, ts_us: int | None = None
) -> Sequence[Row]:
    return (event_row(POWER_EVENT, name, event.ts_us if ts_us is None else ts_us, values),)
