"""Sleep, wake and changes of the clock: one row each time it happens."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Item, Kind, Source, Table, Type

POWER_EVENT = Table(
    name="power_event",
    kind=Kind.EVENT,
    sentence="When this laptop went to sleep, woke up, or its clock was changed.",
    events=(
        "sleep",
        "wake",
        "clock_changed",
        "time_zone_changed",
    ),
    priority=60,
    fields=(
        Field(
            name="reason",
            type=Type.TEXT,
            sentence="Why, in the system's own word, such as lid, idle or user.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="journal MESSAGE_ID of sleep start: SLEEP, looked up after the wake",
                windows=(
                    "System log, Kernel-Power 42 and Kernel-General 1: Reason; 506: modern standby"
                ),
                macos="none: the kernel keeps the times alone",
            ),
            bytes_max=128,
        ),
        Field(
            name="duration_ms",
            type=Type.INTEGER,
            sentence="How long it slept, in thousandths of a second.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="CLOCK_BOOTTIME less CLOCK_MONOTONIC, after less before",
                windows=(
                    "System log, Power-Troubleshooter 1: WakeTime less SleepTime; "
                    "Kernel-Power 507: DurationInUs"
                ),
                macos="sysctl kern.waketime less kern.sleeptime",
            ),
        ),
        Field(
            name="shift_ms",
            type=Type.INTEGER,
            sentence="By how much the clock was moved, in thousandths of a second.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="CLOCK_REALTIME less CLOCK_BOOTTIME, after less before; from a second on",
                windows="System log, Kernel-General 1: NewTime less OldTime",
                macos="sysctl kern.boottime, compared with before",
            ),
        ),
        Field(
            name="time_zone",
            type=Type.TEXT,
            sentence="The time zone that holds now.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="/etc/localtime, where it points",
                windows=(
                    "System log, Kernel-General 22; then TimeZoneInformation: TimeZoneKeyName"
                ),
                macos="/etc/localtime, where it points",
            ),
            bytes_max=64,
            ocsf="device.os.tz",
        ),
    ),
)
