"""What a batch's receipt says, checked against the batch itself and the one before it.

Enters: a BatchFrame. Leaves: what is stored beside the counts, so that `doctor --receipts` can
follow the chain (`receipt_chain`). Must hold: only hashes and numbers are taken from the laptop; a
receipt that does not belong to its own frame is refused; agents without receipts are accepted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from reticent_contract.batch import count_tuples, counts_sha256, receipt_sha256
from reticent_contract.v1 import telemetry_pb2

from reticent_server.ingest.refusal import BatchRefusedError
from reticent_server.store.events.model import RECEIPT_CHAIN

Facts = Mapping[str, object]
_INT64 = 1 << 63


def facts_of(frame: telemetry_pb2.BatchFrame, *, stream_id: bytes) -> dict[str, object]:
    """What the receipt says; empty where the agent sends none.

    BatchRefusedError where it is not the receipt of this frame. Whether the counts are those of
    the payload is for `check_counts`, once it is decoded.
    """
    if not frame.HasField("receipt"):
        return {}
    receipt, payload_sha256 = frame.receipt, hashlib.sha256(frame.payload).digest()
    try:
        expected = receipt_sha256(
            stream_id=stream_id,
            seq=frame.seq,
            policy_version=frame.policy_version,
            policy_sha256=frame.policy_sha256,
            rows=frame.rows,
            counts_sha256=receipt.counts_sha256,
            payload_sha256=payload_sha256,
            previous=receipt.previous,
        )
    except ValueError:
        expected = None
    # Beyond 63 bits no store takes it; no policy has such a version either.
    if expected != receipt.sha256 or frame.policy_version >= _INT64:
        raise BatchRefusedError("receipt-chain", "the receipt is not that of its own batch")
    return {
        "policy_version": frame.policy_version,
        "policy_sha256": frame.policy_sha256.hex(),
        "receipt": receipt.sha256.hex(),
        "previous_receipt": receipt.previous.hex(),
        "counts_sha256": receipt.counts_sha256.hex(),
        "payload_sha256": payload_sha256.hex(),
        "sent_rows": frame.rows,
    }


def check_counts(
    frame: telemetry_pb2.BatchFrame, counts: Sequence[telemetry_pb2.RuleCount]
) -> None:
    """Raises BatchRefusedError where the receipt is over other counts than the payload holds."""
    if not frame.HasField("receipt"):
        return
    if counts_sha256(count_tuples(counts)) != frame.receipt.counts_sha256:
        raise BatchRefusedError("receipt-chain", "the receipt is over other counts than the batch")


def chain_facts(receipt: Facts) -> dict[str, object]:
    """What of a stored receipt belongs to the chain: kept also where the batch is refused late."""
    return {name: receipt[name] for name in RECEIPT_CHAIN if name in receipt}


def follows(receipt: Facts, before: str | None) -> bool:
    """Whether the batch names `before`, the receipt last accepted; True where one is unknown."""
    previous = receipt.get("previous_receipt")
    return before is None or previous is None or previous == before
