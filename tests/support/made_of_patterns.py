"""Texts that a finder's own patterns make, for its gate to be held to.

Enters: a finder, a `random.Random`. Leaves: texts that its patterns match, one by one and, where it
has several (a word and a value near it), two behind each other.
Must hold: whatever a pattern may match can come, in either case where case is ignored.
"""

from __future__ import annotations

import gc
import inspect
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import accumulate, permutations
from random import Random
from typing import Any

import re2
from reticent_contract.redact.detectors.model import Finder, Pattern
from reticent_contract.redact.detectors.near import WithWord
from reticent_contract.redact.gates import parts
from reticent_contract.redact.necessary import Branch, Item, Reader

_CHARACTERS = (*map(chr, range(32, 127)), "\t", "\n", "\u00e9", "\u0928")
_REPEATED_MAX = 8
_FLAGS = re.compile(r"\(\?([ims]+)\)")


def every_pattern() -> list[Pattern]:
    """All that were made; those of the modules too, which `conftest` keeps out of sight."""
    gc.unfreeze()
    try:
        return [each for each in gc.get_objects() if isinstance(each, Pattern)]
    finally:
        gc.freeze()


def patterns_of(find: Callable[..., Any]) -> list[Pattern]:
    """The patterns that `find` asks, itself or through the functions that it calls."""
    found: dict[str, Pattern] = {}
    seen: set[int] = set()
    waiting = [find]
    while waiting:
        function = waiting.pop()
        function = function.func if isinstance(function, partial) else function
        if id(function) in seen:
            continue
        seen.add(id(function))
        named = inspect.getclosurevars(function)
        for value in (*named.nonlocals.values(), *named.globals.values()):
            if isinstance(value, Pattern):
                asked = (value.word, value.value) if isinstance(value, WithWord) else (value,)
                found |= {each.source: each for each in asked}
            elif inspect.isfunction(value) and value.__module__.startswith("reticent_contract."):
                waiting.append(value)
    return list(found.values())


def texts_of(finder: Finder, random: Random, count: int) -> Iterator[str]:
    makers = [partial(_made, *_read(each.source), random) for each in patterns_of(finder.find)]
    sequences = [(maker,) for maker in makers] + list(permutations(makers, 2))
    for _ in range(count if sequences else 0):
        made = random.choice(("", " ", ": ")).join(make() for make in random.choice(sequences))
        before = random.choice(("", "", "x ", "\n", '"', "a=", "(", ": "))
        yield before + made + random.choice(("", "", " y", "\n", "a1", ")", ",", ";", '"'))


def made(source: str, random: Random) -> str:
    """A text that the pattern `source` matches."""
    return _made(*_read(source), random)


@lru_cache(maxsize=512)
def _read(source: str) -> tuple[tuple[Branch, ...], bool]:
    """The branches of a pattern, and whether it ignores case anywhere. No group captures."""
    pieces = parts(_FLAGS.sub("", source))
    plain = (
        "(?:" if part == "(" and behind != "?" else part
        for part, behind in zip(pieces, [*pieces[1:], ""], strict=True)
    )
    no_case = any("i" in flags for flags in _FLAGS.findall(source))
    return Reader(parts("".join(plain))).whole(), no_case


def _made(branches: tuple[Branch, ...], no_case: bool, random: Random) -> str:
    branch = branches[int(random.random() * len(branches))] if len(branches) > 1 else branches[0]
    return "".join([_repeated(item, no_case, random) for item in branch])


def _repeated(item: Item, no_case: bool, random: Random) -> str:
    least, most = item.least, int(min(item.most, item.least + _REPEATED_MAX))
    times = least
    if most > least and (how := random.random() * 3) > 1:
        times = least + 1 if how > 2 else random.randint(least, most)
    if item.branches is not None:
        inside = no_case if item.source == "(?:" else item.source == "(?i:"
        return "".join([_made(item.branches, inside, random) for _ in range(times)])
    met, weights = _met(item.source, no_case)
    if len(met) == 1:
        return met * times
    return "".join(random.choices(met, cum_weights=weights, k=times)) if met and times else ""


@lru_cache(maxsize=2_048)
def _met(source: str, no_case: bool) -> tuple[str, list[float]]:
    """What `source` meets, nothing for an edge of a word or of a line, and how often each is taken.

    Letters and digits of ASCII more often than the others, where it meets both.
    """
    compiled = re2.compile(f"(?s)(?i){source}" if no_case else f"(?s){source}")
    met = [c for c in _CHARACTERS if compiled.fullmatch(c)]
    if not met and (code := re.search(r"\\x\{([0-9A-Fa-f]+)\}", source)) is not None:
        met = [chr(int(code[1], 16))]
    letters = [c for c in met if c.isascii() and c.isalnum()]
    others = [c for c in met if c not in letters]
    of_each = 0.7 / len(letters) if letters and others else 1.0
    of_others = 0.3 / len(others) if letters and others else 1.0
    weights = accumulate([of_each] * len(letters) + [of_others] * len(others))
    return "".join(letters + others), list(weights)
