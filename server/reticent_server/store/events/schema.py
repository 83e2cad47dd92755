"""The table of the chDB store, as SQL. What was measured for it stands in DECISIONS.md.

Enters: nothing. Leaves: statements that are run at every opening. Must hold: every statement can be
run again; columns are only added, so that a store of an older version opens.
"""

from __future__ import annotations

from collections.abc import Container

from reticent_server.store.events.fields import DELIVERED, HOT, Column

TABLE = "events"

# A partition is a day of receipt, so it never changes once that day is over.
PARTITION = "toDate(received_at, 'UTC')"

# Integer maps hold booleans (0, 1) and timestamps (microseconds) too.
_STRUCTURE = """
    received_at DateTime64(6, 'UTC') CODEC(Delta, LZ4),
    ts DateTime64(6, 'UTC') CODEC(T64, LZ4),
    device_id UUID,
    stream_id UUID,
    seq UInt64 CODEC(Delta, LZ4),
    row_no UInt32 CODEC(Delta, LZ4),
    `table` LowCardinality(String),
    event LowCardinality(String),
"""

_MAPS = """
    texts Map(LowCardinality(String), String),
    integers Map(LowCardinality(String), Int64),
    reals Map(LowCardinality(String), Float64),
    lists Map(LowCardinality(String), Array(String)),
    `counts.field` Array(LowCardinality(String)),
    `counts.rule` Array(LowCardinality(String)),
    `counts.outcome` Array(LowCardinality(String)),
    `counts.count` Array(UInt64),
"""

WORDS = "words"

# Part of the data part they describe, so that a roll-up and its rows are stored or lost together.
# Made for a day when it is over (`closing.py`), not at every insert.
PROJECTIONS = {
    "by_hour": "SELECT toStartOfHour(ts), `table`, event, count() "
    "GROUP BY toStartOfHour(ts), `table`, event",
    "by_site": "SELECT toDate(ts), site, count() GROUP BY toDate(ts), site",
    "by_user": "SELECT user_name, device_id, count() GROUP BY user_name, device_id",
}

_INDEXES = f"""
    INDEX ts_range ts TYPE minmax GRANULARITY 16,
    INDEX {WORDS} message TYPE text(tokenizer = splitByNonAlpha, preprocessor = lower(message)),
"""

SETTINGS = {
    "storage_policy": "'events'",
    "index_granularity": "4096",
    "fsync_after_insert": "1",
    "fsync_part_directory": "1",
    "min_rows_to_fsync_after_merge": "1",
    "old_parts_lifetime": "10",
    "cleanup_delay_period": "5",
    "cleanup_delay_period_random_add": "0",
    "max_cleanup_delay_period": "10",
    "materialize_projections_on_insert": "0",
}


def create_table() -> str:
    """The statement that makes `events` where it is missing."""
    hot = "".join(f"    `{name}` {column.value}{_codec(column)},\n" for name, column in HOT.items())
    delivered = "".join(f"    `{name}` {column.value},\n" for name, column in DELIVERED.items())
    projections = ",\n".join(f"    PROJECTION {name} ({sql})" for name, sql in PROJECTIONS.items())
    return (
        f"CREATE TABLE IF NOT EXISTS {TABLE} ({_STRUCTURE}{hot}{_MAPS}"
        f"{delivered}{_INDEXES}{projections})\n"
        f"ENGINE = MergeTree PARTITION BY {PARTITION} ORDER BY (device_id, ts)\n"
        "SETTINGS " + ", ".join(f"{key} = {value}" for key, value in SETTINGS.items())
    )


FOUND = "found"
FOUND_COLUMNS = "device_id, stream_id, seq, row_no"


def create_found() -> str:
    """The statement that makes the table of rows that are just being taken out (`taking`).

    In memory: it lies on no disk, and is empty after every opening.
    """
    return (
        f"CREATE TABLE IF NOT EXISTS {FOUND} "
        "(device_id UUID, stream_id UUID, seq UInt64, row_no UInt32) ENGINE = Memory"
    )


def add_columns(present: Container[str]) -> str | None:
    """The statement that gives an older server's `events` its new columns; None where it has all.

    It changes the table's description alone: no part is read or written, so it takes milliseconds
    however much is stored. Rows that are there have the columns' defaults, "" or NULL: no value.
    """
    missing = [
        f"ADD COLUMN IF NOT EXISTS `{name}` {column.value}"
        for name, column in DELIVERED.items()
        if name not in present
    ]
    return f"ALTER TABLE {TABLE} {', '.join(missing)}" if missing else None


def merge_settings(*, finishing: bool) -> str:
    """Whether merges make the index of words and the roll-ups, as those of a finished day do."""
    excluded = "" if finishing else WORDS
    return (
        f"ALTER TABLE {TABLE} MODIFY SETTING materialize_projections_on_merge = {int(finishing)}, "
        f"exclude_materialize_skip_indexes_on_merge = '{excluded}'"
    )


def removal_settings() -> str:
    """For a store that an older server made: what was deleted or merged away leaves the disk soon.

    By default the engine looks every 30 to 300 seconds for files to remove.
    """
    wanted = {k: v for k, v in SETTINGS.items() if "cleanup" in k or k == "old_parts_lifetime"}
    return f"ALTER TABLE {TABLE} MODIFY SETTING " + ", ".join(
        f"{key} = {value}" for key, value in wanted.items()
    )


def _codec(column: Column) -> str:
    return " CODEC(ZSTD(1))" if column is Column.HOT_LONG_TEXT else ""
