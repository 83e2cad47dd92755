"""What stands in every text that a pattern matches: a part of it, without what repeats.

Enters: a gate, as a detector has it. Leaves: a pattern that matches wherever the gate does.
Must hold: it is derived, never written by hand. Of each alternative one stretch is kept, and what
is before and behind it is left out, which matches more and never less. What is not understood (a
group that captures, a flag within) stays as it is.

An endless repetition between two other things (`\\b(?:by|for) [^ ]+\\(uid=`) is what makes states
many: behind each `by ` the automaton carries along, in every state, that it waits for `(uid=`.
`\\(uid=` alone says nearly as much.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf, log2
from typing import Final, NamedTuple

import re2

from reticent_contract.redact.gates import parts

_COUNTED_MAX = 8  # a longer count is as many states
_NARROW_CHARS_MAX = 20  # digits and blanks end soon by themselves
_EDGE_BITS_MIN = 2.0  # what tells less is left away at both ends
_BRANCHES_MAX = 64
# How rare a stretch has to be, in bits a character of a log tells: `(uid=` has 28, `://` 20.
# Without a sign it is a word, and a word is written for many reasons.
_WITH_SIGN_BITS_MIN = 18.0
_WORDS_BITS_MIN = 60.0
_SIGN_BITS, _LETTER_BITS, _BLANK_BITS = 6.5, 4.5, 2.5
_COUNTS = ("*", "+", "?", "{")
_PRINTED: Final = "".join(map(chr, range(32, 127)))
NO_WIDTH = frozenset(("^", "$", r"\b", r"\B", r"\A", r"\z"))
_ESCAPE = re.compile(r"\\(?:[bBAzsSdDwWnrtfva]|x\{[0-9A-Fa-f]+\}|[pP]\{\^?\w+\}|[^a-zA-Z0-9])")
_OPENING = re.compile(r"\(\?(?:i|-i|s|m)?:")


class NotUnderstoodError(Exception):
    pass


class Item(NamedTuple):
    """One part of a sequence: `source` as many `times`, or a group's branches."""

    source: str  # of a group: how it opens
    times: str
    least: int
    most: float
    branches: tuple[tuple[Item, ...], ...] | None = None

    def __str__(self) -> str:
        if self.branches is None:
            return self.source + self.times
        return f"{self.source}{joined(self.branches)}){self.times}"

    @property
    def is_endless(self) -> bool:
        if self.branches is not None:
            is_repeated = self.most > _COUNTED_MAX
            return is_repeated or any(item.is_endless for b in self.branches for item in b)
        return self.most > _COUNTED_MAX and len(meets(self.source)) > _NARROW_CHARS_MAX

    @property
    def bits(self) -> float:
        if self.branches is not None:
            return self.least * min(sum(item.bits for item in branch) for branch in self.branches)
        return self.least * _tells(self.source)[0]

    @property
    def has_sign(self) -> bool:
        if not self.least:
            return False
        if self.branches is not None:
            return all(any(item.has_sign for item in branch) for branch in self.branches)
        return _tells(self.source)[1]


Branch = tuple[Item, ...]


def joined(branches: tuple[Branch, ...]) -> str:
    return "|".join("".join(map(str, branch)) for branch in branches)


@lru_cache(maxsize=512)
def _tells(source: str) -> tuple[float, bool]:
    """How many bits one character of `source` tells, and whether it is a sign."""
    if source in NO_WIDTH:
        return 0.0, False
    met = meets(source)
    if not met:
        return _SIGN_BITS, False  # not ASCII
    rarest = min(
        _BLANK_BITS if c == " " else _LETTER_BITS if c.isalnum() else _SIGN_BITS for c in met
    )
    is_sign = not any(c.isalnum() or c == " " for c in met)
    return max(0.0, rarest - log2(len(met))), is_sign


@lru_cache(maxsize=512)
def meets(source: str) -> str:
    """The characters of ASCII that `source` meets."""
    # Not by `compile`, which would keep it: hundreds of these would stay in memory.
    return "".join(re2._Regexp(source, re2.Options()).findall(_PRINTED))


def necessary(gate: str) -> str:
    """`gate`, each alternative that repeats something endlessly cut to its most telling stretch."""
    flag = re.match(r"\(\?[ims]+\)", gate)
    start = flag.end() if flag else 0
    try:
        branches = Reader(parts(gate[start:])).whole()
    except NotUnderstoodError:
        return gate
    kept = tuple(cut for branch in branches for cut in _cut(branch))
    return gate[:start] + joined(kept)


