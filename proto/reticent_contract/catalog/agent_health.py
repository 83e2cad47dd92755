"""What the agent has to say about itself: one row each time it happens."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Item, Kind, Source, Table, Type

# Why a collector or a source gave nothing, or not all: `reason` of the events collector_failed,
# collector_timeout and collector_unavailable. Only grows.
UNAVAILABLE = "unavailable"
INTERNAL = "internal"
COLLECTOR_REASONS = (
    UNAVAILABLE,  # this laptop does not offer it, or not to the agent
    "needs_root",
    "not_permitted",
    "not_found",
    "not_readable",  # the operating system says no; `detail` is the error's name
    "not_understood",  # it is not in its format
    "failed",  # `detail` says how
    "program_failed",
    "program_not_started",  # it is there, and the operating system did not start it
    "program_timeout",
    "program_too_much_output",
    "ended",  # a source that goes on for ever did not
    "over_time",
    "too_many_rows",
    "foreign_rows",  # of another table
    "watch_unavailable",  # changes are found by looking again
    "not_learned",  # log lines went out before
    "unreadable",  # a log file
    "unreadable_schema",
    "history_busy",
    "history_foreign",
    "history_no_memory",
    "history_too_large",
    "wayland",
    "no_display",
    INTERNAL,  # a defect of the agent; `detail` is the exception's class
)
# What this laptop does not offer has not failed: of these the event is collector_unavailable.
NOT_OFFERED = (UNAVAILABLE, "wayland", "no_display")
COLLECTOR_EVENTS = ("collector_failed", "collector_timeout", "collector_unavailable")

AGENT_HEALTH = Table(
    name="agent_health",
    kind=Kind.EVENT,
    sentence="How the agent on this laptop fares: what failed, what was dropped, and how much.",
    events=(
        "started",
        "stopped",
        "collector_failed",
        "collector_timeout",
        "rows_dropped",
        "spool_damaged",
        "policy_refused",
        "batch_refused",
        "clock_changed",
        "collector_unavailable",
    ),
    priority=95,
    fields=(
        Field(
            name="component",
            type=Type.TEXT,
            sentence="The part of the agent that speaks: a collector, the spool, the stream.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="the agent's own, the same on every system",
                windows="the agent's own, the same on every system",
                macos="the agent's own, the same on every system",
            ),
            bytes_max=128,
        ),
        Field(
            name="reason",
            type=Type.TEXT,
            sentence="What happened, in one fixed word.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="the agent's own, the same on every system",
                windows="the agent's own, the same on every system",
                macos="the agent's own, the same on every system",
            ),
            bytes_max=128,
        ),
        Field(
            name="detail",
            type=Type.TEXT,
            sentence="More about it; never anything that was collected.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="the agent's own, the same on every system",
                windows="the agent's own, the same on every system",
                macos="the agent's own, the same on every system",
            ),
            bytes_max=1024,
        ),
        Field(
            name="count",
            type=Type.INTEGER,
            sentence="How many things it concerns.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="the agent's own, the same on every system",
                windows="the agent's own, the same on every system",
                macos="the agent's own, the same on every system",
            ),
        ),
        Field(
            name="duration_ms",
            type=Type.INTEGER,
            sentence="How long it took, in thousandths of a second.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="the agent's own, the same on every system",
                windows="the agent's own, the same on every system",
                macos="the agent's own, the same on every system",
            ),
        ),
    ),
)
