"""All patterns of all detectors as one gate, so that a text is asked once for all of them.

Enters: detectors. Leaves: which of their patterns match a text, and whose they are.
Must hold: a gate matches wherever its finder could find something, and takes all digits alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from reticent_contract.redact.alternatives import looked_for
from reticent_contract.redact.detectors import DETECTORS, Detector
from reticent_contract.redact.detectors.model import Finder
from reticent_contract.redact.detectors.secret import SECRET
from reticent_contract.redact.detectors.secret_gate import secret_finders, secret_gate
from reticent_contract.redact.digits import Held, any_digit, held_by
from reticent_contract.redact.gates import uncounted
from reticent_contract.redact.normalise import OTHERWISE_SPELLED
from reticent_contract.redact.sets import ALWAYS, Match, gate_in_parts, gate_of

_BUILT_IN = tuple(DETECTORS.values())
# Measured: see "A gate is cheap, not exact" in the DECISIONS.md of the policy package.
_GATE_BYTES_MAX = 20 << 20
_CUSTOM_BYTES_MAX = 3 << 20
OTHER_VIEW = 1
Sharing = tuple[tuple[str, Finder], ...]  # with their detectors: the finders of one gate


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """All patterns of all detectors. Index 0 matches always, 1 where there is another view.

    Nothing matches where RE2 ran out of memory. `match` asks the three sets below in turn.
    """

    match: Match
    # By index - 2: others, secrets, custom. Some share a gate; the patterns of one gate stand side
    # by side and have the same.
    finders: tuple[Sharing, ...]
    names: tuple[str, ...]  # of the detectors, in the order in which they win
    others: Match
    custom: Match | None
    others_count: int  # of the patterns
    secrets_count: int
    held: Mapping[int, Held]  # of others that take some digits only: what stands in every match


@lru_cache(maxsize=4)
def gate(detectors: tuple[Detector, ...] = _BUILT_IN) -> Gate:
    """Compiled once for each set of detectors: most policies have the same.

    Secrets have a set of their own, because the states of one automaton are nearly the product of
    its patterns'. A policy's own patterns have one too: they take no memory from the others.
    """
    secrets = _by_gate(d for d in detectors if d is SECRET)
    custom = _by_gate(d for d in detectors if d.name not in DETECTORS)
    others = _by_gate(d for d in detectors if d is not SECRET and d.name in DETECTORS)
    # What both ask for (an option of a command line) is looked for once.
    for shared in secrets.keys() & others.keys():
        secrets[shared] += others.pop(shared)
    first, counts, held = _others(tuple(others))
    of_others = [
        sharing
        for sharing, count in zip(others.values(), counts, strict=True)
        for _ in range(count)
    ]
    of_secrets = [secrets[each[0].gate] for each in secret_finders()]
    sets = [(0, first), (1 + len(of_others), secret_gate())]
    of_policy = None
    if custom:
        of_policy = gate_of(map(uncounted, custom), bytes_max=_CUSTOM_BYTES_MAX)
        sets.append((1 + len(of_others) + len(of_secrets), of_policy))
    finders = (*of_others, *of_secrets, *custom.values())
    return Gate(
        match=_in_turn(sets, finders),
        finders=finders,
        names=tuple(detector.name for detector in detectors),
        others=first,
        custom=of_policy,
        others_count=len(of_others),
        secrets_count=len(of_secrets),
        held=held,
    )


@lru_cache(maxsize=2)
def _others(gates: tuple[str, ...]) -> tuple[Match, tuple[int, ...], dict[int, Held]]:
    """One set of what is looked for in the place of gates, how many patterns that are of each, and
    what each holds. A policy's own detectors change nothing of it."""
    patterns = list(map(looked_for, gates))
    every = list(chain.from_iterable(patterns))
    match = gate_in_parts(map(any_digit, (OTHERWISE_SPELLED, *every)), bytes_max=_GATE_BYTES_MAX)
    return match, tuple(map(len, patterns)), dict(_held(every))


def _held(patterns: Iterable[str]) -> Iterator[tuple[int, Held]]:
    for index, pattern in enumerate(patterns, start=2):
        if any_digit(pattern) != pattern and (stands := held_by(pattern)) is not None:
            yield index, stands


def _by_gate(detectors: Iterable[Detector]) -> dict[str, Sharing]:
    by_gate: dict[str, Sharing] = {}
    for detector in detectors:
        for finder in detector.finders:
            by_gate[finder.gate] = (*by_gate.get(finder.gate, ()), (detector.name, finder))
    return by_gate


def _in_turn(sets: Sequence[tuple[int, Match]], finders: Sequence[Sharing]) -> Match:
    """The sets as one: what each matches is counted on from the number beside it.

    Of the patterns that have the same finders, the first that matches is named.
    """
    (_, first), *others = sets

    def match(text: bytes) -> list[int]:
        hits = first(text)
        for before, more in others:
            found = more(text)
            if not found or not hits:
                return []
            hits += [before + index for index in found if index != ALWAYS]
        hits.sort()
        return [
            hit
            for hit, before in zip(hits, (ALWAYS, *hits), strict=False)
            if before <= OTHER_VIEW or finders[hit - 2] is not finders[before - 2]
        ]

    return match
