"""Takes what can still be read out of a damaged spool.

A page that is damaged ends a scan; so every table is read from both ends. What lies between is
lost, and the name of the table is told. Batches that were sealed but not acked keep their bytes
and get new numbers: the new spool is a new stream. Where the server had stored one of them and
its ack was lost with the file, those rows arrive twice; the alternative is to lose them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from reticent_contract import limits

from reticent_agent import atomic
from reticent_agent.spool import append, meta, receipts, seal, withdraw
from reticent_agent.spool.body import decode_body
from reticent_agent.spool.model import PolicyRef

_PADDED_BYTES_MAX = 4 * limits.SPOOL_BYTES_MAX
_Insert = Callable[[sqlite3.Connection, tuple[object, ...], dict[int, int]], bool]


def salvage(damaged: Path, into: sqlite3.Connection) -> tuple[int, int, tuple[str, ...]]:
    """(rows, batches, tables not read to their end), in the caller's transaction."""
    readable = _padded(damaged)
    old = sqlite3.connect(f"file:{quote(str(readable))}?mode=ro", uri=True)
    lost: list[str] = []
    try:
        policies: dict[int, int] = {}
        for identifier, version, sha256 in _read(old, "policies", "id, version, sha256", lost):
            if isinstance(sha256, bytes):
                ref = PolicyRef(int(str(version)), sha256)
                policies[int(str(identifier))] = append.policy_id(into, ref)
        batches = _copy(old, into, "batches", _BATCH, _batch, policies, lost)
        receipts.begin_again(into, state=seal.WAITING)
        rows = _copy(old, into, "rows", _ROW, _row, policies, lost)
        _copy(old, into, "counts", "policy, field, rule, outcome, count", _count, policies, lost)
        _copy(old, into, "cursors", "name, value", _cursor, policies, lost)
        _copy(old, into, "meta", "key, value", _mark, policies, lost)
    finally:
        old.close()
        if readable != damaged:
            readable.unlink()
    return rows, batches, tuple(lost)


def _padded(damaged: Path) -> Path:
    """The file, or where it was cut off a copy as long as its header says.

    SQLite reads nothing of a file that is shorter than that. Page size and count: big-endian at
    16 and 28 (https://www.sqlite.org/fileformat.html, 1.3).
    """
    with damaged.open("rb") as file:
        header = file.read(32)
    page_bytes, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    size = (65_536 if page_bytes == 1 else page_bytes) * pages
    if not damaged.stat().st_size < size <= _PADDED_BYTES_MAX:
        return damaged
    copy = damaged.with_name(f"{damaged.name}.reading")
    shutil.copyfile(damaged, copy)
    copy.chmod(atomic.OWNER_ONLY)
    os.truncate(copy, size)
    return copy


_BATCH = "id, policy, rows, plain_bytes, payload, sealed_us, state"
_ROW = "id, policy, priority, tbl, event, ts_us, bytes, body"


def _batch(into: sqlite3.Connection, row: tuple[object, ...], policies: dict[int, int]) -> bool:
    _, policy, rows, plain_bytes, payload, sealed_us, state = row
    if state != seal.WAITING:
        return False
    seq = meta.integer(into, "last_seq") + 1
    into.execute(
        "INSERT INTO batches (stream_id, seq, policy, rows, plain_bytes, payload, sealed_us)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            meta.stream_id(into),
            seq,
            policies[int(str(policy))],
            rows,
            plain_bytes,
            payload,
            sealed_us,
        ),
    )
    meta.put(into, "last_seq", seq)
    return True


def _row(into: sqlite3.Connection, row: tuple[object, ...], policies: dict[int, int]) -> bool:
    _, policy, *rest, body = row
    if not isinstance(body, bytes):
        return False
    decode_body(body)  # a torn body raises ValueError here
    into.execute(
        "INSERT INTO rows (policy, priority, tbl, event, ts_us, bytes, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (policies[int(str(policy))], *rest, body),
    )
    return True


def _count(into: sqlite3.Connection, row: tuple[object, ...], policies: dict[int, int]) -> bool:
    policy, field, rule, outcome, count = row
    append.add_count(
        into, policies[int(str(policy))], str(field), str(rule), str(outcome), int(str(count))
    )
    return True


def _cursor(into: sqlite3.Connection, row: tuple[object, ...], _: dict[int, int]) -> bool:
    append.set_cursors(into, {str(row[0]): str(row[1])})
    return True


def _mark(into: sqlite3.Connection, row: tuple[object, ...], _: dict[int, int]) -> bool:
    """A withdrawal that was under way; everything else in there is of the old stream."""
    return withdraw.mark_again(into, str(row[0]), str(row[1]))


def _copy(
    old: sqlite3.Connection,
    into: sqlite3.Connection,
    table: str,
    columns: str,
    insert: _Insert,
    policies: dict[int, int],
    lost: list[str],
) -> int:
    copied = 0
    for row in _read(old, table, columns, lost):
        try:
            copied += insert(into, row, policies)
        except (ValueError, TypeError, KeyError, sqlite3.IntegrityError):
            if table not in lost:
                lost.append(table)
    return copied


def _read(
    old: sqlite3.Connection, table: str, columns: str, lost: list[str]
) -> list[tuple[object, ...]]:
    """All rows that a scan from either end reaches, in ascending order of the first column."""
    found: dict[object, tuple[object, ...]] = {}
    first = columns.split(",", 1)[0]
    for direction in ("ASC", "DESC"):
        try:
            # The names are this module's own. `counts` repeats its first column: all are the key.
            for row in old.execute(
                f"SELECT {columns} FROM {table} ORDER BY {first} {direction}"  # noqa: S608 - constants of this module
            ):
                found[row if table == "counts" else row[0]] = row
        except sqlite3.Error:
            if table not in lost:
                lost.append(table)
        else:
            break
    return sorted(found.values(), key=lambda row: (str(type(row[0])), row[0]))
