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
from itertools import permutations
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
    return "".join(_repeated(item, no_case, random) for item in random.choice(branches))


def _repeated(item: Item, no_case: bool, random: Random) -> str:
    most = int(min(item.most, item.least + _REPEATED_MAX))
    times = random.choice((item.least, min(item.least + 1, most), random.randint(item.least, most)))
    if item.branches is not None:
        inside = no_case if item.source == "(?:" else item.source == "(?i:"
        return "".join(_made(item.branches, inside, random) for _ in range(times))
    letters, others = _met(f"(?i){item.source}" if no_case else item.source)
    if not letters and not others:
        return ""  # an edge of a word or of a line
    return "".join(
        random.choice(letters if letters and (not others or random.random() < 0.7) else others)
        for _ in range(times)
    )


@lru_cache(maxsize=2_048)
def _met(source: str) -> tuple[str, str]:
    """The letters and digits of ASCII, and the other characters, that `source` meets."""
    compiled = re2.compile(f"(?s){source}")
    met = [c for c in _CHARACTERS if compiled.fullmatch(c)]
    if not met and (code := re.search(r"\\x\{([0-9A-Fa-f]+)\}", source)) is not None:
        met = [chr(int(code[1], 16))]
    letters = "".join(c for c in met if c.isascii() and c.isalnum())
    return letters, "".join(c for c in met if c not in letters)
