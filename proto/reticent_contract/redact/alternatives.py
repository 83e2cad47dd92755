"""A gate as patterns of which one or another stands wherever it does.

Enters: a gate, as a detector has it. Leaves: the patterns that are looked for in its place.
Must hold: they match wherever the gate does. What is not understood stays one pattern.

RE2 sorts the patterns of a set and writes once what their beginnings share, but only of patterns,
not of what stands between two `|` within one. All beginnings are looked for at every byte, so the
fewer there are, the less a new state of the automaton costs: see "Every alternative is a pattern of
its own" in the DECISIONS.md of the policy package.
"""

from __future__ import annotations

import re

from reticent_contract.redact.gates import cheaper, parts
from reticent_contract.redact.necessary import (
    NO_WIDTH,
    Branch,
    Item,
    NotUnderstoodError,
    Reader,
    joined,
    necessary,
)

_PLAIN_GROUP = "(?:"
_REST_CHARS_MAX = 64  # of what is written once more for each alternative before it
_EITHER = re.compile(r"\[([A-Za-z'])([A-Za-z'])\]")


def looked_for(gate: str) -> tuple[str, ...]:
    """What the automaton has for `gate`: cut, made cheaper and taken apart."""
    return alternatives(cheaper(necessary(gate)))


def alternatives(gate: str) -> tuple[str, ...]:
    """`(?i)a(?:b|c)|(?:d|e)f` as `(?i)ab`, `(?i)ac`, `(?i)df` and `(?i)ef`; `[Bb]y` as `By`, `by`.

    A class shares its beginning with no word: sixty of them were as dear as all words together.
    """
    flag = re.match(r"\(\?[ims]+\)", gate)
    start = flag.end() if flag else 0
    try:
        branches = Reader(parts(gate[start:])).whole()
    except NotUnderstoodError:
        return (gate,)
    apart = [each for branch in branches for each in _apart(branch)]
    if "i" not in gate[:start]:
        apart = [each for branch in apart for each in _spelled(branch)]
    return tuple(dict.fromkeys(gate[:start] + "".join(map(str, branch)) for branch in apart))


def _apart(branch: Branch) -> list[Branch]:
    """A sequence once for each alternative of its first group, where only single characters and
    edges stand before that."""
    at = next((at for at, item in enumerate(branch) if item.times or item.branches), len(branch))
    before, first, rest = branch[:at], branch[at : at + 1], branch[at + 1 :]
    if not first or first[0].times or len(joined((rest,))) > _REST_CHARS_MAX:
        return [branch]
    group = first[0]
    inside = [each for inner in group.branches or () for each in _apart(inner)]
    if group.source == _PLAIN_GROUP:
        return [(*before, *each, *rest) for each in inside]
    return [(*before, Item(group.source, "", 1, 1, (each,)), *rest) for each in inside]


def _spelled(branch: Branch) -> list[Branch]:
    """A sequence that begins with one of two letters, once for each."""
    at = next((at for at, item in enumerate(branch) if item.source not in NO_WIDTH), len(branch))
    either = _EITHER.fullmatch("".join(map(str, branch[at : at + 1])))
    if either is None:
        return [branch]
    return [(*branch[:at], Item(each, "", 1, 1), *branch[at + 1 :]) for each in either.groups()]
