"""The hash chain of the audit trail.

    hash = SHA-256(previous_hash || canonical)
    canonical = JSON, keys sorted, no spaces, UTF-8, of
                {action, actor, at_us, number, object, outcome, reason, source_address}

The first row's previous_hash is 32 zero bytes. The bytes are pinned in tests/vectors/audit.json.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is stored: with the hash of the row before it and its own."""

    record: Record
    previous_hash: bytes
    hash: bytes


def canonical(document: Mapping[str, object]) -> bytes:
    """Raises UnicodeEncodeError where a text is none that UTF-8 can hold."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def row_hash(previous: bytes, record: Record) -> bytes:
    return hashlib.sha256(previous + canonical(asdict(record))).digest()


def follows_its_own_hash(row: Row) -> bool:
    """Whether the row's hash is that of its own content; whatever else is stored there is not."""
    try:
        return row_hash(row.previous_hash, row.record) == row.hash
    except (TypeError, ValueError):  # somebody put another type, or half a character, into it
        return False
