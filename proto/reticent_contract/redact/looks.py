"""What a search looks for in a line, as a gate that is hit names it.

Enters: the gates, and how much the treatment of each kind protects. Leaves: by gate, the finders
behind it. Must hold: what has no protection is not looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from reticent_contract.redact.automaton import Gate
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.detectors.model import Finder, Found, Tier
from reticent_contract.redact.digits import Held
from reticent_contract.redact.hits import Kind, Rank
from reticent_contract.redact.own_matcher import OWN_GATES
from reticent_contract.redact.shapes import Span

# The same of what is found in every line of a shape: without the value.
Settled = tuple[int, int, Rank, str, str]
# What has to stand in a text for it; how it is asked: by the finder's `find`, or its `find_at` and
# where its pattern matches in every line of a shape; detector, tier, protection, place in order.
Ask = Callable[..., Iterable[Found]]
Look = tuple[Held | None, Ask, Sequence[Span] | None, str, Tier, int, int, Finder]

Looks = tuple[
    list[tuple[Look, ...]],
    dict[int, tuple[Look, ...]],
    list[tuple[Look, ...]],
    list[tuple[Look, ...]],
]


@lru_cache(maxsize=8)
def looks_of(with_gate: Gate, protecting: frozenset[tuple[Kind, int]]) -> Looks:
    """By index of the gate: others, of those the ones that hold something, secrets, custom.

    The same for all fields that are scanned alike, which are most of a policy's.
    """
    protection = dict(protecting)
    count = len(with_gate.names)
    # A policy's own detectors come last, and know more of what they find than the built-in ones.
    order = {
        name: count - i + 2 * count * (name not in DETECTORS)
        for i, name in enumerate(with_gate.names)
    }
    looks: dict[int, tuple[Look, ...]] = {
        id(sharing): tuple(
            (
                None,
                f.find,
                None,
                name,
                f.tier,
                protection[name, f.tier],
                order[name] + count * (f.tier == "A"),
                f,
            )
            for name, f in sharing
            if (name, f.tier) in protection
        )
        for sharing in {id(sharing): sharing for sharing in with_gate.finders}.values()
    }
    every = [looks[id(sharing)] for sharing in with_gate.finders]
    others, secrets = with_gate.others_count, with_gate.secrets_count
    custom = others + secrets
    finders = [(), (), *every[:others]]
    held: dict[int, tuple[Look, ...]] = {
        index: tuple((needed, *look[1:]) for look in finders[index])
        for index, needed in with_gate.held.items()
    }
    # Behind the secrets, a matcher names its own gates: `named` looks there.
    secret_finders = [(), *every[others:custom], *[()] * OWN_GATES]
    return finders, held, secret_finders, [(), *every[custom:]]


def at(spans: Sequence[Span] | None, look: Look) -> Look:
    """`look` where its finder's pattern matches, as far as that is known."""
    held, _, _, name, tier, protection, order, finder = look
    if spans is None or finder.find_at is None:
        return look
    return held, finder.find_at, spans, name, tier, protection, order, finder
