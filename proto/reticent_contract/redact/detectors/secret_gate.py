"""The gates of all finders of secrets, and a look for secrets alone.

Enters: text. Leaves: which finders of secrets must look, and what they find. Must hold: what this
finds is what the server refuses, so nothing that leaves a laptop may have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from reticent_contract.redact.alternatives import looked_for
from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.detectors.secret import SECRET
from reticent_contract.redact.digits import any_digit
from reticent_contract.redact.sets import ALWAYS, Match, gate_in_parts

_GATE_BYTES_MAX = 8 << 20


def secret_gates() -> Iterator[tuple[str, list[Finder]]]:
    """What is looked for, and whose it is: those of one gate stand side by side, and have the same
    finders. Taken apart each time, as the gate is all that asks for them."""
    by_gate: dict[str, list[Finder]] = {}
    for finder in SECRET.finders:
        by_gate.setdefault(finder.gate, []).append(finder)
    for gate, finders in by_gate.items():
        for pattern in looked_for(gate):
            yield pattern, finders


@lru_cache(maxsize=1)
def _made() -> tuple[Match, tuple[list[Finder], ...]]:
    """When it is first asked for, as many commands never look."""
    patterns, finders = zip(*secret_gates(), strict=True)
    return gate_in_parts(map(any_digit, patterns), bytes_max=_GATE_BYTES_MAX), finders


def secret_gate() -> Match:
    """Names the patterns whose finders of secrets must look, counted from 1, all digits alike."""
    return _made()[0]


def secret_finders() -> tuple[list[Finder], ...]:
    """By pattern."""
    return _made()[1]


def worthwhile(named: Sequence[int], text: bytes) -> list[int]:
    """Of the gates that `secret_gate` named those by which something may be found in a text of the
    shape of `text`. The first is in every answer."""
    known = secret_finders()
    return [
        hit
        for hit in named
        if hit == ALWAYS
        or (
            hit <= len(known)
            and any(f.needs is None or f.needs.may_match(text) for f in known[hit - 1])
        )
    ]


def secrets_in(text: bytes, match: Match | None = None) -> list[Found]:
    """Every secret in `text`. RuntimeError where RE2 could not look.

    `match`: a gate that names those of secrets as `secret_gate` does, and maybe others behind them.
    """
    hits = (match or secret_gate())(text)
    if not hits:
        raise RuntimeError("secrets could not be looked for: RE2 is out of memory")
    if len(hits) == 1:
        return []
    known = secret_finders()
    looked: list[Finder] = []
    secrets: list[Found] = []
    for hit in sorted(hits):
        if 0 < hit <= len(known) and known[hit - 1] is not looked:
            looked = known[hit - 1]
            secrets += [found for finder in looked for found in finder.find(text)]
    return secrets
