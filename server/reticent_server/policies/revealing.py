"""Whether a version that is about to be published reveals more than what its group's laptops run.

Enters: what would be signed. Leaves: what it reveals, in words, bound to both documents by their
hashes; or None. Must hold: what cannot be compared counts as revealing more; it is stored only
over the version that it was compared with (`publishing._check_before`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import canonical_bytes, parse_policy
from reticent_contract.policy.diff import compare, told
from sqlalchemy.orm import Session

from reticent_server.audit.service import Entry
from reticent_server.policies.publishing import Ready
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.policies.service import PolicyService

NOTHING_IN_FORCE = "no policy is in force for this group, so whatever it lets out is more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """`sha256`: of the document without its version, canonical; `before_sha256`: of the version in
    force, empty where there is none. `sentences`: place by place; `told`: the same to be read, one
    for all tables of which the same is to be said."""

    group: str
    sha256: str
    before_sha256: str
    before_version: int | None
    sentences: tuple[str, ...]
    told: tuple[str, ...]
    with_children: bool


# Stores a version in a transaction, and says what the audit trail records of it.
Storing = Callable[[Session], Entry]
# Has it stored where it may be, in the transaction in which the leave for it is used up. Raises
# where somebody has to agree first, or nobody said why; what storing it raises.
Leave = Callable[[Reveal, str, Storing], None]


def reveal_of(
    policies: PolicyService, ready: Ready, group: str, *, with_children: bool = False
) -> Reveal | None:
    """None where nothing more is revealed. Raises PolicyError."""
    said = {key: value for key, value in ready.document.items() if key != "version"}
    before = ready.before
    sentences: tuple[str, ...] = (NOTHING_IN_FORCE,)
    in_short = sentences
    if before is not None:
        # Bound to its group already, so one without the word is for laptops of any.
        unbound: dict[str, object] = {} if group == DEFAULT_GROUP else {"group": None}
        after = parse_policy({"version": before.version + 1} | unbound | said, CATALOG)
        comparison = compare(policies.parsed(before), after, CATALOG)
        sentences = tuple(c.sentence for c in comparison.changes if c.direction == "more")
        in_short = tuple(one.sentence for one in told(comparison) if one.direction == "more")
    if not sentences:
        return None
    return Reveal(
        group=group,
        sha256=hashlib.sha256(canonical_bytes(said)).hexdigest(),
        before_sha256="" if before is None else before.sha256.hex(),
        before_version=None if before is None else before.version,
        sentences=sentences,
        told=in_short,
        with_children=with_children,
    )
