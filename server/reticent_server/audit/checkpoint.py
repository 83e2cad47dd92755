"""A checkpoint: how far the audit trail had come at a time, under the audit key.

    {"kind": "reticent-audit-checkpoint", "format": 1,
     "server": hex, "sequence": 1, 2, ..., "at_us": microseconds since 1970-01-01 UTC,
     "number": of the newest row, "hash": hex, of that row,
     "previous": hex SHA-256 of the checkpoint before, 64 zeros before the first,
     "accepts": true where an administrator takes what is broken up to this row for known}

`signed.py` draws the line around it. A checkpoint does not say that the rows before it are whole;
it says that this row was the last one, so none of them can be changed or cut off later unseen.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reticent_server.audit.signed import Statement, public_key_of, server_id, sign

KIND = "reticent-audit-checkpoint"
NO_PREVIOUS = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a checkpoint says. `digest` is what the next one's `previous` is."""

    sequence: int
    at_us: int
    number: int
    hash: bytes
    previous: bytes
    accepts: bool
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What it says, and the statement that says it."""

    mark: Mark
    statement: Statement


def sign_checkpoint(
    key: Ed25519PrivateKey,
    *,
    after: Mark | None,
    number: int,
    hash: bytes,  # noqa: A002 - the row's, as everywhere here
    at_us: int,
    accepts: bool = False,
    beyond: int = 0,
) -> Checkpoint:
    """`beyond`: a sequence number that is taken, whoever's checkpoint has it."""
    document = {
        "kind": KIND,
        "format": 1,
        "server": server_id(public_key_of(key)),
        "sequence": max(after.sequence if after else 0, beyond) + 1,
        "at_us": at_us,
        "number": number,
        "hash": hash.hex(),
        "previous": (after.digest if after else NO_PREVIOUS).hex(),
        "accepts": accepts,
    }
    return _of(sign("checkpoint", document, key))


def checkpoint_of(statement: Statement) -> Checkpoint | None:
    """What it says, whoever signed it; None where it is no checkpoint of this format."""
    if statement.name != "checkpoint":
        return None
    try:
        return _of(statement)
    except (KeyError, TypeError, ValueError):
        return None


def _of(statement: Statement) -> Checkpoint:
    document = dict(statement.document)
    if document.pop("kind") != KIND or document.pop("format") != 1:
        raise ValueError("kind")
    numbers = [document.pop(name) for name in ("sequence", "at_us", "number")]
    if any(type(number) is not int or number < 0 for number in numbers):
        raise TypeError("number")
    hashes = [bytes.fromhex(document.pop(name)) for name in ("hash", "previous")]
    accepts = document.pop("accepts")
    if {len(h) for h in hashes} != {32} or type(accepts) is not bool or set(document) != {"server"}:
        raise ValueError("fields")
    mark = Mark(
        sequence=numbers[0],
        at_us=numbers[1],
        number=numbers[2],
        hash=hashes[0],
        previous=hashes[1],
        accepts=accepts,
        digest=statement.digest(),
    )
    return Checkpoint(mark=mark, statement=statement)
