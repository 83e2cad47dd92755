"""`reticent-agent sent`: the last batches exactly as they left this laptop.

Reads the spool read-only, also while the agent runs. What is shown is what the payload decodes to,
not what the agent meant to send. Of a batch out of which rows were withdrawn it is what is left.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator
from urllib.parse import quote

from reticent_contract.batch import BatchError, decode_batch, rows_of
from reticent_contract.v1 import telemetry_pb2

from reticent_agent.config import Config
from reticent_agent.errors import SpoolError
from reticent_agent.report.files import not_yours
from reticent_agent.report.words import plain, rfc3339
from reticent_agent.spool import SentBatch, read
from reticent_agent.spool.reseal import CHANGED

_BATCHES = 20


def run(config: Config, *, as_json: bool) -> int:
    """Raises SpoolError where there is no spool, or it cannot be read."""
    for batch in reversed(_read(config)):
        document = describe(batch)
        if as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join(_lines(document)) + "\n")
    return 0


def describe(sent: SentBatch) -> dict[str, object]:
    """One batch: what the frame said, and its rows and counts as decoded from the payload."""
    batch = sent.batch
    document: dict[str, object] = {
        "stream_id": sent.stream_id.hex(),
        "seq": batch.seq,
        "state": sent.state,
        "sealed_at": rfc3339(sent.sealed_us),
        "policy_version": batch.policy.version,
        "policy_sha256": batch.policy.sha256.hex(),
        "payload_bytes": len(batch.payload),
        "plain_bytes": batch.plain_bytes,
        "payload_sha256": hashlib.sha256(batch.payload).hexdigest(),
    }
    if batch.receipt is not None:
        document["receipt"] = batch.receipt.sha256.hex()
        document["previous_receipt"] = batch.receipt.previous.hex()
    if sent.reason == CHANGED:
        document["changed_because"] = sent.reason
    elif sent.reason:
        document["refused_because"] = sent.reason
    try:
        decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
    except BatchError as error:
        return {**document, "unreadable": error.detail, "rows": [], "counts": []}
    document["rows"] = [
        {
            "table": row["table"],
            "event": row["event"],
            "ts": rfc3339(int(str(row["ts_us"]))),
            "fields": {name: plain(value) for name, value in _fields(row)},
        }
        for row in rows_of(decoded)
    ]
    document["counts"] = [
        {
            "field": count.field,
            "rule": count.rule,
            "outcome": telemetry_pb2.RuleCount.Outcome.Name(count.outcome)[8:].lower(),
            "count": count.count,
        }
        for count in decoded.counts
    ]
    return document


def _fields(row: dict[str, object]) -> Iterator[tuple[str, object]]:
    values = row["values"]
    if isinstance(values, dict):
        yield from values.items()


def _lines(document: dict[str, object]) -> Iterator[str]:
    rows, counts = document["rows"], document["counts"]
    yield (
        f"batch {document['seq']} ({document['state']}) sealed {document['sealed_at']}, policy "
        f"{document['policy_version']}, {document['payload_bytes']} bytes"
    )
    if "changed_because" in document:
        yield "  rows were taken out of it here when consent was withdrawn"
    if "receipt" in document:
        yield f"  receipt {document['receipt']}"
    for row in rows if isinstance(rows, list) else ():
        fields = "  ".join(
            f"{name}={json.dumps(value, ensure_ascii=False)}"
            for name, value in row["fields"].items()
        )
        yield f"  {row['ts']}  {row['table']}.{row['event']}  {fields}"
    for count in counts if isinstance(counts, list) else ():
        yield f"  {count['count']:>8} {count['outcome']:<9} {count['field']} by {count['rule']}"


def _read(config: Config) -> list[SentBatch]:
    path = config.data_dir / "spool.db"
    try:
        there = path.exists()
    except PermissionError:
        raise not_yours(config.data_dir) from None
    if not there:
        raise SpoolError(
            f"there is no spool in {config.data_dir}: nothing has left this laptop from there; "
            "give the right --data",
            permanent=True,
        )
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        try:
            return read.sent(connection, limit=_BATCHES)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise SpoolError(
            f"the spool cannot be read ({type(error).__name__}); nothing was changed; run as the "
            "agent's user, or see `reticent-agent doctor`",
            permanent=True,
        ) from None
