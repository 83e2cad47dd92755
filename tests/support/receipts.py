"""Batches with a chain of receipts, as the ingest stores them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from reticent_contract.batch import CHAIN_BEGINS, receipt_of
from reticent_server.store.events import StoredBatch

from support.event_groups import DEVICE, STREAM, batch, lines

SHA = bytes.fromhex("ab" * 32)
Count = tuple[str, str, str, int]
COUNTS: tuple[Count, ...] = (
    ("log_line.message", "log_line.message", "redacted", 3),
    ("host.asset_tag", "deny-by-default", "dropped", 1),
)


def chained(
    seqs: Sequence[int],
    *,
    rows: int = 3,
    stream: bytes = STREAM,
    device: bytes = DEVICE,
    previous: bytes = CHAIN_BEGINS,
    refused: Sequence[int] = (),
) -> list[StoredBatch]:
    """Batches with these numbers, each bound to the one before it."""
    made: list[StoredBatch] = []
    for seq in seqs:
        payload = f"the payload of batch {seq}".encode()
        receipt = receipt_of(
            stream_id=stream,
            seq=seq,
            policy_version=1,
            policy_sha256=SHA,
            rows=rows,
            payload=payload,
            counts=COUNTS,
            previous=previous,
        )
        previous = receipt.sha256
        stored: dict[str, object] = {
            "policy_version": 1,
            "policy_sha256": SHA.hex(),
            "receipt": receipt.sha256.hex(),
            "previous_receipt": receipt.previous.hex(),
            "counts_sha256": receipt.counts_sha256.hex(),
            "payload_sha256": hashlib.sha256(payload).hexdigest(),
            "sent_rows": rows,
        }
        if seq in refused:
            stored |= {"reason": "malformed", "detail": "x"}
            made.append(batch(seq, device=device, stream=stream, receipt=stored))
        else:
            stored["counts"] = list(COUNTS)
            made.append(batch(seq, [lines(rows)], device=device, stream=stream, receipt=stored))
    return made
