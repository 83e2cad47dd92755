"""Where something stands in a text, by which detector and tier, and how findings overlap.

Enters: text as UTF-8 bytes. Leaves: hits. Must hold: linear in the length of the text; what cannot
be looked at raises.

    gate (one RE2 Set over all patterns) -> finders whose gate was hit, own identifiers
    -> overlaps: the most protective treatment wins, then the longest, over all they cover
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

import re2

from reticent_contract.limits import PSEUDONYM_CACHE_MAX
from reticent_contract.redact.allow import NEVER_ALLOWED, Allow
from reticent_contract.redact.detectors import DETECTORS, Detector
from reticent_contract.redact.detectors.model import Finder, matcher
from reticent_contract.redact.normalise import CODED
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.own_matcher import Identity

_GATE_BYTES_MAX = 6 << 20
_BUILT_IN = tuple(DETECTORS.values())
Kind = tuple[str, str]  # detector, tier
IsAllowed = Callable[[str, bytes], bool]
# protection of the treatment, length, tier A before B and then the order of the detectors
Rank = tuple[int, int, int]
# start, end, rank, detector, value, tier, identity where it is the laptop's own
Hit = tuple[int, int, Rank, str, bytes, str, Identity | None]


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """All patterns of all detectors in one automaton. Index 0 matches always, 1 where coded."""

    match: Callable[[bytes], list[int] | None]
    finders: tuple[tuple[tuple[str, Finder], ...], ...]  # by index - 2; some share a gate
    names: tuple[str, ...]  # of the detectors, in the order in which they win


@lru_cache(maxsize=4)
def gate(detectors: tuple[Detector, ...] = _BUILT_IN) -> Gate:
    """Compiled once for each set of detectors: most policies have the same."""
    options = re2.Options()
    options.max_mem = _GATE_BYTES_MAX
    options.log_errors = False
    patterns = re2.Set.SearchSet(options)
    patterns.Add("")  # matches always: silence then means that RE2 ran out of memory
    patterns.Add(CODED)
    by_gate: dict[str, list[tuple[str, Finder]]] = {}
    for detector in detectors:
        for finder in detector.finders:
            by_gate.setdefault(finder.gate, []).append((detector.name, finder))
    for pattern in by_gate:
        patterns.Add(pattern)
    patterns.Compile()
    finders = tuple(tuple(sharing) for sharing in by_gate.values())
    return Gate(matcher(patterns), finders, tuple(detector.name for detector in detectors))


class Search:
    """The detectors that `protection` names, over one text at a time. Immutable.

    `protection`: how much the treatment of a detector's tier protects; of overlapping hits the
    higher one wins. What has none is not looked for. `is_allowed`: exceptions by detector.
    """

    __slots__ = ("_finders", "_is_allowed", "_match", "_own", "_own_rank")

    def __init__(
        self,
        with_gate: Gate,
        protection: Mapping[Kind, int],
        own: OwnIdentifiers | None,
        is_allowed: IsAllowed | None = None,
    ) -> None:
        count = len(with_gate.names)
        order = {name: count - i for i, name in enumerate(with_gate.names)}
        self._match = with_gate.match
        self._own = own if ("own", "A") in protection else None
        self._own_rank = protection.get(("own", "A"), 0), order["own"] + count
        self._is_allowed = is_allowed
        self._finders = [
            tuple(
                (
                    name,
                    f.find,
                    f.tier,
                    protection[name, f.tier],
                    order[name] + count * (f.tier == "A"),
                )
                for name, f in sharing
                if (name, f.tier) in protection
            )
            for sharing in with_gate.finders
        ]

    def find(self, data: bytes) -> tuple[list[Hit], bool]:
        """Every hit, overlapping ones too, and whether the text is coded (see `normalise`)."""
        gates = self._match(data)
        if not gates:
            raise RuntimeError("the detectors could not look: RE2 is out of memory")
        hits: list[Hit] = []
        coded = False
        if len(gates) > 1:
            for index in gates:
                if index < 2:
                    coded |= index == 1
                    continue
                for name, find, tier, protection, order in self._finders[index - 2]:
                    for start, end, value in find(data):
                        rank = (protection, end - start, order)
                        hits.append((start, end, rank, name, value, tier, None))
        if hits and self._is_allowed is not None:
            hits = [hit for hit in hits if not self._is_allowed(hit[3], hit[4])]
        if self._own is not None and (matcher := self._own.matcher()) is not None:
            for start, end, identity in matcher.find(data):
                rank = (self._own_rank[0], end - start, self._own_rank[1])
                hits.append((start, end, rank, "own", data[start:end], "A", identity))
        return hits, coded


def only_in(view: list[Hit], text: list[Hit]) -> list[Hit]:
    """The hits in another view of a text that the text itself does not show."""
    shown = Counter(hit[3:5] for hit in text)
    more: list[Hit] = []
    for hit in view:
        if shown[hit[3:5]]:
            shown[hit[3:5]] -= 1
        else:
            more.append(hit)
    return more


def resolve(hits: list[Hit]) -> list[Hit]:
    """Stretches that do not overlap, in order, each with the hit that decides over it."""
    if len(hits) == 1:
        return hits
    hits.sort(key=itemgetter(0))
    stretches: list[Hit] = []
    for hit in hits:
        if not stretches or hit[0] >= stretches[-1][1]:
            stretches.append(hit)
            continue
        before = stretches[-1]
        end = max(before[1], hit[1])
        winner = hit if hit[2] > before[2] else before
        stretches[-1] = (before[0], end, *winner[2:])
    return stretches


def exceptions(allow: Allow, detectors: Mapping[str, Detector]) -> IsAllowed | None:
    """Whether a finding is one of the policy's exceptions; None where it has none."""
    if not allow:
        return None
    addresses = frozenset(name for name, detector in detectors.items() if detector.is_ip)

    @lru_cache(maxsize=PSEUDONYM_CACHE_MAX)
    def is_allowed(detector: str, value: bytes) -> bool:
        return detector not in NEVER_ALLOWED and allow.lets(value, is_ip=detector in addresses)

    return is_allowed
