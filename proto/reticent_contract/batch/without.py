"""A sealed payload without the rows of one table, which may not leave any more.

Enters: the payload, and what its frame would say of it. Leaves: another payload that says in its
own counts how many rows are gone. Must hold: every other row and count is as it was.
"""

from __future__ import annotations

from typing import NamedTuple

from reticent_contract.batch import zstd
from reticent_contract.batch.decode import decode_batch
from reticent_contract.v1 import telemetry_pb2

_DROPPED = telemetry_pb2.RuleCount.OUTCOME_DROPPED


class Rest(NamedTuple):
    """What is left; `gone`: how many rows are not."""

    payload: bytes
    plain_bytes: int
    rows: int
    gone: int


def without_table(
    payload: bytes, *, rows: int, plain_bytes: int, table: str, rule: str
) -> Rest | None:
    """None where it holds no row of the table. Raises BatchError where it cannot be read."""
    decode_batch(payload, rows=rows, plain_bytes=plain_bytes)  # what follows relies on its checks
    batch = telemetry_pb2.Batch.FromString(zstd.decompressor().decompress(payload))
    gone = sum(len(one.ts_delta_us) for one in batch.tables if one.table == table)
    if not gone:
        return None
    kept = [one for one in batch.tables if one.table != table]
    counts = list(batch.rule_counts)
    field = f"{table}.*"
    for count in counts:
        if (count.field, count.rule, count.outcome) == (field, rule, _DROPPED):
            count.count += gone
            break
    else:  # sealing leaves room for more counts than there are tables
        counts.append(telemetry_pb2.RuleCount(field=field, rule=rule, outcome=_DROPPED, count=gone))
    return _rest(telemetry_pb2.Batch(tables=kept, rule_counts=counts), rows=rows - gone, gone=gone)


def nothing_of(*, rows: int, rule: str) -> Rest:
    """In the place of a payload that cannot be read, so that nobody can tell what is in it."""
    count = telemetry_pb2.RuleCount(field="batch.*", rule=rule, outcome=_DROPPED, count=rows)
    return _rest(telemetry_pb2.Batch(rule_counts=[count] if rows else []), rows=0, gone=rows)


def _rest(batch: telemetry_pb2.Batch, *, rows: int, gone: int) -> Rest:
    plain = batch.SerializeToString(deterministic=True)
    return Rest(zstd.compress(plain), len(plain), rows, gone)
