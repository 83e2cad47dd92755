"""The chain of receipts over the batches of a stream. In the caller's transaction.

Enters: a batch as it is sealed. Leaves: its receipt, the next link. Must hold: a receipt is made
once, with the batch, and sent again with it; a new stream begins a new chain. The one exception are
batches out of which rows were withdrawn before the server had them (`reseal`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from reticent_contract.batch import (
    CHAIN_BEGINS,
    BatchCount,
    BatchError,
    CountLike,
    Receipt,
    count_tuples,
    decode_batch,
    receipt_of,
)

from reticent_agent.spool import meta
from reticent_agent.spool.model import PolicyRef


def chain(
    connection: sqlite3.Connection,
    *,
    seq: int,
    policy: PolicyRef,
    rows: int,
    payload: bytes,
    counts: Iterable[CountLike],
) -> Receipt:
    """The receipt of this stream's batch `seq`, bound to the last one given out."""
    receipt = receipt_of(
        stream_id=meta.stream_id(connection),
        seq=seq,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        rows=rows,
        payload=payload,
        counts=[(c.field, c.rule, c.outcome, c.count) for c in counts],
        previous=meta.last_receipt(connection),
    )
    meta.put(connection, "last_receipt", receipt.sha256)
    return receipt


def begin_again(connection: sqlite3.Connection, *, state: int) -> None:
    """Batches in this `state` are now the first ones of a new stream: they make a new chain.

    One whose payload cannot be read any more, which the server will refuse, has no receipt; the
    chain begins once more behind it.
    """
    meta.put(connection, "last_receipt", CHAIN_BEGINS)
    _chain_anew(connection, state=state, after_seq=0)


def go_on_after(connection: sqlite3.Connection, seq: int, *, state: int) -> None:
    """Batches in this `state` behind `seq`, the last one that the server has, get new receipts.

    The first of them named the server's last receipt when it was sealed; the chain goes on there.
    """
    first = connection.execute(
        "SELECT previous_receipt FROM batches"
        " WHERE state = ? AND stream_id = ? AND seq > ? ORDER BY seq LIMIT 1",
        (state, meta.stream_id(connection), seq),
    ).fetchone()
    if first is not None:
        meta.put(connection, "last_receipt", CHAIN_BEGINS if first[0] is None else bytes(first[0]))
        _chain_anew(connection, state=state, after_seq=seq)


def _chain_anew(connection: sqlite3.Connection, *, state: int, after_seq: int) -> None:
    found = connection.execute(
        "SELECT b.id, b.seq, p.version, p.sha256, b.rows, b.plain_bytes, b.payload"
        " FROM batches b JOIN policies p ON p.id = b.policy"
        " WHERE b.state = ? AND b.stream_id = ? AND b.seq > ? ORDER BY b.seq",
        (state, meta.stream_id(connection), after_seq),
    ).fetchall()
    for identifier, seq, version, sha256, rows, plain_bytes, payload in found:
        try:
            decoded = decode_batch(bytes(payload), rows=rows, plain_bytes=plain_bytes)
        except BatchError:
            meta.put(connection, "last_receipt", CHAIN_BEGINS)
            receipt = None
        else:
            counts = [
                BatchCount(field=f, rule=r, outcome=o, count=n)
                for f, r, o, n in count_tuples(decoded.counts)
            ]
            receipt = chain(
                connection,
                seq=seq,
                policy=PolicyRef(version, bytes(sha256)),
                rows=rows,
                payload=bytes(payload),
                counts=counts,
            )
        connection.execute(
            "UPDATE batches SET receipt = ?, previous_receipt = ?, counts_sha256 = ? WHERE id = ?",
            (*columns(receipt), identifier),
        )


def columns(receipt: Receipt | None) -> tuple[bytes | None, bytes | None, bytes | None]:
    """receipt, previous_receipt, counts_sha256, as `batches` has them."""
    if receipt is None:
        return None, None, None
    return receipt.sha256, receipt.previous, receipt.counts_sha256


def of_columns(
    receipt: bytes | None, previous: bytes | None, counts_sha256: bytes | None
) -> Receipt | None:
    """The same, read back."""
    if receipt is None or previous is None or counts_sha256 is None:
        return None
    return Receipt(
        previous=bytes(previous), counts_sha256=bytes(counts_sha256), sha256=bytes(receipt)
    )
