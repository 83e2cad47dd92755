"""What changed in a state table since the server last heard of it.

Redacted rows are compared, as a multiset of their bytes: what the policy hides cannot show as a
change either. Once a day, under a new policy, and whenever a change was lost, the whole table goes
out as `snapshot` rows.

A sealed value is another text each time it is sealed, so it is left out of the comparison: it
alone is no change, and goes out with the next snapshot. Where anything else in such a table
changed, the whole table goes out, because nobody can tell which of its sealed values is new.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence

from reticent_contract.rows import SEALED_PREFIX

from reticent_agent.spool.body import encode_body
from reticent_agent.spool.model import SpoolRecord, StateSnapshot

_SEALED = b'"sealed:'
SNAPSHOT_EVERY_US = 24 * 3600 * 1_000_000


def changes(
    connection: sqlite3.Connection,
    snapshot: StateSnapshot,
    records: Sequence[SpoolRecord],
    *,
    policy: int,
) -> list[SpoolRecord]:
    """The rows to spool; keeps `records` as what the server will know. In the caller's transaction.

    A row that went and one that came with the same value in every key field are one `changed`.
    """
    known = connection.execute(
        "SELECT policy, snapshot_us FROM state_tables WHERE tbl = ?", (snapshot.table,)
    ).fetchone()
    age_us = None if known is None else snapshot.ts_us - known[1]
    whole = known is None or known[0] != policy or not 0 <= (age_us or 0) < SNAPSHOT_EVERY_US
    before = {} if known is None else _read(connection, snapshot.table)
    bodies = [_comparable(record.body) for record in records]
    now = dict(zip(bodies, records, strict=True))
    copies = Counter(bodies)
    sealed = any(body != record.body for body, record in now.items())
    if not whole and copies == {body: count for body, (count, _) in before.items()}:
        return []
    whole |= sealed
    connection.execute("DELETE FROM state_rows WHERE tbl = ?", (snapshot.table,))
    connection.executemany(
        "INSERT INTO state_rows (tbl, body, copies, priority) VALUES (?, ?, ?, ?)",
        [(snapshot.table, body, count, now[body].priority) for body, count in copies.items()],
    )
    if whole:
        connection.execute(
            "INSERT INTO state_tables (tbl, policy, snapshot_us) VALUES (?, ?, ?) ON CONFLICT"
            " DO UPDATE SET policy = excluded.policy, snapshot_us = excluded.snapshot_us",
            (snapshot.table, policy, snapshot.ts_us),
        )
        return list(records)
    came = Counter(copies)
    came.subtract({body: count for body, (count, _) in before.items()})
    gone_by_key = Counter(
        _key(body, snapshot.key) for body, n in came.items() if n < 0 for _ in range(-n)
    )
    gone_by_key.pop(None, None)
    out: list[SpoolRecord] = []
    replaced: Counter[str | None] = Counter()
    for body, count in came.items():
        for _ in range(count):
            key = _key(body, snapshot.key)
            changed = replaced[key] < gone_by_key[key]
            replaced[key] += changed
            out.append(now[body]._replace(event="changed" if changed else "added"))
    for body, count in came.items():
        for _ in range(-count):
            key = _key(body, snapshot.key)
            if replaced[key] > 0:
                replaced[key] -= 1
                continue
            out.append(_removed(snapshot, body, priority=before[body][1], policy=policy))
    return out


def forget(connection: sqlite3.Connection, table: str) -> None:
    """The next round of this table goes out whole."""
    connection.execute("DELETE FROM state_tables WHERE tbl = ?", (table,))
    connection.execute("DELETE FROM state_rows WHERE tbl = ?", (table,))


def _read(connection: sqlite3.Connection, table: str) -> dict[bytes, tuple[int, int]]:
    """Body to (copies, priority)."""
    rows: Iterator[tuple[bytes, int, int]] = connection.execute(
        "SELECT body, copies, priority FROM state_rows WHERE tbl = ?", (table,)
    )
    return {bytes(body): (copies, priority) for body, copies, priority in rows}


def _comparable(body: bytes) -> bytes:
    """The row without its sealed values; the same object where it has none."""
    if _SEALED not in body:
        return body
    values = json.loads(body)
    kept = {name: value for name, value in values.items() if not _is_sealed(value)}
    return body if len(kept) == len(values) else encode_body(kept)


def _is_sealed(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, str) and first.startswith(SEALED_PREFIX)


def _key(body: bytes, key: tuple[str, ...]) -> str | None:
    """The key fields' values, None where the policy leaves none of them or the table has no key."""
    values = json.loads(body)
    if not key or not all(name in values for name in key):
        return None
    return json.dumps([values[name] for name in key], sort_keys=True)


def _removed(snapshot: StateSnapshot, body: bytes, *, priority: int, policy: int) -> SpoolRecord:
    return SpoolRecord.of(
        policy=policy,
        priority=priority,
        table=snapshot.table,
        event="removed",
        ts_us=snapshot.ts_us,
        body=body,
    )
