"""Puts rows, counts, cursors and state changes on disk; drops by priority what has no room."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reticent_contract.batch import BatchRow, CountLike, row_problem
from reticent_contract.rows import RedactedRow

from reticent_agent.spool import state
from reticent_agent.spool.body import encode_body
from reticent_agent.spool.model import PolicyRef, SpoolRecord, StateSnapshot

OVERFLOW_RULE = "spool-full"
UNSENDABLE_RULE = "cannot-be-sent"
_DROP_AT_ONCE = 500


@dataclass(slots=True)
class Totals:
    """What the `rows` table holds."""

    rows: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Outcome:
    """What one append did; becomes `Appended` once it is committed."""

    totals: Totals
    rows: int = 0
    unchanged: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


def policy_id(connection: sqlite3.Connection, policy: PolicyRef) -> int:
    connection.execute(
        "INSERT OR IGNORE INTO policies (version, sha256) VALUES (?, ?)",
        (policy.version, policy.sha256),
    )
    row = connection.execute(
        "SELECT id FROM policies WHERE version = ? AND sha256 = ?", (policy.version, policy.sha256)
    ).fetchone()
    found: int = row[0]
    return found


def record(row: RedactedRow, *, policy: int) -> SpoolRecord:
    return SpoolRecord.of(
        policy=policy,
        priority=row.priority,
        table=row.table,
        event=row.event,
        ts_us=row.ts_us,
        body=encode_body(row.values),
    )


def append_rows(
    connection: sqlite3.Connection,
    *,
    rows: Sequence[RedactedRow],
    snapshots: Sequence[StateSnapshot],
    policy: int,
    totals: Totals,
    bytes_max: int,
    rows_max: int,
) -> Outcome:
    """Within the caller's transaction. The caller commits, then takes over `Outcome.totals`."""
    outcome = Outcome(totals=Totals(rows=totals.rows, bytes=totals.bytes))
    records = [record(row, policy=policy) for row in rows if _sendable(row, outcome)]
    for snapshot in snapshots:
        sendable = [row for row in snapshot.rows if _sendable(row, outcome)]
        changed = state.changes(
            connection,
            snapshot,
            [record(row, policy=policy) for row in sendable],
            policy=policy,
        )
        outcome.unchanged += len(sendable) - sum(one.event != "removed" for one in changed)
        records.extend(changed)
    connection.executemany(
        "INSERT INTO rows (policy, priority, tbl, event, ts_us, bytes, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        records,
    )
    outcome.rows = len(records)
    outcome.totals.rows += len(records)
    outcome.totals.bytes += sum(one.size for one in records)
    _make_room(connection, outcome, bytes_max=bytes_max, rows_max=rows_max)
    for table, count in outcome.failed.items():
        add_count(connection, policy, f"{table}.*", UNSENDABLE_RULE, "failed", count)
    return outcome


def add_counts(connection: sqlite3.Connection, policy: int, counts: Iterable[CountLike]) -> None:
    for count in counts:
        if count.count > 0:
            add_count(connection, policy, count.field, count.rule, count.outcome, count.count)


def add_count(
    connection: sqlite3.Connection, policy: int, field: str, rule: str, outcome: str, count: int
) -> None:
    connection.execute(
        "INSERT INTO counts (policy, field, rule, outcome, count) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        (policy, field, rule, outcome, count),
    )


def set_cursors(connection: sqlite3.Connection, cursors: Mapping[str, str]) -> None:
    connection.executemany(
        "INSERT INTO cursors (name, value) VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value",
        list(cursors.items()),
    )


def _sendable(row: BatchRow, outcome: Outcome) -> bool:
    if row_problem(row) is None:
        return True
    outcome.failed[row.table] += 1
    return False


def _make_room(
    connection: sqlite3.Connection, outcome: Outcome, *, bytes_max: int, rows_max: int
) -> None:
    """Lowest priority first, then the oldest; each dropped row is counted under its policy."""
    totals = outcome.totals
    counted: Counter[tuple[int, str]] = Counter()
    while totals.rows > rows_max or totals.bytes > bytes_max:
        doomed = []
        for identifier, policy, table, size in connection.execute(
            "SELECT id, policy, tbl, bytes FROM rows ORDER BY priority, id LIMIT ?",
            (_DROP_AT_ONCE,),
        ):
            if totals.rows <= rows_max and totals.bytes <= bytes_max:
                break
            doomed.append((identifier,))
            counted[(policy, table)] += 1
            totals.rows -= 1
            totals.bytes -= size
        if not doomed:
            break
        connection.executemany("DELETE FROM rows WHERE id = ?", doomed)
    for (policy, table), count in counted.items():
        outcome.dropped[table] += count
        add_count(connection, policy, f"{table}.*", OVERFLOW_RULE, "overflow", count)
        state.forget(connection, table)  # the server missed a change: it gets a whole snapshot next
