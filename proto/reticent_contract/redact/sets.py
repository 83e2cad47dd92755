"""RE2 sets: which of many patterns match a text, asked once for all of them.

Enters: patterns, and a text as UTF-8 bytes. Leaves: the numbers of those that match.
Must hold: a set that ran out of memory is never taken for one of which nothing matches.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Hashable, Iterable

import re2

from reticent_contract.redact.signs import COMMON, KINDS, needed

Match = Callable[[bytes], list[int]]

ALWAYS = 0
_FEW_PATTERNS = 257  # up to here RE2 keeps which of a set matched where glibc is quick
_EDGE = r"\b"
_OPENED = re.compile(r"^(?:\((?:\?[a-z]*[:)])?)+")


def gate_of(patterns: Iterable[str], *, bytes_max: int) -> Match:
    """Which of `patterns` match a text, counted from 1; `ALWAYS` is in every answer.

    Nothing at all therefore means that RE2 ran out of memory. `ALWAYS` matches at the end of a text
    and nowhere else: a pattern that matches at every byte makes the automaton stop at each.
    """
    options = re2.Options()
    options.max_mem = bytes_max
    options.log_errors = False
    gate = re2.Set.SearchSet(options)
    gate.Add(r"\z")
    for pattern in patterns:
        gate.Add(pattern)
    gate.Compile()
    # Below the public method, which costs as much again for a short line.
    match: Match = gate._set.Match
    return match


def gate_in_parts(patterns: Iterable[str], *, bytes_max: int) -> Match:
    """The same, of several sets which share the memory: patterns alike in what makes states many.

    A state of one set is what all its patterns remember, so there are nearly as many as the product
    of those of its parts (see DECISIONS.md). A set whose patterns need a sign is asked only where
    one stands.
    """
    every = list(patterns)
    is_few = sum(not pattern.startswith("(?i") for pattern in every) < _FEW_PATTERNS
    alike: dict[tuple[str | None, Hashable], list[tuple[int, str]]] = {}
    for number, pattern in enumerate(every, start=1):
        kind = needed(pattern)
        remembers = _remembers(pattern, is_few=is_few) if kind is None else None
        alike.setdefault((kind, remembers), []).append((number, pattern))
    even = bytes_max // (2 * len(alike))  # half of it; the rest by how long the patterns are
    by_length = bytes_max / (2 * sum(len(p) for part in alike.values() for _, p in part))
    always: list[tuple[Match, array[int]]] = []
    by_sign: list[tuple[bytes, Match, array[int]]] = []
    for (kind, _), part in alike.items():
        ask = gate_of(
            (pattern for _, pattern in part),
            bytes_max=even + int(by_length * sum(len(pattern) for _, pattern in part)),
        )
        numbers = array("H", (ALWAYS, *(number for number, _ in part)))
        if kind is None:
            always.append((ask, numbers))
        else:
            by_sign.append((_other_signs(kind), ask, numbers))

    def match(text: bytes) -> list[int]:
        hits = [ALWAYS]
        asked = always
        signs = text.translate(None, COMMON)
        if signs:
            stands = [(ask, n) for others, ask, n in by_sign if signs.translate(None, others)]
            asked = always + stands
        for ask, numbers in asked:
            named = ask(text)
            if len(named) == 1:
                continue
            if not named:
                return []
            hits += [numbers[each] for each in named if each != ALWAYS]
        return hits

    return match


def _other_signs(kind: str) -> bytes:
    return "".join(each for each in KINDS if each != kind).encode()


def _remembers(pattern: str, *, is_few: bool) -> Hashable:
    """Whether its case counts, and whether a word's edge does, or else what it begins with. Parts
    that are small join another: a set costs before it looks at a byte. `is_few`: of case."""
    ignores_case = pattern.startswith("(?i")
    if is_few and not ignores_case:
        return ignores_case
    if _EDGE in pattern:
        return ignores_case, _EDGE
    first = _OPENED.sub("", pattern)[:1]
    if first.isalnum():
        return ignores_case, "letter"
    return ignores_case, "class" if first == "[" and not ignores_case else "sign"
