"""The hash chain of the audit trail.

    hash = SHA-256(previous_hash || canonical)
    canonical = JSON, keys sorted, no spaces, UTF-8, of
                {action, actor, at_us, number, object, outcome, reason, source_address}

The first row's previous_hash is 32 zero bytes. The bytes are pinned in tests/vectors/audit.json.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

FIRST_PREVIOUS = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    number: int
    at_us: int
    actor: str
    action: str
    object: str
    outcome: str
    reason: str
    source_address: str


def row_hash(previous: bytes, record: Record) -> bytes:
    canonical = json.dumps(
        asdict(record), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(previous + canonical.encode()).digest()
