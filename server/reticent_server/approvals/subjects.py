"""What each kind of request is about: exactly what will be done, and what the second person reads.

Must hold: whatever changes what is done is in `parts`; a `name` holds no collected value; what
somebody typed stays in its line and in its order, so that it cannot pass for what this server says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.request import Subject

if TYPE_CHECKING:
    from reticent_server.policies.revealing import Reveal


def policy_subject(reveal: Reveal) -> Subject:
    """A document for a group, over the version that is in force there: both by their hashes."""
    before = (
        "no policy is in force there"
        if reveal.before_version is None
        else f"in place of version {reveal.before_version}"
    )
    along = "\nand for the groups that extend it, as far as they reveal the same"
    lines = [
        f"for device group {reveal.group}, {before}{along if reveal.with_children else ''}",
        f"SHA-256 of the document: {reveal.sha256}",
        "",
        "what it reveals that the one in force does not:",
        *(f"- {_visible(sentence)}" for sentence in reveal.sentences),
    ]
    return Subject(
        kind=Kind.POLICY_REVEAL,
        parts={
            "group": reveal.group,
            "document": reveal.sha256,
            "before": reveal.before_sha256,
            "with_children": int(reveal.with_children),
        },
        name=f"policy {reveal.group}, document {reveal.sha256[:12]}",
        shown="\n".join(lines),
    )


def export_subject(text: str, *, shape: str, rows_max: int) -> Subject:
    """A query as it was typed, and how many rows at most."""
    return Subject(
        kind=Kind.EVENTS_EXPORT,
        parts={"query": text, "rows": rows_max},
        name=f"at most {rows_max} events: {shape}",
        shown=f"query: {_visible(text)}\nat most {rows_max:,} events, the newest first",
    )


def person_subject(persons: Iterable[str]) -> Subject:
    """Named persons, whatever else the look-up narrows it to. No name leaves but to be read."""
    named = sorted(set(persons))
    return Subject(
        kind=Kind.PERSON_REIDENTIFY,
        parts={"persons": json.dumps(named)},
        name="a named person" if len(named) == 1 else f"{len(named)} named persons",
        shown="\n".join(f"person: {_visible(name)}" for name in named),
    )


def unseal_subject(text: str, *, shape: str, limit: int) -> Subject:
    """The sealed values of the newest events that a query finds, at most so many."""
    return Subject(
        kind=Kind.VALUE_UNSEAL,
        parts={"query": text, "limit": limit},
        name=f"of at most {limit} events: {shape}",
        shown=f"sealed values of the newest {limit} events of the query: {_visible(text)}",
    )


def erase_subject(device_id: UUID) -> Subject:
    return Subject(
        kind=Kind.DEVICE_ERASE,
        parts={"device": str(device_id)},
        name=f"device {device_id}",
        shown=f"Erase device {device_id}: everything that it sent, and its record. For good.",
    )


def bundle_subject(name: str, text: str, *, key: str) -> Subject:
    """A support bundle, whole, and the public key that it is sealed for."""
    return Subject(
        kind=Kind.SUPPORT_BUNDLE,
        parts={"sha256": hashlib.sha256(text.encode()).hexdigest(), "key": key},
        name=name,
        shown=f"Sealed for the key {key}, all of this and nothing else:\n{text}",
    )


def _visible(text: str) -> str:
    """What breaks a line, turns its direction or is not seen stands as its number."""
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)
