"""What each kind of request is about: exactly what will be done, and what the second person reads.

Must hold: whatever changes what is done is in `parts`; a `name` holds no collected value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

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
        *(f"- {sentence}" for sentence in reveal.sentences),
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
        shown=f"query: {text}\nat most {rows_max:,} events, the newest first",
    )


def person_subject(persons: Iterable[str]) -> Subject:
    """Named persons, whatever else the look-up narrows it to. No name leaves but to be read."""
    named = sorted(set(persons))
    return Subject(
        kind=Kind.PERSON_REIDENTIFY,
        parts={"persons": json.dumps(named)},
        name="a named person" if len(named) == 1 else f"{len(named)} named persons",
        shown="\n".join(f"person: {name}" for name in named),
    )


def unseal_subject(text: str, *, shape: str, limit: int) -> Subject:
    """The sealed values of the newest events that a query finds, at most so many."""
    return Subject(
        kind=Kind.VALUE_UNSEAL,
        parts={"query": text, "limit": limit},
        name=f"of at most {limit} events: {shape}",
        shown=f"sealed values of the newest {limit} events of the query: {text}",
    )