def _cut(branch: Branch) -> list[Branch]:
    branch = (*branch[:-1], *map(_ended, branch[-1:]))
    if not any(item.is_endless for item in branch):
        return [branch]
    spread = _spread(branch)
    if len(spread) > _BRANCHES_MAX:
        return [branch]
    cuts = [_most_telling(each) for each in spread]
    # All of them or none: one that stays as it is keeps its states, whatever becomes of the rest.
    return [branch] if None in cuts else [cut for cut in cuts if cut is not None]


def _ended(item: Item) -> Item:
    """The last of a sequence: a match may end before it repeats."""
    if item.branches is not None or not item.is_endless or not item.least:
        return item
    least = min(item.least, _COUNTED_MAX)
    return Item(item.source, f"{{{least}}}" if least > 1 else "", least, least)


def _spread(branch: Branch) -> list[Branch]:
    """`a(?:b*c|d)e` as `ab*ce` and `ade`."""
    for place, item in enumerate(branch):
        if item.branches is None or (item.least, item.most) != (1, 1) or not item.is_endless:
            continue
        if len(item.branches) == 1 and len(item.branches[0]) == 1:
            continue  # of what was spread already
        before, behind = branch[:place], branch[place + 1 :]
        ended = tuple(b for b in item.branches if not any(i.is_endless for i in b))
        inner: list[Branch] = [
            tuple(i if item.source == "(?:" else Item(item.source, "", 1, 1, ((i,),)) for i in b)
            for b in item.branches
            if b not in ended
        ]
        if ended:
            inner.append((Item(item.source, "", 1, 1, ended),))
        return [cut for b in inner for cut in _spread((*before, *b, *behind))]
    return [branch]


def _most_telling(branch: Branch) -> Branch | None:
    """The stretch without an endless repetition that tells most; None where none tells enough."""
    stretches: list[list[Item]] = [[]]
    for item in branch:
        if not item.is_endless:
            stretches[-1].append(item)
            continue
        once = Item(item.source, "", 1, 1)
        has_once = item.branches is None and item.least > 0
        stretches[-1] += [once] * has_once
        stretches.append([once] * has_once)
    if len(stretches) == 1:
        return branch
    best = max(stretches, key=_bits)
    while best and best[0].bits < _EDGE_BITS_MIN:
        best = best[1:]
    while best and best[-1].bits < _EDGE_BITS_MIN:
        best = best[:-1]
    has_sign = any(item.has_sign for item in best)
    if not best or _bits(best) < (_WITH_SIGN_BITS_MIN if has_sign else _WORDS_BITS_MIN):
        return None
    return tuple(best)


def _bits(items: list[Item]) -> float:
    return sum(item.bits for item in items)


class Reader:
    """Reads the parts of a pattern. Raises `NotUnderstoodError`."""

    def __init__(self, found: list[str]) -> None:
        self._parts, self._at = found, 0

    def whole(self) -> tuple[Branch, ...]:
        branches = self._branches()
        if self._at < len(self._parts):
            raise NotUnderstoodError
        return branches

    def _next(self) -> str:
        return self._parts[self._at] if self._at < len(self._parts) else ""

    def _branches(self) -> tuple[Branch, ...]:
        branches: list[list[Item]] = [[]]
        while (part := self._next()) not in ("", ")"):
            self._at += 1
            if part == "|":
                branches.append([])
                continue
            if part in ("*", "+", "?") or part.startswith("{"):
                raise NotUnderstoodError
            if part.startswith("\\") and _ESCAPE.fullmatch(part) is None:
                raise NotUnderstoodError  # \Q…\E, \pL, \x41, \012
            inner = None
            if part == "(":
                part, inner = self._group()
            branches[-1].append(Item(part, *self._count(), inner))
        return tuple(map(tuple, branches))

    def _group(self) -> tuple[str, tuple[Branch, ...]]:
        opening = "("
        while not opening.endswith(":"):
            if not self._next() or len(opening) > len("(?-i:"):
                raise NotUnderstoodError
            opening += self._next()
            self._at += 1
        if _OPENING.fullmatch(opening) is None:
            raise NotUnderstoodError
        branches = self._branches()
        if self._next() != ")":
            raise NotUnderstoodError
        self._at += 1
        return opening, branches

    def _count(self) -> tuple[str, int, float]:
        part = self._next()
        if part[:1] not in _COUNTS:
            return "", 1, 1.0
        bounds = {"*": (0, inf), "+": (1, inf), "?": (0, 1.0)}.get(part)
        if (count := re.fullmatch(r"\{([0-9]+)(?:(,)([0-9]*))?\}", part)) is not None:
            least = int(count[1])
            bounds = least, float(count[3]) if count[3] else inf if count[2] else float(least)
        if bounds is None:
            return "", 1, 1.0
        self._at += 1
        if self._next() == "?":  # as few as possible: the same texts match
            self._at += 1
        return part, *bounds
