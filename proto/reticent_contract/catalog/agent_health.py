"""What the agent has to say about itself: one row each time it happens."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Item, Kind, Source, Table, Type

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
