"""The receipt of a batch: what was sent, bound to everything that the stream sent before it.

Enters: what a BatchFrame says and holds. Leaves: hashes that both sides compute alike. Must hold:
whoever changes, removes, adds or reorders a batch of a stream changes every receipt after it.

    receipt  = SHA-256("reticent-receipt-v1" NUL, stream_id 16, seq u64, policy_version u64,
                       policy_sha256 32, rows u32, counts_sha256 32, payload_sha256 32, previous 32)
    counts   = SHA-256("reticent-counts-v1" NUL, how many u32, then sorted, each:
                       field u16 + UTF-8, rule u16 + UTF-8, outcome u8 + ASCII, count u64)
    previous = the receipt of batch seq - 1; 32 zero bytes where a chain begins

Integers are big-endian, a length stands before each text; the bytes are pinned in `tests/vectors/`.
There is no key in it: whoever can write the server's store can make a new chain, but not one that
ends in the receipt that the laptop has, or that its next batch follows.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reticent_contract.v1 import telemetry_pb2

HASH_BYTES = 32
STREAM_ID_BYTES = 16
CHAIN_BEGINS = bytes(HASH_BYTES)
_LABEL = b"reticent-receipt-v1\0"
_COUNTS_LABEL = b"reticent-counts-v1\0"
_Outcome = telemetry_pb2.RuleCount.Outcome
CountTuple = tuple[str, str, str, int]  # field, rule, outcome, count


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What travels with the frame; 32 bytes each. `sha256` is the receipt itself."""

    previous: bytes
    counts_sha256: bytes
    sha256: bytes


def receipt_of(
    *,
    stream_id: bytes,
    seq: int,
    policy_version: int,
    policy_sha256: bytes,
    rows: int,
    payload: bytes,
    counts: Iterable[CountTuple],
    previous: bytes,
) -> Receipt:
    """The receipt of a batch whose counts are known."""
    counted = counts_sha256(counts)
    return Receipt(
        previous=previous,
        counts_sha256=counted,
        sha256=receipt_sha256(
            stream_id=stream_id,
            seq=seq,
            policy_version=policy_version,
            policy_sha256=policy_sha256,
            rows=rows,
            counts_sha256=counted,
            payload_sha256=hashlib.sha256(payload).digest(),
            previous=previous,
        ),
    )


def receipt_sha256(
    *,
    stream_id: bytes,
    seq: int,
    policy_version: int,
    policy_sha256: bytes,
    rows: int,
    counts_sha256: bytes,
    payload_sha256: bytes,
    previous: bytes,
) -> bytes:
    """32 bytes. ValueError where a part has another length than it has in the drawing above."""
    hashes = (policy_sha256, counts_sha256, payload_sha256, previous)
    if len(stream_id) != STREAM_ID_BYTES or any(len(part) != HASH_BYTES for part in hashes):
        raise ValueError("a part of the receipt has the wrong length")
    try:
        numbers = struct.pack(">QQ", seq, policy_version), struct.pack(">I", rows)
    except struct.error:
        raise ValueError("a number of the receipt is out of range") from None
    message = (_LABEL, stream_id, numbers[0], policy_sha256, numbers[1], *hashes[1:])
    return hashlib.sha256(b"".join(message)).digest()


def counts_sha256(counts: Iterable[CountTuple]) -> bytes:
    """32 bytes, whatever the order. ValueError where a name is too long or a count no u64."""
    ordered = sorted(counts)
    parts = [_COUNTS_LABEL, struct.pack(">I", len(ordered))]
    try:
        for field, rule, outcome, count in ordered:
            for text in (field.encode(), rule.encode()):
                parts += (struct.pack(">H", len(text)), text)
            parts += (struct.pack(">B", len(outcome)), outcome.encode("ascii"))
            parts.append(struct.pack(">Q", count))
    except struct.error:
        raise ValueError("a count does not fit a receipt") from None
    return hashlib.sha256(b"".join(parts)).digest()


def count_tuples(counts: Sequence[telemetry_pb2.RuleCount]) -> list[CountTuple]:
    """Decoded counts as the receipt takes them; their outcomes are known (`decode_batch`)."""
    return [
        (c.field, c.rule, _Outcome.Name(c.outcome).removeprefix("OUTCOME_").lower(), c.count)
        for c in counts
    ]
