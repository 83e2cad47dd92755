"""What a search looks for in a line, as a gate that is hit names it.

Enters: the gates, and how much the treatment of each kind protects. Leaves: by gate, the finders
behind it. Must hold: what has no protection is not looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from reticent_contract.redact.automaton import Gate, Sharing
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.detectors.model import Finder, Found, Tier
from reticent_contract.redact.digits import Held
from reticent_contract.redact.hits import Kind, Rank
from reticent_contract.redact.shapes import Span

# The same of what is found in every line of a shape: without the value.
Settled = tuple[int, int, Rank, str, str]
# What has to stand in a text for it; how it is asked: by the finder's `find`, or its `find_at` and
# where its pattern matches in every line of a shape; detector, tier, protection, place in order.
Ask = Callable[..., Iterable[Found]]
Look = tuple[Held | None, Ask, Sequence[Span] | None, str, Tier, int, int, Finder]


class Looks:
    """Of one set of gates, for what is protected alike. Each is made when a gate first asks for it:
    a field has few of those that there are. Thread-safe: of two made at once one stays."""

    __slots__ = ("_gate", "_held", "_of_sharing", "_order", "_protection")

    def __init__(self, with_gate: Gate, protection: Mapping[Kind, int]) -> None:
        self._gate = with_gate
        self._protection = protection
        count = len(with_gate.names)
        # A policy's own detectors come last, and know more of what they find than the built-in
        # ones.
        self._order = {
            (name, tier): count - i + 2 * count * (name not in DETECTORS) + count * (tier == "A")
            for i, name in enumerate(with_gate.names)
            for tier in ("A", "B")
        }
        self._of_sharing: dict[int, tuple[Look, ...]] = {}
        self._held: dict[int, tuple[Look, ...]] = {}

    def of(self, index: int) -> tuple[Look, ...]:
        """By index of the gate, from 2. Those of one gate are the same object."""
        sharing = self._gate.finders[index - 2]
        looks = self._of_sharing.get(id(sharing))
        return self._made(sharing) if looks is None else looks

    def held(self, index: int) -> tuple[Look, ...] | None:
        """The same where what the gate matches holds something; None where it does not."""
        found = self._held.get(index)
        if found is None and (needed := self._gate.held.get(index)) is not None:
            found = tuple((needed, *look[1:]) for look in self.of(index))
            self._held[index] = found
        return found

    def _made(self, sharing: Sharing) -> tuple[Look, ...]:
        protection, order = self._protection, self._order
        looks = tuple(
            (None, f.find, None, name, f.tier, protection[kind], order[kind], f)
            for name, f in sharing
            if (kind := (name, f.tier)) in protection
        )
        return self._of_sharing.setdefault(id(sharing), looks)


@lru_cache(maxsize=8)
def looks_of(with_gate: Gate, protecting: frozenset[tuple[Kind, int]]) -> Looks:
    """The same for all fields that are scanned alike, which are most of a policy's."""
    return Looks(with_gate, dict(protecting))


def at(spans: Sequence[Span] | None, look: Look) -> Look:
    """`look` where its finder's pattern matches, as far as that is known."""
    held, _, _, name, tier, protection, order, finder = look
    if spans is None or finder.find_at is None:
        return look
    return held, finder.find_at, spans, name, tier, protection, order, finder
